package mount

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "",
		"https://ask.example.gov.cn":        "https://ask.example.gov.cn",
		"https://Ask.Example.gov.cn/":       "https://ask.example.gov.cn",
		"https://www.example.gov.cn/ask":    "https://www.example.gov.cn/ask",
		"https://www.example.gov.cn/a-1/b/": "https://www.example.gov.cn/a-1/b",
		"http://[2001:db8::1]:8080/ask/":    "http://[2001:db8::1]:8080/ask",
		"ask.example.gov.cn":                "error",
		"ftp://ask.example.gov.cn":          "error",
		"https://":                          "error",
		"https://h/a//b":                    "error",
		"https://h/a/../b":                  "error",
		"https://h/问":                       "error",
		"https://h/ask?x=1":                 "error",
		"https://h/ask#x":                   "error",
		"https://u:p@h/ask":                 "error",
		"https://h/doc/":                    "error",
		"https://h/docs/":                   "https://h/docs",
	} {
		p, err := Parse(text, "doc")
		if got := p.URL(); err != nil && want != "error" || err == nil && got != want {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("https://www.example.gov.cn/ask/")
	f.Add("http://[::1]:80/%61")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text)
		if err != nil || text == "" {
			return
		}
		if again, err := Parse(p.URL()); err != nil || again != p {
			t.Errorf("%q becomes %q, which becomes %+v, %v", text, p.URL(), again, err)
		}
	})
}

// A site that knows nothing of where it is.
func innerSite() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", "3")
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "1", Path: "/staff"})
		http.SetCookie(w, &http.Cookie{Name: "b", Value: "2", Path: "/"})
		fmt.Fprint(w, `<a href="/">home</a><img src="/x.svg"><form action="/ask"><a href="//other.example/">o</a><a href="https://o.example/a">o</a>`)
		fmt.Fprint(w, `<a href="#here">h</a><a title="see /doc">t</a> href=&#34;/doc&#34; <button formaction="/stop">`)
	})
	mux.HandleFunc("GET /data", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"html":" href=\"/x\""}`)
	})
	mux.HandleFunc("GET /old", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/new", http.StatusSeeOther) })
	mux.HandleFunc("GET /out", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://o.example/", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /gone", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusGone)
		fmt.Fprint(w, `<a href="/">home</a>`)
	})
	mux.HandleFunc("GET /stream", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "one")
		if err := http.NewResponseController(w).Flush(); err != nil {
			fmt.Fprint(w, err)
		}
		w.(http.Flusher).Flush()
		fmt.Fprint(w, "two")
	})
	return mux
}

func TestUnder(t *testing.T) {
	p, err := Parse("https://www.example.gov.cn/ask/")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p.Under(innerSite()))
	defer server.Close()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(path string) (*http.Response, string) {
		r, err := client.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r, string(body)
	}
	const page = `<a href="/ask/">home</a><img src="/ask/x.svg"><form action="/ask/ask"><a href="//other.example/">o</a><a href="https://o.example/a">o</a>` +
		`<a href="#here">h</a><a title="see /doc">t</a> href=&#34;/doc&#34; <button formaction="/ask/stop">`
	for _, path := range []string{"/ask/", "/"} { // the gateway leaves the path on, or cuts it off
		r, body := get(path)
		if body != page {
			t.Errorf("%s: %s", path, body)
		}
		if cookies := strings.Join(r.Header["Set-Cookie"], " "); cookies != "a=1; Path=/ask/staff b=2; Path=/ask/" {
			t.Errorf("%s: cookies %s", path, cookies)
		}
	}
	if _, body := get("/ask/data"); body != `{"html":" href=\"/x\""}` {
		t.Errorf("JSON is changed: %s", body)
	}
	if r, body := get("/ask/gone"); r.StatusCode != http.StatusGone || body != `<a href="/ask/">home</a>` {
		t.Errorf("gone: %d %s", r.StatusCode, body)
	}
	if _, body := get("/ask/stream"); body != "onetwo" {
		t.Errorf("a stream: %s", body)
	}
	for path, want := range map[string]string{"/ask": "/ask/", "/ask/old": "/ask/new", "/old": "/ask/new", "/ask/out": "https://o.example/"} {
		if r, _ := get(path); r.Header.Get("Location") != want {
			t.Errorf("%s leads to %s, want %s", path, r.Header.Get("Location"), want)
		}
	}
	if r, _ := get("/asked"); r.StatusCode != http.StatusNotFound {
		t.Errorf("/asked: %d", r.StatusCode)
	}
}

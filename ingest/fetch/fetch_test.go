package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// site is a made site that remembers what it was asked for.
type site struct {
	*httptest.Server
	host string

	mu    sync.Mutex
	asked []string
}

func newSite(t *testing.T, pages map[string]http.HandlerFunc) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.Path)
		s.mu.Unlock()
		if serve := pages[r.URL.Path]; serve != nil {
			serve(w, r)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	s.host = u.Host
	return s
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprint(w, body)
	}
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

func (s *site) client(t *testing.T, o Options) *Client {
	t.Helper()
	o.Hosts = append(o.Hosts, s.host)
	o.Rate, o.AllowPrivate = 1000, true
	c := New(o)
	t.Cleanup(c.Close)
	return c
}

func TestGet(t *testing.T) {
	s := newSite(t, map[string]http.HandlerFunc{"/a": text("甲"), "/old": redirect("/a")})
	c := s.client(t, Options{})
	page, err := c.Get(t.Context(), s.URL+"/old#x", Validators{})
	if err != nil {
		t.Fatal(err)
	}
	if page.URL != s.URL+"/a" || page.Status != 200 || string(page.Body) != "甲" || !strings.HasPrefix(page.ContentType, "text/plain") {
		t.Errorf("%+v", page)
	}
	if page, err := c.Get(t.Context(), s.URL+"/none", Validators{}); err != nil || page.Status != 404 {
		t.Errorf("%+v, %v", page, err)
	}
	if n := slices.Index(s.asked, robotsPath); n != 0 || slices.Contains(s.asked[1:], robotsPath) {
		t.Errorf("asked %q, want robots.txt first and once", s.asked)
	}
}

func TestConditional(t *testing.T) {
	changed := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	s := newSite(t, map[string]http.HandlerFunc{"/a": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		http.ServeContent(w, r, "a.txt", changed, strings.NewReader("甲"))
	}})
	c := s.client(t, Options{})
	first, err := c.Get(t.Context(), s.URL+"/a", Validators{})
	if err != nil {
		t.Fatal(err)
	}
	for name, known := range map[string]Validators{
		"both": first.Validators, "tag": {ETag: first.ETag}, "time": {LastModified: first.LastModified},
	} {
		again, err := c.Get(t.Context(), s.URL+"/a", known)
		if err != nil || !again.NotModified || again.Body != nil {
			t.Errorf("%s: %+v, %v", name, again, err)
		}
	}
	if other, err := c.Get(t.Context(), s.URL+"/a", Validators{ETag: `"0"`}); err != nil || other.NotModified || string(other.Body) != "甲" {
		t.Errorf("%+v, %v", other, err)
	}
}

func TestRobots(t *testing.T) {
	for _, test := range []struct {
		name   string
		robots http.HandlerFunc
		path   string
		want   error
	}{
		{"none", nil, "/secret/a", nil},
		{"forbidden", text("User-agent: *\nDisallow: /secret/\n"), "/secret/a", ErrRobots},
		{"with a byte order mark", text("\ufeffUser-agent: *\nDisallow: /secret/\n"), "/secret/a", ErrRobots},
		{"allowed", text("User-agent: *\nDisallow: /secret/\n"), "/open", nil},
		{"forbidden by name", text("User-agent: zhiwen\nDisallow: /\n\nUser-agent: *\nDisallow:\n"), "/open", ErrRobots},
		{"query", text("User-agent: *\nDisallow: /*?print=\n"), "/open?print=1", ErrRobots},
		{"a page for a file", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<p>User-agent: *\nDisallow: /\n</p>")
		}, "/open", nil},
		{"failing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, "/open", ErrRobots},
		{"moved", redirect("/elsewhere.txt"), "/open", ErrRobots},
		{"moved away", redirect("http://other.example/robots.txt"), "/open", ErrHost},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, map[string]http.HandlerFunc{
				robotsPath: test.robots, "/elsewhere.txt": text("User-agent: *\nDisallow: /\n"),
				"/secret/a": text("a"), "/open": text("o"),
			})
			if _, err := s.client(t, Options{}).Get(t.Context(), s.URL+test.path, Validators{}); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

// TestRobotsOnRedirect: what may not be fetched is not fetched by a detour.
func TestRobotsOnRedirect(t *testing.T) {
	s := newSite(t, map[string]http.HandlerFunc{
		robotsPath: text("User-agent: *\nDisallow: /secret\n"), "/open": redirect("/secret"), "/secret": text("s"),
	})
	if _, err := s.client(t, Options{}).Get(t.Context(), s.URL+"/open", Validators{}); !errors.Is(err, ErrRobots) {
		t.Errorf("error %v", err)
	}
	if slices.Contains(s.asked, "/secret") {
		t.Errorf("asked %q", s.asked)
	}
}

func TestBounds(t *testing.T) {
	s := newSite(t, map[string]http.HandlerFunc{
		"/loop": redirect("/loop"),
		"/long": text(strings.Repeat("长", 1000)),
		"/slow": func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"/out":  redirect("http://elsewhere.example/"),
		"/file": redirect("file:///etc/passwd"),
	})
	c := s.client(t, Options{MaxBytes: 1000, Timeout: 200 * time.Millisecond})
	for path, want := range map[string]string{
		"/loop": ErrRedirects.Error(), "/long": ErrTooLarge.Error(), "/out": ErrHost.Error(),
		"/slow": "no complete answer within 200ms", "/file": "must begin with http",
	} {
		_, err := c.Get(t.Context(), s.URL+path, Validators{})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v, want %q", path, err, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Get(ctx, s.URL+"/long", Validators{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestRate: requests of one host leave no faster than the rate, however many
// ask at once.
func TestRate(t *testing.T) {
	s := newSite(t, map[string]http.HandlerFunc{"/a": text("a")})
	c := New(Options{Hosts: []string{s.host}, AllowPrivate: true, Rate: 50})
	t.Cleanup(c.Close)
	started := time.Now()
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if _, err := c.Get(t.Context(), s.URL+"/a", Validators{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if took := time.Since(started); took < 10*time.Second/50 { // robots.txt and ten pages: ten intervals at least
		t.Errorf("11 requests in %v", took)
	}
}

// TestPrivate: a listed name that leads into our own network is not asked.
func TestPrivate(t *testing.T) {
	s := newSite(t, map[string]http.HandlerFunc{"/a": text("a")})
	_, port, _ := strings.Cut(s.host, ":")
	for _, host := range []string{s.host, "localhost:" + port} {
		c := New(Options{Hosts: []string{host}})
		t.Cleanup(c.Close)
		if _, err := c.Get(t.Context(), "http://"+host+"/a", Validators{}); !errors.Is(err, ErrPrivate) {
			t.Errorf("%s: error %v", host, err)
		}
	}
	if len(s.asked) > 0 {
		t.Errorf("asked %q", s.asked)
	}
}

func TestIsPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"1.1.1.1": true, "223.5.5.5": true, "2400:3200::1": true,
		"127.0.0.1": false, "::1": false, "::ffff:127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false, "0.1.2.3": false, "224.0.0.1": false, "255.255.255.255": false,
		"fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "ff02::1": false, "::": false, "64:ff9b::7f00:1": false,
		"2002:7f00:1::": false, "2001:db8::1": false, "::ffff:10.0.0.1": false, "198.18.0.1": false,
	} {
		if got := isPublic(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: public %v", address, got)
		}
	}
}

func TestParse(t *testing.T) {
	for address, want := range map[string]string{
		"HTTP://WWW.Example.gov.cn:80":               "http://www.example.gov.cn/",
		"https://www.example.gov.cn:443/a/../b/#top": "https://www.example.gov.cn/b/",
		" https://www.example.gov.cn/a?b=%E7%94%B2 ": "https://www.example.gov.cn/a?b=%E7%94%B2",
		"http://h/%E7%94%B2":                         "http://h/%E7%94%B2",
		"http://h/a%2Fb":                             "http://h/a%2Fb",
		"http://h/?q=甲 乙":                            "http://h/?q=%E7%94%B2%20%E4%B9%99",
		"http://h:8080/":                             "http://h:8080/",
	} {
		u, err := Parse(address)
		if err != nil || u.String() != want {
			t.Errorf("%s: %v, %v, want %s", address, u, err, want)
		}
	}
	for _, address := range []string{"", "a", "ftp://h/", "javascript:alert(1)", "http://", "http://u:p@h/", "http://[::1", "//h/a", "http://h/?\xcf"} {
		if u, err := Parse(address); err == nil {
			t.Errorf("%q was taken as %v", address, u)
		}
	}
}

// FuzzParse: an address that is taken stays what it is when it is taken again,
// and names a host by http.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"http://h/a/../b?c#d", "https://H:443//x", "http://[::1]:80/%2e%2e/", "//h", "http://h/a b", "http://00?\xcf #", "http://h/? #"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		u, err := Parse(address)
		if err != nil {
			return
		}
		if u.Hostname() == "" || u.User != nil || u.Fragment != "" {
			t.Fatalf("%q became %v", address, u)
		}
		again, err := Parse(u.String())
		if err != nil || again.String() != u.String() {
			t.Fatalf("%q became %v, then %v (%v)", address, u, again, err)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "-5": 0, "later": 0, "Thu, 01 Jan 2026 00:01:00 GMT": time.Minute, "Wed, 31 Dec 2025 00:01:00 GMT": 0,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

package web

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"zhiwen/bot"
)

// gateway passes requests on to a site as some firewalls and proxies do: what
// asks for an Upgrade is treated by upgrade, or goes through as it is when that
// is nil.
func gateway(t *testing.T, s *site, upgrade http.HandlerFunc) string {
	t.Helper()
	target, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	host := &url.URL{Scheme: target.Scheme, Host: target.Host}
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(host) }}
	end := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") == "" || upgrade == nil {
			pass.ServeHTTP(w, r)
			return
		}
		upgrade(w, r.WithContext(context.WithValue(r.Context(), ending{}, end)))
	}))
	t.Cleanup(func() {
		close(end)
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL + target.Path
}

type ending struct{}

// hold waits for the end of the test.
func hold(r *http.Request) {
	select {
	case <-r.Context().Value(ending{}).(chan struct{}):
	case <-r.Context().Done():
	}
}

// hijack takes the connection over.
func hijack(w http.ResponseWriter) (net.Conn, *bufio.ReadWriter) {
	conn, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	return conn, buffered
}

// droppings are the ways in which networks treat an Upgrade.
var droppings = map[string]func(s *site) http.HandlerFunc{
	"never answered": func(*site) http.HandlerFunc {
		return func(_ http.ResponseWriter, r *http.Request) { hold(r) }
	},
	"refused": func(*site) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) }
	},
	"header taken away": func(s *site) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			r.Header.Del("Upgrade")
			r.Header.Del("Connection")
			s.Handler().ServeHTTP(w, r)
		}
	},
	"cut": func(*site) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, _ := hijack(w)
			conn.Close()
		}
	},
	"opened, then silent": func(s *site) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			server, err := net.Dial("tcp", s.inner)
			if err != nil {
				panic(err)
			}
			defer server.Close()
			if r.Write(server) != nil {
				return
			}
			conn, _ := hijack(w)
			defer conn.Close()
			lines := bufio.NewReader(server)
			for { // the head of the answer gets through, and no frame
				line, err := lines.ReadString('\n')
				io.WriteString(conn, line)
				if err != nil || strings.TrimSpace(line) == "" {
					break
				}
			}
			hold(r)
		}
	},
}

// Where no WebSocket gets through, every page goes on by HTTP after three
// seconds, with the same final answer and with what was asked before.
func TestBrowserWhereUpgradeIsDropped(t *testing.T) {
	browser := newBrowser(t)
	for name, dropping := range droppings {
		paths := []string{"/"}
		if name == "never answered" {
			paths = append(paths, "/elder")
		}
		for _, path := range paths {
			t.Run(name+" "+path, func(t *testing.T) {
				var profile atomic.Value
				s := newElderSite(t, script{
					"那呢": func(_ context.Context, r bot.Request, sink bot.Sink) (bot.Answer, error) {
						profile.Store(fmt.Sprint(r.Profile, len(r.Turns), r.Turns[0].Question))
						return tell(sink, "随后。")
					},
				})
				b := browser.open(t)
				b.do(chromedp.Navigate(gateway(t, s, dropping(s)) + path))
				b.ask("你好")
				b.settled(1)
				b.ask("那呢")
				b.settled(2)
				if got := b.answers(); got != "见原文。全年办理法律援助案件247件。1|随后。1" {
					t.Errorf("answers %q", got)
				}
				want := "standard1你好"
				if path == "/elder" {
					want = "elder1你好"
				}
				if got := profile.Load(); got != want {
					t.Errorf("asked as %v, want %s", got, want)
				}
				// A judgement gets through, too.
				b.evalVoid(`[...document.querySelectorAll(".feedback button")].pop().previousSibling.click()`)
				b.await(`document.querySelector("#log .turn:last-of-type .feedback").textContent === "感谢您的反馈。"`)
				if len(s.store.feedback) != 1 {
					t.Errorf("kept %+v", s.store.feedback)
				}
			})
		}
	}
}

// settled waits until n answers stand in the log.
func (b *tab) settled(n int) {
	b.t.Helper()
	b.await(fmt.Sprintf(`document.querySelectorAll("#log article.answer").length === %d`, n))
}

// answers are the texts of the answers in the log.
func (b *tab) answers() string {
	b.t.Helper()
	return eval[string](b, `[...document.querySelectorAll("#log article.answer > .answer-text")].map(e => e.textContent).join("|")`)
}

func (b *tab) evalVoid(expression string) {
	b.t.Helper()
	eval[bool](b, "("+expression+", true)")
}

// A connection that is lost in the middle of an answer and does not come back
// is done without.
func TestBrowserLosesTheSocketForGood(t *testing.T) {
	asker := newHeld()
	s := newSite(t, script{"问": func(ctx context.Context, r bot.Request, sink bot.Sink) (bot.Answer, error) {
		if sink == nil {
			return tell(nil, "由另一条路来。")
		}
		return asker.Ask(ctx, r, sink)
	}}, newMemory())
	b := newBrowser(t)
	b.do(chromedp.Navigate(s.url))
	b.ask("问")
	b.await(halfShown)
	s.conns.mu.Lock()
	s.conns.closed = true
	s.conns.mu.Unlock()
	s.cutAll()
	b.settled(1)
	if got := b.answers(); got != "由另一条路来。1" {
		t.Errorf("answers %q", got)
	}
}

// With scripts off both pages are forms that answer with a page.
func TestBrowserWithoutScripts(t *testing.T) {
	var asked []bot.Request
	s := newElderSite(t, script{"那呢": func(_ context.Context, r bot.Request, sink bot.Sink) (bot.Answer, error) {
		asked = append(asked, r)
		return tell(sink, "随后。")
	}})
	browser := newBrowser(t)
	b := browser.open(t)
	off := emulation.SetScriptExecutionDisabledParams{Value: true}
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, off); err != nil {
		t.Fatal(err)
	}
	b.size(390, 844)
	for _, path := range []string{"/", "/elder"} {
		b.do(chromedp.Navigate(s.url + path))
		b.shoot("without-scripts-start" + strings.ReplaceAll(path, "/", "-"))
		b.do(chromedp.SendKeys(chromedp.CSS("#question"), "你好"), chromedp.Click(chromedp.CSS("#send")))
		b.show("#source1")
		if got := b.text("#answer .answer-text"); !strings.Contains(got, "全年办理法律援助案件247件。") {
			t.Errorf("%s: %q", path, got)
		}
		b.shoot("without-scripts-answer" + strings.ReplaceAll(path, "/", "-"))
		b.do(chromedp.SendKeys(chromedp.CSS("#question"), "那呢"), chromedp.Click(chromedp.CSS("#send")))
		b.show(`input[value="那呢"] ~ .composer-row`)
	}
	if len(asked) != 2 || len(asked[0].Turns) != 1 || asked[1].Profile != bot.ProfileElder {
		t.Errorf("asked %+v", asked)
	}
	// By taps alone.
	b.do(chromedp.Navigate(s.url + "/elder"))
	b.click(".choices li:last-child .choice")
	b.show(".menu-ways")
	b.click(".choices li:nth-child(1) .choice")
	b.show(`button.choice`)
	b.click("button.choice")
	b.show("#source1")

	// The judge is a script itself: it looks at the same pages with scripts on.
	b = browser.open(t)
	for _, path := range []string{"/", "/elder"} {
		b.do(chromedp.Navigate(s.url + path))
		b.evalVoid(`setTimeout(() => {
			const form = document.createElement("form"), field = document.createElement("input");
			Object.assign(form, {method: "post", action: location.href});
			Object.assign(field, {name: "q", value: "你好"});
			form.append(field);
			document.body.append(form);
			form.submit();
		})`)
		b.arrive(`document.getElementById("source1") !== null`)
		b.audit("without-scripts-answer" + strings.ReplaceAll(path, "/", "-"))
	}
}

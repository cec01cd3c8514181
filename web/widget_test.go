package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// The script is small, whole and the same for everybody.
func TestWidgetScript(t *testing.T) {
	s := newSite(t, script{}, newMemory(), func(c *Config) { c.Sites = []string{"https://www.example.gov.cn"} })
	r, body := s.get("/widget.js")
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != "text/javascript; charset=utf-8" || r.Header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write([]byte(body))
	w.Close()
	if packed.Len() > 30<<10 {
		t.Errorf("the widget has %d bytes gzipped, more than 30 KB", packed.Len())
	}
	for _, want := range []string{`const sites = ["https://www.example.gov.cn"];`, `:host {`, "customElements.define"} {
		if !strings.Contains(body, want) {
			t.Errorf("the script lacks %s", want)
		}
	}
	comments := regexp.MustCompile(`(?m)^//.*$`)
	if named := regexp.MustCompile(`https?://[^"\s]+`).FindAllString(comments.ReplaceAllString(body, ""), -1); len(named) != 2 ||
		named[0] != "https://www.example.gov.cn" || named[1] != "http://www.w3.org/2000/svg" {
		t.Errorf("the script names %v", named)
	}
	for _, bad := range []string{"innerHTML", "eval(", "document.write", "import ", "fetch("} {
		if strings.Contains(body, bad) {
			t.Errorf("the script uses %s", bad)
		}
	}
	again, err := http.NewRequest("GET", s.url+"/widget.js", nil)
	if err != nil {
		t.Fatal(err)
	}
	again.Header.Set("If-None-Match", r.Header.Get("ETag"))
	if r, _ := s.body(http.DefaultClient.Do(again)); r.StatusCode != http.StatusNotModified {
		t.Errorf("a page that has the script gets it again: %d", r.StatusCode)
	}
}

// Who may show the chat in a frame is said by the server, whatever the page
// says of itself.
func TestFramesAreAllowedByName(t *testing.T) {
	s := newSite(t, script{}, newMemory(), func(c *Config) {
		c.Sites = []string{"https://www.example.gov.cn", "http://192.0.2.1:8080"}
	})
	own := s.url
	for _, test := range []struct{ query, ancestors string }{
		{"", "'none'"},
		{"?site=https://www.example.gov.cn", "'self' https://www.example.gov.cn http://192.0.2.1:8080"},
		{"?site=http://192.0.2.1:8080", "'self' https://www.example.gov.cn http://192.0.2.1:8080"},
		{"?site=" + own, "'self' https://www.example.gov.cn http://192.0.2.1:8080"},
		{"?site=http://www.example.gov.cn", "'none'"},
		{"?site=https://www.example.gov.cn.evil.com", "'none'"},
		{"?site=https://evil.www.example.gov.cn", "'none'"},
		{"?site=https://www.example.gov.cn:8443", "'none'"},
		{"?site=https://WWW.example.gov.cn", "'none'"},
		{"?site=https://www.example.gov.cn/", "'none'"},
		{"?site=null", "'none'"},
		{"?site=*", "'none'"},
		{"?site=https://evil.com;script-src%20*", "'none'"},
	} {
		r, body := s.get("/" + test.query)
		if policy := r.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors "+test.ancestors+";") {
			t.Errorf("%q: %s", test.query, policy)
		}
		if framed := strings.Contains(body, "zhiwen-site"); framed != (test.ancestors != "'none'") {
			t.Errorf("%q: framed is %v", test.query, framed)
		}
	}
	// No site named: our own pages only.
	alone := newSite(t, script{}, newMemory())
	if r, _ := alone.get("/?site=" + alone.url); !strings.Contains(r.Header.Get("Content-Security-Policy"), "frame-ancestors 'self';") {
		t.Errorf("policy %s", r.Header.Get("Content-Security-Policy"))
	}
	for _, path := range []string{"/about", "/doc/d1", "/nothing"} {
		if r, _ := s.get(path + "?site=" + own); !strings.Contains(r.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s may be framed", path)
		}
	}
	for _, origin := range []string{"null", "https://www.example.gov.cn"} {
		if _, r, err := s.dial(http.Header{"Origin": {origin}}); err == nil || r == nil || r.StatusCode != http.StatusForbidden {
			t.Errorf("a socket of origin %s is let in", origin)
		}
	}
}

func TestSitesAreChecked(t *testing.T) {
	for _, site := range []string{
		"https://www.example.gov.cn", "http://localhost:8080", "https://xn--fiqs8s.example",
	} {
		if err := checkSites([]string{site}); err != nil {
			t.Errorf("%s: %v", site, err)
		}
	}
	for site, why := range map[string]string{
		"www.example.gov.cn":              "https:// or http://",
		"ftp://www.example.gov.cn":        "https:// or http://",
		"null":                            "https:// or http://",
		"":                                "https:// or http://",
		"https://www.example.gov.cn/":     "only scheme, host and port",
		"https://www.example.gov.cn/a":    "only scheme, host and port",
		"https://a@www.example.gov.cn":    "only scheme, host and port",
		"https://WWW.example.gov.cn":      "lower case",
		"https://www.example.gov.cn:443":  "port that goes without saying",
		"http://www.example.gov.cn:80":    "port that goes without saying",
		"https://*.example.gov.cn":        "patterns are not taken",
		"https://www.example.gov.cn;x":    "patterns are not taken",
		"https://www.example.gov.cn'self": "patterns are not taken",
	} {
		if err := checkSites([]string{site}); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, want %q", site, err, why)
		}
	}
}

// host is a foreign site under test: pages by path, each with headers of its own.
type host struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]hostPage
}

type hostPage struct {
	body    string
	headers map[string]string
}

func newHost(t testing.TB) *host {
	h := &host{pages: map[string]hostPage{}}
	h.Server = newServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		page, ok := h.pages[r.URL.Path]
		h.mu.Unlock()
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		for name, value := range page.headers {
			w.Header().Set(name, value)
		}
		w.Write([]byte(page.body))
	}))
	t.Cleanup(h.Close)
	return h
}

// page puts a page up and gives its address. Headers are name, value, name …
func (h *host) page(path, body string, headers ...string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := hostPage{body, map[string]string{}}
	for i := 0; i < len(headers); i += 2 {
		p.headers[headers[i]] = headers[i+1]
	}
	h.pages[path] = p
	return h.URL + path
}

// withHost starts a foreign site and a server that lets its pages show the chat.
func withHost(t testing.TB, asker Asker) (*host, *site) {
	h := newHost(t)
	return h, newSite(t, asker, newMemory(), func(c *Config) { c.Sites = []string{h.URL} })
}

// plainPage is what a county's page may look like, with our one line.
func plainPage(s *site) string {
	return `<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>某县人民政府</title><script src="` + s.url + `/widget.js" async></script></head>
<body><h1>某县人民政府</h1><p><a href="#news" id="first">通知公告</a></p>` + strings.Repeat("<p>关于开展法治宣传的通知，请各乡镇遵照执行。</p>", 30) + `</body></html>`
}

// The parts of the widget, as scripts of the page reach them.
const (
	shadow      = `document.querySelector("zhiwen-chat").shadowRoot`
	launcher    = shadow + `.querySelector(".launcher")`
	isWhole     = `(r => r.x === 0 && r.y === 0 && r.width === innerWidth && r.height === innerHeight)(` + shadow + `.querySelector(".panel").getBoundingClientRect())`
	panelIsOpen = `(p => p && !p.hidden && p.classList.contains("ready"))(document.querySelector("zhiwen-chat")?.shadowRoot?.querySelector(".panel"))`
)

// awaitLauncher waits for the button and checks that a visitor can see and
// press it, in the corner of what is on the screen.
func (b *tab) awaitLauncher() {
	b.t.Helper()
	b.await(`document.querySelector("zhiwen-chat")?.shadowRoot?.querySelector(".launcher") !== undefined && document.querySelector("zhiwen-chat")?.shadowRoot != null`)
	if wrong := eval[string](b, `(() => {
		const button = `+launcher+`, r = button.getBoundingClientRect(), style = getComputedStyle(button);
		const at = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
		if (at !== document.querySelector("zhiwen-chat")) return "covered by " + (at && at.outerHTML.slice(0, 80));
		if (r.height < 44 || r.width < 44 || r.height > 110 || r.width > 280) return "of size " + r.width + " by " + r.height;
		if (r.right > innerWidth || r.bottom > innerHeight || r.right < innerWidth - 40 || r.bottom < innerHeight - 40) return "not in the corner: " + JSON.stringify(r);
		if (!/智能[问問]答/.test(button.innerText)) return "reads " + button.innerText;
		if (style.backgroundColor !== "rgb(1, 82, 147)" || style.color !== "rgb(255, 255, 255)" || style.opacity !== "1") return "drawn " + style.backgroundColor + style.color;
		return "";
	})()`); wrong != "" {
		b.t.Errorf("the launcher is %s", wrong)
	}
}

// pressAt clicks in the middle of a part of the widget.
func (b *tab) pressAt(part string) {
	b.t.Helper()
	at := eval[[]float64](b, `(r => [r.x + r.width / 2, r.y + r.height / 2])(`+part+`.getBoundingClientRect())`)
	b.do(chromedp.MouseClickXY(at[0], at[1]))
}

// pointAway takes the pointer off everything.
func (b *tab) pointAway() {
	b.t.Helper()
	b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 2, 2))
}

// chat gives the frame with the chat in it.
func (b *tab) chat() cdp.FrameID {
	b.t.Helper()
	children := b.frames().ChildFrames
	if len(children) == 0 {
		b.t.Fatal("the page holds no frame")
	}
	return children[len(children)-1].Frame.ID
}

// inChat gives the text of an expression in the chat's frame.
func (b *tab) inChat(expression string) string {
	b.t.Helper()
	return b.apartIn(b.chat(), "(async () => String(await ("+expression+")))()")
}

// awaitInChat waits until an expression is true in the chat's frame.
func (b *tab) awaitInChat(expression string) {
	b.t.Helper()
	for began := time.Now(); b.inChat(expression) != "true"; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > pageLimit {
			b.t.Fatalf("never true in the chat: %s\nit shows:\n%s", expression, b.inChat("document.body.innerText"))
		}
	}
}

func TestBrowserWidget(t *testing.T) {
	asker := newHeld()
	h, s := withHost(t, asker)
	url := h.page("/", plainPage(s))
	browser := newBrowser(t)
	for _, screen := range screens {
		t.Run(screen.name, func(t *testing.T) {
			b := browser.open(t)
			b.size(screen.width, screen.height)
			b.do(chromedp.Navigate(url))
			b.awaitLauncher()
			b.audit("widget-closed-" + screen.name)
			const ours = `performance.getEntriesByType("resource").map(e => e.name).filter(n => !n.endsWith("/favicon.ico"))`
			if loaded := eval[[]string](b, ours); len(loaded) != 1 || loaded[0] != s.url+"/widget.js" {
				t.Errorf("before it is opened the widget has loaded %v", loaded)
			}

			// By the keyboard: the launcher comes behind the page's own content.
			b.do(chromedp.Evaluate[chromedp.Void](`document.getElementById("first").focus()`), chromedp.KeyEvent("\t"))
			if eval[string](b, `document.activeElement.localName`) != "zhiwen-chat" {
				t.Error("the launcher does not come behind the content of the page")
			}
			b.do(chromedp.KeyEvent("\r"))
			b.await(panelIsOpen)
			if whole := eval[bool](b, isWhole); whole != (screen.width < 600) {
				t.Errorf("the chat is the whole page: %v", whole)
			}
			b.awaitInChat(`document.activeElement.id === "question" || document.activeElement.localName === "main"`)
			b.awaitInChat(`document.hasFocus()`)
			b.audit("widget-open-" + screen.name)

			b.inChat(`document.getElementById("question").focus()`)
			b.do(chromedp.KeyEvent("法律援助办了多少件"), chromedp.KeyEvent("\r"))
			b.awaitInChat(`document.body.innerText.includes("前半，")`)
			b.do(chromedp.KeyEvent("\x1b"))
			b.await(`!(` + panelIsOpen + `)`)
			if eval[string](b, shadow+`.activeElement?.className ?? ""`) != "launcher" {
				t.Error("the focus is not back on the launcher")
			}
			asker.release <- nil
			b.await(launcher + `.getAttribute("aria-label") === "智能问答，有1条新回答"`)
			b.audit("widget-news-" + screen.name)
			b.do(chromedp.KeyEvent("\r"))
			b.await(panelIsOpen)
			b.awaitInChat(`document.body.innerText.includes("前半，后半。")`)
			if name := eval[string](b, launcher+`.getAttribute("aria-label")`); name != "智能问答" {
				t.Errorf("what has been read is still named: %s", name)
			}
			b.audit("widget-answer-" + screen.name)
			b.pressAt(shadow + `.querySelector(".bar button")`)
			b.await(`!(` + panelIsOpen + `)`)
		})
	}
	if log := s.log.String(); !strings.Contains(log, "origin="+s.origin()+" ") || strings.Contains(log, "origin="+h.URL) {
		t.Errorf("the sockets' origins are not ours alone:\n%s", log)
	}
}

// hostile is what stands in the style sheets of pages: rules for everything.
const hostile = `html * { display: none !important; all: unset !important; visibility: hidden !important; opacity: 0 !important; position: static !important;
  transform: scale(0.1) !important; width: 1px !important; height: 1px !important; font-size: 1px !important; z-index: -1 !important;
  pointer-events: none !important; color: transparent !important; background: lime !important; clip: rect(0 0 0 0) !important; filter: blur(9px) !important; }
zhiwen-chat, zhiwen-chat * { display: none !important; } iframe, button, a { display: none !important; }`

// oldLibrary does what scripts of fifteen years ago do to the language.
const oldLibrary = `<script>
Array.prototype.each = function () {}; Array.prototype.toJSON = function () { return "broken"; };
Object.prototype.extend = function () {};
String.prototype.toJSON = function () { return "broken"; };
Element.prototype.remove = undefined; Array.from = undefined; Function.prototype.bind = function () { return function () {}; };
window.name = "main"; window.$ = function () { return null; }; window.close = function () {};
</script>`

// TestBrowserWidgetOnAnyPage: whatever the page is, the widget looks the same on
// it, works, and leaves the page as it was.
func TestBrowserWidgetOnAnyPage(t *testing.T) {
	h, s := withHost(t, script{})
	tag := `<script src="` + s.url + `/widget.js" async></script>`
	text := strings.Repeat("<p>政务公开</p>", 40)
	browser := newBrowser(t)
	for _, test := range []struct {
		name, head, body string
		headers          []string
		script           string // of the page, run once the launcher is there
	}{
		{name: "hostile-style", head: "<!doctype html><style>" + hostile + "</style>" + tag, body: text},
		{name: "policy", head: "<!doctype html><meta charset=utf-8>" + tag, body: text, headers: []string{"Content-Security-Policy",
			"default-src 'none'; script-src " + s.origin() + "; frame-src " + s.origin() + "; require-trusted-types-for 'script'; trusted-types 'none'"}},
		{name: "isolated", head: "<!doctype html>" + tag, body: text, headers: []string{
			"Cross-Origin-Embedder-Policy", "require-corp", "Cross-Origin-Opener-Policy", "same-origin"}},
		{name: "no-referrer", head: "<!doctype html>" + tag, body: text, headers: []string{"Referrer-Policy", "no-referrer"}},
		{name: "quirks", head: `<title>x</title>` + tag, body: `<table width=100% height=100%><tr><td>` + text + `</table>`},
		{name: "gbk", head: `<!doctype html>` + tag, body: text, headers: []string{"Content-Type", "text/html; charset=gbk"}},
		{name: "old-library", head: `<!doctype html>` + oldLibrary + tag, body: text},
		{name: "blocking-tag", head: `<!doctype html>` + strings.Replace(tag, " async", "", 1), body: text},
		{name: "tag-at-the-end", head: `<!doctype html>`, body: text + tag},
		{name: "late", head: `<!doctype html>`, body: text + `<script>addEventListener("load", () => {
			const s = document.createElement("script"); s.src = "` + s.url + `/widget.js"; document.head.append(s); });</script>`},
		{name: "transformed-body", head: `<!doctype html><style>body { transform: translateX(30px) scale(0.5); filter: grayscale(1); overflow: hidden; height: 3000px; }</style>` + tag, body: text},
		{name: "huge-rem", head: `<!doctype html><style>html { font-size: 100px; line-height: 5; letter-spacing: 1em; writing-mode: vertical-rl; direction: rtl; text-transform: uppercase }</style>` + tag, body: `<p style="font-size:16px">x`},
		{name: "on-top", head: `<!doctype html>` + tag, body: text + `<div style="position:fixed;inset:0;z-index:2147483647;background:rgba(0,0,0,.3)"></div>`},
		{name: "twice", head: `<!doctype html>` + tag + tag, body: text + `<zhiwen-chat></zhiwen-chat><zhiwen-chat></zhiwen-chat>` + tag},
		{name: "moved", head: `<!doctype html>` + tag, body: text, script: `document.body.prepend(document.querySelector("zhiwen-chat"))`},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := browser.open(t)
			b.size(1280, 800)
			without := h.page("/"+test.name+"/without", test.head[:strings.Index(test.head+tag, tag)]+"<body>"+strings.ReplaceAll(test.body, tag, ""))
			const shape = `JSON.stringify([...document.querySelectorAll("html, body, body > p, body > table, body > div")].map(e => e.getBoundingClientRect().toJSON()))`
			b.do(chromedp.Navigate(without))
			before := eval[string](b, shape)

			b.do(chromedp.Navigate(h.page("/"+test.name, test.head+"<body>"+test.body, test.headers...)))
			b.awaitLauncher()
			if test.script != "" {
				b.do(chromedp.Evaluate[chromedp.Void](test.script))
				b.awaitLauncher()
			}
			if after := eval[string](b, shape); test.name != "policy" && after != before {
				t.Errorf("the page has changed:\n%s\n%s", before, after)
			}
			if drawn := eval[int](b, `[...document.querySelectorAll("zhiwen-chat")].filter(e => e.shadowRoot).length`); drawn != 1 {
				t.Errorf("%d widgets are drawn", drawn)
			}
			b.pressAt(launcher)
			b.await(panelIsOpen)
			b.awaitInChat(`document.activeElement.id === "question"`)
			b.do(chromedp.KeyEvent("你好"), chromedp.KeyEvent("\r"))
			b.awaitInChat(`document.body.innerText.includes("247件")`)
			b.shoot("widget-on-" + test.name)
			b.do(chromedp.KeyEvent("\x1b"))
			b.await(`!(` + panelIsOpen + `)`)
			b.pointAway()
			b.awaitLauncher()
		})
	}
}

// Where the chat may not be shown in a frame there is a way to it all the same.
func TestBrowserWidgetWithoutFrame(t *testing.T) {
	h, s := withHost(t, script{})
	stranger := newHost(t)
	tag := `<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>某县人民政府</title><script src="` + s.url + `/widget.js" async></script><body><h1>某县人民政府</h1>`
	browser := newBrowser(t)

	t.Run("stranger", func(t *testing.T) {
		b := browser.open(t)
		b.do(chromedp.Navigate(stranger.page("/", tag)))
		b.awaitLauncher()
		link := eval[string](b, launcher+`.localName + " " + `+launcher+`.href + " " + `+launcher+`.target + " " + `+launcher+`.getAttribute("aria-label")`)
		if want := "a " + s.url + "/ _blank 智能问答，在新窗口打开"; link != want {
			t.Errorf("%s, want %s", link, want)
		}
		b.audit("widget-link")
	})
	t.Run("sandbox", func(t *testing.T) {
		b := browser.open(t)
		b.do(chromedp.Navigate(h.page("/sandbox", tag, "Content-Security-Policy", "sandbox allow-scripts allow-popups")))
		b.awaitLauncher()
		if origin := eval[string](b, `origin`); origin != "null" {
			t.Fatalf("the page has origin %s", origin)
		}
		if name := eval[string](b, launcher+`.localName`); name != "a" {
			t.Errorf("a page without origin gets a %s", name)
		}
	})
	t.Run("policy", func(t *testing.T) {
		b := browser.open(t)
		b.expectPolicy = true
		b.do(chromedp.Navigate(h.page("/policy", tag, "Content-Security-Policy", "script-src "+s.origin()+"; frame-src https://map.example.com")))
		b.awaitLauncher()
		b.pressAt(launcher)
		b.await(shadow + `.querySelector(".note").textContent === "这个页面不能直接显示智能问答，请在新窗口打开。"`)
		if way := eval[string](b, shadow+`.querySelector(".go").href`); way != s.url+"/" {
			t.Errorf("the way out leads to %s", way)
		}
		b.audit("widget-refused")
		b.do(chromedp.KeyEvent("\x1b"))
		b.await(`!(` + shadow + `.querySelector(".panel").hidden === false)`)
	})
	// A page that forges its name is stopped by the browser, on the server's word.
	t.Run("forged", func(t *testing.T) {
		b := browser.open(t)
		b.expectPolicy = true
		b.do(chromedp.Navigate(stranger.page("/forged", `<!doctype html><iframe src="`+s.url+`/?site=`+h.URL+`"></iframe>`)))
		for _, child := range b.frames().ChildFrames {
			if !strings.HasPrefix(child.Frame.URL, "chrome-error:") {
				t.Errorf("the frame of a stranger shows %s", child.Frame.URL)
			}
		}
	})
}

// The widget listens to its page and to its chat, and to nobody else.
func TestBrowserWidgetFollows(t *testing.T) {
	h, s := withHost(t, script{})
	stranger := newHost(t)
	stranger.page("/loud", `<!doctype html><script>setInterval(() => parent.postMessage({zhiwen: "set", contrast: "high"}, "*"), 10);
		setInterval(() => parent.postMessage({zhiwen: "open"}, "*"), 10);</script>`)
	b := newBrowser(t)
	b.size(1280, 800)
	b.do(chromedp.Navigate(h.page("/", plainPage(s)+`<p><a href="`+s.url+`/" data-zhiwen-open id="opener">智能问答</a></p>`)))
	b.awaitLauncher()
	set := func(message string) {
		t.Helper()
		b.do(chromedp.Evaluate[chromedp.Void](`postMessage({zhiwen: "set", ` + message + `}, origin)`))
	}
	set(`script: "hant", size: "large"`)
	b.await(launcher + `.innerText.trim() === "智能問答" && document.querySelector("zhiwen-chat").lang === "zh-Hant"`)
	b.do(chromedp.Evaluate[chromedp.Void](`postMessage({zhiwen: "open"}, origin)`))
	b.await(panelIsOpen)
	b.awaitInChat(`document.documentElement.dataset.size === "large" && new URL(location).searchParams.get("script") === "hant"`)
	b.awaitInChat(`document.querySelector("main").dataset.page === "` + h.URL + `/"`)
	set(`contrast: "high", cursor: "large"`)
	b.awaitInChat(`document.documentElement.dataset.contrast === "high" && document.documentElement.dataset.cursor === "large"`)
	b.audit("widget-contrast")
	set(`contrast: "", cursor: false, script: "hans", size: ""`)
	b.await(panelIsOpen)
	b.awaitInChat(`!new URL(location).searchParams.has("script") && document.documentElement.dataset.contrast === ""`)

	// 长辈版: the other page of the chat, and nothing small.
	set(`elder: true`)
	b.await(panelIsOpen)
	b.awaitInChat(`location.pathname === "` + s.cfg.Public.Path + `/elder" && document.activeElement.id === "question"`)
	b.await(launcher + `.getBoundingClientRect().height >= 60 && ` + shadow + `.querySelector(".bar button").getBoundingClientRect().height >= 60`)
	b.audit("widget-elder")
	set(`elder: false`)
	b.await(panelIsOpen)
	b.awaitInChat(`location.pathname === "` + s.cfg.Public.Path + `/"`)

	// The chat takes nothing from others, and tells others nothing.
	b.inChat(`(window.postMessage({zhiwen: "settings", contrast: "high"}, "*"), 1)`)
	b.do(chromedp.Evaluate[chromedp.Void](`postMessage({zhiwen: "close"}, origin)`))
	b.await(`!(` + panelIsOpen + `)`)
	b.do(chromedp.Evaluate[chromedp.Void](`new Promise(done => {
		const f = document.createElement("iframe");
		f.src = "` + stranger.URL + `/loud";
		addEventListener("message", (event) => event.origin === "` + stranger.URL + `" && event.data.zhiwen === "open" && done());
		document.body.append(f);
	})`))
	b.do(chromedp.Evaluate[chromedp.Void](`new Promise(done => setTimeout(done, 100))`, chromedp.EvalAwaitPromise))
	if eval[bool](b, panelIsOpen) || eval[bool](b, `document.querySelector("zhiwen-chat").hasAttribute("contrast")`) {
		t.Error("the widget obeys a stranger's frame")
	}
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("iframe").remove()`))

	// The page's own language, and its own links.
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("zhiwen-chat").removeAttribute("script"); document.documentElement.lang = "zh-TW"`))
	b.await(launcher + `.innerText.trim() === "智能問答"`)
	b.click("#opener")
	b.await(panelIsOpen)
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("zhiwen-chat").remove()`))
	b.await(`document.querySelectorAll("iframe").length === 0`)
}

// While our server is slow the page is whole, and the panel says what is going
// on and how else to get to the chat.
func TestBrowserWidgetOnASlowNetwork(t *testing.T) {
	h := newHost(t)
	s := newSite(t, script{}, newMemory(), func(c *Config) { c.Sites = []string{h.URL} })
	held := map[string]chan struct{}{"/widget.js": make(chan struct{}), "/": make(chan struct{})}
	slow := newServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hold := held[strings.TrimPrefix(r.URL.Path, s.cfg.Public.Path)]; hold != nil {
			select {
			case <-hold:
			case <-r.Context().Done():
				return
			}
		}
		s.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(slow.Close)
	b := newBrowser(t)
	b.size(1280, 800)
	page := h.page("/", strings.ReplaceAll(plainPage(s), s.origin(), slow.URL))
	go func() { // the page's load event waits for the script, as for any
		b.await(`document.readyState === "interactive" && document.getElementById("first").getBoundingClientRect().height > 0`)
		close(held["/widget.js"])
	}()
	b.do(chromedp.Navigate(page))
	b.awaitLauncher()
	b.do(chromedp.Evaluate[chromedp.Void](`{ const wait = setTimeout; window.setTimeout = (f, ms) => wait(f, ms === 8000 ? 50 : ms); }`))
	b.pressAt(launcher)
	b.await(shadow + `.querySelector(".note").textContent.startsWith("打开得有点慢")`)
	b.await(`!` + shadow + `.querySelector(".go").hidden && ` + shadow + `.activeElement.getAttribute("aria-label") === "关闭智能问答"`)
	b.audit("widget-slow")
	close(held["/"])
	b.await(panelIsOpen)
	b.awaitInChat(`document.activeElement.id === "question"`)
}

// In Chromium 74 the widget opens, follows the page and closes.
func TestBrowserWidgetInChromium74(t *testing.T) {
	h, s := withHost(t, script{})
	b := newOldBrowser(t)
	b.size(1280, 800)
	b.do(chromedp.Navigate(h.page("/", `<!doctype html><style>`+hostile+`</style>`+plainPage(s))))
	const old = `document.querySelector("zhiwen-chat").shadowRoot`
	b.await(`document.querySelector("zhiwen-chat") && ` + old + ` && ` + old + `.querySelector(".launcher") !== null`)
	if drawn := eval[string](b, `getComputedStyle(`+launcher+`).backgroundColor`); drawn != "rgb(1, 82, 147)" {
		t.Errorf("the launcher is drawn %s", drawn)
	}
	b.pressAt(launcher)
	b.await(`(p => p && !p.hidden && p.classList.contains("ready"))(` + old + `.querySelector(".panel"))`)
	b.do(chromedp.Evaluate[chromedp.Void](`postMessage({zhiwen: "set", size: "large", contrast: "high"}, origin)`))
	b.awaitInChat(`document.documentElement.dataset.size === "large"`)
	b.awaitInChat(`document.activeElement.id === "question"`)
	b.shoot("widget-chromium74")
	b.do(chromedp.KeyEvent("\x1b"))
	b.await(old + `.querySelector(".panel").hidden && ` + old + `.activeElement === ` + launcher)
}

// BenchmarkHostPage loads a page of a site without and with the widget's line
// and gives how much later its load event comes, in milliseconds of the median.
func BenchmarkHostPage(b *testing.B) {
	h, s := withHost(b, script{})
	with := h.page("/with", plainPage(s))
	without := h.page("/without", strings.ReplaceAll(plainPage(s), `<script src="`+s.url+`/widget.js" async></script>`, ""))
	browser := newBrowser(b)
	load := func(url string) float64 {
		browser.do(chromedp.Navigate(url))
		browser.await(`performance.getEntriesByType("navigation")[0].loadEventEnd > 0`)
		return eval[float64](browser, `performance.getEntriesByType("navigation")[0].loadEventEnd`)
	}
	load(without)
	var plain, widget []float64
	for b.Loop() {
		plain = append(plain, load(without))
		widget = append(widget, load(with))
	}
	slices.Sort(plain)
	slices.Sort(widget)
	b.ReportMetric(widget[len(widget)/2]-plain[len(plain)/2], "ms-later")
	b.ReportMetric(plain[len(plain)/2], "ms-without")
}

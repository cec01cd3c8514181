package web

import (
	"bytes"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"zhiwen/retrieval"
	"zhiwen/web/county"
	"zhiwen/web/mount"
)

// withCounty starts a server with the sample site of two documents.
func withCounty(t testing.TB, asker Asker) *site {
	t.Helper()
	report, guide := aDocument(), retrieval.Document{
		Meta: retrieval.Meta{ID: "g1", Title: "老年人优待证办理指南", Kind: retrieval.KindGuide, Published: "2024-04-01 10:30", State: retrieval.StateCurrent},
		Text: "老年人优待证办理指南\n\n带身份证到户籍所在地的乡镇办理，里程不限。\n",
	}
	report.Kind = retrieval.KindReport
	documents := library{"d1": report, "g1": guide, "gone": {Meta: retrieval.Meta{ID: "gone", Title: "已撤回的文件", State: retrieval.StateWithdrawn}}}
	sample, err := county.New("某县网站", []retrieval.Meta{report.Meta, guide.Meta, documents["gone"].Meta}, documents, mount.Point{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return newSite(t, asker, newMemory(), func(c *Config) { c.County = sample })
}

func TestCountyPages(t *testing.T) {
	s := withCounty(t, script{})
	for _, test := range []struct {
		path   string
		status int
		has    []string
	}{
		{"/site/", 200, []string{"某县网站", "演示网站", "政务公开", "办事服务", aTitle, "老年人优待证办理指南", "2024-02-28", `<script src="/widget.js" async>`}},
		{"/site/list/services", 200, []string{"当前位置", "老年人优待证办理指南"}},
		{"/site/show/d1", 200, []string{"<h1>" + aTitle + "</h1>", "发布时间：2024-02-28 15:48", "信息来源：司法局", "<strong>(二)加强公共法律服务。</strong>全年办理",
			"扫一扫在手机打开当前页", "/site/qr.png?page=%2fsite%2fshow%2fd1"}},
		{"/site/show/gone", 404, []string{"没有找到这个页面"}},
		{"/site/show/none", 404, []string{"没有找到这个页面"}},
		{"/site/list/none", 404, []string{"没有找到这个页面"}},
		{"/site/none", 404, []string{"没有找到这个页面"}},
	} {
		r, body := s.get(test.path)
		if r.StatusCode != test.status {
			t.Errorf("%s: %d", test.path, r.StatusCode)
		}
		for _, want := range test.has {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %q:\n%s", test.path, want, body)
			}
		}
		if policy := r.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", test.path, policy)
		}
	}
	if r, body := s.get("/site/qr.png?page=/site/show/d1"); r.StatusCode != 200 {
		t.Errorf("the QR code: %d", r.StatusCode)
	} else if picture, err := png.Decode(bytes.NewReader([]byte(body))); err != nil || picture.Bounds().Dx() < 128 {
		t.Errorf("the QR code: %v %v", picture, err)
	}
	for _, page := range []string{"https://evil.example/", "/", "/site/../staff", "//evil.example/site/", "/site/" + strings.Repeat("a", 300)} {
		if r, _ := s.get("/site/qr.png?page=" + page); r.StatusCode != 404 {
			t.Errorf("a QR code of %s: %d", page, r.StatusCode)
		}
	}
}

// Without scripts the controls are links, and the server remembers them.
func TestCountyControlsWithoutScripts(t *testing.T) {
	s := withCounty(t, script{})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	visitor := &http.Client{Jar: jar}
	visit := func(path string) string {
		r, body := s.body(visitor.Get(s.url + path))
		if r.StatusCode != 200 {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
		return body
	}
	page := visit("/site/set?elder=1&back=/site/show/g1")
	for _, want := range []string{"data-elder", "<zhiwen-chat elder", "里程不限"} {
		if !strings.Contains(page, want) {
			t.Errorf("the 长辈版 lacks %s:\n%s", want, page)
		}
	}
	page = visit("/site/set?contrast=1&cursor=1&size=large&hant=1&bar=1&keyboard=1&back=/site/show/g1")
	for _, want := range []string{`lang="zh-Hant"`, `data-size="large"`, "data-elder", "data-contrast", "data-cursor", "data-keyboard",
		`<zhiwen-chat elder size="large" contrast="high" cursor="large">`, "簡體版", "鄉鎮", "里程不限"} {
		if !strings.Contains(page, want) {
			t.Errorf("with everything set the page lacks %s:\n%s", want, page)
		}
	}
	if strings.Contains(page, `id="bar" class="bar" role="region" aria-label="無障礙工具" hidden`) {
		t.Error("the bar is hidden")
	}
	page = visit("/site/set?elder=0&contrast=0&cursor=nonsense&size=enormous&hant=0&back=https://evil.example/")
	if strings.Contains(page, "data-elder") || strings.Contains(page, "data-contrast") || !strings.Contains(page, `lang="zh-Hans" data-size="large"`) {
		t.Errorf("not set back:\n%s", page[:400])
	}
}

// Every control of the head works, and the widget follows.
func TestBrowserCounty(t *testing.T) {
	s := withCounty(t, script{})
	browser := newBrowser(t)
	for _, screen := range screens {
		t.Run(screen.name, func(t *testing.T) {
			b := browser.open(t, chromedp.WithNewBrowserContext())
			b.size(screen.width, screen.height)
			b.do(chromedp.Navigate(s.url + "/site/"))
			b.awaitLauncher()
			b.fits()
			b.audit("county-front-" + screen.name)

			b.click("#ask")
			b.await(panelIsOpen)
			b.awaitInChat(`document.readyState === "complete"`)
			b.audit("county-ask-" + screen.name)
			b.pressAt(shadow + `.querySelector(".bar button")`)

			b.do(chromedp.Navigate(s.url + "/site/show/d1"))
			b.awaitLauncher()
			b.await(`document.querySelector(".scan img").naturalWidth > 100`)
			b.fits()
			b.audit("county-article-" + screen.name)

			b.click(`.sizes [data-size-to="large"]`)
			b.await(`document.querySelector("zhiwen-chat").getAttribute("size") === "large"`)
			b.await(`getComputedStyle(document.documentElement).fontSize === "20px"`)
			b.click("#bar-switch")
			b.show("#bar")
			for _, control := range []string{"cursor", "contrast", "keyboard"} {
				b.click(chromedp.CSS(`[data-switch="` + control + `"]`))
			}
			b.await(`document.querySelector("zhiwen-chat").getAttribute("contrast") === "high"`)
			b.await(`document.querySelector("zhiwen-chat").getAttribute("cursor") === "large"`)
			b.await(`getComputedStyle(document.querySelector("h1")).cursor.includes("cursor.svg")`)
			b.show("#keys")
			b.fits()
			b.audit("county-bar-" + screen.name)
			if voices := eval[int](b, `speechSynthesis.getVoices().filter(v => /^(zh|cmn)/i.test(v.lang)).length`); (voices > 0) == eval[bool](b, `document.getElementById("aloud").hidden`) {
				t.Errorf("reading aloud is offered wrong, with %d voices", voices)
			}

			// All is remembered on the next page, and by the chat.
			b.do(chromedp.Navigate(s.url + "/site/list/openness"))
			b.await(`document.documentElement.hasAttribute("data-contrast") && document.documentElement.hasAttribute("data-keyboard")`)
			b.await(`document.querySelector("zhiwen-chat").shadowRoot !== null`)
			b.do(chromedp.KeyEvent("3", chromedp.KeyModifiers(chromedp.ModifierAlt)))
			b.await(panelIsOpen)
			b.awaitInChat(`document.documentElement.dataset.size === "large" && document.documentElement.dataset.contrast === "high"`)
			b.awaitInChat(`getComputedStyle(document.body).backgroundColor === "rgb(0, 0, 0)"`)
			if screen.width < 600 && !eval[bool](b, isWhole) {
				t.Error("the chat is not the whole page")
			}
			b.audit("county-list-contrast-" + screen.name)
			b.do(chromedp.KeyEvent("\x1b"))

			b.follow("#reset")
			b.await(`!document.documentElement.hasAttribute("data-contrast") && document.documentElement.dataset.size === "medium"`)
			b.await(`document.querySelector("zhiwen-chat").shadowRoot !== null`)
			b.follow("#hant")
			b.await(`document.documentElement.lang === "zh-Hant" && document.querySelector("zhiwen-chat").shadowRoot !== null`)
			b.await(launcher + `.innerText.trim() === "智能問答"`)
			b.audit("county-hant-" + screen.name)
			b.follow("#elder-switch")
			b.await(`document.querySelector("zhiwen-chat").hasAttribute("elder")`)
			b.await(launcher + `.getBoundingClientRect().height >= 60`)
			b.fits()
			b.audit("county-elder-" + screen.name)
		})
	}
}

// follow clicks on a link once its page stands, from inside it: a node that a
// test has looked up may be gone when the page is a new one.
func (b *tab) follow(selector string) {
	b.t.Helper()
	b.await(`document.readyState === "complete"`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("` + selector + `").click()`))
}

// fits: nothing makes the page scroll sideways.
func (b *tab) fits() {
	b.t.Helper()
	if wide := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		b.t.Errorf("the page is %d pixels wider than the screen", wide)
	}
}

// With scripts off the site is whole, and 智能问答 leads to the chat.
func TestBrowserCountyWithoutScripts(t *testing.T) {
	s := withCounty(t, script{})
	b := newBrowser(t)
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate(s.url+"/site/show/d1"), chromedp.Click(chromedp.CSS("#elder-switch")), chromedp.WaitVisible(chromedp.CSS("html[data-elder] .article")))
	b.shoot("county-without-scripts")
	b.do(chromedp.Click(chromedp.CSS("#ask")), chromedp.WaitVisible(chromedp.CSS("#question")))
}

package web

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"zhiwen/bot"
)

// At 400 % of a screen of 1280 by 800 every page is read by scrolling down alone,
// and what stays in place leaves room for what is read.
func TestBrowserZoomed(t *testing.T) {
	s := withCounty(t, script{})
	b := newBrowser(t)
	b.size(320, 200)
	for _, page := range []struct{ name, path string }{
		{"chat", "/"}, {"elder", "/elder"}, {"about", "/about"}, {"document", "/doc/d1"}, {"message", "/nothing"},
		{"county-front", "/site/"}, {"county-article", "/site/show/d1"},
	} {
		b.do(chromedp.Navigate(s.url + page.path))
		b.await(`document.readyState === "complete"`)
		b.fits()
		if held := eval[float64](b, `[...document.querySelectorAll("body *")].filter(e => ["sticky", "fixed"].includes(getComputedStyle(e).position))
			.reduce((sum, e) => sum + e.getBoundingClientRect().height, 0)`); held > 80 {
			t.Errorf("%s: %.0f of 200 pixels stay in place", page.path, held)
		}
		b.audit("zoomed-" + page.name)
	}
	b.pressAt(launcher)
	b.await(panelIsOpen)
	b.awaitInChat(`document.documentElement.scrollWidth <= innerWidth`)
	if !eval[bool](b, isWhole) {
		t.Error("the chat is not the whole page")
	}
	b.audit("zoomed-widget")
}

// However far a long answer is read, the way to a person stays in sight: on the
// page, on the elderly visitors' page, and on both in the frame of a site.
func TestBrowserPersonAtHand(t *testing.T) {
	s := newSite(t, script{"长": func(_ context.Context, _ bot.Request, s bot.Sink) (bot.Answer, error) {
		return tell(s, strings.Repeat("全年办理法律援助案件247件。\n", 60))
	}}, newMemory())
	browser := newBrowser(t)
	for _, path := range []string{"/", "/elder", "/?site=" + s.url, "/elder?site=" + s.url} {
		for _, screen := range screens {
			t.Run(path+" "+screen.name, func(t *testing.T) {
				b := browser.open(t, chromedp.WithNewBrowserContext())
				b.size(screen.width, screen.height)
				b.do(chromedp.Navigate(s.url + path))
				b.await(`document.body.dataset.ready === "true"`)
				b.ask("长")
				b.settled(1)
				if top := eval[float64](b, `document.querySelector("#log .asked").getBoundingClientRect().top - Math.max(...[...document.querySelectorAll(".site-header, .notice")]
					.filter(e => getComputedStyle(e).position === "sticky" && e.getBoundingClientRect().top === 0).map(e => e.offsetHeight))`); top < 0 {
					t.Errorf("%.0f pixels of the question are covered", -top)
				}
				for _, at := range []string{"0", "600", "document.documentElement.scrollHeight"} {
					b.do(chromedp.Evaluate[chromedp.Void](`window.scrollTo({top: ` + at + `, behavior: "instant"})`))
					if !eval[bool](b, `(e => { const r = e.getBoundingClientRect();
						return r.top >= 0 && r.bottom <= innerHeight && e.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)); })(document.querySelector(".phone"))`) {
						t.Errorf("at %s the number is out of sight", at)
					}
				}
				name := strings.NewReplacer("/?site="+s.url, "framed", "/elder?site="+s.url, "framed-elder", "/elder", "elder", "/", "chat").Replace(path)
				b.audit("far-down-" + name + "-" + screen.name)
			})
		}
	}
}

// What answers are, and whom to tell, in every width.
func TestBrowserAbout(t *testing.T) {
	s := newSite(t, script{}, newMemory(), func(c *Config) {
		c.Page.Generated = true
		c.Page.Imprint = Imprint{
			Unit: "某县人民政府办公室", SiteCode: "0000000000", ICP: "皖ICP备00000000号-1", Police: "皖公网安备 34000000000000号",
			Complaint: "https://www.example.gov.cn/complaint", Model: "示例模型", Filing: "示例-备案号-0001",
		}
	})
	browser := newBrowser(t)
	for _, screen := range screens {
		b := browser.open(t)
		b.size(screen.width, screen.height)
		b.do(chromedp.Navigate(s.url + "/about"))
		text := b.text("body")
		for _, want := range []string{"人工智能", "示例模型", "示例-备案号-0001", "投诉与建议", "皖ICP备00000000号-1", "皖公网安备 34000000000000号", "网站标识码：0000000000", "主办单位：某县人民政府办公室"} {
			if !strings.Contains(text, want) {
				t.Errorf("the page lacks %s:\n%s", want, text)
			}
		}
		b.fits()
		b.audit("about-" + screen.name)

		// That a machine makes the answers is said while they are scrolled.
		b.do(chromedp.Navigate(s.url))
		for range 3 {
			b.ask("你好")
			b.await(`!document.getElementById("send").hidden && document.querySelectorAll(".card").length > 0`)
		}
		b.do(chromedp.Evaluate[chromedp.Void](`scrollTo(0, document.documentElement.scrollHeight)`))
		b.await(`(r => r.top >= 0 && r.bottom <= innerHeight)(document.querySelector(".notice").getBoundingClientRect())`)
		if notice := b.text(".notice"); !strings.Contains(notice, "人工智能生成") {
			t.Errorf("the notice says %s", notice)
		}
		b.audit("chat-generated-" + screen.name)
	}
}

// The flows of the chat and of the 长辈版 in the oldest browser.
func TestBrowserChromium74(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	b := newOldBrowser(t)
	for _, page := range []struct {
		name, path    string
		width, height int64
	}{{"chat", "/", 1280, 800}, {"elder", "/elder", 390, 844}, {"hant", "/?script=hant", 320, 640}} {
		b.size(page.width, page.height)
		b.do(chromedp.Navigate(s.url + page.path))
		b.ask("你好")
		b.await(`document.querySelector(".card") !== null && document.querySelector(".answer-text").textContent.indexOf("247件") >= 0`)
		b.fits()
		b.shoot("chromium74-" + page.name)
	}
	b.do(chromedp.Navigate(s.url + aCitation().URL))
	b.await(`document.querySelector("mark.quote") !== null && document.querySelector("mark.quote").textContent === "` + aCitation().Quote + `"`)
	b.shoot("chromium74-document")
}

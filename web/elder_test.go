package web

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"zhiwen/bot"
)

// plainAnswers answers as the elder profile does.
var plainAnswers = script{
	"长": func(_ context.Context, _ bot.Request, s bot.Sink) (bot.Answer, error) {
		a, err := tell(s, "全年办理法律援助案件247件。")
		a.More, a.Phones = "全文在这里："+a.Text, []string{"0563-8150123"}
		a.Suggestions = []string{"一步一步"}
		a.Handoff = &bot.Handoff{Text: "人工服务", Phone: "12345"}
		return a, err
	},
	"一步一步": func(_ context.Context, _ bot.Request, s bot.Sink) (bot.Answer, error) {
		a, err := tell(s, "共3项，一项一项说：\n1.取号。")
		a.Steps = []string{"1.取号。[1]", "2.采集。[1]", "3.领证。[1]"}
		return a, err
	},
}

// The 长辈版 from the first screen to an answer and everything that can be done
// with it: by taps alone, in type of 24 px and more, on targets of 60 px.
func TestBrowserElder(t *testing.T) {
	s := newElderSite(t, plainAnswers)
	browser := newBrowser(t)
	for _, screen := range screens {
		t.Run(screen.name, func(t *testing.T) {
			b := browser.open(t)
			b.size(screen.width, screen.height)
			b.do(chromedp.Navigate(s.url + "/elder"))
			b.show(".choice")
			b.audit("elder-start-" + screen.name)
			b.isElderly()

			b.click(".choices li:last-child .choice")
			b.arrive(`location.search.includes("topic")`)
			b.show(".menu-ways")
			b.audit("elder-topic-" + screen.name)
			b.click(".choices li:nth-child(1) .choice")
			b.arrive(`location.search.includes("doc") && document.body.dataset.ready === "true"`)
			b.audit("elder-matter-" + screen.name)
			b.click("button.choice")
			b.settled(1)
			if eval[bool](b, `document.getElementById("menu").offsetParent !== null`) {
				t.Error("the menu is shown beside an answer")
			}
			if got := eval[string](b, `document.activeElement.textContent`); !strings.HasSuffix(got, "：主要举措和成效") {
				t.Errorf("focus is on %q", got)
			}
			b.audit("elder-answer-" + screen.name)

			b.click(".other button")
			b.show("#menu")
			b.ask("长")
			b.settled(2)
			if got := eval[int](b, `[...document.querySelectorAll("#log .turn")].filter(e => e.offsetParent !== null).length`); got != 1 {
				t.Errorf("%d answers are on the screen", got)
			}
			b.click("#log .turn:last-of-type .more-button")
			b.await(`document.querySelector("#log .turn:last-of-type .whole").textContent.startsWith("全文在这里：")`)
			if got := eval[string](b, `[...document.querySelectorAll("#log .turn:last-of-type .phone-button")].map(e => e.getAttribute("href")).join(" ")`); got != "tel:05638150123 tel:12345" {
				t.Errorf("telephones %q", got)
			}
			b.isElderly()
			b.audit("elder-more-" + screen.name)

			b.click("#log .turn:last-of-type .suggestion")
			b.settled(3)
			b.audit("elder-steps-" + screen.name)
			for n, want := range []string{"2.采集。1", "3.领证。1"} {
				b.click("#log .turn:last-of-type .next-step")
				b.await(fmt.Sprintf(`document.querySelectorAll("#log .turn:last-of-type .step").length === %d`, n+1))
				if got := eval[string](b, `[...document.querySelectorAll("#log .turn:last-of-type .step")].pop().textContent`); got != want {
					t.Errorf("step %d is %q", n+2, got)
				}
			}
			if eval[bool](b, `document.querySelector("#log .turn:last-of-type .next-step") !== null`) {
				t.Error("there is a step after the last")
			}
			b.do(chromedp.Reload())
			b.show(".choice")
			b.click(".earlier button")
			b.await(`!document.getElementById("past").hidden && document.querySelectorAll("#past .turn").length === 3`)
			b.audit("elder-earlier-" + screen.name)
		})
	}
}

// isElderly holds what is on the screen to the rules for old people's pages:
// text of 18 px at least where it is small print and 24 px where it is read,
// lines 1.3 times as high or more, targets of 60 px but in running text.
func (b *tab) isElderly() {
	b.t.Helper()
	for _, bad := range eval[[]string](b, `(() => {
		const bad = [];
		const name = (e) => e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 20);
		const shown = (e) => e.offsetParent !== null && !e.closest(".visually-hidden, .skip, .imprint");
		for (const e of document.querySelectorAll("a, button, summary, textarea")) {
			const {width, height} = e.getBoundingClientRect();
			const least = e.closest(".answer-text, .link-button") ? 44 : 60;
			if (shown(e) && (height < least || width < 44)) bad.push("small target " + name(e) + " " + width + "x" + height);
		}
		for (const e of document.querySelectorAll("body *")) {
			if (!shown(e) || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== "")) continue;
			const {fontSize, lineHeight} = getComputedStyle(e);
			const size = parseFloat(fontSize);
			const least = e.closest(".answer-text, .choice, .asked, textarea, .phone-button") ? (e.closest(".mark") ? 20 : 24) : 18;
			if (size < least) bad.push("small type " + name(e) + " " + fontSize);
			if (e.closest(".answer-text, .choice, .notice") && !e.closest(".mark") && parseFloat(lineHeight) < 1.3 * size) bad.push("low lines " + name(e) + " " + lineHeight);
		}
		if (document.documentElement.scrollWidth > innerWidth) bad.push("scrolls sideways: " + document.documentElement.scrollWidth);
		return bad;
	})()`) {
		b.t.Error(bad)
	}
}

// Type grows from 24 px beyond 30 pt, stays as it was set, and nothing runs over
// the edge of a small phone.
func TestBrowserElderSize(t *testing.T) {
	s := newElderSite(t, plainAnswers)
	b := newBrowser(t)
	b.size(320, 640)
	b.do(chromedp.Navigate(s.url + "/elder"))
	b.show(".choice")
	size := func() float64 {
		return eval[float64](b, `parseFloat(getComputedStyle(document.documentElement).fontSize)`)
	}
	if got := size(); got != 24 {
		t.Errorf("type begins with %g px", got)
	}
	for range largestSize + 1 {
		b.click(`[data-size-step="1"]`)
	}
	if got := size(); got < 40 {
		t.Errorf("type ends with %g px, want 30 pt at least", got)
	}
	b.ask("长")
	b.settled(1)
	b.isElderly()
	b.audit("elder-largest-answer")
	b.do(chromedp.Reload())
	b.show(".choice")
	if got := size(); got < 40 {
		t.Errorf("after a reload type is %g px", got)
	}
	b.isElderly()
	b.audit("elder-largest-start")
	for range largestSize + 1 {
		b.click(`[data-size-step="-1"]`)
	}
	if got := size(); got != 24 {
		t.Errorf("type is %g px again", got)
	}
}

// All of it with the keyboard: choose, read, go back, ask, and no trap.
func TestBrowserElderByKeyboard(t *testing.T) {
	s := newElderSite(t, plainAnswers)
	b := newBrowser(t)
	b.do(chromedp.Navigate(s.url + "/elder?topic=养老、补贴和救助"))
	b.show(".choice")
	b.tabTo("button.choice")
	b.hit(kb.Enter)
	b.settled(1)
	b.tabTo(".other button")
	b.hit(kb.Enter)
	b.await(`document.activeElement.id === "menu-title"`)
	b.tabTo("#question")
	b.do(chromedp.SendKeys(chromedp.CSS("#question"), "长\r"))
	b.settled(2)
	b.tabTo("#log .turn:last-of-type .more-button")
	b.hit(" ")
	b.await(`!document.querySelector("#log .turn:last-of-type .whole").hidden`)
	b.tabTo("#log .turn:last-of-type .folded summary")
	b.hit(kb.Enter)
	b.tabTo("#log .turn:last-of-type .card-open")
	b.tabTo(`[data-size-step="1"]`) // round, and from the top again
}

func (b *tab) hit(key string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key))
}

// tabTo presses Tab until an element has the focus; what has it must be seen,
// and seen to have it.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	for range 150 {
		b.hit(kb.Tab)
		if bad := eval[string](b, `(() => {
			const e = document.activeElement, box = e.getBoundingClientRect();
			if (e === document.body) return "";
			const style = getComputedStyle(e);
			if (style.outlineStyle === "none") return "focus is not seen on " + e.outerHTML.slice(0, 120);
			const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1), y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
			const top = document.elementFromPoint(x, y);
			if (!e.contains(top) && !(top && top.contains(e))) return "focus is covered on " + e.outerHTML.slice(0, 120);
			return "";
		})()`); bad != "" {
			b.t.Error(bad)
		}
		if eval[bool](b, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			return
		}
	}
	b.t.Fatalf("the keyboard does not reach %s", selector)
}

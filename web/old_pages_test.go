package web

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// In Chromium 74 both pages are a conversation: asked, answered, cited, by taps
// and in Traditional characters.
func TestBrowserOldPages(t *testing.T) {
	s := newElderSite(t, plainAnswers)
	b := newOldBrowser(t)
	b.do(chromedp.Navigate(s.url))
	b.arrive(`document.body.dataset.ready === "true"`)
	b.ask("你好")
	b.settled(1)
	b.evalVoid(`document.querySelector(".mark").click()`)
	b.await(`document.activeElement.getAttribute("aria-label") === "引用原文"`)
	b.evalVoid(`document.querySelector(".card-back button").click()`)
	b.await(`document.activeElement.className === "mark"`)
	b.shoot("old-chat")

	b.do(chromedp.Navigate(s.url + "/elder?script=hant&topic=养老、补贴和救助"))
	b.arrive(`document.body.dataset.ready === "true"`)
	b.evalVoid(`document.querySelector("button.choice").click()`)
	b.settled(1)
	b.ask("一步一步")
	b.settled(2)
	b.evalVoid(`document.querySelector(".next-step").click()`)
	b.await(`document.querySelectorAll(".step").length === 1`)
	b.shoot("old-elder")
	if eval[bool](b, `document.documentElement.scrollWidth > innerWidth`) {
		t.Error("the page scrolls sideways")
	}
}

package web

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"zhiwen/bot"
)

// inHant answers as bot does for readers of Traditional characters.
var inHant = script{"法律援助": func(_ context.Context, r bot.Request, s bot.Sink) (bot.Answer, error) {
	a, err := tell(s, "全年辦理法律援助案件247件。")
	if r.Script != bot.ScriptHant {
		return bot.Answer{}, fmt.Errorf("asked in script %q", r.Script)
	}
	c := aCitation()
	c.Hant = &bot.Hant{Title: "某縣2023年度法治政府建設工作情況報告", Publisher: "司法局", Validity: "有效", Clause: "一、(二)", Quote: "全年辦理法律援助案件247件。"}
	a.Label, a.Citations = "原文摘錄", []bot.Citation{c}
	a.Hant = &bot.Hant{Highlight: "247件", Note: "繁體由系統轉換，以簡體原文爲準。"}
	return a, err
}}

// A citation is opened in the page, named, and leads back to where it was cited.
func TestBrowserCitation(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	b := newBrowser(t)
	b.size(390, 844)
	b.do(chromedp.Navigate(s.url))
	b.ask("你好")
	b.settled(1)
	if name := eval[string](b, `document.querySelector(".mark").getAttribute("aria-label")`); name != "来源1《"+aTitle+"》一、(二)" {
		t.Errorf("the mark is called %q", name)
	}
	b.click(".mark")
	passage := eval[[]string](b, `[document.activeElement.getAttribute("aria-label"), document.activeElement.querySelector("blockquote").textContent]`)
	if passage[0] != "引用原文" || passage[1] != aCitation().Quote {
		t.Errorf("focus is on %q", passage)
	}
	b.audit("chat-citation-phone")
	b.hit(kb.Tab)
	b.hit(kb.Enter)
	b.await(`document.activeElement.matches(".mark")`)
	links := eval[[]string](b, `[...document.querySelectorAll(".card-links a")].map(e => e.getAttribute("href"))`)
	if want := []string{s.url + aCitation().URL, textFragment(aCitation().SourceURL, aCitation().Quote)}; strings.Join(links, " ") != strings.Join(want, " ") {
		t.Errorf("links %q, want %q", links, want)
	}
}

// What can be done with an answer: copy it with label and sources, go on on the
// phone, judge it; and print it with what is folded.
func TestBrowserAnswerTools(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	b := newBrowser(t)
	grant := browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: "clipboard-read"}, Setting: browser.PermissionSettingGranted, Origin: s.origin()}
	if _, err := chromedp.Call(b.ctx, browser.SetPermission, grant); err != nil {
		t.Log("clipboard:", err)
	}
	b.do(chromedp.Navigate(s.url))
	b.ask("法律援助办了多少件")
	b.settled(1)
	copied := eval[string](b, `new Promise((resolve) => {
		const clipboard = {writeText: (text) => { resolve(text); return Promise.resolve(); }};
		Object.defineProperty(navigator, "clipboard", {value: clipboard});
		[...document.querySelectorAll(".tool-button")].find((e) => e.textContent === "复制").click();
	})`)
	want := "【原文摘录】\n见原文。全年办理法律援助案件247件。[1]\n\n出处：\n[1] 《" + aTitle + "》，司法局，2024-02-28 15:48，一、(二) https://www.example.gov.cn/1.html"
	if copied != want {
		t.Errorf("copied\n%s\nwant\n%s", copied, want)
	}
	b.await(`document.querySelector("#log .note").textContent === "已复制，包含出处。"`)

	b.evalVoid(`[...document.querySelectorAll(".tool-button")].find((e) => e.textContent === "手机上接着看").click()`)
	b.await(`document.querySelector(".qr-box img").naturalWidth > 0`)
	if src := eval[string](b, `decodeURIComponent(document.querySelector(".qr-box img").getAttribute("src"))`); !strings.Contains(src, "q=法律援助办了多少件") {
		t.Errorf("the picture is %s", src)
	}
	b.audit("chat-tools-desktop")

	b.evalVoid(`window.dispatchEvent(new Event("beforeprint"))`)
	if eval[bool](b, `document.querySelector("#log details:not([open])") !== null`) {
		t.Error("something stays folded on paper")
	}
	b.printing("print")
	if eval[bool](b, `[".composer", ".page-tools", ".answer-tools", ".site-header"].some((s) => document.querySelector(s).offsetHeight > 0) || document.querySelector(".card-quote blockquote").offsetHeight === 0`) {
		t.Error("paper shows what belongs to the screen, or not what was quoted")
	}
	b.shoot("chat-print")
	b.printing("")

	b.evalVoid(`[...document.querySelectorAll(".feedback button")].pop().click()`)
	b.audit("chat-why-desktop")
	b.click(".reasons li:nth-child(3) button")
	b.await(`document.querySelector(".feedback").textContent === "感谢您的反馈。"`)
	eventually(t, "the judgement is kept", func() bool {
		s.store.mu.Lock()
		defer s.store.mu.Unlock()
		return len(s.store.feedback) == 1 && s.store.feedback[0].Rating == "useless" && s.store.feedback[0].Reasons[0] == "看不懂"
	})
}

// printing shows a page as on a medium, "" being the screen.
func (b *tab) printing(medium string) {
	b.t.Helper()
	media := emulation.SetEmulatedMediaParams{Media: medium}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
		b.t.Fatal(err)
	}
}

// The panels: five grades of which none is chosen, reasons for the bad ones;
// conversations held on this device, opened again and deleted.
func TestBrowserPanels(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	b := newBrowser(t)
	b.size(320, 640)
	b.do(chromedp.Navigate(s.url))
	b.ask("我的身份证341824190001010000到期了")
	b.settled(1)
	tool := func(name string) {
		b.evalVoid(fmt.Sprintf(`[...document.querySelectorAll("#page-tools button")].find((e) => e.textContent === %q).click()`, name))
	}
	tool("评价服务")
	b.show(".rate")
	b.click(".rate [type=submit]")
	b.await(`document.querySelector(".rate .problem").textContent === "请先选一个评价。"`)
	b.click(".rate-choice:nth-child(4)")
	b.show(".rate [name=reason]")
	b.audit("chat-rate-small")
	b.click(".rate [type=submit]")
	b.await(`document.querySelector(".rate").textContent === "感谢您的反馈。"`)
	eventually(t, "the grade is kept", func() bool {
		s.store.mu.Lock()
		defer s.store.mu.Unlock()
		return len(s.store.feedback) == 1 && s.store.feedback[0].Rating == "2" && s.store.feedback[0].AnswerID == ""
	})
	b.hit(kb.Escape)
	b.await(`document.querySelector(".panel") === null && document.activeElement.textContent === "评价服务"`)

	b.evalVoid(`setTimeout(() => [...document.querySelectorAll("#page-tools button")].find((e) => e.textContent === "新对话").click())`)
	b.arrive(`document.body.dataset.ready === "true" && document.querySelector("#log article.answer") === null`)
	b.ask("第二个对话")
	b.settled(1)
	tool("历史记录")
	b.show(".history li:nth-child(2)")
	if got := eval[string](b, `document.querySelector(".history li:nth-child(2) .history-item").textContent`); strings.Contains(got, "3418") || !strings.Contains(got, "我的身份证＊＊＊到期了") {
		t.Errorf("on this device is kept %q", got)
	}
	b.audit("chat-history-small")
	b.evalVoid(`setTimeout(() => document.querySelector(".history li:nth-child(2) .history-item").click())`)
	b.arrive(`document.body.dataset.ready === "true" && document.getElementById("past").textContent.includes("＊＊＊到期了")`)
	tool("历史记录")
	b.show(".history li:nth-child(2)")
	b.click(".history li:nth-child(2) .button")
	b.await(`document.querySelectorAll(".history li").length === 1`)
	b.click(".panel > .button")
	b.await(`document.querySelector(".history").textContent === "还没有记录。"`)
	eventually(t, "the server forgets both", func() bool {
		s.store.mu.Lock()
		defer s.store.mu.Unlock()
		return len(s.store.forgotten) >= 2 && s.store.forgotten[0] != s.store.forgotten[1] && len(s.store.turns) == 0
	})
	if left := eval[string](b, `localStorage.getItem("zhiwen.history") + sessionStorage.getItem("zhiwen.conversation")`); left != "[]{}" {
		t.Errorf("after deleting %s is left", left)
	}
}

// Suggestions come while a question is typed, with the keyboard too.
func TestBrowserSuggests(t *testing.T) {
	s := newElderSite(t, script{})
	b := newBrowser(t)
	b.do(chromedp.Navigate(s.url))
	b.do(chromedp.SendKeys(chromedp.CSS("#question"), "法律"))
	b.show("#suggest li:nth-child(2)")
	b.audit("chat-suggest-desktop")
	b.hit(kb.Escape)
	b.await(`document.getElementById("suggest").hidden`)
	b.do(chromedp.SendKeys(chromedp.CSS("#question"), "援"))
	b.show("#suggest li:nth-child(2)")
	b.hit(kb.Home)
	b.hit(kb.ArrowUp)
	b.hit(kb.ArrowUp)
	if got := eval[string](b, `document.activeElement.textContent`); got != "法律援助办了多少件" {
		t.Errorf("focus is on %q", got)
	}
	b.hit(kb.Enter)
	b.settled(1)
	b.await(`document.getElementById("suggest").hidden && question.value === ""`)
	if got := eval[string](b, `document.querySelector("#log .asked").textContent`); got != "法律援助办了多少件" {
		t.Errorf("asked %q", got)
	}
}

// In Traditional characters the page, the answer and what is cited are marked as
// such; the original is a tap away; the choice holds on this device.
func TestBrowserTraditional(t *testing.T) {
	s := newElderSite(t, inHant)
	browser := newBrowser(t)
	for _, path := range []string{"/", "/elder"} {
		t.Run(path, func(t *testing.T) {
			b := browser.open(t)
			b.size(390, 844)
			b.do(chromedp.Navigate(s.url + path))
			b.evalVoid(`setTimeout(() => document.getElementById("script-link").click())`)
			b.arrive(`document.documentElement.lang === "zh-Hant" && document.body.dataset.ready === "true"`)
			b.ask("法律援助")
			b.settled(1)
			b.click(".mark")
			b.await(`document.activeElement.getAttribute("aria-label") === "引用原文"`)
			name := "chat-hant-phone"
			if path == "/elder" {
				name = "elder-hant-phone"
			}
			b.audit(name)
			for expression, want := range map[string]string{
				`document.querySelector(".mark").getAttribute("aria-label")`:  "來源1《某縣2023年度法治政府建設工作情況報告》一、(二)",
				`document.querySelector(".answer-text").lang`:                 "zh-Hant",
				`document.querySelector(".answer-text mark").textContent`:     "247件",
				`document.querySelector(".converted").textContent`:            "繁體由系統轉換，以簡體原文爲準。",
				`document.querySelector("blockquote").lang`:                   "zh-Hant",
				`document.querySelector("blockquote").textContent`:            "全年辦理法律援助案件247件。",
				`document.querySelector(".card-open").getAttribute("href")`:   s.url + aCitation().URL,
				`document.querySelector(".card-original button").textContent`: "看簡體原文",
			} {
				if got := eval[string](b, expression); got != want {
					t.Errorf("%s: %q, want %q", expression, got, want)
				}
			}
			b.click(".card-original button")
			if got := eval[[]string](b, `[document.querySelector("blockquote").lang, document.querySelector("blockquote").textContent]`); got[0] != "zh-Hans" || got[1] != aCitation().Quote {
				t.Errorf("the original is %q", got)
			}
			b.do(chromedp.Navigate("about:blank"))
			b.evalVoid(fmt.Sprintf(`setTimeout(() => { location.href = %q; })`, s.url+path))
			b.arrive(`document.documentElement.lang === "zh-Hant" && document.body.dataset.ready === "true"`)
			b.evalVoid(`setTimeout(() => document.getElementById("script-link").click())`)
			b.arrive(`document.documentElement.lang === "zh-Hans" && document.body.dataset.ready === "true"`)
		})
	}
}

// With the keyboard alone, in a window enlarged four times, a question is
// asked, its source opened and left again; nothing runs over the edge.
func TestBrowserByKeyboardAt400(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	b := newBrowser(t)
	b.size(320, 256) // 1280 by 1024 at 400 %
	b.do(chromedp.Navigate(s.url))
	b.show(".sample")
	b.tabTo("#question")
	b.audit("chat-start-400")
	b.ask("你好")
	b.settled(1)
	b.tabTo(".mark")
	b.hit(kb.Enter)
	b.tabTo(".card-back button")
	b.hit(kb.Enter)
	b.tabTo(".card-open")
	b.tabTo("#question")
	b.audit("chat-answer-400")
	if eval[bool](b, `document.documentElement.scrollWidth > innerWidth`) {
		t.Error("the page scrolls sideways")
	}
	// Text spaced as WCAG 1.4.12 allows stays whole.
	b.evalVoid(`(() => {
		const sheet = new CSSStyleSheet();
		sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }");
		document.adoptedStyleSheets = [sheet];
	})()`)
	if clipped := eval[string](b, `[...document.querySelectorAll("button, a, p, h2, h3")].filter((e) => e.offsetParent !== null && !e.closest(".visually-hidden")
		&& (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline" && getComputedStyle(e).overflow !== "visible")).map((e) => e.textContent).join("|")`); clipped != "" {
		t.Errorf("spaced text is cut off: %s", clipped)
	}
	b.shoot("chat-spaced-400")
}

// The phone's picture leads to a page that asks at once, and once only.
func TestBrowserGoesOnOnThePhone(t *testing.T) {
	var asked int
	s := newSite(t, script{"身份证怎么补办": func(_ context.Context, _ bot.Request, sink bot.Sink) (bot.Answer, error) {
		asked++
		return tell(sink, "好。")
	}}, newMemory())
	b := newBrowser(t)
	b.do(chromedp.Navigate(s.url + "/?q=身份证怎么补办"))
	b.settled(1)
	if at := eval[string](b, `location.pathname + location.search + question.value`); at != s.cfg.Public.Path+"/" {
		t.Errorf("the address is %s", at)
	}
	b.do(chromedp.Reload())
	b.await(`document.getElementById("past").children.length === 1`)
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

// Speech: what the browser cannot do by itself is done by the server where it
// has a service; what was heard is shown and waits to be sent; without any there
// is no button, but a word about the phone's own microphone key.
func TestBrowserSpeech(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	browser := newBrowser(t)
	b := browser.open(t)
	b.do(chromedp.Navigate(s.url))
	b.ask("你好")
	b.settled(1)
	b.await(`!document.getElementById("voice-hint").hidden`)
	if eval[bool](b, `document.querySelector(".voice-button") !== null || [...document.querySelectorAll(".read-button")].some((e) => !e.hidden && speechSynthesis.getVoices().length === 0)`) {
		t.Error("a button is there for what cannot be done")
	}

	s.cfg.Voice = parrot{}
	b = browser.open(t)
	b.do(chromedp.Navigate(s.url))
	b.show(".voice-button")
	// A microphone that hears a sentence, and a loudspeaker that takes a sound.
	b.evalVoid(`(() => {
		navigator.mediaDevices.getUserMedia = () => Promise.resolve({getTracks: () => []});
		window.MediaRecorder = class {
			constructor() { this.mimeType = "audio/webm"; this.state = "inactive"; }
			start() { this.state = "recording"; }
			stop() { this.state = "inactive"; this.ondataavailable({data: new Blob(["身份证怎么补办"])}); this.onstop(); }
		};
		window.spoken = [];
		window.AudioContext = class {
			decodeAudioData(data) { window.spoken.push(new TextDecoder().decode(data)); return Promise.resolve({}); }
			createBufferSource() { return {connect() {}, start() { window.end = this.onended; }, stop() { this.onended(); }}; }
			close() {}
		};
	})()`)
	b.audit("chat-voice-desktop")
	b.click(".voice-button")
	b.await(`document.querySelector(".voice-button").textContent === "说完了"`)
	b.click(".voice-button")
	b.await(`question.value === "身份证怎么补办"`)
	if eval[bool](b, `document.querySelector(".asked") !== null`) {
		t.Error("what was heard was asked unseen")
	}
	b.click("#send")
	b.settled(1)
	b.click(".read-button")
	b.arrive(`window.end !== undefined && document.querySelector(".read-button").textContent === "停止朗读"`)
	if got := eval[string](b, `window.spoken[0]`); got != "sound of 原文摘录。见原文。全年办理法律援助案件247件。" {
		t.Errorf("read aloud %q", got)
	}
	b.click(".read-button")
	b.await(`document.querySelector(".read-button").textContent === "朗读"`)
}

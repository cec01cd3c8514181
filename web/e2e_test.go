package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"zhiwen/bot"
)

// screens are the sizes that the pages are looked at in.
var screens = []struct {
	name          string
	width, height int64
}{{"desktop", 1280, 800}, {"phone", 390, 844}, {"small", 320, 640}}

// tab is a page in a browser. What fails in it fails the test.
type tab struct {
	t   testing.TB
	ctx context.Context
	// expectPolicy: that the page breaks a policy is what the test is about.
	expectPolicy bool
}

type action = chromedp.Action[chromedp.Void]

// newBrowser starts Debian's Chromium with a fresh profile. CI=true makes its
// absence a failure.
func newBrowser(t testing.TB) *tab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("chromium is not installed: apt-get install chromium fonts-noto-cjk")
		}
		t.Skip("chromium is not installed: the pages are not tried in a browser")
	}
	return startBrowser(t, path)
}

// newOldBrowser starts Chromium 74, the oldest browser that the pages promise
// to work in.
func newOldBrowser(t testing.TB) *tab {
	t.Helper()
	const path = "../.cache/chromium74/chromium"
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("Chromium 74 is not there: scripts/fetch-browser-tools")
		}
		t.Skip("Chromium 74 is not fetched: the pages are not tried in it")
	}
	return startBrowser(t, path)
}

func startBrowser(t testing.TB, path string) *tab {
	t.Helper()
	if testing.Short() {
		t.Skip("browsers take longer than make check may")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(time.Minute),
		chromedp.Flag("disable-quic", true), chromedp.Flag("ignore-certificate-errors", true), chromedp.Flag("disable-component-update", true),
		// A page that scrolls smoothly moves away under the pointer of a test.
		chromedp.Flag("force-prefers-reduced-motion", true),
	)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(func() {
		closing, stop := context.WithTimeout(ctx, 10*time.Second)
		chromedp.Cancel(closing)
		stop()
		cancel()
	})
	first := &tab{t: t, ctx: ctx}
	first.listen()
	return first
}

// open opens another tab of the same browser.
func (b *tab) open(t testing.TB, options ...chromedp.ContextOption) *tab {
	ctx, cancel := chromedp.NewContext(b.ctx, options...)
	t.Cleanup(cancel)
	next := &tab{t: t, ctx: ctx}
	next.listen()
	return next
}

// listen fails the test for what the page throws or complains about.
func (b *tab) listen() {
	err := chromedp.Listen(b.ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			thrown := e.ExceptionDetails.Text
			if e.ExceptionDetails.Exception != nil {
				thrown += " " + e.ExceptionDetails.Exception.Description
			}
			b.t.Errorf("the page threw: %s (%s:%d)", thrown, e.ExceptionDetails.URL, e.ExceptionDetails.LineNumber+1)
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.ConsoleAPICalledTypeError {
				b.t.Errorf("the page complained: %s", e.Args[0].Value)
			}
		case *log.EventEntryAdded:
			unknown := strings.HasPrefix(e.Entry.Text, "Unrecognized Content-Security-Policy directive") // an old browser's word for a new one
			if e.Entry.Source == log.EntrySourceSecurity && !unknown && !b.expectPolicy {
				b.t.Errorf("the page broke its policy: %s", e.Entry.Text)
			}
		}
	})
	if err != nil {
		b.t.Fatal("start chromium:", err)
	}
}

func (b *tab) do(steps ...action) {
	b.t.Helper()
	get(b, chromedp.Steps(steps...))
}

// pageLimit is what a page gets to do anything; only a failing test meets it.
const pageLimit = 40 * time.Second

// get does an action and gives its value.
func get[T any](b *tab, a chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageLimit)
	defer cancel()
	value, err := chromedp.Run(ctx, a)
	for err != nil && strings.Contains(err.Error(), "Could not find node") {
		value, err = chromedp.Run(ctx, a) // the node was one of the page before
	}
	if err != nil {
		shown, _ := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("body")))
		b.t.Fatalf("%v\nthe page shows:\n%s", err, shown)
	}
	return value
}

// eval gives the value of an expression, or what it promises.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	return get(b, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// await waits until an expression is true, on the next page if this one goes.
func (b *tab) await(expression string) {
	b.t.Helper()
	poll := func() error {
		ctx, cancel := context.WithTimeout(b.ctx, pageLimit)
		defer cancel()
		_, err := chromedp.Run(ctx, chromedp.Poll[chromedp.Void](expression))
		return err
	}
	err := poll()
	gone := func() bool {
		return strings.Contains(err.Error(), "context with specified id") || strings.Contains(err.Error(), "target navigated")
	}
	for err != nil && gone() {
		err = poll()
	}
	if err != nil {
		b.t.Fatalf("never true: %s: %v\nthe page shows:\n%s", expression, err, b.text("body"))
	}
}

func (b *tab) text(selector chromedp.CSS) string {
	b.t.Helper()
	return get(b, chromedp.Text(selector))
}

func (b *tab) ask(question string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS("#question"), question+"\r"))
}

func (b *tab) click(selector chromedp.CSS) {
	b.t.Helper()
	b.do(chromedp.Click(selector))
}

func (b *tab) show(selector chromedp.CSS) {
	b.t.Helper()
	b.do(chromedp.WaitVisible(selector))
}

func (b *tab) size(width, height int64) {
	b.t.Helper()
	var options []chromedp.EmulateViewportOption
	if width < 600 {
		options = append(options, chromedp.EmulateMobile)
	}
	b.do(chromedp.EmulateViewport(width, height, options...))
}

// shoot writes a screenshot where ZHIWEN_SCREENSHOTS names a folder.
func (b *tab) shoot(name string) {
	b.t.Helper()
	folder := os.Getenv("ZHIWEN_SCREENSHOTS")
	if folder == "" {
		return
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		b.t.Fatal(err)
	}
	png := get(b, chromedp.CaptureScreenshot())
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

const (
	halfShown  = `[...document.querySelectorAll(".answer-text")].at(-1)?.textContent === "前半，"`
	wholeShown = `[...document.querySelectorAll(".answer-text")].at(-1)?.textContent === "前半，后半。"`
)

func TestBrowserAskAndOpenTheSource(t *testing.T) {
	asker := newHeld()
	s := newSite(t, script{"法律援助办了多少件": func(ctx context.Context, r bot.Request, sink bot.Sink) (bot.Answer, error) {
		if _, err := asker.Ask(ctx, r, sink); err != nil {
			return bot.Answer{}, err
		}
		a, err := tell(nil, "全年办理法律援助案件247件。")
		a.Suggestions = []string{"调解成功率是多少", "下一步有什么安排"}
		return a, err
	}}, newMemory())
	browser := newBrowser(t)
	for _, screen := range screens {
		t.Run(screen.name, func(t *testing.T) {
			b := browser.open(t)
			b.size(screen.width, screen.height)
			b.do(chromedp.Navigate(s.url))
			b.show(".sample")
			b.audit("chat-start-" + screen.name)

			b.ask("法律援助办了多少件")
			b.await(halfShown)
			b.show("#stop")
			if busy := eval[string](b, `document.getElementById("draft").ariaBusy`); busy != "true" {
				t.Errorf("while streaming the draft is busy: %s", busy)
			}
			if said := eval[string](b, `document.getElementById("log").textContent`); said != "" {
				t.Errorf("while streaming the log says %q", said)
			}
			b.audit("chat-streaming-" + screen.name)
			asker.release <- nil

			b.show("#send")
			if answer := eval[string](b, `document.querySelector(".answer-text").textContent`); answer != "全年办理法律援助案件247件。1" {
				t.Errorf("answer %q", answer)
			}
			card := b.text(".card")
			for _, want := range []string{aTitle, "司法局", "2024-02-28", "一、(二)", "有效", "在原文中查看"} {
				if !strings.Contains(card, want) {
					t.Errorf("no %s on the card: %s", want, card)
				}
			}
			if eval[bool](b, `document.documentElement.scrollWidth > innerWidth`) {
				t.Error("the page scrolls sideways")
			}
			b.audit("chat-answer-" + screen.name)

			opened := chromedp.WaitNewTarget(b.ctx, func(i *target.Info) bool { return strings.Contains(i.URL, "/doc/") })
			b.click(".card-open")
			var page target.ID
			select {
			case page = <-opened:
			case <-time.After(pageLimit):
				t.Fatal("the citation opened no page")
			}
			doc := browser.open(t, chromedp.WithTargetID(page))
			doc.size(screen.width, screen.height)
			doc.do(chromedp.Reload())
			doc.show("mark.quote")
			if quote := doc.text("mark.quote"); quote != aCitation().Quote {
				t.Errorf("opened at %q", quote)
			}
			if name := eval[string](doc, `document.activeElement.ariaLabel ?? ""`); name != "引用原文" {
				t.Errorf("focus is on %q", name)
			}
			doc.await(`(r => r.top >= 0 && r.bottom <= innerHeight)(document.querySelector("mark.quote").getBoundingClientRect())`)
			doc.audit("document-passage-" + screen.name)
		})
	}
}

// A connection that drops while an answer is streamed comes back by itself,
// and the page shows the answer once and whole. So does a reloaded page.
func TestBrowserComesBack(t *testing.T) {
	asker := newHeld()
	s := newSite(t, asker, newMemory())
	b := newBrowser(t)
	b.do(chromedp.Navigate(s.url))
	b.ask("一")
	b.await(halfShown)
	s.cutAll()
	b.show("#connection")
	b.await(`document.getElementById("connection").hidden`)
	asker.release <- nil
	b.await(wholeShown)

	b.ask("二")
	b.await(halfShown)
	b.do(chromedp.Reload())
	b.await(halfShown)
	asker.release <- nil
	b.show("#send")
	shown := eval[[]string](b, `[...document.querySelectorAll(".asked, .answer-text")].map(e => e.textContent)`)
	if got := strings.Join(shown, "|"); got != "一|前半，后半。|二|前半，后半。" {
		t.Errorf("after a reload: %s", got)
	}
}

// cutAll drops every connection without a word.
func (s *site) cutAll() {
	s.conns.mu.Lock()
	defer s.conns.mu.Unlock()
	for c := range s.conns.open {
		c.ws.NetConn().Close()
	}
}

func TestBrowserStopsAndRetries(t *testing.T) {
	asker := newHeld()
	s := newSite(t, asker, newMemory())
	b := newBrowser(t)
	b.size(390, 844)
	b.do(chromedp.Navigate(s.url))
	b.ask("一")
	b.await(halfShown)
	b.click("#stop")
	b.show("#send")
	<-asker.canceled
	b.ask("二")
	b.await(halfShown)
	asker.release <- errors.New("disk full")
	b.show(".answer-problem .button")
	b.audit("chat-failed-phone")
	b.click(".answer-problem .button")
	b.await(halfShown)
	asker.release <- nil
	b.await(wholeShown)
}

// Where no WebSocket gets through, questions go by HTTP.
func TestBrowserWithoutWebSocket(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	s.conns.closed = true // every handshake is followed by a close
	b := newBrowser(t)
	b.do(chromedp.Navigate(s.url))
	b.ask("你好")
	b.show(".card")
	if answer := b.text(".answer-text"); !strings.Contains(answer, "247件") {
		t.Errorf("answer %q", answer)
	}
}

// The scripts count bytes as the server does, in every plane.
func TestBrowserCountsBytes(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	b := newBrowser(t)
	b.do(chromedp.Navigate(s.url))
	module, err := s.assets.url("bytes.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, sample := range []string{"", "abc", "é", "绩溪县", "a绩é𠮷b😀c", "\u00a0\u200b\ufeff终"} {
		quoted, err := json.Marshal(sample)
		if err != nil {
			t.Fatal(err)
		}
		// The length, then the unit of every byte and of two beyond the end.
		counted := eval[[]int](b, fmt.Sprintf(`import(%q).then(({byteLength, unitAt}) => {
			const text = %s, length = byteLength(text);
			return [length, ...Array.from({length: length + 2}, (_, i) => unitAt(text, i))];
		})`, s.cfg.Public.Path+module, quoted))
		want := []int{len(sample)}
		units := 0
		for _, r := range sample {
			want = append(want, slices.Repeat([]int{units}, utf8.RuneLen(r))...)
			units += utf16.RuneLen(r)
		}
		want = append(want, units, units)
		if !slices.Equal(counted, want) {
			t.Errorf("%q is counted %v, want %v", sample, counted, want)
		}
	}
}

// A passage is found wherever it stands: over a run-in heading, over several
// paragraphs, behind characters of the second plane; a fragment that names
// none leaves the page as it is.
func TestBrowserHighlights(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	b := newBrowser(t)
	at := func(from, to string) string {
		start := strings.Index(aText, from)
		return fmt.Sprintf("#s%d-%d", start, start+strings.Index(aText[start:], to)+len(to))
	}
	b.do(chromedp.Navigate(s.url + "/doc/d1"))
	for _, test := range []struct{ fragment, want string }{
		{at("全年办理", "247件。"), "全年办理法律援助案件247件。"},
		{at("完成年度", "107%"), "完成年度任务的107%"},
		{at("公共法律服务", "全年办理"), "公共法律服务。全年办理"},
		{at("调解\n", "成功率"), "调解调解成功率"},
		{"#s0-99999", strings.ReplaceAll(aText, "\n", "")},
		{"#s99999-100000", ""},
		{"#s9-3", ""},
		{"#nonsense", ""},
		{"#s1-", ""},
	} {
		marked := eval[string](b, fmt.Sprintf(`new Promise(resolve => {
			addEventListener("hashchange", () => resolve(
				[...document.querySelectorAll("mark.quote")].map(m => m.textContent).join("")), {once: true});
			location.hash = %q;
		})`, test.fragment))
		if marked != test.want {
			t.Errorf("%s marks %q, want %q", test.fragment, marked, test.want)
		}
	}
	text := eval[string](b, `document.getElementById("text").textContent`)
	if got, want := strings.Join(strings.Fields(text), ""), strings.Join(strings.Fields(aText), ""); got != want {
		t.Errorf("the text has changed:\n%s", text)
	}
}

package web

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// How a page or a state of it is held to WCAG and put among the screenshots:
// bring a tab into the state and say
//
//	b.audit("chat-answer")
//
// That runs axe-core's rules of WCAG 2.0 to 2.2, A and AA, in light, dark and
// forced colours, and fails the test for what they find, naming the elements.
// The name is the file's name under `make screenshots`, which writes every
// audited state in all three looks; a state without an audit is left out of
// both, so that no page is looked at and not judged, or judged and not looked
// at. Begin the name with the page; say what is special about the state, and
// the size if there are several: "elder-topic-small", "widget-open-phone".
//
// The content of an iframe is another page to axe: audit it in a tab of its
// own. scripts/fetch-browser-tools fetches axe-core; without it nothing is
// judged, which is a failure in CI only.

const axePath = "../.cache/axe-core/axe.min.js"

// looks are the ways in which a visitor may have set up his screen.
var looks = []struct{ name, scheme, forced string }{{"", "light", "none"}, {"-dark", "dark", "none"}, {"-forced", "light", "active"}}

//go:embed testdata/audit.js
var auditScript string

// audit judges the state that the tab is in, by day, by night and in forced
// colours, and takes its picture in each.
func (b *tab) audit(state string) {
	b.t.Helper()
	for _, look := range looks {
		b.look(look.scheme, look.forced)
		b.judge(state + look.name)
		b.shoot(state + look.name)
	}
	b.look("light", "none")
}

// look sets prefers-color-scheme and forced-colors.
func (b *tab) look(scheme, forced string) {
	b.t.Helper()
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "forced-colors", Value: forced}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		b.t.Fatal("set the look of the page:", err)
	}
}

// judge fails the test for what axe finds.
func (b *tab) judge(state string) {
	b.t.Helper()
	axe, err := os.ReadFile(axePath)
	if err != nil {
		if os.Getenv("CI") == "true" {
			b.t.Fatal("axe-core is not there: scripts/fetch-browser-tools")
		}
		b.t.Logf("%s is not judged: axe-core is not there (scripts/fetch-browser-tools)", state)
		return
	}
	var found []violation
	if err := json.Unmarshal([]byte(b.apart(string(axe)+"\n"+auditScript)), &found); err != nil {
		b.t.Fatalf("axe on %s: %v", state, err)
	}
	for _, v := range found {
		b.t.Errorf("%s breaks %s", state, v)
	}
}

// apart runs a script in a world of its own, where the page's policy does not
// reach and the page cannot see it, and gives the text that it promises.
func (b *tab) apart(script string) string {
	b.t.Helper()
	return b.apartIn(b.frames().Frame.ID, script)
}

// frames are the page and the frames in it.
func (b *tab) frames() *page.FrameTree {
	b.t.Helper()
	tree, err := chromedp.Call(b.ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		b.t.Fatal("read the frames of the page:", err)
	}
	return tree.FrameTree
}

// apartIn runs a script beside the page in a frame.
func (b *tab) apartIn(frame cdp.FrameID, script string) string {
	b.t.Helper()
	world, err := chromedp.Call(b.ctx, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: frame, WorldName: "audit"})
	if err != nil {
		b.t.Fatal("make a world beside the page's:", err)
	}
	result, err := chromedp.Call(b.ctx, runtime.Evaluate, runtime.EvaluateParams{
		Expression: script, ContextID: world.ExecutionContextID, AwaitPromise: new(true), ReturnByValue: new(true),
	})
	if err != nil {
		b.t.Fatal("run a script beside the page:", err)
	}
	if result.ExceptionDetails != nil {
		b.t.Fatalf("a script beside the page threw: %+v", result.ExceptionDetails)
	}
	var text string
	if err := json.Unmarshal(result.Result.Value, &text); err != nil {
		b.t.Fatalf("a script beside the page gave %s: %v", result.Result.Value, err)
	}
	return text
}

// violation is a rule of axe that elements break.
type violation struct {
	Rule  string
	Help  string
	Nodes []struct{ Target, Summary string }
}

func (v violation) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s (%s)", v.Rule, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&s, "\n    %s: %s", n.Target, strings.ReplaceAll(n.Summary, "\n", " "))
	}
	return s.String()
}

// The judge sees: a page that breaks a rule is found out. Else an audit that
// looks at nothing would pass for ever.
func TestBrowserAuditFinds(t *testing.T) {
	if _, err := os.Stat(axePath); err != nil && os.Getenv("CI") != "true" {
		t.Skip("axe-core is not fetched: pages are not held to WCAG")
	}
	s := newSite(t, script{}, newMemory())
	b := newBrowser(t)
	b.do(chromedp.Navigate(s.url))
	b.do(chromedp.Evaluate[chromedp.Void](`{
		const pale = document.createElement("p");
		pale.textContent = "看不清的字";
		pale.style.color = "#999999";
		const nameless = document.createElement("button");
		document.querySelector("main").append(pale, nameless);
	}`))
	axe, err := os.ReadFile(axePath)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the judge leaves nothing behind that spoils a second look
		found := b.apart(string(axe) + "\n" + auditScript)
		for _, rule := range []string{"color-contrast", "button-name"} {
			if !strings.Contains(found, rule) {
				t.Errorf("a page that breaks %s passes: %s", rule, found)
			}
		}
	}
}

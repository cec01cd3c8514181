package web

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/domsnapshot"
	"github.com/chromedp/chromedp"
)

// hearing records what a page announces, as a screen reader hears it: text that
// comes into a live region of Chromium's accessibility tree, unless the region
// is busy or a part of it is not to be announced. A page begins with nothing
// announced: whatever a live region holds after a reload is heard again.
type hearing struct {
	b    *tab
	stop chan struct{}
	done chan struct{}

	mu    sync.Mutex
	known map[string]bool // nodes of text heard of the present document
	page  cdp.BackendNodeID
	said  []string
	live  []string // live regions seen, by their roles
}

func listenTo(b *tab) *hearing {
	h := &hearing{b: b, stop: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(h.done)
		for {
			select {
			case <-h.stop:
				return
			case <-time.After(20 * time.Millisecond):
				h.look()
			}
		}
	}()
	b.t.Cleanup(h.end)
	return h
}

func (h *hearing) end() {
	select {
	case <-h.stop:
	default:
		close(h.stop)
	}
	<-h.done
}

// look compares the tree with what was heard.
func (h *hearing) look() {
	ctx, cancel := context.WithTimeout(h.b.ctx, pageLimit)
	defer cancel()
	tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil || len(tree.Nodes) == 0 {
		return // between two documents
	}
	silent, err := h.silent(ctx)
	if err != nil || !silent[tree.Nodes[0].BackendDOMNodeID] {
		return // the tree is of the document before
	}
	delete(silent, tree.Nodes[0].BackendDOMNodeID)
	h.mu.Lock()
	defer h.mu.Unlock()
	if page := tree.Nodes[0].BackendDOMNodeID; page != h.page || h.known == nil {
		h.page, h.known = page, map[string]bool{}
	}
	nodes := map[accessibility.NodeID]*accessibility.Node{}
	for _, n := range tree.Nodes {
		nodes[n.NodeID] = n
	}
	var walk func(n *accessibility.Node, live bool, words *[]string)
	walk = func(n *accessibility.Node, live bool, words *[]string) {
		own := words
		switch property(n, "live") {
		case "polite", "assertive":
			if !live && !slices.Contains(h.live, text(n.Role)) {
				h.live = append(h.live, text(n.Role))
			}
			live = true
			own = &[]string{}
		}
		if silent[n.BackendDOMNodeID] {
			live = false
		}
		if property(n, "busy") == "true" {
			live = false
		}
		if id := fmt.Sprint(n.BackendDOMNodeID, text(n.Name)); live && text(n.Role) == "StaticText" && !h.known[id] {
			h.known[id] = true
			*own = append(*own, text(n.Name))
		}
		for _, id := range n.ChildIDs {
			if child := nodes[id]; child != nil {
				walk(child, live, own)
			}
		}
		if own != words && len(*own) > 0 {
			h.said = append(h.said, strings.Join(*own, ""))
		}
	}
	walk(tree.Nodes[0], false, &[]string{})
}

// silent gives the elements with aria-live="off": the tree holds them as what
// is around them, but the parts of a live region within them are not announced.
// The document itself is among them, to tell which one it is.
func (h *hearing) silent(ctx context.Context) (map[cdp.BackendNodeID]bool, error) {
	shot, err := chromedp.Call(ctx, domsnapshot.CaptureSnapshot, domsnapshot.CaptureSnapshotParams{ComputedStyles: []string{}})
	if err != nil {
		return nil, err
	}
	found := map[cdp.BackendNodeID]bool{}
	if len(shot.Documents) > 0 && len(shot.Documents[0].Nodes.BackendNodeID) > 0 {
		found[shot.Documents[0].Nodes.BackendNodeID[0]] = true
	}
	for _, document := range shot.Documents {
		for i, attributes := range document.Nodes.Attributes {
			for j := 0; j+1 < len(attributes); j += 2 {
				if shot.Strings[attributes[j]] == "aria-live" && shot.Strings[attributes[j+1]] == "off" {
					found[document.Nodes.BackendNodeID[i]] = true
				}
			}
		}
	}
	return found, nil
}

func property(n *accessibility.Node, name string) string {
	for _, p := range n.Properties {
		if string(p.Name) == name {
			return text(p.Value)
		}
	}
	return ""
}

func text(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var value any
	if json.Unmarshal(v.Value, &value) != nil || value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

// heard waits until so many announcements were made, gives a late one time to
// come, and gives them.
func (h *hearing) heard(n int) []string {
	h.b.t.Helper()
	eventually(h.b.t, fmt.Sprintf("%d announcements", n), func() bool { return len(h.all()) >= n })
	h.look()
	h.look()
	return h.all()
}

func (h *hearing) all() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.said)
}

// Every answer is announced once and whole, by the one log there is: also where
// its connection is cut and it is replayed, where the page is reloaded while it
// is made or after, where the conversation is opened from the history; and after
// three seconds without an answer the visitor is told once to wait.
func TestBrowserAnnounces(t *testing.T) {
	browser := newBrowser(t)
	for _, path := range []string{"/", "/elder"} {
		t.Run(path, func(t *testing.T) {
			asker := newHeld()
			s := newElderSite(t, asker)
			b := browser.open(t)
			h := listenTo(b)
			var want []string
			check := func(after string, more ...string) {
				t.Helper()
				want = append(want, more...)
				if got := h.heard(len(want)); !slices.Equal(got, want) {
					t.Fatalf("after %s was announced:\n%q\nwant\n%q", after, got, want)
				}
			}
			const whole = "前半，后半。"
			b.do(chromedp.Navigate(s.url + path))

			b.ask("一")
			b.await(`document.querySelector("#draft .answer-text") !== null && document.querySelector("#draft .answer-text").textContent === "前半，"`)
			check("three seconds", "正在查找，请稍候。")
			asker.release <- nil
			b.settled(1)
			check("the first answer", "一"+whole)

			b.ask("二")
			b.await(draftHalf)
			s.cutAll()
			b.await(`!document.getElementById("connection").hidden`)
			check("a cut", "连接中断，正在重新连接……")
			b.await(`document.getElementById("connection").hidden`)
			asker.release <- nil
			b.settled(2)
			check("an answer over a cut", "二"+whole)

			b.do(chromedp.Reload())
			b.await(`document.getElementById("past").children.length === 2`)
			check("a reload")

			b.ask("三")
			b.await(draftHalf)
			b.do(chromedp.Reload())
			b.await(draftHalf)
			asker.release <- nil
			b.settled(1)
			check("an answer over a reload", "三"+whole)

			b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(s.url+path))
			b.await(`document.getElementById("past").children.length === 3`)
			check("reopening the page")

			b.evalVoid(`sessionStorage.clear()`)
			b.do(chromedp.Navigate(s.url + path))
			b.await(`document.body.dataset.ready === "true"`)
			b.evalVoid(`[...document.querySelectorAll("#page-tools button")].find(e => e.textContent === "历史记录").click()`)
			b.show(".history-item")
			b.evalVoid(`setTimeout(() => document.querySelector(".history-item").click())`)
			b.arrive(`document.getElementById("past").children.length === 3`)
			check("reopening it from the history")

			b.ask("四")
			b.await(draftHalf)
			b.click("#stop")
			b.settled(1)
			<-asker.canceled
			check("a stop", "四原文摘录前半，")

			h.end()
			if !slices.Equal(h.live, []string{"log"}) {
				t.Errorf("live regions %q, want one log", h.live)
			}
		})
	}
}

const draftHalf = `(document.querySelector("#draft .answer-text") || {}).textContent === "前半，"`

// arrive waits until an expression is true on a page that is being gone to.
func (b *tab) arrive(expression string) {
	b.t.Helper()
	eventually(b.t, expression, func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, pageLimit)
		defer cancel()
		there, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		return err == nil && there
	})
}

package main

import (
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// taps is the most that it may take to get from the first screen of the 长辈版
// to an answer about any matter.
const taps = 5

// TestEveryMatterWithinFiveTaps goes through the 长辈版 of all sample guides by
// taps alone, the shortest ways first: every guide is reached, no screen has
// more than four choices, and every last tap gives an answer that quotes it.
func TestEveryMatterWithinFiveTaps(t *testing.T) {
	folder := t.TempDir()
	store := filepath.Join(folder, "z.db")
	for _, part := range []string{"docs", "guides/pages", "guides/county.csv"} {
		if got := zhiwen(t, "ingest", "--store", store, filepath.Join("..", "..", "samples", filepath.FromSlash(part))); got.code != 0 {
			t.Fatalf("%s: %s", part, got.stderr)
		}
	}
	site := startDemo(t, "--store", store)

	type step struct {
		at   string
		taps int
	}
	reached := map[string]int{} // taps to the first answer that quotes a document, by its title
	ways := []step{{site + "/elder", 0}}
	seen, asked := map[string]bool{}, map[string]bool{}
	for len(ways) > 0 {
		here := ways[0]
		ways = ways[1:]
		if seen[here.at] || here.taps >= taps {
			continue
		}
		seen[here.at] = true
		screen := get(t, http.MethodGet, here.at, nil)
		choices := 0
		for n := range screen.Descendants() {
			switch {
			case n.Data == "a" && hasClass(n, "choice", "button") && strings.HasPrefix(attribute(n, "href"), "/elder"):
				ways = append(ways, step{site + attribute(n, "href"), here.taps + 1})
				if hasClass(n, "choice") {
					choices++
				}
			case n.Data == "button" && hasClass(n, "choice"):
				choices++
				if asked[fields(n).Get("doc")] { // one answer a document: visitors are not this many
					continue
				}
				asked[fields(n).Get("doc")] = true
				answer := get(t, http.MethodPost, site+attribute(n.Parent, "action"), fields(n))
				title := textOf(answer, "card-title")
				if title == "" || textOf(answer, "answer-text") == "" || textOf(answer, "answer-label") == "系统提示" {
					t.Errorf("%s: %q is not answered: %s", here.at, attribute(n, "value"), textOf(answer, "answer-text"))
				}
				title = strings.Trim(title, "《》")
				if _, ok := reached[title]; !ok {
					reached[title] = here.taps + 1
				}
			}
		}
		if choices > 4 {
			t.Errorf("%s has %d choices", here.at, choices)
		}
	}
	for _, title := range guideTitles(t, store) {
		if reached[title] == 0 {
			t.Errorf("%s is not reached within %d taps", title, taps)
		}
	}
	t.Logf("%d matters are reached", len(reached))
}

// guideTitles are the titles of all sample documents that say how something is
// done.
func guideTitles(t *testing.T, store string) []string {
	t.Helper()
	var titles []string
	for _, doc := range lines[docLine](t, zhiwen(t, "docs", "--json", "--store", store).stdout) {
		if !strings.Contains(doc.Title, "法治政府建设要点") {
			titles = append(titles, doc.Title)
		}
	}
	if len(titles) < 29 {
		t.Errorf("only %d guides were ingested", len(titles))
	}
	return titles
}

func get(t *testing.T, method, address string, form url.Values) *html.Node {
	t.Helper()
	var r *http.Response
	var err error
	if method == http.MethodPost {
		r, err = http.PostForm(address, form)
	} else {
		r, err = http.Get(address)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	page, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d, %v: %s", method, address, r.StatusCode, err, page)
	}
	root, err := html.Parse(strings.NewReader(string(page)))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasClass(n *html.Node, names ...string) bool {
	for _, class := range strings.Fields(attribute(n, "class")) {
		if slices.Contains(names, class) {
			return true
		}
	}
	return false
}

// fields are what a browser sends when a button of a form is pressed.
func fields(button *html.Node) url.Values {
	values := url.Values{attribute(button, "name"): {attribute(button, "value")}}
	for n := range button.Parent.Descendants() {
		if n.Data == "input" && attribute(n, "type") == "hidden" {
			values.Add(attribute(n, "name"), attribute(n, "value"))
		}
	}
	return values
}

// textOf is the text of the first element of a class.
func textOf(root *html.Node, class string) string {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && hasClass(n, class) {
			var text strings.Builder
			for d := range n.Descendants() {
				if d.Type == html.TextNode {
					text.WriteString(d.Data)
				}
			}
			return strings.TrimSpace(text.String())
		}
	}
	return ""
}

package ingest

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"zhiwen/retrieval"
)

// TestLawArticles cuts every tenth law of ../shared and holds its 条 against
// the articles that others cut; go test -tags soak -run SoakLawArticles takes
// every law.
func TestLawArticles(t *testing.T) { checkLawArticles(t, 10) }

// What becomes of an article that stands in a law.
const (
	sameArticle  = "equal"
	noArticle    = "not found as a 条"
	shortArticle = "ends too early"
	longArticle  = "goes on too far"
)

// checkLawArticles compares every step-th law with the articles of stard and
// prints how many are equal and what is wrong with the others.
func checkLawArticles(t *testing.T, step int) {
	wanted := articlesByLaw(readDocs(t, "eval/stard/docs.jsonl.gz", math.MaxInt))
	tally := map[string]int{}
	laws, named, both := 0, 0, 0
	for _, name := range []string{"eval/laws_docs/docs_local.jsonl.gz", "eval/laws_docs/docs_national.jsonl.gz"} {
		for i, law := range readDocs(t, name, math.MaxInt) {
			if i%step != 0 {
				continue
			}
			laws++
			articles := wanted[lawName(law.Title)]
			named += len(articles)
			for _, found := range compareArticles(law, articles) {
				both++
				if tally[found.kind]++; found.kind != sameArticle && tally[found.kind] <= 20 {
					t.Logf("%s%s: %s: %s", law.Title, found.label, found.kind, found.beyond)
				}
			}
		}
	}
	share := float64(tally[sameArticle]) / float64(max(both, 1))
	for _, kind := range slices.Sorted(maps.Keys(tally)) {
		t.Logf("%6d %s", tally[kind], kind)
	}
	t.Logf("%d laws; %d articles of their names, %d of them in these versions; share equal %.4f", laws, named, both, share)
	if share < .98 {
		t.Errorf("share equal %.4f, want 0.98", share)
	}
}

// lawName is a law's name as it is called: 中华人民共和国电力法 is 电力法.
func lawName(title string) string {
	return strings.TrimPrefix(folded(title), "中华人民共和国")
}

// article is one 条 by itself, folded and without white space.
type article struct{ label, text string }

// articlesByLaw sorts articles whose title is a law's name and their label.
func articlesByLaw(docs []RawDoc) map[string][]article {
	all := map[string][]article{}
	for _, d := range docs {
		if at := strings.LastIndex(d.Title, "第"); at > 0 {
			law := lawName(d.Title[:at])
			all[law] = append(all[law], article{folded(d.Title[at:]), folded(d.Text)})
		}
	}
	return all
}

// compared is an article that stands in a law, and what the outline made of it;
// beyond is where the two part.
type compared struct{ label, kind, beyond string }

// compareArticles looks for the wanted articles of a law in one text of it. An
// article occurs in both where its label begins a line of that text and its
// words follow at once, both folded and without white space, whatever the
// outline says; other versions of a law number or word it otherwise, and are
// passed over. It is equal where a 条 of that label holds its words and no more.
func compareArticles(law RawDoc, wanted []article) []compared {
	if wanted == nil {
		return nil
	}
	text, starts := foldedLines(law.Text)
	found := map[string][]string{} // texts of 条 by label
	for _, s := range Sections(law.Text, Marks{}) {
		if s.Level == retrieval.LevelArticle {
			label := folded(s.Label)
			whole := strings.TrimLeft(folded(law.Text[s.Start:s.End]), "#")
			found[label] = append(found[label], strings.TrimPrefix(whole, label))
		}
	}
	var all []compared
	for _, a := range wanted {
		if beginsLine(text, starts, a.label+a.text) {
			kind, beyond := judge(a, found[a.label])
			all = append(all, compared{a.label, kind, beyond})
		}
	}
	return all
}

// foldedLines is a text folded and without white space, and the offsets in it
// where its lines begin, marks of Markdown headings left out.
func foldedLines(text string) (string, map[int]bool) {
	var b strings.Builder
	starts := map[int]bool{}
	for l := range strings.Lines(text) {
		starts[b.Len()] = true
		b.WriteString(strings.TrimLeft(folded(l), "#"))
	}
	return b.String(), starts
}

// beginsLine reports whether s stands at the start of a line.
func beginsLine(text string, starts map[int]bool, s string) bool {
	for at := 0; ; at++ {
		i := strings.Index(text[at:], s)
		if i < 0 {
			return false
		}
		if at += i; starts[at] {
			return true
		}
	}
}

// judge compares an article with the 条 of its label, the likest first.
func judge(a article, found []string) (kind, beyond string) {
	kind = noArticle
	for _, f := range found {
		switch {
		case f == a.text:
			return sameArticle, ""
		case strings.HasPrefix(f, a.text):
			kind, beyond = longArticle, beginning(f[len(a.text):])
		case strings.HasPrefix(a.text, f):
			kind, beyond = shortArticle, beginning(a.text[len(f):])
		}
	}
	return kind, beyond
}

func beginning(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

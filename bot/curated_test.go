package bot

import (
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"

	"zhiwen/bot/faq"
	"zhiwen/retrieval"
)

type curatedRow struct{ ID, Question, Expect string }

// published makes entries that ask something and say nothing.
func published(entries []faq.Entry) []faq.Entry {
	for i := range entries {
		entries[i].State, entries[i].Answer = faq.StatePublished, "答。"
		entries[i].Citations = []faq.Citation{{DocID: "d", Quote: "答"}}
	}
	return entries
}

func curatedEntries(t *testing.T) []faq.Entry {
	return published(dataRows(t, "faq/entries.jsonl", func(e faq.Entry) string { return e.ID }))
}

// TestCurated asks questions of a county that were made apart from the code: none
// gets the answer to another one.
func TestCurated(t *testing.T) {
	const atLeast = 120
	x := newCuratedIndex(curatedEntries(t), clock, nil)
	right, want := 0, 0
	for _, r := range dataRows(t, "faq/asked.jsonl", func(r curatedRow) string { return r.ID }) {
		if r.Expect != "" {
			want++
		}
		e, ok := x.find(understand(r.Question, clock))
		switch {
		case ok && e.ID == r.Expect:
			right++
		case ok:
			t.Errorf("%s: answered by %s, want %q", r.Question, e.Question, r.Expect)
		case r.Expect != "":
			t.Logf("missed: %s (%s)", r.Question, r.Expect)
		}
	}
	t.Logf("%d of %d", right, want)
	if right < atLeast {
		t.Errorf("%d of %d questions get their answer, want %d", right, want, atLeast)
	}
}

// TestCuratedApart takes the questions of a real authority's FAQ, many of them
// alike to a word, and asks each of all the others: nothing may answer. As they
// stand, each finds its own.
func TestCuratedApart(t *testing.T) {
	file, err := os.Open("../../shared/eval/procuratorate_faq/queries.jsonl.gz")
	if err != nil {
		t.Skip("left out: ../shared/eval is not here")
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var entries []faq.Entry
	for d := json.NewDecoder(unpacked); d.More(); {
		var row struct{ ID, Question string }
		if err := d.Decode(&row); err != nil {
			t.Fatal(err)
		}
		entries = append(entries, faq.Entry{ID: row.ID, Question: row.Question})
	}
	published(entries)
	all := newCuratedIndex(entries, clock, nil)
	for i, e := range entries {
		if found, ok := all.find(understand(e.Question, clock)); !ok || found.ID != e.ID {
			t.Errorf("%s finds %q", e.Question, found.Question)
		}
		others := curatedIndex{entries: append(append([]indexedEntry{}, all.entries[:i]...), all.entries[i+1:]...)}
		if found, ok := others.find(understand(e.Question, clock)); ok {
			t.Errorf("%s is answered by %s", e.Question, found.Question)
		}
	}
}

// TestCuratedRefusals: what must be refused is no curated question.
func TestCuratedRefusals(t *testing.T) {
	x := newCuratedIndex(curatedEntries(t), clock, nil)
	for _, r := range dataRows(t, "refusals/must_refuse.jsonl", func(r refusalRow) string { return r.ID }) {
		if e, ok := x.find(understand(r.Question, clock)); ok {
			t.Errorf("%s is answered by %s", r.Question, e.Question)
		}
	}
}

// entriesOf is a Curated in memory.
type entriesOf struct {
	entries    []faq.Entry
	generation int64
}

func (c *entriesOf) FAQs(context.Context) ([]faq.Entry, error)    { return c.entries, nil }
func (c *entriesOf) FAQGeneration(context.Context) (int64, error) { return c.generation, nil }

// TestCuratedAnswer: a curated answer comes before search, with what it rests on,
// and is gone as soon as that changes.
func TestCuratedAnswer(t *testing.T) {
	s := bookstall()
	rule := s.docs["doc2"]
	rule.State = retrieval.StateCurrent
	s.docs["doc2"] = rule
	quote := "图书借期为30天，可以续借一次。"
	start := strings.Index(rule.Text, quote)
	entry := faq.Entry{
		ID: "f1", Question: "借书能借多久？", Variants: []string{"图书借期是多少天"}, Negatives: []string{"借书证能用多久"},
		Answer: "能借30天，到期前可以续借一次。", ValidUntil: "2026-12-31", State: faq.StatePublished,
		Citations: []faq.Citation{{Source: "rule", DocID: "doc2", Quote: quote, Start: start, End: start + len(quote)}},
	}
	ask := func(t *testing.T, question string, s *shelfOf, e faq.Entry) Answer {
		t.Helper()
		b, err := New(Config{
			Search: &retrieval.Searcher{Index: s}, Documents: s, Curated: &entriesOf{[]faq.Entry{e}, 1}, Now: fixedClock, Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		a, err := b.Ask(t.Context(), Request{Question: question}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for _, question := range []string{"借书能借多久", "請問，借書能借多久？", "图书借期是多少天"} {
		a := ask(t, question, s, entry)
		if a.Status != StatusFAQ || a.Mode != ModeFAQ || a.Label == "" || len(a.Citations) != 1 || a.Citations[0].Quote != quote || a.Highlight != quote {
			t.Errorf("%s: %+v", question, a)
		}
	}
	if a := ask(t, "图书借期是多少天", s, entry); !strings.HasPrefix(a.Text, "能借30天，到期前可以续借一次。[1]\n") ||
		!strings.Contains(a.Text, "依据的资料发布于2022-03-01") || !strings.Contains(a.Text, "可能已有变化，请先核实") {
		t.Errorf("text: %s", a.Text)
	}
	for name, c := range map[string]struct {
		question string
		entry    func(*faq.Entry)
		doc      func(*retrieval.Document)
	}{
		"another question":    {question: "逾期每天收多少钱"},
		"a negative variant":  {question: "借书证能用多久"},
		"a draft":             {entry: func(e *faq.Entry) { e.State = faq.StateDraft }},
		"withdrawn":           {entry: func(e *faq.Entry) { e.State = faq.StateWithdrawn }},
		"its day has passed":  {entry: func(e *faq.Entry) { e.ValidUntil = "2026-11-22" }},
		"a figure of its own": {entry: func(e *faq.Entry) { e.Answer += "最多借5册。" }},
		"a changed quotation": {entry: func(e *faq.Entry) {
			e.Citations = []faq.Citation{{DocID: "doc2", Quote: "图书借期为60天", Start: start, End: start + 21}}
		}},
		"a document superseded": {doc: func(d *retrieval.Document) { d.State = retrieval.StateSuperseded }},
		"a document repealed":   {doc: func(d *retrieval.Document) { d.Validity = retrieval.ValidityRepealed }},
		"a document replaced":   {doc: func(d *retrieval.Document) { d.ReplacedBy = "新办法" }},
		"a document expired":    {doc: func(d *retrieval.Document) { d.Expires = "2026-01-01" }},
		"no such document": {entry: func(e *faq.Entry) {
			e.Citations = []faq.Citation{{DocID: "doc9", Quote: quote, Start: start, End: start + len(quote)}}
		}},
	} {
		e, changed := entry, *s
		if c.entry != nil {
			c.entry(&e)
		}
		if c.doc != nil {
			d := rule
			c.doc(&d)
			changed.docs = map[string]retrieval.Document{"doc1": s.docs["doc1"], "doc2": d}
		}
		if a := ask(t, cmp.Or(c.question, "借书能借多久"), &changed, e); a.Status == StatusFAQ {
			t.Errorf("%s: %s", name, a.Text)
		}
	}
	gone := *s
	gone.gone = map[string]bool{"doc2": true}
	if a := ask(t, "借书能借多久", &gone, entry); a.Status == StatusFAQ {
		t.Errorf("a withdrawn document: %s", a.Text)
	}
}

// TestCuratedReload: a change of the entries is seen by the next question.
func TestCuratedReload(t *testing.T) {
	s := bookstall()
	doc := s.docs["doc2"]
	doc.State = retrieval.StateCurrent
	s.docs["doc2"] = doc
	curated := &entriesOf{}
	b, err := New(Config{Search: &retrieval.Searcher{Index: s}, Documents: s, Curated: curated, Now: fixedClock})
	if err != nil {
		t.Fatal(err)
	}
	status := func() Status {
		a, err := b.Ask(t.Context(), Request{Question: "借书要什么证件"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return a.Status
	}
	if got := status(); got == StatusFAQ {
		t.Errorf("status %s of no entries", got)
	}
	quote := strings.Split(doc.Text, "\n")[0]
	curated.entries = []faq.Entry{{ID: "f1", Question: "借书要什么证件", Answer: "带证件。", State: faq.StatePublished,
		Citations: []faq.Citation{{DocID: "doc2", Quote: quote, End: len(quote)}}}}
	curated.generation++
	if got := status(); got != StatusFAQ {
		t.Errorf("status %s of a new entry", got)
	}
}

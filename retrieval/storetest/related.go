package storetest

import (
	"reflect"
	"testing"

	"zhiwen/retrieval"
)

// testRelated: the files of a page and the documents of a file are found as
// long as they are current.
func testRelated(t *testing.T, s Store) {
	attached := func(key, parent, source string) retrieval.Entry {
		return NewEntry(retrieval.Meta{Key: key, Source: source, Title: "标题" + key, Parent: parent}, []string{"附件的一段" + key}, nil)
	}
	put(t, s, page("p", "通知", "正文"), attached("b", "p", "files/b"), attached("a", "p", "files/a"), attached("c", "q", "files/a"), attached("d", "", "files/a"))
	ref := func(e retrieval.Entry) retrieval.Ref {
		return retrieval.Ref{ID: e.Document.ID, Key: e.Document.Key, Title: e.Document.Title}
	}
	a, b, c, d := ref(attached("a", "p", "")), ref(attached("b", "p", "")), ref(attached("c", "q", "")), ref(attached("d", "", ""))
	check := func(what string, find func() ([]retrieval.Ref, error), want ...retrieval.Ref) {
		t.Helper()
		got, err := find()
		if err != nil || !reflect.DeepEqual(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%s: %+v, %v; want %+v", what, got, err, want)
		}
	}
	of := func(key string) func() ([]retrieval.Ref, error) {
		return func() ([]retrieval.Ref, error) { return s.Attached(t.Context(), key) }
	}
	from := func(source string) func() ([]retrieval.Ref, error) {
		return func() ([]retrieval.Ref, error) { return s.ReadFrom(t.Context(), source) }
	}
	check("attached to p", of("p"), a, b)
	check("attached to nothing", of(""))
	check("read from files/a", from("files/a"), a, c, d)
	check("read from nowhere", from("files"))

	put(t, s, attached("b", "", "files/b"))
	if err := s.Retire(t.Context(), "c", "no such key", "c"); err != nil {
		t.Fatal(err)
	}
	check("attached to p, once b is not", of("p"), a)
	check("read from files/a, once c is retired", from("files/a"), a, d)
	if doc, err := s.Document(t.Context(), c.ID); err != nil || doc.State != retrieval.StateSuperseded {
		t.Errorf("retired: %+v, %v", doc.Meta, err)
	}
	if r := recall(t, s, retrieval.RecallQuery{Terms: []string{"附件"}, Limit: 10}); len(r.Hits) != 3 || r.Chunks != 4 {
		t.Errorf("recall after that: %+v", r)
	}
	if st := stats(t, s); st.Documents != 4 || st.Chunks != 4 {
		t.Errorf("statistics: %+v", st)
	}
	before := stats(t, s)
	if err := s.Retire(t.Context(), "c"); err != nil || stats(t, s) != before {
		t.Errorf("retired twice: %v, %+v", err, stats(t, s))
	}
	if err := s.Retire(t.Context()); err != nil {
		t.Errorf("retire nothing: %v", err)
	}
	put(t, s, attached("c", "q", "files/a"))
	check("read from files/a, once c is back", from("files/a"), a, c, d)
	if h, err := s.Head(t.Context(), "c"); err != nil || h.State != retrieval.StateCurrent || h.Version != 2 {
		t.Errorf("head of c: %+v, %v", h, err)
	}
}

// testInterpretation: a 政策解读 and what it interprets are found by the title.
func testInterpretation(t *testing.T, s Store) {
	of := func(key, title string, kind retrieval.Kind) retrieval.Entry {
		return NewEntry(retrieval.Meta{Key: key, Title: title, Kind: kind}, []string{"正文" + key}, nil)
	}
	policy, reading := of("a", "养犬管理办法", retrieval.KindPolicy), of("b", "《养犬管理办法》政策解读", retrieval.KindReading)
	put(t, s, policy, reading, of("c", "关于《养犬管理办法》的通知", retrieval.KindPolicy), of("d", "《养犬管理办法实施细则》解读", retrieval.KindReading))
	for _, c := range []struct {
		what string
		find func() ([]retrieval.Ref, error)
		want []string
	}{
		{"interpreting it", func() ([]retrieval.Ref, error) { return s.Interpreting(t.Context(), "养犬管理办法") }, []string{"b"}},
		{"interpreting nothing", func() ([]retrieval.Ref, error) { return s.Interpreting(t.Context(), "") }, nil},
		{"titled so", func() ([]retrieval.Ref, error) { return s.Titled(t.Context(), "养犬管理办法") }, []string{"a"}},
		{"titled otherwise", func() ([]retrieval.Ref, error) { return s.Titled(t.Context(), "管理办法") }, nil},
	} {
		refs, err := c.find()
		var got []string
		for _, r := range refs {
			got = append(got, r.Key)
		}
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, %v; want %v", c.what, got, err, c.want)
		}
	}
}

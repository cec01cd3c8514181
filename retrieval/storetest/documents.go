package storetest

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"zhiwen/retrieval"
)

func testEmptyStore(t *testing.T, s Store) {
	_, err := s.Head(t.Context(), "no such key")
	wantError(t, "Head", err, retrieval.ErrNotFound)
	_, err = s.Document(t.Context(), "no such id")
	wantError(t, "Document", err, retrieval.ErrNotFound)
	r := recall(t, s, retrieval.RecallQuery{Terms: []string{"权责"}, Limit: 10})
	if len(r.Hits) != 0 || r.Chunks != 0 || len(r.DF) != 1 || r.DF[0] != 0 {
		t.Errorf("recall from an empty store: %+v", r)
	}
	for l, err := range s.List(t.Context()) {
		t.Errorf("listing of an empty store: %v, %v", l, err)
	}
	if st := stats(t, s); st != (retrieval.Stats{}) {
		t.Errorf("statistics of an empty store: %+v", st)
	}
	if err := s.Put(t.Context()); err != nil {
		t.Errorf("put of nothing: %v", err)
	}
}

func testModel(t *testing.T, s Store) {
	useModel(t, s)
	useModel(t, s) // the same again
	wantError(t, "another model", s.UseModel(t.Context(), "another", testDim), retrieval.ErrModel)
	wantError(t, "another dimension", s.UseModel(t.Context(), testModelName, testDim+1), retrieval.ErrModel)
	if st := stats(t, s); st.Model != testModelName || st.Dim != testDim {
		t.Errorf("statistics: model %q of %d dimensions", st.Model, st.Dim)
	}
	if err := s.UseModel(t.Context(), "", 0); err == nil {
		t.Error("a model without a name was taken")
	}
}

func testDocumentComesBack(t *testing.T, s Store) {
	e := NewEntry(retrieval.Meta{
		Key: "k", URL: "https://example.gov.cn/1?a=b&c=%20", Source: "a b#1.html", Title: "标题\u00a0“甲”", DocNo: "绩政〔2023〕5号",
		IndexNo: "11341824/202305-00001", Publisher: "司法局", Kind: retrieval.KindPolicy, Column: "政务公开/法规",
		Published: "2023-05-06 10:00", Written: "2023-05-01", Effective: "2023-06-01", Expires: "2028-05-31",
		Validity: retrieval.ValidityAmended, ValiditySource: "page", Parent: "parent key", ReplacedBy: "绩政〔2026〕1号",
	}, []string{"𠮷字、半角,全角，\t制表", "第二段。"}, nil)
	e.Document.Fetched = time.Date(2026, 2, 3, 4, 5, 6, 7000, time.UTC)
	e.Document.Pages = []int{0, 0, 31}
	put(t, s, e)

	want := e.Document
	want.State, want.Version = retrieval.StateCurrent, 1
	got, err := s.Document(t.Context(), want.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Fetched.Equal(want.Fetched) {
		t.Errorf("fetched %v, want %v", got.Fetched, want.Fetched)
	}
	got.Fetched = want.Fetched
	if !reflect.DeepEqual(got, want) {
		t.Errorf("document\n%+v, want\n%+v", got, want)
	}
	h, err := s.Head(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	if h != (retrieval.Head{Meta: want.Meta, BytesSHA256: want.BytesSHA256, Parser: want.Parser}) {
		t.Errorf("head %+v", h)
	}
}

func testPutTwice(t *testing.T, s Store) {
	e := page("k", "办法", "权责清单共三千项")
	put(t, s, e)
	before := stats(t, s)
	put(t, s, e)
	put(t, s, e, e)
	if after := stats(t, s); after != before {
		t.Errorf("statistics after the same again: %+v, want %+v", after, before)
	}
}

func testSupersede(t *testing.T, s Store) {
	first := page("k", "办法", "权责清单共三千项", "旧的一段")
	second := page("k", "办法", "权责清单共四千项")
	other := page("other", "办法", "权责清单")
	put(t, s, first, other)
	oldRows := recall(t, s, retrieval.RecallQuery{Terms: []string{"旧的"}, Limit: 10}).Hits
	put(t, s, second)

	d, err := s.Document(t.Context(), first.Document.ID)
	if err != nil || d.State != retrieval.StateSuperseded || d.Version != 1 || d.Text != first.Document.Text {
		t.Errorf("old version: %+v, %v", d, err)
	}
	h, err := s.Head(t.Context(), "k")
	if err != nil || h.ID != second.Document.ID || h.Version != 2 || h.State != retrieval.StateCurrent {
		t.Errorf("head: %+v, %v", h, err)
	}
	r := recall(t, s, retrieval.RecallQuery{Terms: []string{"三千", "旧的", "四千", "权责"}, Limit: 10})
	if want := []int{0, 0, 1, 2}; !reflect.DeepEqual(r.DF, want) || r.Chunks != 2 {
		t.Errorf("df %v of %d chunks, want %v of 2", r.DF, r.Chunks, want)
	}
	for id := range chunkIDs(t, s, r.Hits) {
		if strings.HasPrefix(id, first.Document.ID) {
			t.Errorf("chunk %s of the old version is found", id)
		}
	}
	gone, err := s.Passages(t.Context(), []int64{oldRows[0].Row})
	if err != nil || len(gone) != 0 {
		t.Errorf("passages of a row that is gone: %v, %v", gone, err)
	}
	r = recall(t, s, retrieval.RecallQuery{Terms: []string{"权责"}, Limit: 10, Filter: retrieval.Filter{Docs: []string{first.Document.ID}}})
	if len(r.Hits) != 0 {
		t.Errorf("a filter for the old version found %v", r.Hits)
	}
}

func testChangedBack(t *testing.T, s Store) {
	first, second := page("k", "办法", "甲乙丙丁"), page("k", "办法", "戊己庚辛")
	put(t, s, first)
	recall(t, s, retrieval.RecallQuery{Terms: []string{"甲乙"}, Limit: 10})
	put(t, s, second)
	put(t, s, first, second, first)
	h, err := s.Head(t.Context(), "k")
	if err != nil || h.ID != first.Document.ID || h.Version != 5 {
		t.Errorf("head: %+v, %v", h, err)
	}
	r := recall(t, s, retrieval.RecallQuery{Terms: []string{"甲乙", "戊己"}, Limit: 10})
	if !reflect.DeepEqual(r.DF, []int{1, 0}) || len(r.Hits) != 1 || r.Chunks != 1 {
		t.Errorf("recall: %+v", r)
	}
	if st := stats(t, s); st.Documents != 1 || st.Chunks != 1 {
		t.Errorf("statistics: %+v", st)
	}
}

func testRefusedEntries(t *testing.T, s Store) {
	useModel(t, s)
	vector := small.generator().vector()
	base := func() retrieval.Entry {
		return NewEntry(retrieval.Meta{Key: "bad", Source: "bad.html", Title: "办法"}, []string{"第一段", "第二段"}, [][]float32{vector, vector})
	}
	for _, test := range []struct {
		name  string
		spoil func(e *retrieval.Entry)
		says  string
	}{
		{"text", func(e *retrieval.Entry) { e.Chunks[1].Text = "别的" }, "chunk 1"},
		{"end", func(e *retrieval.Entry) { e.Chunks[1].End = 1000 }, "1000"},
		{"start", func(e *retrieval.Entry) { e.Chunks[1].Start = -1 }, "-1"},
		{"order", func(e *retrieval.Entry) { e.Chunks[1].Start, e.Chunks[1].End = 5, 4 }, "chunk 1"},
		{"id", func(e *retrieval.Entry) { e.Chunks[1].ID = "x" }, "ID"},
		{"dimension", func(e *retrieval.Entry) { e.Chunks[1].Vector = vector[:8] }, "8 dimensions"},
		{"nan", func(e *retrieval.Entry) {
			e.Chunks[1].Vector = append([]float32{float32(math.NaN())}, vector[1:]...)
		}, "not finite"},
		{"infinite", func(e *retrieval.Entry) {
			e.Chunks[1].Vector = append([]float32{float32(math.Inf(1))}, vector[1:]...)
		}, "not finite"},
		{"half the vectors", func(e *retrieval.Entry) { e.Chunks[1].Vector = nil }, "vectors"},
		{"terms out of order", func(e *retrieval.Entry) { e.Chunks[1].Terms[0].Term = "龥" }, "order"},
		{"length", func(e *retrieval.Entry) { e.Chunks[1].Length++ }, "length"},
		{"not UTF-8", func(e *retrieval.Entry) { e.Document.Text = "\xff" + e.Document.Text[1:] }, "UTF-8"},
		{"no key", func(e *retrieval.Entry) { e.Document.Key = "" }, "key"},
		{"no ID", func(e *retrieval.Entry) { e.Document.ID = "" }, "ID"},
	} {
		t.Run(test.name, func(t *testing.T) {
			bad := base()
			test.spoil(&bad)
			err := s.Put(t.Context(), page("good", "办法", "好的一段"), bad)
			if err == nil || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), "bad.html") {
				t.Errorf("error %v, want one that names bad.html and %q", err, test.says)
			}
			if st := stats(t, s); st.Documents != 0 || st.Chunks != 0 {
				t.Errorf("something was stored: %+v", st)
			}
		})
	}
	if err := s.Put(t.Context(), base()); err != nil {
		t.Errorf("the good entry: %v", err)
	}
}

func testListAndStats(t *testing.T, s Store) {
	useModel(t, s)
	var want int
	for e := range (Corpus{Seed: 3, Documents: 3, Chunks: 4, ChunkRunes: 20, Dim: testDim}).All() {
		put(t, s, e)
		want += len(e.Chunks)
	}
	put(t, s, page("a", "办法", "一段"))
	put(t, s, page("a", "办法", "一段", "两段"))
	var listed []retrieval.Listing
	for l, err := range s.List(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		listed = append(listed, l)
	}
	if len(listed) != 5 {
		t.Fatalf("%d listed, want 5", len(listed))
	}
	for _, l := range listed {
		chunks := map[retrieval.State]int{retrieval.StateSuperseded: 0, retrieval.StateCurrent: 4}[l.State]
		if l.Key == "a" && l.Version == 2 {
			chunks = 2
		}
		if l.Chunks != chunks {
			t.Errorf("%s version %d, %s: %d chunks, want %d", l.Key, l.Version, l.State, l.Chunks, chunks)
		}
	}
	for range s.List(t.Context()) {
		break // a caller may stop
	}
	st := stats(t, s)
	if st.Documents != 4 || st.Chunks != want+2 || st.Vectors != want || st.Generation == 0 || st.Updated.IsZero() {
		t.Errorf("statistics: %+v", st)
	}
}

func testPassages(t *testing.T, s Store) {
	e := page("k", "办法", "甲段，全文。", "乙段", "丙段𠮷")
	put(t, s, e)
	r := recall(t, s, retrieval.RecallQuery{Terms: []string{"甲段", "乙段", "丙段"}, Limit: 10})
	var rows []int64
	for _, h := range r.Hits {
		rows = append(rows, h.Row, h.Row+1000)
	}
	passages, err := s.Passages(t.Context(), rows)
	if err != nil || len(passages) != 3 {
		t.Fatalf("passages: %+v, %v", passages, err)
	}
	want := e.Document.Meta
	want.State, want.Version = retrieval.StateCurrent, 1
	for i, p := range passages {
		c := e.Chunks[p.Chunk.Ordinal].Chunk
		if p.Row != r.Hits[i].Row || p.Chunk != c || p.Doc != want || p.Score != 0 {
			t.Errorf("passage %+v, want chunk %+v of %+v", p, c, want)
		}
	}
	if none, err := s.Passages(t.Context(), nil); err != nil || len(none) != 0 {
		t.Errorf("passages of nothing: %v, %v", none, err)
	}
}

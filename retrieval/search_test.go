package retrieval

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"testing/synctest"
)

// fakeIndex answers every Recall alike and remembers what it was asked.
type fakeIndex struct {
	recall Recall
	err    error
	asked  RecallQuery
	gone   int64 // a row that Passages no longer has
}

func (f *fakeIndex) Recall(_ context.Context, q RecallQuery) (Recall, error) {
	f.asked = q
	r := f.recall
	r.DF = make([]int, len(q.Terms))
	for i := range r.DF {
		r.DF[i] = i + 1
	}
	return r, f.err
}

func (f *fakeIndex) Passages(_ context.Context, rows []int64) ([]Passage, error) {
	var passages []Passage
	for _, row := range rows {
		if row != f.gone {
			passages = append(passages, Passage{Row: row})
		}
	}
	return passages, nil
}

type fakeEmbedder struct {
	vector []float32
	err    error
	hangs  bool
}

func (f fakeEmbedder) Model() string { return "fake" }
func (f fakeEmbedder) Dim() int      { return len(f.vector) }
func (f fakeEmbedder) Passages(context.Context, []string) ([][]float32, error) {
	return nil, errors.New("a search embeds no passages")
}

func (f fakeEmbedder) Question(ctx context.Context, _ string) ([]float32, error) {
	if f.hangs {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return f.vector, f.err
}

func rows(passages []Passage) []int64 {
	var r []int64
	for _, p := range passages {
		r = append(r, p.Row)
	}
	return r
}

func TestSearch(t *testing.T) {
	index := &fakeIndex{recall: Recall{Chunks: 1000, Hits: []Hit{
		{Row: 1, BM25: 20}, {Row: 2, Cosine: .9}, {Row: 3, BM25: 20, Cosine: .9}, {Row: 4, Exact: true}, {Row: 5, BM25: 1},
	}}, gone: 1}
	s := Searcher{Index: index, Embedder: fakeEmbedder{vector: []float32{1, 0}}}
	r, err := s.Search(t.Context(), Query{Text: "第三条 法律援助 法律", Also: []string{"法援"}, Filter: Filter{AnyForce: true}})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"第三", "三条", "法律", "律援", "援助", "条:3", "法援"}; !slices.Equal(index.asked.Terms, want) {
		t.Errorf("asked for %q, want %q", index.asked.Terms, want)
	}
	if !slices.Equal(index.asked.Exact, []string{"条:3"}) || !index.asked.Filter.AnyForce || index.asked.Limit != LegLimit {
		t.Errorf("asked %+v", index.asked)
	}
	if got := rows(r.Passages); got[0] != 3 || slices.Contains(got, 1) || len(got) != 4 {
		t.Errorf("rows %v, want 3 first and not 1, which is gone", got)
	}
	var ideal float64
	for i := range 6 { // the terms of Also weigh nothing
		ideal += (BM25K1 + 1) * IDF(1000, i+1)
	}
	if math.Abs(r.Ideal-ideal) > 1e-9 || len(r.Terms) != 6 || r.Terms[5].DF != 6 {
		t.Errorf("ideal %v of %+v, want %v", r.Ideal, r.Terms, ideal)
	}
	first := r.Passages[0]
	if want := 20 / ideal; math.Abs(first.BM25-want) > 1e-9 || first.Cosine != .9 || math.Abs(first.Score-(want+cosineWeight(6)*.9)) > 1e-9 {
		t.Errorf("scores %+v", first)
	}
}

func TestSearchWithoutVectors(t *testing.T) {
	for name, embedder := range map[string]Embedder{
		"none":    nil,
		"failing": fakeEmbedder{err: errors.New("no answer")},
		"hanging": fakeEmbedder{hangs: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // the clock of the timeout
				index := &fakeIndex{recall: Recall{Chunks: 10, Hits: []Hit{{Row: 1, BM25: 1}}}}
				s := Searcher{Index: index, Embedder: embedder}
				r, err := s.Search(t.Context(), Query{Text: "法律援助"})
				if err != nil || len(r.Passages) != 1 || !r.ByWords || index.asked.Vector != nil {
					t.Errorf("%+v, %v", r, err)
				}
				if (r.Warning != nil) != (embedder != nil) {
					t.Errorf("warning %v", r.Warning)
				}
			})
		})
	}
}

func TestSearchFails(t *testing.T) {
	broken := errors.New("broken")
	s := Searcher{Index: &fakeIndex{err: broken}}
	if _, err := s.Search(t.Context(), Query{Text: "法律援助"}); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

func TestFuse(t *testing.T) {
	hits := []Hit{{Row: 9, BM25: 1}, {Row: 2, BM25: 1}, {Row: 3, BM25: 5}, {Row: 4, Exact: true}, {Row: 5, Exact: true, Cosine: .01}, {Row: 6, BM25: 99}}
	for _, test := range []struct {
		name  string
		ideal float64
		limit int
		want  []int64
	}{
		{"equal scores by row", 10, 10, []int64{6, 3, 2, 9, 5, 4}},
		{"the best exact hit stays", 10, 3, []int64{6, 3, 5}},
		{"an exact hit is there", 10, 5, []int64{6, 3, 2, 9, 5}},
		{"no ideal", 0, 2, []int64{6, 5}},
	} {
		fused := fuse(hits, test.ideal, .75, test.limit)
		var got []int64
		for _, s := range fused {
			got = append(got, s.Row)
			if test.ideal > 0 && s.BM25 > 1 {
				t.Errorf("%s: BM25 of row %d is %v of the ideal", test.name, s.Row, s.BM25)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: rows %v, want %v", test.name, got, test.want)
		}
	}
	if got := fuse(nil, 1, .75, 10); len(got) != 0 {
		t.Errorf("nothing fused to %v", got)
	}
}

func TestNewIDs(t *testing.T) {
	m := Meta{Key: "k", Title: "ab"}
	id := NewDocID(m, "text")
	if len(id) != 16 || id != NewDocID(m, "text") {
		t.Errorf("ID %q", id)
	}
	moved := Meta{Key: "ka", Title: "b"} // the same letters in other fields
	fetched := m
	fetched.State, fetched.Version = StateCurrent, 7
	if NewDocID(moved, "text") == id || NewDocID(m, "text2") == id || NewDocID(fetched, "text") != id {
		t.Error("the ID does not derive from the key, the metadata and the text")
	}
	if NewChunkID(id, 3) != id+"-3" {
		t.Error(NewChunkID(id, 3))
	}
}

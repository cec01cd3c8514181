package retrieval

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// Fusion. The score of a passage is bm25/ideal + w·cosine, where ideal is what
// a chunk would score that holds every term of the question often:
// (k1+1)·Σidf. Unlike ranks (RRF) such scores mean the same from question to
// question. The fewer terms a question has, the less its words tell, so w falls
// with their number: cosineBase + cosineShort/terms, at most cosineMost.
// docs/performance.md has what else was tried.
const (
	cosineBase  = 0.5
	cosineShort = 6.0
	cosineMost  = 2.5
)

func cosineWeight(terms int) float64 {
	return min(cosineBase+cosineShort/float64(max(terms, 1)), cosineMost)
}

// Limits of a search.
const (
	// LegLimit is how many candidates each leg gives to the fusion.
	LegLimit = 100
	// embedTimeout bounds the embedding of a question: a slow endpoint makes
	// a search by words alone, not a slow search.
	embedTimeout = 2 * time.Second
)

// Searcher is hybrid search over an index. Embedder may be nil: by words alone.
type Searcher struct {
	Index    Index
	Embedder Embedder
	// VectorsOnly leaves out the words; for measuring what each half is worth.
	VectorsOnly bool
}

// Query is one search.
type Query struct {
	Text string // what is embedded
	// Vector is that of Text where an earlier search has made it (Result.Vector);
	// nil: it is made now.
	Vector []float32
	Words  string   // what terms are cut from; empty: Text
	Also   []string // further wordings: their terms find, too, but weigh nothing in Ideal
	Filter Filter
	Limit  int // passages wanted; 0 means 10
}

// Result is what a search found, best first.
type Result struct {
	Passages []Passage
	Terms    []TermWeight // of the question, in its order
	Also     []TermWeight // of its further wordings
	Ideal    float64      // the BM25 score that Passage.BM25 is a share of
	Vector   []float32    // of the question; nil where it was not embedded
	ByWords  bool         // no vectors took part
	Warning  error        // why they did not, if that was a failure
}

// TermWeight is a term of the question with its weight in this index.
type TermWeight struct {
	Term string
	DF   int
	IDF  float64
}

// Search finds the passages that are nearest to a question in words and in
// meaning. A failing embedder does not fail the search: see Result.ByWords.
func (s *Searcher) Search(ctx context.Context, q Query) (Result, error) {
	if q.Limit <= 0 {
		q.Limit = 10
	}
	r := Result{Vector: q.Vector}
	if r.Vector == nil {
		r.Vector, r.Warning = s.embed(ctx, q.Text)
	}
	r.ByWords = r.Vector == nil

	terms := distinct(Terms(cmp.Or(q.Words, q.Text)))
	own := len(terms)
	for _, also := range q.Also {
		terms = distinct(append(terms, Terms(also)...))
	}
	if s.VectorsOnly {
		terms, own = nil, 0
	}
	found, err := s.Index.Recall(ctx, RecallQuery{
		Terms: terms, Exact: slices.DeleteFunc(slices.Clone(terms), func(t string) bool { return !IsIdentifier(t) }),
		Vector: r.Vector, Filter: q.Filter, Limit: max(LegLimit, q.Limit),
	})
	if err != nil {
		return Result{}, fmt.Errorf("recall: %w", err)
	}
	if found.NoVectors {
		r.ByWords = true
		r.Warning = fmt.Errorf("the store holds no vectors of %s any more: restart with the model that it went over to: %w",
			s.Embedder.Model(), ErrModel)
	}
	weights := make([]TermWeight, len(terms))
	for i, t := range terms {
		weights[i] = TermWeight{Term: t, DF: found.DF[i], IDF: IDF(found.Chunks, found.DF[i])}
	}
	r.Terms, r.Also = weights[:own], weights[own:]
	for _, w := range r.Terms {
		r.Ideal += (BM25K1 + 1) * w.IDF
	}
	r.Passages, err = s.load(ctx, fuse(found.Hits, r.Ideal, cosineWeight(own), q.Limit))
	if err != nil {
		return Result{}, fmt.Errorf("load passages: %w", err)
	}
	return r, nil
}

// DF counts the chunks of the whole index that hold each term, and all chunks.
func (s *Searcher) DF(ctx context.Context, terms []string) (df []int, chunks int, err error) {
	// No document has this ID, so that only the terms are looked up.
	nothing := Filter{Docs: []string{"-"}}
	found, err := s.Index.Recall(ctx, RecallQuery{Terms: terms, Filter: nothing, Limit: 1})
	if err != nil {
		return nil, 0, fmt.Errorf("count the chunks that hold terms: %w", err)
	}
	return found.DF, found.Chunks, nil
}

func (s *Searcher) embed(ctx context.Context, text string) ([]float32, error) {
	if s.Embedder == nil {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, embedTimeout)
	defer cancel()
	v, err := s.Embedder.Question(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("embed the question: %w", err)
	}
	return v, nil
}

// scored is a hit with its fused score.
type scored struct {
	Hit
	score float64
}

// fuse orders hits by bm25/ideal + weight·cosine; equal scores by row.
func fuse(hits []Hit, ideal, weight float64, limit int) []scored {
	all := make([]scored, len(hits))
	for i, h := range hits {
		if ideal > 0 {
			h.BM25 = min(h.BM25/ideal, 1)
		}
		all[i] = scored{Hit: h, score: h.BM25 + weight*h.Cosine}
	}
	slices.SortFunc(all, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.Row, b.Row))
	})
	return keepExact(all, limit)
}

// keepExact cuts to limit, but lets the best hit that holds an identifier of
// the question stay: no relevance may drop it.
func keepExact(all []scored, limit int) []scored {
	if len(all) <= limit {
		return all
	}
	kept := all[:limit:limit]
	if slices.ContainsFunc(kept, func(s scored) bool { return s.Exact }) {
		return kept
	}
	if i := slices.IndexFunc(all, func(s scored) bool { return s.Exact }); i >= 0 {
		kept[limit-1] = all[i]
	}
	return kept
}

func (s *Searcher) load(ctx context.Context, hits []scored) ([]Passage, error) {
	rows := make([]int64, len(hits))
	byRow := make(map[int64]scored, len(hits))
	for i, h := range hits {
		rows[i] = h.Row
		byRow[h.Row] = h
	}
	passages, err := s.Index.Passages(ctx, rows)
	if err != nil {
		return nil, err
	}
	for i := range passages {
		h := byRow[passages[i].Row]
		passages[i].Score, passages[i].BM25, passages[i].Cosine, passages[i].Exact = h.score, h.BM25, h.Cosine, h.Exact
	}
	return passages, nil
}

// distinct keeps the first of equal terms, in order.
func distinct(terms []string) []string {
	seen := make(map[string]bool, len(terms))
	kept := make([]string, 0, len(terms))
	for _, t := range terms {
		if !seen[t] {
			seen[t] = true
			kept = append(kept, t)
		}
	}
	return kept
}

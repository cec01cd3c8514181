package sqlitestore

import (
	"cmp"
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"zhiwen/retrieval"
)

//go:embed queries/lists.sql
var listsSQL string

// Recall implements retrieval.Index.
func (s *Store) Recall(ctx context.Context, q retrieval.RecallQuery) (retrieval.Recall, error) {
	var found retrieval.Recall
	for current := false; !current; {
		err := s.read(ctx, func(tx *sql.Tx) error {
			v, ok, err := s.viewOf(ctx, tx)
			if err != nil || !ok {
				return err
			}
			current = true
			r := recalling{tx: tx, view: v, query: q, allowed: v.allowed(q.Filter)}
			found, err = r.run(ctx)
			return err
		})
		if err != nil {
			return retrieval.Recall{}, fmt.Errorf("recall from store %s: %w", s.path, err)
		}
	}
	return found, nil
}

// recalling is one Recall on one snapshot.
type recalling struct {
	tx      *sql.Tx
	view    *view
	query   retrieval.RecallQuery
	allowed []bool // by document of the view

	df     []int       // by term of the query
	lists  [][]posting // by term: of live chunks, filter or not
	scores []float64   // by slot: BM25 of the chunks that a finding term found
}

func (r *recalling) run(ctx context.Context) (retrieval.Recall, error) {
	if err := r.loadLists(ctx); err != nil {
		return retrieval.Recall{}, fmt.Errorf("read the lexical index: %w", err)
	}
	byWords := r.score()
	exact := r.exact()
	hits := map[int64]*retrieval.Hit{}
	add := func(row int64) *retrieval.Hit {
		if hits[row] == nil {
			hits[row] = &retrieval.Hit{Row: row, BM25: r.bm25(row), Exact: exact[row]}
		}
		return hits[row]
	}
	for _, row := range r.best(byWords) {
		add(row)
	}
	for _, row := range r.best(keys(exact)) {
		add(row)
	}
	if r.query.Vector != nil {
		if err := r.addNearest(ctx, hits, add); err != nil {
			return retrieval.Recall{}, fmt.Errorf("compare vectors: %w", err)
		}
	}
	found := retrieval.Recall{Chunks: r.view.chunks, DF: r.df, Hits: make([]retrieval.Hit, 0, len(hits))}
	for _, h := range hits {
		found.Hits = append(found.Hits, *h)
	}
	return found, nil
}

// loadLists reads the postings of the query's terms and drops those of chunks
// that are gone, so that df counts what is there.
func (r *recalling) loadLists(ctx context.Context) error {
	terms := r.query.Terms
	r.df = make([]int, len(terms))
	r.lists = make([][]posting, len(terms))
	asked, err := json.Marshal(terms)
	if err != nil {
		return err
	}
	rows, err := r.tx.QueryContext(ctx, listsSQL, string(asked))
	if err != nil {
		return err
	}
	defer rows.Close()
	var base int64
	var term int
	var block sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&base, &term, &block); err != nil {
			return err
		}
		list, err := findInBlock(block, terms[term])
		if err != nil {
			return err
		}
		// Most postings take one byte or two.
		r.lists[term] = slices.Grow(r.lists[term], len(list)*3/4)
		for row, count := range (postingList{base: base, data: list}).all() {
			if _, ok := r.view.doc(row); ok {
				r.lists[term] = append(r.lists[term], posting{row: row, count: count})
			}
		}
	}
	for i, list := range r.lists {
		r.df[i] = len(list)
	}
	return rows.Err()
}

// score computes BM25 and gives the rows of allowed chunks that a finding term
// found.
func (r *recalling) score() []int64 {
	finding, adding := retrieval.SplitCommon(r.query.Terms, r.df, r.view.chunks)
	r.scores = make([]float64, len(r.view.docOf))
	index := make(map[string]int, len(r.query.Terms))
	for i, t := range r.query.Terms {
		index[t] = i
	}
	var found []int64
	for _, t := range finding {
		r.addTerm(index[t], func(row int64, score *float64) bool {
			if *score == 0 {
				doc, _ := r.view.doc(row)
				if !r.allowed[doc] {
					return false
				}
				found = append(found, row)
			}
			return true
		})
	}
	for _, t := range adding {
		r.addTerm(index[t], func(_ int64, score *float64) bool { return *score > 0 })
	}
	return found
}

// addTerm adds the term's share to the scores that take says.
func (r *recalling) addTerm(i int, take func(row int64, score *float64) bool) {
	idf := retrieval.IDF(r.view.chunks, r.df[i])
	average := r.view.averageLength()
	for _, p := range r.lists[i] {
		slot := p.row - r.view.base
		if score := &r.scores[slot]; take(p.row, score) {
			*score += retrieval.BM25(idf, p.count, int(r.view.lengths[slot]), average)
		}
	}
}

func (r *recalling) bm25(row int64) float64 { return r.scores[row-r.view.base] }

// exact gives the rows of allowed chunks that hold an identifier asked for.
func (r *recalling) exact() map[int64]bool {
	rows := map[int64]bool{}
	for i, t := range r.query.Terms {
		if !slices.Contains(r.query.Exact, t) {
			continue
		}
		for _, p := range r.lists[i] {
			if doc, ok := r.view.doc(p.row); ok && r.allowed[doc] {
				rows[p.row] = true
			}
		}
	}
	return rows
}

// best sorts rows by BM25, highest first and equal ones by row, and cuts them
// to the limit.
func (r *recalling) best(rows []int64) []int64 {
	return topN(rows, r.query.Limit, func(a, b int64) int {
		return cmp.Or(cmp.Compare(r.bm25(b), r.bm25(a)), cmp.Compare(a, b))
	})
}

// addNearest gives every hit its cosine and adds the nearest chunks.
func (r *recalling) addNearest(ctx context.Context, hits map[int64]*retrieval.Hit, add func(int64) *retrieval.Hit) error {
	wanted := max(rescored, rescoredPerHit*r.query.Limit)
	if r.query.ExactVectors {
		wanted = r.view.chunks
	}
	near := r.view.candidates(r.query.Vector, r.allowed, wanted)
	rows := slices.Concat(keys(hits), near)
	slices.Sort(rows)
	cosines, err := r.cosines(ctx, slices.Compact(rows))
	if err != nil {
		return err
	}
	for row, h := range hits {
		h.Cosine = cosines[row]
	}
	near = topN(near, r.query.Limit, func(a, b int64) int {
		return cmp.Or(cmp.Compare(cosines[b], cosines[a]), cmp.Compare(a, b))
	})
	for _, row := range near {
		add(row).Cosine = cosines[row]
	}
	return nil
}

// cosines reads vectors and compares them with the question's.
func (r *recalling) cosines(ctx context.Context, asked []int64) (map[int64]float64, error) {
	list, err := json.Marshal(asked)
	if err != nil {
		return nil, err
	}
	rows, err := r.tx.QueryContext(ctx, `SELECT row, floats FROM json_each(?) CROSS JOIN vector ON row = value`, string(list))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	cosines := make(map[int64]float64, len(asked))
	var row int64
	var floats sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&row, &floats); err != nil {
			return nil, err
		}
		cosines[row] = dot(r.query.Vector, floats)
	}
	return cosines, rows.Err()
}

// topN gives the n least elements in order. It keeps 2n at a time, so that it
// does not sort what cannot be among them.
func topN(all []int64, n int, compare func(a, b int64) int) []int64 {
	top := make([]int64, 0, min(2*n, len(all)))
	full := false
	for _, x := range all {
		if full && compare(x, top[n-1]) > 0 {
			continue
		}
		top = append(top, x)
		if len(top) == 2*n {
			slices.SortFunc(top, compare)
			top, full = top[:n], true
		}
	}
	slices.SortFunc(top, compare)
	return top[:min(n, len(top))]
}

func keys[V any](m map[int64]V) []int64 {
	rows := make([]int64, 0, len(m))
	for row := range m {
		rows = append(rows, row)
	}
	return rows
}

package sqlitestore

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"zhiwen/retrieval"
	"zhiwen/retrieval/postings"
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

	scores *postings.Scores
}

func (r *recalling) run(ctx context.Context) (retrieval.Recall, error) {
	matches, err := r.matches(ctx)
	if err != nil {
		return retrieval.Recall{}, fmt.Errorf("read the lexical index: %w", err)
	}
	r.scores = matches.Score(r.allows)
	exact := matches.Holders(r.query.Exact, r.allows)
	hits := map[int64]*retrieval.Hit{}
	add := func(row int64) *retrieval.Hit {
		if hits[row] == nil {
			hits[row] = &retrieval.Hit{Row: row, BM25: r.scores.BM25(row), Exact: exact[row]}
		}
		return hits[row]
	}
	for _, row := range r.scores.Best(r.scores.Found, r.query.Limit) {
		add(row)
	}
	for _, row := range r.scores.Best(keys(exact), r.query.Limit) {
		add(row)
	}
	byVectors := r.query.Vector != nil && r.view.set.id != 0
	if byVectors {
		if err := r.addNearest(ctx, hits, add); err != nil {
			return retrieval.Recall{}, fmt.Errorf("compare vectors: %w", err)
		}
	}
	found := retrieval.Recall{Chunks: r.view.chunks, DF: matches.DF(), Hits: make([]retrieval.Hit, 0, len(hits))}
	found.NoVectors = r.query.Vector != nil && !byVectors
	for _, h := range hits {
		found.Hits = append(found.Hits, *h)
	}
	return found, nil
}

// allows reports whether the filter lets the chunk at row through.
func (r *recalling) allows(row int64) bool {
	doc, ok := r.view.doc(row)
	return ok && r.allowed[doc]
}

// matches reads the postings of the query's terms and drops those of chunks
// that are gone, so that df counts what is there.
func (r *recalling) matches(ctx context.Context) (*postings.Matches, error) {
	terms := r.query.Terms
	packed := make([][]postings.Packed, len(terms))
	asked, err := json.Marshal(terms)
	if err != nil {
		return nil, err
	}
	rows, err := r.tx.QueryContext(ctx, listsSQL, string(asked))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var base int64
	var term int
	var block sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&base, &term, &block); err != nil {
			return nil, err
		}
		data, err := postings.Find(block, terms[term])
		if err != nil {
			return nil, err
		}
		if data != nil {
			packed[term] = append(packed[term], postings.Packed{Base: base, Data: slices.Clone(data)})
		}
	}
	m := &postings.Matches{Terms: terms, Lists: make([][]postings.Posting, len(terms)),
		Chunks: r.view.chunks, Average: r.view.averageLength()}
	for term, lists := range packed {
		m.Lists[term] = format.Unpack(lists, func(p *postings.Posting) bool {
			_, ok := r.view.doc(p.Row)
			if ok {
				p.Length = int32(r.view.lengths[p.Row-r.view.base])
			}
			return ok
		})
	}
	return m, rows.Err()
}

func keys[V any](m map[int64]V) []int64 {
	rows := make([]int64, 0, len(m))
	for row := range m {
		rows = append(rows, row)
	}
	return rows
}

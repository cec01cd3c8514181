package pgstore

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"zhiwen/retrieval/postings"
)

var (
	//go:embed queries/lists.sql
	listsSQL string
	//go:embed queries/allowed.sql
	allowedSQL string
	//go:embed queries/passing.sql
	passingSQL string
)

// longestTerm is the number of bytes from which on a term is kept shortened:
// an index of PostgreSQL takes no more than 2,700.
const longestTerm = 512

// stored is a term as blocks have it. A long one keeps its head and has the
// hash of the whole for a tail.
func stored(term string) string {
	if len(term) <= longestTerm {
		return term
	}
	sum := sha256.Sum256([]byte(term))
	return term[:longestTerm-len(sum)] + string(sum[:])
}

// storedTerms are the terms of the query as blocks have them.
func (r *recalling) storedTerms() [][]byte {
	terms := make([][]byte, len(r.query.Terms))
	for i, t := range r.query.Terms {
		terms[i] = []byte(stored(t))
	}
	return terms
}

// readLists reads the rows of lists.sql: the postings of the query's terms in
// chunks that are not gone.
func (r *recalling) readLists(rows pgx.Rows) error {
	packed := make([][]postings.Packed, len(r.query.Terms))
	var base int64
	var place int
	var block pgtype.DriverBytes
	_, err := pgx.ForEachRow(rows, []any{&base, &place, &block}, func() error {
		term := place - 1 // counted from 1 there
		data, err := postings.Find(block, stored(r.query.Terms[term]))
		if data != nil {
			packed[term] = append(packed[term], postings.Packed{Base: base, Data: slices.Clone(data)})
		}
		return err
	})
	r.words.Terms = r.query.Terms
	r.words.Lists = make([][]postings.Posting, len(packed))
	for term, lists := range packed {
		r.words.Lists[term] = format.Unpack(lists, func(p *postings.Posting) bool {
			_, _, is := r.gone.holds(p.Row)
			return !is
		})
	}
	return err
}

// addByWords adds the best chunks by BM25, and the best of those that hold an
// identifier of the question.
func (r *recalling) addByWords(ctx context.Context) error {
	r.scores = r.words.Score(r.allows)
	r.exact = r.words.Holders(r.query.Exact, r.allows)
	for _, rows := range [][]int64{r.scores.Found, slices.Collect(maps.Keys(r.exact))} {
		best, err := r.best(ctx, rows)
		if err != nil {
			return err
		}
		for _, row := range best {
			r.add(row)
		}
	}
	return nil
}

// best gives the best of rows that the filter lets through. Where it is not
// known yet which these are, the database is asked about more and more.
func (r *recalling) best(ctx context.Context, rows []int64) ([]int64, error) {
	if r.few != nil {
		return r.scores.Best(rows, r.query.Limit), nil
	}
	var passed []int64
	asked := 0
	for n := 2 * r.query.Limit; asked < len(rows) && len(passed) < r.query.Limit; n *= 4 {
		page := r.scores.Best(rows, n)[asked:]
		passing, err := r.passing(ctx, page)
		if err != nil {
			return nil, err
		}
		for _, row := range page {
			if passing[row] {
				passed = append(passed, row)
			}
		}
		asked += len(page)
	}
	return passed[:min(r.query.Limit, len(passed))], nil
}

// passing tells which rows the filter lets through.
func (r *recalling) passing(ctx context.Context, asked []int64) (map[int64]bool, error) {
	args := r.arguments()
	args["rows"] = asked
	return r.rowSet(ctx, withFilter(passingSQL), args)
}

// fewAllowed reads what a narrow filter lets through.
func (r *recalling) fewAllowed(ctx context.Context) error {
	if !narrows(r.query.Filter) {
		return nil
	}
	args := r.arguments()
	args["limit"] = exactBelow + 1
	allowed, err := r.rowSet(ctx, withFilter(allowedSQL), args)
	if len(allowed) <= exactBelow {
		r.few = allowed
	}
	return err
}

// allows reports whether a narrow filter lets a row through; others are left
// to the database.
func (r *recalling) allows(row int64) bool { return r.few == nil || r.few[row] }

func (r *recalling) rowSet(ctx context.Context, query string, args pgx.NamedArgs) (map[int64]bool, error) {
	rows, err := r.tx.Query(ctx, query, args)
	if err != nil {
		return nil, err
	}
	set := map[int64]bool{}
	var row int64
	_, err = pgx.ForEachRow(rows, []any{&row}, func() error {
		set[row] = true
		return nil
	})
	return set, err
}

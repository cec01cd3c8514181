package pgstore

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"zhiwen/retrieval"
)

var (
	//go:embed queries/settings.sql
	settingsSQL string
	//go:embed queries/state.sql
	stateSQL string
	//go:embed queries/filter.sql
	filterSQL string
	//go:embed queries/words.sql
	wordsSQL string
	//go:embed queries/holders.sql
	holdersSQL string
	//go:embed queries/scores.sql
	scoresSQL string
	//go:embed queries/allowed.sql
	allowedSQL string
	//go:embed queries/nearest.sql
	nearestSQL string
	//go:embed queries/nearest_exact.sql
	nearestExactSQL string
)

const (
	// efSearch is the least number of candidates that a look into the
	// approximate index keeps, and efPerHit how many for each hit wanted.
	// docs/postgres.md has the recall that they give.
	efSearch = 100
	efPerHit = 2
	// maxEfSearch is pgvector's own limit.
	maxEfSearch = 1000
	// exactBelow is the number of chunks let through by a filter up to which
	// they are compared one by one: that is quick, and a walk through the
	// approximate index would be long for so few.
	exactBelow = 5000
)

// Recall implements retrieval.Index.
func (s *Store) Recall(ctx context.Context, q retrieval.RecallQuery) (retrieval.Recall, error) {
	var found retrieval.Recall
	err := s.read(ctx, func(tx pgx.Tx) error {
		r := recalling{tx: tx, query: q, hits: map[int64]*retrieval.Hit{}}
		var err error
		found, err = r.run(ctx)
		return err
	})
	if err != nil {
		return retrieval.Recall{}, fmt.Errorf("recall from store %s: %w", s.name, err)
	}
	return found, nil
}

// recalling is one Recall on one snapshot.
type recalling struct {
	tx    pgx.Tx
	query retrieval.RecallQuery

	chunks  int     // in the index
	average float64 // length of a chunk
	dim     int
	indexed bool // there is an approximate index

	df      []int // by term of the query
	finding weighted
	adding  weighted
	exact   []int32 // ids of the identifiers asked for

	hits map[int64]*retrieval.Hit
}

// weighted are terms by their ids with their weights.
type weighted struct {
	ids []int32
	idf []float64
}

func (r *recalling) run(ctx context.Context) (retrieval.Recall, error) {
	if err := r.begin(ctx); err != nil {
		return retrieval.Recall{}, fmt.Errorf("read the collection: %w", err)
	}
	if len(r.finding.ids) > 0 {
		if err := r.addByWords(ctx); err != nil {
			return retrieval.Recall{}, fmt.Errorf("search the words: %w", err)
		}
	}
	if r.query.Vector != nil && r.dim == len(r.query.Vector) {
		if err := r.addNearest(ctx); err != nil {
			return retrieval.Recall{}, fmt.Errorf("compare vectors: %w", err)
		}
	}
	found := retrieval.Recall{Chunks: r.chunks, DF: r.df, Hits: make([]retrieval.Hit, 0, len(r.hits))}
	for _, h := range r.hits {
		found.Hits = append(found.Hits, *h)
	}
	return found, nil
}

// begin reads what is true of the collection and of the query's terms.
func (r *recalling) begin(ctx context.Context) error {
	ef := min(max(efSearch, efPerHit*r.query.Limit), maxEfSearch)
	ids := make([]int32, len(r.query.Terms))
	r.df = make([]int, len(r.query.Terms))
	place := make(map[string]int, len(r.query.Terms))
	for i, t := range r.query.Terms {
		place[t] = i
	}
	var terms int64
	batch := &pgx.Batch{}
	batch.Queue(settingsSQL, strconv.Itoa(ef))
	batch.Queue(stateSQL).QueryRow(func(row pgx.Row) error {
		return row.Scan(&r.chunks, &terms, &r.dim, &r.indexed)
	})
	batch.Queue(`SELECT term, id, df FROM term WHERE term = ANY ($1)`, r.query.Terms).Query(func(rows pgx.Rows) error {
		var term string
		var id int32
		var df int
		_, err := pgx.ForEachRow(rows, []any{&term, &id, &df}, func() error {
			ids[place[term]], r.df[place[term]] = id, df
			return nil
		})
		return err
	})
	if err := r.tx.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	r.average = float64(terms) / float64(max(r.chunks, 1))
	finding, adding := retrieval.SplitCommon(r.query.Terms, r.df, r.chunks)
	weigh := func(terms []string) weighted {
		w := weighted{ids: []int32{}, idf: []float64{}} // nil would be NULL
		for _, t := range terms {
			w.ids = append(w.ids, ids[place[t]])
			w.idf = append(w.idf, retrieval.IDF(r.chunks, r.df[place[t]]))
		}
		return w
	}
	r.finding, r.adding = weigh(finding), weigh(adding)
	r.exact = []int32{}
	for _, t := range r.query.Exact {
		if at, asked := place[t]; asked && r.df[at] > 0 {
			r.exact = append(r.exact, ids[at])
		}
	}
	return nil
}

// addByWords adds the best chunks by BM25, and the best of those that hold an
// identifier of the question.
func (r *recalling) addByWords(ctx context.Context) error {
	rows, err := r.tx.Query(ctx, withFilter(wordsSQL), r.arguments())
	if err != nil {
		return err
	}
	var all, exact []retrieval.Hit
	var h retrieval.Hit
	_, err = pgx.ForEachRow(rows, []any{&h.Row, &h.Exact, &h.BM25}, func() error {
		if h.BM25 > 0 {
			all = append(all, h)
		}
		if h.Exact {
			exact = append(exact, h)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, leg := range [][]retrieval.Hit{all, exact} {
		slices.SortFunc(leg, func(a, b retrieval.Hit) int {
			return cmp.Or(cmp.Compare(b.BM25, a.BM25), cmp.Compare(a.Row, b.Row))
		})
		for _, h := range leg[:min(r.query.Limit, len(leg))] {
			r.hits[h.Row] = &h
		}
	}
	return nil
}

// addNearest adds the nearest chunks with their scores by words, and gives
// every hit its cosine.
func (r *recalling) addNearest(ctx context.Context) error {
	query, err := r.nearestSQL(ctx)
	if err != nil {
		return err
	}
	args := r.arguments()
	rows, err := r.tx.Query(ctx, query, args)
	if err != nil {
		return err
	}
	near, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	near = slices.DeleteFunc(near, func(row int64) bool { return r.hits[row] != nil })
	for _, row := range near {
		r.hits[row] = &retrieval.Hit{Row: row}
	}
	args["rows"] = near
	args["hits"] = slices.Sorted(maps.Keys(r.hits))
	batch := &pgx.Batch{}
	batch.Queue(scoresSQL, args).Query(func(rows pgx.Rows) error {
		return r.eachScore(rows, func(h *retrieval.Hit, score float64) { h.BM25 = score })
	})
	batch.Queue(holdersSQL, args).Query(func(rows pgx.Rows) error {
		held, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		for _, row := range held {
			r.hits[row].Exact = true
		}
		return err
	})
	batch.Queue(`SELECT row, -(vector <#> @question::vector) FROM embedding WHERE row = ANY (@hits::bigint[])`, args).
		Query(func(rows pgx.Rows) error {
			return r.eachScore(rows, func(h *retrieval.Hit, score float64) { h.Cosine = score })
		})
	return r.tx.SendBatch(ctx, batch).Close()
}

// eachScore reads rows of a chunk and a score.
func (r *recalling) eachScore(rows pgx.Rows, take func(*retrieval.Hit, float64)) error {
	var row int64
	var score float64
	_, err := pgx.ForEachRow(rows, []any{&row, &score}, func() error {
		take(r.hits[row], score)
		return nil
	})
	return err
}

// nearestSQL chooses between the approximate index and a comparison with every
// vector that the filter lets through.
func (r *recalling) nearestSQL(ctx context.Context) (string, error) {
	if r.query.ExactVectors || !r.indexed || r.chunks <= exactBelow {
		return withFilter(nearestExactSQL), nil
	}
	if narrows(r.query.Filter) {
		args := r.arguments()
		args["limit"] = exactBelow + 1
		var allowed int
		if err := r.tx.QueryRow(ctx, withFilter(allowedSQL), args).Scan(&allowed); err != nil {
			return "", err
		}
		if allowed <= exactBelow {
			return withFilter(nearestExactSQL), nil
		}
	}
	return nearestIndexedSQL(r.dim), nil
}

// nearestIndexedSQL names the dimension, as the index does.
func nearestIndexedSQL(dim int) string {
	return strings.ReplaceAll(withFilter(nearestSQL), "{{dim}}", strconv.Itoa(dim))
}

// withFilter puts the filter's condition into a query on document.
func withFilter(query string) string { return strings.ReplaceAll(query, "{{filter}}", filterSQL) }

// narrows reports whether a filter asks for more than documents in force.
func narrows(f retrieval.Filter) bool {
	return len(f.Docs)+len(f.Kinds)+len(f.Publishers)+len(f.Years)+len(f.Validity) > 0
}

// arguments are the named arguments of all queries of a search.
func (r *recalling) arguments() pgx.NamedArgs {
	var headroom float64 // what the adding terms can give a chunk at most
	for _, idf := range r.adding.idf {
		headroom += (retrieval.BM25K1 + 1) * idf
	}
	f := r.query.Filter
	noLonger := []retrieval.Validity{}
	if len(f.Validity) == 0 && !f.AnyForce {
		noLonger = append(noLonger, retrieval.ValidityRepealed, retrieval.ValidityLapsed)
	}
	return pgx.NamedArgs{
		"docs": orEmpty(f.Docs), "kinds": orEmpty(f.Kinds), "publishers": orEmpty(f.Publishers), "years": orEmpty(f.Years),
		"validity": orEmpty(f.Validity), "no_longer": noLonger,
		"finding": r.finding.ids, "finding_idf": r.finding.idf, "adding": r.adding.ids, "adding_idf": r.adding.idf,
		"terms": slices.Concat(r.finding.ids, r.adding.ids), "idf": slices.Concat(r.finding.idf, r.adding.idf),
		"exact": r.exact, "headroom": headroom, "k1": retrieval.BM25K1, "b": retrieval.BM25B, "average": r.average,
		"question": pgvector.NewVector(r.query.Vector), "limit": r.query.Limit,
	}
}

// orEmpty keeps a nil slice from becoming NULL, of which no comparison is true.
func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

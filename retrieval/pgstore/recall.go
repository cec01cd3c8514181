package pgstore

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"zhiwen/retrieval"
	"zhiwen/retrieval/postings"
)

var (
	//go:embed queries/settings.sql
	settingsSQL string
	//go:embed queries/state.sql
	stateSQL string
	//go:embed queries/filter.sql
	filterSQL string
)

const (
	// efSearch is the least number of candidates that a look into the
	// approximate index keeps, and efPerHit how many for each hit wanted.
	// docs/postgres.md has the recall that they give.
	efSearch = 100
	efPerHit = 3
	// maxEfSearch is pgvector's own limit.
	maxEfSearch = 1000
)

// Recall implements retrieval.Index.
func (s *Store) Recall(ctx context.Context, q retrieval.RecallQuery) (retrieval.Recall, error) {
	var found retrieval.Recall
	search := func(tx pgx.Tx) error {
		r := recalling{tx: tx, query: q, model: s.usedModel(), hits: map[int64]*retrieval.Hit{}}
		var err error
		found, err = r.run(ctx)
		return err
	}
	err := s.read(ctx, search)
	if hasCode(err, undefinedTable) { // the set was dropped after this search began
		err = s.read(ctx, search)
	}
	if err != nil {
		return retrieval.Recall{}, fmt.Errorf("recall from store %s: %w", s.name, err)
	}
	return found, nil
}

// recalling is one Recall on one snapshot.
type recalling struct {
	tx    pgx.Tx
	query retrieval.RecallQuery
	model retrieval.Model // that the query's vector is of

	chunks  int   // in the index
	set     int64 // of the model's vectors; 0: there is none
	indexed bool  // there is an approximate index

	gone   gone
	words  postings.Matches
	few    map[int64]bool // what a narrow filter lets through; nil: much, or there is none
	scores *postings.Scores
	exact  map[int64]bool // chunks that hold an identifier asked for

	hits map[int64]*retrieval.Hit
}

func (r *recalling) run(ctx context.Context) (retrieval.Recall, error) {
	if err := r.begin(ctx); err != nil {
		return retrieval.Recall{}, fmt.Errorf("read the collection: %w", err)
	}
	if err := r.fewAllowed(ctx); err != nil {
		return retrieval.Recall{}, fmt.Errorf("apply the filter: %w", err)
	}
	if err := r.addByWords(ctx); err != nil {
		return retrieval.Recall{}, fmt.Errorf("search the words: %w", err)
	}
	byVectors := r.query.Vector != nil && r.set != 0
	if byVectors {
		if err := r.addNearest(ctx); err != nil {
			return retrieval.Recall{}, fmt.Errorf("compare vectors: %w", err)
		}
	}
	found := retrieval.Recall{Chunks: r.chunks, DF: r.words.DF(), Hits: make([]retrieval.Hit, 0, len(r.hits))}
	found.NoVectors = r.query.Vector != nil && !byVectors
	for _, h := range r.hits {
		found.Hits = append(found.Hits, *h)
	}
	return found, nil
}

// add adds a hit with its score by words.
func (r *recalling) add(row int64) {
	if r.hits[row] == nil {
		r.hits[row] = &retrieval.Hit{Row: row, BM25: r.scores.BM25(row), Exact: r.exact[row]}
	}
}

// begin reads what is true of the collection, and the postings of the query's
// terms.
func (r *recalling) begin(ctx context.Context) error {
	ef := min(max(efSearch, efPerHit*r.query.Limit), maxEfSearch)
	var terms int64
	batch := &pgx.Batch{}
	batch.Queue(settingsSQL, strconv.Itoa(ef))
	batch.Queue(stateSQL, pgx.NamedArgs{"model": r.model.Name, "dim": r.model.Dim}).QueryRow(func(row pgx.Row) error {
		return row.Scan(&r.chunks, &terms, &r.set, &r.indexed)
	})
	batch.Queue(goneSQL, pgx.NamedArgs{"first": 0, "last": int64(math.MaxInt64)}).QueryRow(func(row pgx.Row) error {
		return row.Scan(&r.gone.first, &r.gone.last)
	})
	batch.Queue(listsSQL, pgx.NamedArgs{"terms": r.storedTerms()}).Query(r.readLists)
	if err := r.tx.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	r.words.Chunks = r.chunks
	r.words.Average = float64(terms) / float64(max(r.chunks, 1))
	return nil
}

// addNearest adds the nearest chunks with their scores by words, and gives
// every hit its cosine.
func (r *recalling) addNearest(ctx context.Context) error {
	args := r.arguments()
	rows, err := r.tx.Query(ctx, r.nearestSQL(), args)
	if err != nil {
		return err
	}
	near, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	for _, row := range near {
		r.add(row)
	}
	args["hits"] = slices.Collect(maps.Keys(r.hits))
	rows, err = r.tx.Query(ctx, inSet(cosinesSQL, r.set), args)
	if err != nil {
		return err
	}
	var row int64
	var cosine float64
	_, err = pgx.ForEachRow(rows, []any{&row, &cosine}, func() error {
		r.hits[row].Cosine = cosine
		return nil
	})
	return err
}

// withFilter puts the filter's condition into a query on document.
func withFilter(query string) string { return strings.ReplaceAll(query, "{{filter}}", filterSQL) }

// narrows reports whether a filter asks for more than documents in force.
func narrows(f retrieval.Filter) bool {
	return len(f.Docs)+len(f.Kinds)+len(f.Publishers)+len(f.Years)+len(f.Validity) > 0
}

// arguments are the named arguments of all queries of a search.
func (r *recalling) arguments() pgx.NamedArgs {
	f := r.query.Filter
	noLonger := []retrieval.Validity{}
	if len(f.Validity) == 0 && !f.AnyForce {
		noLonger = append(noLonger, retrieval.ValidityRepealed, retrieval.ValidityLapsed)
	}
	return pgx.NamedArgs{
		"docs": orEmpty(f.Docs), "kinds": orEmpty(f.Kinds), "publishers": orEmpty(f.Publishers), "years": orEmpty(f.Years),
		"validity": orEmpty(f.Validity), "no_longer": noLonger,
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

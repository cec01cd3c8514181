package pgstore

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"zhiwen/retrieval"
)

var (
	//go:embed queries/passages.sql
	passagesSQL string
	//go:embed queries/listing.sql
	listingSQL string
	//go:embed queries/document.sql
	documentSQL string
	//go:embed queries/head.sql
	headSQL string
	//go:embed queries/stats.sql
	statsSQL string
)

// metaFields are where the metadata columns are scanned to, in the order in
// which all queries name them: id to version.
func metaFields(m *retrieval.Meta) []any {
	return []any{
		&m.ID, &m.Key, &m.URL, &m.Source, &m.Title, &m.DocNo, &m.IndexNo, &m.Publisher, &m.Kind, &m.Column,
		&m.Published, &m.Written, &m.Effective, &m.Expires, &m.Validity, &m.ValiditySource, &m.Parent, &m.ReplacedBy,
		&m.State, &m.Version,
	}
}

// Head gives the newest version under a key, whatever its state;
// retrieval.ErrNotFound if there is none.
func (s *Store) Head(ctx context.Context, key string) (retrieval.Head, error) {
	var h retrieval.Head
	fields := append(metaFields(&h.Meta), &h.BytesSHA256, &h.Parser)
	if err := s.primary.QueryRow(ctx, headSQL, key).Scan(fields...); err != nil {
		return retrieval.Head{}, fmt.Errorf("head of %s in store %s: %w", key, s.name, notFound(err))
	}
	return h, nil
}

// Document gives a version by its ID, superseded ones, too;
// retrieval.ErrNotFound if there is none or it is quarantined,
// retrieval.ErrGone if it was withdrawn or erased.
func (s *Store) Document(ctx context.Context, id string) (retrieval.Document, error) {
	d, err := s.version(ctx, id)
	if err == nil {
		err = d.Hidden()
	}
	if err != nil {
		return retrieval.Document{}, fmt.Errorf("document %s in store %s: %w", id, s.name, err)
	}
	return d, nil
}

func (s *Store) version(ctx context.Context, id string) (retrieval.Document, error) {
	var d retrieval.Document
	var fetched, sections, pages, recognised string
	var text []byte
	fields := append(metaFields(&d.Meta), &d.BytesSHA256, &d.Parser, &d.Quality, &fetched, &sections, &pages, &recognised, &text)
	err := s.onReader(ctx, func(pool *pgxpool.Pool) error { return pool.QueryRow(ctx, documentSQL, id).Scan(fields...) })
	if err != nil {
		return d, notFound(err)
	}
	d.Text = string(text)
	if d.Fetched, err = time.Parse(time.RFC3339Nano, fetched); err != nil {
		return d, fmt.Errorf("read its time: %w", err)
	}
	if err := json.Unmarshal([]byte(sections), &d.Sections); err != nil {
		return d, fmt.Errorf("read its sections: %w", err)
	}
	if err := json.Unmarshal([]byte(pages), &d.Pages); err != nil {
		return d, fmt.Errorf("read its pages: %w", err)
	}
	return d, readOriginal(&d, recognised)
}

// Passages implements retrieval.Index.
func (s *Store) Passages(ctx context.Context, rows []int64) ([]retrieval.Passage, error) {
	var found []retrieval.Passage
	err := s.onReader(ctx, func(pool *pgxpool.Pool) (err error) {
		found, err = passages(ctx, pool, rows)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("passages from store %s: %w", s.name, err)
	}
	return found, nil
}

func passages(ctx context.Context, q querier, rows []int64) ([]retrieval.Passage, error) {
	passages := make([]retrieval.Passage, 0, len(rows))
	var p retrieval.Passage
	var text []byte
	c := &p.Chunk
	fields := append([]any{&p.Row, &c.Ordinal, &c.Clause, &c.Path, &c.Start, &c.End, &text}, metaFields(&p.Doc)...)
	found, err := q.Query(ctx, passagesSQL, rows)
	if err != nil {
		return nil, err
	}
	_, err = pgx.ForEachRow(found, fields, func() error {
		c.Text = string(text)
		c.ID = retrieval.NewChunkID(p.Doc.ID, c.Ordinal)
		passages = append(passages, p)
		return nil
	})
	return passages, err
}

// errStopped ends a query whose reader wants no more rows.
var errStopped = errors.New("stopped")

// List gives every stored version in order of key and version. An error ends
// it.
func (s *Store) List(ctx context.Context) iter.Seq2[retrieval.Listing, error] {
	return func(yield func(retrieval.Listing, error) bool) {
		var l retrieval.Listing
		rows, err := s.primary.Query(ctx, listingSQL)
		if err == nil {
			_, err = pgx.ForEachRow(rows, append(metaFields(&l.Meta), &l.Chunks), func() error {
				if !yield(l, nil) {
					return errStopped
				}
				return nil
			})
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(retrieval.Listing{}, fmt.Errorf("list store %s: %w", s.name, err))
		}
	}
}

// Stats describes the store.
func (s *Store) Stats(ctx context.Context) (retrieval.Stats, error) {
	var st retrieval.Stats
	var updated *time.Time // nil: never
	err := s.primary.QueryRow(ctx, statsSQL).
		Scan(&st.Documents, &st.Chunks, &st.Vectors, &st.Model, &st.Dim, &st.Generation, &updated)
	if err != nil {
		return retrieval.Stats{}, fmt.Errorf("statistics of store %s: %w", s.name, err)
	}
	if updated != nil {
		st.Updated = *updated
	}
	return st, nil
}

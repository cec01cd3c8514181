package sqlitestore

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"zhiwen/retrieval"
)

var (
	//go:embed queries/put_document.sql
	putDocumentSQL string
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
	err := s.readers.QueryRowContext(ctx, headSQL, key).Scan(fields...)
	if err != nil {
		return retrieval.Head{}, fmt.Errorf("head of %s in store %s: %w", key, s.path, notFound(err))
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
		return retrieval.Document{}, fmt.Errorf("document %s in store %s: %w", id, s.path, err)
	}
	return d, nil
}

func (s *Store) version(ctx context.Context, id string) (retrieval.Document, error) {
	var d retrieval.Document
	var fetched, sections, pages, recognised string
	fields := append(metaFields(&d.Meta), &d.BytesSHA256, &d.Parser, &d.Quality, &fetched, &sections, &pages, &recognised, &d.Text)
	if err := s.readers.QueryRowContext(ctx, documentSQL, id).Scan(fields...); err != nil {
		return d, notFound(err)
	}
	var err error
	if d.Fetched, err = parseTime(fetched); err != nil {
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
	found, err := passages(ctx, s.readers, rows)
	if err != nil {
		return nil, fmt.Errorf("passages from store %s: %w", s.path, err)
	}
	return found, nil
}

func passages(ctx context.Context, q querier, rows []int64) ([]retrieval.Passage, error) {
	asked, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	passages := make([]retrieval.Passage, 0, len(rows))
	err = eachRow(ctx, q, passagesSQL, []any{string(asked)}, func(scan func(...any) error) error {
		var p retrieval.Passage
		var text []byte
		c := &p.Chunk
		fields := append([]any{&p.Row, &c.Ordinal, &c.Clause, &c.Path, &c.Start, &c.End, &text}, metaFields(&p.Doc)...)
		if err := scan(fields...); err != nil {
			return err
		}
		c.Text = string(text)
		c.ID = retrieval.NewChunkID(p.Doc.ID, c.Ordinal)
		passages = append(passages, p)
		return nil
	})
	return passages, err
}

// List gives every stored version in order of key and version. An error ends
// it.
func (s *Store) List(ctx context.Context) iter.Seq2[retrieval.Listing, error] {
	errStopped := errors.New("the caller has seen enough")
	return func(yield func(retrieval.Listing, error) bool) {
		err := eachRow(ctx, s.readers, listingSQL, nil, func(scan func(...any) error) error {
			var l retrieval.Listing
			if err := scan(append(metaFields(&l.Meta), &l.Chunks)...); err != nil {
				return err
			}
			if !yield(l, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && err != errStopped {
			yield(retrieval.Listing{}, fmt.Errorf("list store %s: %w", s.path, err))
		}
	}
}

// Stats describes the store.
func (s *Store) Stats(ctx context.Context) (retrieval.Stats, error) {
	var st retrieval.Stats
	var updated string
	err := s.readers.QueryRowContext(ctx, statsSQL).
		Scan(&st.Documents, &st.Chunks, &st.Vectors, &st.Model, &st.Dim, &st.Generation, &updated)
	if err == nil {
		st.Updated, err = parseTime(updated)
	}
	if err != nil {
		return retrieval.Stats{}, fmt.Errorf("statistics of store %s: %w", s.path, err)
	}
	return st, nil
}

// eachRow runs a query and calls do for each of its rows.
func eachRow(ctx context.Context, q querier, query string, args []any, do func(scan func(...any) error) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// notFound puts our word for the driver's.
func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return retrieval.ErrNotFound
	}
	return err
}

// Times are stored as text that sorts and that people can read.
func formatTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func parseTime(s string) (time.Time, error) { return time.Parse(time.RFC3339Nano, s) }

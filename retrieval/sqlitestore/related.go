package sqlitestore

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"

	"zhiwen/retrieval"
)

var (
	//go:embed queries/interpreting.sql
	interpretingSQL string
	//go:embed queries/titled.sql
	titledSQL string
	//go:embed queries/attached.sql
	attachedSQL string
	//go:embed queries/read_from.sql
	readFromSQL string
)

// Attached gives the current documents that are attached to the page with a
// key, in order of title.
func (s *Store) Attached(ctx context.Context, key string) ([]retrieval.Ref, error) {
	return s.refs(ctx, attachedSQL, key)
}

// ReadFrom gives the current documents that were read from a source, in order
// of title.
func (s *Store) ReadFrom(ctx context.Context, source string) ([]retrieval.Ref, error) {
	return s.refs(ctx, readFromSQL, source)
}

// Interpreting gives the current 政策解读 whose titles name a title.
func (s *Store) Interpreting(ctx context.Context, title string) ([]retrieval.Ref, error) {
	return s.refs(ctx, interpretingSQL, title)
}

// Titled gives the current documents with a title.
func (s *Store) Titled(ctx context.Context, title string) ([]retrieval.Ref, error) {
	return s.refs(ctx, titledSQL, title)
}

func (s *Store) refs(ctx context.Context, query, of string) ([]retrieval.Ref, error) {
	var refs []retrieval.Ref
	err := eachRow(ctx, s.readers, query, []any{of}, func(scan func(...any) error) error {
		var r retrieval.Ref
		err := scan(&r.ID, &r.Key, &r.Title)
		refs = append(refs, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("documents of %s in store %s: %w", of, s.path, err)
	}
	return refs, nil
}

// Retire makes the current versions under keys superseded ones, with nothing
// in their place. Put makes them current again.
func (s *Store) Retire(ctx context.Context, keys ...string) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		p, err := beginPut(ctx, tx)
		if err != nil {
			return err
		}
		for _, key := range keys {
			if err := p.supersede(ctx, key); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		}
		p.changed = p.documents < 0
		return p.finish(ctx)
	})
	if err != nil {
		return fmt.Errorf("retire from store %s: %w", s.path, err)
	}
	return nil
}

package pgstore

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

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

// Interpreting gives the current 政策解读 whose titles name a title.
func (s *Store) Interpreting(ctx context.Context, title string) ([]retrieval.Ref, error) {
	return s.refs(ctx, interpretingSQL, title)
}

// Titled gives the current documents with a title.
func (s *Store) Titled(ctx context.Context, title string) ([]retrieval.Ref, error) {
	return s.refs(ctx, titledSQL, title)
}

func (s *Store) refs(ctx context.Context, query, of string) (refs []retrieval.Ref, err error) {
	err = s.onReader(ctx, func(pool *pgxpool.Pool) (err error) {
		refs, err = refsOf(ctx, pool, query, of)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("documents of %s in store %s: %w", of, s.name, err)
	}
	return refs, nil
}

// ReadFrom gives the current documents that were read from a source, in order
// of title.
func (s *Store) ReadFrom(ctx context.Context, source string) ([]retrieval.Ref, error) {
	refs, err := refsOf(ctx, s.primary, readFromSQL, source)
	if err != nil {
		return nil, fmt.Errorf("documents from %s in store %s: %w", source, s.name, err)
	}
	return refs, nil
}

func refsOf(ctx context.Context, q querier, query, of string) ([]retrieval.Ref, error) {
	rows, err := q.Query(ctx, query, of)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[retrieval.Ref])
}

// Retire makes the current versions under keys superseded ones, with nothing
// in their place. Put makes them current again.
func (s *Store) Retire(ctx context.Context, keys ...string) error {
	err := pgx.BeginFunc(ctx, s.primary, func(tx pgx.Tx) error {
		p, err := beginPut(ctx, tx, nil)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, lockKeysSQL, keys); err != nil {
			return err
		}
		var superseded []int64
		for _, key := range keys {
			var num int64
			var id string
			err := tx.QueryRow(ctx, supersedeSQL, key).Scan(&num, &id)
			if errors.Is(err, pgx.ErrNoRows) {
				continue
			}
			if err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			superseded = append(superseded, num)
		}
		if len(superseded) == 0 {
			return nil
		}
		p.documents, p.changed = -len(superseded), true
		if err := p.unindex(ctx, superseded); err != nil {
			return fmt.Errorf("take them out of the index: %w", err)
		}
		return p.finish(ctx)
	})
	if err != nil {
		return fmt.Errorf("retire from store %s: %w", s.name, err)
	}
	return nil
}

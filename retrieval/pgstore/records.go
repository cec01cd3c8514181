package pgstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"zhiwen/bot/records"
	"zhiwen/retrieval"
)

// Record implements records.Store.
func (s *Store) Record(ctx context.Context, kind, id string) (records.Record, error) {
	r := records.Record{Kind: kind, ID: id}
	var body string
	err := s.primary.QueryRow(ctx, `SELECT rev, updated, body FROM record WHERE kind = $1 AND id = $2`, kind, storable(id)).
		Scan(&r.Rev, &r.Updated, &body)
	if err != nil {
		return r, fmt.Errorf("%s %s in store %s: %w", kind, id, s.name, notFound(err))
	}
	r.Body = json.RawMessage(body)
	return r, nil
}

// Records implements records.Store.
func (s *Store) Records(ctx context.Context, kind string) ([]records.Record, error) {
	rows, err := s.primary.Query(ctx, `SELECT id, rev, updated, body FROM record WHERE kind = $1 ORDER BY id`, kind)
	if err != nil {
		return nil, fmt.Errorf("records %s in store %s: %w", kind, s.name, err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (records.Record, error) {
		r := records.Record{Kind: kind}
		var body string
		err := row.Scan(&r.ID, &r.Rev, &r.Updated, &body)
		r.Body = json.RawMessage(body)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("records %s in store %s: %w", kind, s.name, err)
	}
	return all, nil
}

// PutRecord implements records.Store.
func (s *Store) PutRecord(ctx context.Context, r records.Record, acts ...retrieval.Act) error {
	err := pgx.BeginFunc(ctx, s.primary, func(tx pgx.Tx) error {
		statement := `UPDATE record SET rev = rev + 1, updated = $1, body = $2 WHERE kind = $3 AND id = $4 AND rev = $5`
		if r.Rev == 0 {
			statement = `INSERT INTO record (updated, body, kind, id, rev) VALUES ($1, $2, $3, $4, $5 + 1) ON CONFLICT DO NOTHING`
		}
		done, err := tx.Exec(ctx, statement, r.Updated, string(r.Body), r.Kind, storable(r.ID), r.Rev)
		if err != nil {
			return err
		}
		if done.RowsAffected() == 0 {
			return records.ErrChanged
		}
		return appendActs(ctx, tx, acts)
	})
	if err != nil {
		return fmt.Errorf("put %s %s into store %s: %w", r.Kind, r.ID, s.name, err)
	}
	return nil
}

// DeleteRecord implements records.Store.
func (s *Store) DeleteRecord(ctx context.Context, kind, id string, acts ...retrieval.Act) error {
	err := pgx.BeginFunc(ctx, s.primary, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM record WHERE kind = $1 AND id = $2`, kind, storable(id)); err != nil {
			return err
		}
		return appendActs(ctx, tx, acts)
	})
	if err != nil {
		return fmt.Errorf("delete %s %s from store %s: %w", kind, id, s.name, err)
	}
	return nil
}

// AddActs adds to the audit what was done elsewhere.
func (s *Store) AddActs(ctx context.Context, acts ...retrieval.Act) error {
	err := pgx.BeginFunc(ctx, s.primary, func(tx pgx.Tx) error { return appendActs(ctx, tx, acts) })
	if err != nil {
		return fmt.Errorf("write to the audit of store %s: %w", s.name, err)
	}
	return nil
}

func appendActs(ctx context.Context, tx pgx.Tx, acts []retrieval.Act) error {
	for _, act := range acts {
		if err := appendAct(ctx, tx, act); err != nil {
			return err
		}
	}
	return nil
}

package sqlitestore

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"

	"zhiwen/bot/records"
	"zhiwen/retrieval"
)

// Record implements records.Store.
func (s *Store) Record(ctx context.Context, kind, id string) (records.Record, error) {
	r := records.Record{Kind: kind, ID: id}
	var updated string
	err := s.readers.QueryRowContext(ctx, `SELECT rev, updated, body FROM record WHERE kind = ? AND id = ?`, kind, id).
		Scan(&r.Rev, &updated, (*[]byte)(&r.Body))
	if err == nil {
		r.Updated, err = parseTime(updated)
	}
	if err != nil {
		return r, fmt.Errorf("%s %s in store %s: %w", kind, id, s.path, notFound(err))
	}
	return r, nil
}

// Records implements records.Store.
func (s *Store) Records(ctx context.Context, kind string) ([]records.Record, error) {
	var all []records.Record
	err := eachRow(ctx, s.readers, `SELECT id, rev, updated, body FROM record WHERE kind = ? ORDER BY id`, []any{kind},
		func(scan func(...any) error) error {
			r := records.Record{Kind: kind}
			var updated string
			err := scan(&r.ID, &r.Rev, &updated, (*[]byte)(&r.Body))
			if err == nil {
				r.Updated, err = parseTime(updated)
			}
			all = append(all, r)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("records %s in store %s: %w", kind, s.path, err)
	}
	return all, nil
}

// PutRecord implements records.Store.
func (s *Store) PutRecord(ctx context.Context, r records.Record, acts ...retrieval.Act) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		statement := `UPDATE record SET rev = rev + 1, updated = ?, body = ? WHERE kind = ? AND id = ? AND rev = ?`
		if r.Rev == 0 {
			statement = `INSERT INTO record (updated, body, kind, id, rev) VALUES (?, ?, ?, ?, ? + 1) ON CONFLICT DO NOTHING`
		}
		done, err := tx.ExecContext(ctx, statement, formatTime(r.Updated), string(r.Body), r.Kind, r.ID, r.Rev)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return cmp.Or(err, records.ErrChanged)
		}
		return appendActs(ctx, tx, acts)
	})
	if err != nil {
		return fmt.Errorf("put %s %s into store %s: %w", r.Kind, r.ID, s.path, err)
	}
	return nil
}

// DeleteRecord implements records.Store.
func (s *Store) DeleteRecord(ctx context.Context, kind, id string, acts ...retrieval.Act) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM record WHERE kind = ? AND id = ?`, kind, id); err != nil {
			return err
		}
		return appendActs(ctx, tx, acts)
	})
	if err != nil {
		return fmt.Errorf("delete %s %s from store %s: %w", kind, id, s.path, err)
	}
	return nil
}

// AddActs adds to the audit what was done elsewhere.
func (s *Store) AddActs(ctx context.Context, acts ...retrieval.Act) error {
	if err := s.write(ctx, func(tx *sql.Tx) error { return appendActs(ctx, tx, acts) }); err != nil {
		return fmt.Errorf("write to the audit of store %s: %w", s.path, err)
	}
	return nil
}

func appendActs(ctx context.Context, tx *sql.Tx, acts []retrieval.Act) error {
	for _, act := range acts {
		if err := appendAct(ctx, tx, act); err != nil {
			return err
		}
	}
	return nil
}

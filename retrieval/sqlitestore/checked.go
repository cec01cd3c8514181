package sqlitestore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"zhiwen/bot/check"
	"zhiwen/retrieval"
)

// SaveCheck stores a check in place of an earlier state of it.
func (s *Store) SaveCheck(ctx context.Context, c check.Saved) error {
	readers, err := json.Marshal(c.Readers)
	if err != nil {
		return fmt.Errorf("save a check in store %s: %w", s.path, err)
	}
	data, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("save a check in store %s: %w", s.path, err)
	}
	_, err = s.writer.ExecContext(ctx, `INSERT OR REPLACE INTO checked (id, owner, readers, title, created, expires, data)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, c.ID, c.Owner, string(readers), c.Title, formatTime(c.Created), c.Expires.Unix(), string(data))
	if err != nil {
		return fmt.Errorf("save a check in store %s: %w", s.path, err)
	}
	return nil
}

// LoadCheck gives a check that has not expired by now; retrieval.ErrNotFound if
// there is none.
func (s *Store) LoadCheck(ctx context.Context, id string, now time.Time) (check.Saved, error) {
	var data []byte
	var c check.Saved
	err := s.readers.QueryRowContext(ctx, `SELECT data FROM checked WHERE id = ? AND expires > ?`, id, now.Unix()).Scan(&data)
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil {
		return check.Saved{}, fmt.Errorf("check in store %s: %w", s.path, notFound(err))
	}
	return c, nil
}

// Checks lists what a person may see and has not expired by now, newest first.
func (s *Store) Checks(ctx context.Context, name string, now time.Time) ([]check.Summary, error) {
	var list []check.Summary
	err := eachRow(ctx, s.readers, `SELECT id, owner, title, created, expires FROM checked
		WHERE expires > ? AND (owner = ? OR EXISTS (SELECT 1 FROM json_each(readers) WHERE value = ?))
		ORDER BY created DESC, id`, []any{now.Unix(), name, name}, func(scan func(...any) error) error {
		var c check.Summary
		var created string
		var expires int64
		if err := scan(&c.ID, &c.Owner, &c.Title, &created, &expires); err != nil {
			return err
		}
		var err error
		c.Expires = time.Unix(expires, 0).UTC()
		c.Created, err = parseTime(created)
		list = append(list, c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list checks in store %s: %w", s.path, err)
	}
	return list, nil
}

// DeleteCheck forgets a check; retrieval.ErrNotFound if there is none.
func (s *Store) DeleteCheck(ctx context.Context, id string) error {
	r, err := s.writer.ExecContext(ctx, `DELETE FROM checked WHERE id = ?`, id)
	if err == nil {
		var n int64
		if n, err = r.RowsAffected(); err == nil && n == 0 {
			err = retrieval.ErrNotFound
		}
	}
	if err != nil {
		return fmt.Errorf("delete a check in store %s: %w", s.path, err)
	}
	return nil
}

// DeleteExpiredChecks forgets the checks that have expired by now, and says how
// many.
func (s *Store) DeleteExpiredChecks(ctx context.Context, now time.Time) (int, error) {
	r, err := s.writer.ExecContext(ctx, `DELETE FROM checked WHERE expires <= ?`, now.Unix())
	if err != nil {
		return 0, fmt.Errorf("delete expired checks in store %s: %w", s.path, err)
	}
	n, err := r.RowsAffected()
	return int(n), err
}

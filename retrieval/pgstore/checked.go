package pgstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"zhiwen/bot/check"
	"zhiwen/retrieval"
)

// SaveCheck stores a check in place of an earlier state of it.
func (s *Store) SaveCheck(ctx context.Context, c check.Saved) error {
	data, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("save a check in store %s: %w", s.name, err)
	}
	_, err = s.primary.Exec(ctx, `INSERT INTO checked (id, owner, readers, title, created, expires, data)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, readers = excluded.readers, title = excluded.title,
			created = excluded.created, expires = excluded.expires, data = excluded.data`,
		c.ID, storable(c.Owner), storableAll(c.Readers), storable(c.Title), c.Created, c.Expires, string(data))
	if err != nil {
		return fmt.Errorf("save a check in store %s: %w", s.name, err)
	}
	return nil
}

func storableAll(texts []string) []string {
	all := []string{}
	for _, t := range texts {
		all = append(all, storable(t))
	}
	return all
}

// LoadCheck gives a check that has not expired by now; retrieval.ErrNotFound if
// there is none.
func (s *Store) LoadCheck(ctx context.Context, id string, now time.Time) (check.Saved, error) {
	var data string
	var c check.Saved
	err := s.primary.QueryRow(ctx, `SELECT data FROM checked WHERE id = $1 AND expires > $2`, id, now).Scan(&data)
	if err == nil {
		err = json.Unmarshal([]byte(data), &c)
	}
	if err != nil {
		return check.Saved{}, fmt.Errorf("check in store %s: %w", s.name, notFound(err))
	}
	return c, nil
}

// Checks lists what a person may see and has not expired by now, newest first.
func (s *Store) Checks(ctx context.Context, name string, now time.Time) ([]check.Summary, error) {
	rows, err := s.primary.Query(ctx, `SELECT id, owner, title, created, expires FROM checked
		WHERE expires > $1 AND (owner = $2 OR $2 = ANY (readers)) ORDER BY created DESC, id`, now, name)
	if err != nil {
		return nil, fmt.Errorf("list checks in store %s: %w", s.name, err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c check.Summary, err error) {
		err = row.Scan(&c.ID, &c.Owner, &c.Title, &c.Created, &c.Expires)
		c.Created, c.Expires = c.Created.UTC(), c.Expires.UTC()
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("list checks in store %s: %w", s.name, err)
	}
	return list, nil
}

// DeleteCheck forgets a check; retrieval.ErrNotFound if there is none.
func (s *Store) DeleteCheck(ctx context.Context, id string) error {
	tag, err := s.primary.Exec(ctx, `DELETE FROM checked WHERE id = $1`, id)
	if err == nil && tag.RowsAffected() == 0 {
		err = retrieval.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("delete a check in store %s: %w", s.name, notFound(err))
	}
	return nil
}

// DeleteExpiredChecks forgets the checks that have expired by now, and says how
// many.
func (s *Store) DeleteExpiredChecks(ctx context.Context, now time.Time) (int, error) {
	tag, err := s.primary.Exec(ctx, `DELETE FROM checked WHERE expires <= $1`, now)
	if err != nil {
		return 0, fmt.Errorf("delete expired checks in store %s: %w", s.name, err)
	}
	return int(tag.RowsAffected()), nil
}

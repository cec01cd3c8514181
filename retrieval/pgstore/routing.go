package pgstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"zhiwen/bot"
	"zhiwen/bot/directory"
)

// Directory gives the 部门通讯录; it is empty until one is put.
func (s *Store) Directory(ctx context.Context) (directory.Directory, error) {
	var d directory.Directory
	var entries, days string
	err := s.primary.QueryRow(ctx, `SELECT entries, days FROM directory`).Scan(&entries, &days)
	if err == nil {
		err = json.Unmarshal([]byte(entries), &d.Entries)
	}
	if err == nil {
		err = json.Unmarshal([]byte(days), &d.Days)
	}
	if err != nil {
		return directory.Directory{}, fmt.Errorf("directory in store %s: %w", s.name, err)
	}
	return d, nil
}

// PutOffices stores the offices of the directory in place of those before.
func (s *Store) PutOffices(ctx context.Context, entries []directory.Entry) error {
	return s.putDirectory(ctx, `UPDATE directory SET entries = $1`, append([]directory.Entry{}, entries...))
}

// PutDays stores the holidays of the directory in place of those before.
func (s *Store) PutDays(ctx context.Context, days []directory.Day) error {
	return s.putDirectory(ctx, `UPDATE directory SET days = $1`, append([]directory.Day{}, days...))
}

func (s *Store) putDirectory(ctx context.Context, update string, list any) error {
	data, err := json.Marshal(list)
	if err == nil {
		_, err = s.primary.Exec(ctx, update, string(data))
	}
	if err != nil {
		return fmt.Errorf("put the directory in store %s: %w", s.name, err)
	}
	return nil
}

// CountBlocked adds one to the hits of a rule on a day.
func (s *Store) CountBlocked(ctx context.Context, day, list, rule string) error {
	_, err := s.primary.Exec(ctx, `INSERT INTO blocked (day, list, rule, hits) VALUES ($1, $2, $3, 1)
		ON CONFLICT (day, list, rule) DO UPDATE SET hits = blocked.hits + 1`, day, list, rule)
	if err != nil {
		return fmt.Errorf("count a blocked text in store %s: %w", s.name, err)
	}
	return nil
}

// Blocked gives all counts, the latest day first, then by list and rule.
func (s *Store) Blocked(ctx context.Context) ([]bot.BlockedCount, error) {
	var counts []bot.BlockedCount
	// Byte order, so that both stores list alike.
	rows, err := s.primary.Query(ctx, `SELECT day, list, rule, hits FROM blocked ORDER BY day COLLATE "C" DESC, list COLLATE "C", rule COLLATE "C"`)
	if err == nil {
		var c bot.BlockedCount
		_, err = pgx.ForEachRow(rows, []any{&c.Day, &c.List, &c.Rule, &c.Hits}, func() error {
			counts = append(counts, c)
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("counts of blocked texts in store %s: %w", s.name, err)
	}
	return counts, nil
}

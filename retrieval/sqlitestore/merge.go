package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"

	"zhiwen/retrieval/postings"
)

// merge merges segments until none is due, each time in a transaction of its
// own, so that it can be interrupted and goes on with the next change.
func (s *Store) merge(ctx context.Context) error {
	for {
		done := false
		err := s.write(ctx, func(tx *sql.Tx) error {
			segments, err := loadSegments(ctx, tx)
			if err != nil {
				return err
			}
			due := postings.Due(segments)
			if done = len(due) == 0; done {
				return nil
			}
			return mergeSegments(ctx, tx, due)
		})
		if err != nil {
			return fmt.Errorf("merge segments of the lexical index: %w", err)
		}
		if done {
			return nil
		}
	}
}

func loadSegments(ctx context.Context, tx *sql.Tx) ([]postings.Segment, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, level, first_row, last_row, chunks, dead FROM segment ORDER BY first_row`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var segments []postings.Segment
	for rows.Next() {
		var s postings.Segment
		if err := rows.Scan(&s.ID, &s.Level, &s.FirstRow, &s.LastRow, &s.Chunks, &s.Dead); err != nil {
			return nil, err
		}
		segments = append(segments, s)
	}
	return segments, rows.Err()
}

// mergeSegments replaces segments by one without the postings of chunks that
// are gone.
func mergeSegments(ctx context.Context, tx *sql.Tx, segments []postings.Segment) error {
	merged := postings.Merged(segments)
	live, err := liveRows(ctx, tx, merged.FirstRow, merged.LastRow)
	if err != nil {
		return fmt.Errorf("read the live chunks: %w", err)
	}
	for _, alive := range live {
		if alive {
			merged.Chunks++
		}
	}
	if merged.Chunks > 0 {
		out, err := newSegment(ctx, tx, merged)
		if err != nil {
			return err
		}
		parts := make([]postings.Part, len(segments))
		for i, s := range segments {
			parts[i] = part(tx, s)
		}
		alive := func(row int64) bool {
			i := row - merged.FirstRow
			return i >= 0 && i < int64(len(live)) && live[i]
		}
		if err := postings.Merge(ctx, format, parts, alive, out); err != nil {
			return err
		}
	}
	for _, s := range segments {
		if _, err := tx.ExecContext(ctx, `DELETE FROM block WHERE segment = ?`, s.ID); err != nil {
			return fmt.Errorf("delete a merged segment: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM segment WHERE id = ?`, s.ID); err != nil {
			return fmt.Errorf("delete a merged segment: %w", err)
		}
	}
	return nil
}

// liveRows tells for each row of a range whether its chunk is still there.
func liveRows(ctx context.Context, tx *sql.Tx, first, last int64) ([]bool, error) {
	live := make([]bool, last-first+1)
	rows, err := tx.QueryContext(ctx, `SELECT row FROM chunk WHERE row BETWEEN ? AND ?`, first, last)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var row int64
		if err := rows.Scan(&row); err != nil {
			return nil, err
		}
		live[row-first] = true
	}
	return live, rows.Err()
}

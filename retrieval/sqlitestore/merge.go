package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// mergeAt is how many segments of one level make one of the next. A search
// looks a term up in every segment, and every posting is written once a
// level: 4 keeps both small (14 segments on average after 10,000 changes).
const mergeAt = 4

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
			due := dueForMerge(segments)
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

func loadSegments(ctx context.Context, tx *sql.Tx) ([]segmentRow, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, level, first_row, last_row, chunks, dead FROM segment ORDER BY first_row`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var segments []segmentRow
	for rows.Next() {
		var s segmentRow
		if err := rows.Scan(&s.id, &s.level, &s.firstRow, &s.lastRow, &s.chunks, &s.dead); err != nil {
			return nil, err
		}
		segments = append(segments, s)
	}
	return segments, rows.Err()
}

// dueForMerge chooses neighbours of one level when there are mergeAt of them,
// or else a segment that is mostly dead. Segments come in order of row; levels
// never rise along it.
func dueForMerge(segments []segmentRow) []segmentRow {
	for i := 0; i+mergeAt <= len(segments); i++ {
		run := segments[i : i+mergeAt]
		if run[0].level == run[mergeAt-1].level {
			return run
		}
	}
	for i, s := range segments {
		if 2*s.dead > s.chunks {
			return segments[i : i+1]
		}
	}
	return nil
}

// mergeSegments replaces neighbouring segments by one without the postings of
// chunks that are gone. A single segment keeps its level.
func mergeSegments(ctx context.Context, tx *sql.Tx, segments []segmentRow) error {
	first, last := segments[0], segments[len(segments)-1]
	merged := segmentRow{level: first.level, firstRow: first.firstRow, lastRow: last.lastRow}
	if len(segments) > 1 {
		merged.level++
	}
	live, err := liveRows(ctx, tx, merged.firstRow, merged.lastRow)
	if err != nil {
		return fmt.Errorf("read the live chunks: %w", err)
	}
	for _, alive := range live {
		if alive {
			merged.chunks++
		}
	}
	if merged.chunks > 0 {
		if err := copyLive(ctx, tx, merged, segments, live); err != nil {
			return err
		}
	}
	for _, s := range segments {
		if _, err := tx.ExecContext(ctx, `DELETE FROM block WHERE segment = ?`, s.id); err != nil {
			return fmt.Errorf("delete a merged segment: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM segment WHERE id = ?`, s.id); err != nil {
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

func copyLive(ctx context.Context, tx *sql.Tx, merged segmentRow, segments []segmentRow, live []bool) error {
	out, err := newSegment(ctx, tx, merged)
	if err != nil {
		return err
	}
	cursors := make([]*segmentCursor, len(segments))
	for i, s := range segments {
		cursors[i] = &segmentCursor{tx: tx, segment: s}
		if err := cursors[i].next(ctx); err != nil {
			return err
		}
	}
	var postings []posting
	for {
		term, ok := leastTerm(cursors)
		if !ok {
			return out.flush(ctx)
		}
		postings = postings[:0]
		for _, c := range cursors { // in order of row, as lists want it
			if c.done || string(c.term) != term {
				continue
			}
			for row, count := range (postingList{base: c.segment.firstRow, data: c.list}).all() {
				if i := row - merged.firstRow; i >= 0 && i < int64(len(live)) && live[i] {
					postings = append(postings, posting{row: row, count: count})
				}
			}
			if err := c.next(ctx); err != nil {
				return err
			}
		}
		if len(postings) > 0 {
			if err := out.add(ctx, term, postings); err != nil {
				return err
			}
		}
	}
}

func leastTerm(cursors []*segmentCursor) (string, bool) {
	var least []byte
	found := false
	for _, c := range cursors {
		if !c.done && (!found || slices.Compare(c.term, least) < 0) {
			least, found = c.term, true
		}
	}
	return string(least), found
}

// segmentCursor walks the terms of a segment.
type segmentCursor struct {
	tx      *sql.Tx
	segment segmentRow
	block   string // first term of the block being read
	begun   bool
	done    bool
	blockReader
}

// next moves to the next term and sets done at the end.
func (c *segmentCursor) next(ctx context.Context) error {
	if c.begun {
		ok, err := c.blockReader.next()
		if err != nil || ok {
			return err
		}
	}
	c.begun = true
	c.blockReader = blockReader{}
	err := c.tx.QueryRowContext(ctx, `SELECT first_term, data FROM block WHERE segment = ? AND first_term > ?
		ORDER BY first_term LIMIT 1`, c.segment.id, c.block).Scan(&c.block, &c.rest)
	if errors.Is(err, sql.ErrNoRows) {
		c.done = true
		return nil
	}
	if err != nil {
		return fmt.Errorf("read a block of the lexical index: %w", err)
	}
	_, err = c.blockReader.next()
	return err
}

package pgstore

import (
	"context"
	_ "embed"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"zhiwen/retrieval/postings"
)

var (
	//go:embed queries/segments.sql
	segmentsSQL string
	//go:embed queries/gone.sql
	goneSQL string
)

// format is that of all segments. Lengths stand in the lists, because nothing
// is held in memory between searches. Seven blocks share a page.
var format = postings.Format{BlockBytes: 1024, Lengths: true}

const (
	// copyBytes is about how much of a segment is written at a time,
	copyBytes = 1 << 20
	// and readBlocks how many blocks of one to be merged are read.
	readBlocks = 64
)

// segmentBlocks copies the blocks of one segment into the table block.
type segmentBlocks struct {
	tx    pgx.Tx
	id    int64
	rows  [][]any // not copied yet
	bytes int     // in rows
}

// writeSegment makes a segment of what write gives its writer.
func writeSegment(ctx context.Context, tx pgx.Tx, s postings.Segment, write func(*postings.Writer) error) (id int64, err error) {
	b := segmentBlocks{tx: tx}
	err = tx.QueryRow(ctx, `INSERT INTO segment (level, first_row, last_row, chunks) VALUES ($1, $2, $3, $4) RETURNING id`,
		s.Level, s.FirstRow, s.LastRow, s.Chunks).Scan(&b.id)
	if err != nil {
		return 0, err
	}
	if err := write(postings.NewWriter(format, s.FirstRow, &b)); err != nil {
		return 0, err
	}
	return b.id, b.copy(ctx)
}

// WriteBlock implements postings.Blocks.
func (b *segmentBlocks) WriteBlock(ctx context.Context, first, last string, block []byte) error {
	b.rows = append(b.rows, []any{b.id, []byte(first), []byte(last), slices.Clone(block)})
	if b.bytes += len(block); b.bytes < copyBytes {
		return nil
	}
	return b.copy(ctx)
}

func (b *segmentBlocks) copy(ctx context.Context) error {
	columns := []string{"segment", "first_term", "last_term", "data"}
	_, err := b.tx.CopyFrom(ctx, pgx.Identifier{"block"}, columns, pgx.CopyFromRows(b.rows))
	b.rows, b.bytes = b.rows[:0], 0
	return err
}

// part reads a segment some blocks at a time.
func part(tx pgx.Tx, s postings.Segment) postings.Part {
	first := []byte{} // term of the block read last
	var waiting [][]byte
	return postings.Part{Base: s.FirstRow, Next: func(ctx context.Context) ([]byte, error) {
		if len(waiting) == 0 {
			rows, err := tx.Query(ctx, `SELECT first_term, data FROM block WHERE segment = $1 AND first_term > $2
				ORDER BY first_term LIMIT $3`, s.ID, first, readBlocks)
			if err != nil {
				return nil, err
			}
			var block []byte
			_, err = pgx.ForEachRow(rows, []any{&first, &block}, func() error {
				waiting = append(waiting, block)
				return nil
			})
			if err != nil || len(waiting) == 0 {
				return nil, err
			}
		}
		block := waiting[0]
		waiting = waiting[1:]
		return block, nil
	}}
}

// merge merges segments until none is due, each time in a transaction of its
// own. Writers do not wait for it: they add segments and ranges of rows that
// are gone, and a merge takes away only those that it has read.
func (s *Store) merge(ctx context.Context) error {
	for done := false; !done; {
		err := pgx.BeginFunc(ctx, s.primary, func(tx pgx.Tx) error {
			due, err := lockDue(ctx, tx)
			if err != nil {
				return err
			}
			if done = len(due) == 0; done {
				return nil
			}
			return mergeSegments(ctx, tx, due)
		})
		if err != nil {
			return fmt.Errorf("merge segments of the lexical index: %w", err)
		}
	}
	return nil
}

// lockDue chooses the segments to merge next, leaving out those that another
// process is merging: while it writes a large one, small ones go on.
func lockDue(ctx context.Context, tx pgx.Tx) ([]postings.Segment, error) {
	segments, err := loadSegments(ctx, tx)
	if err != nil {
		return nil, err
	}
	for {
		due := postings.Due(segments)
		if len(due) == 0 {
			return nil, nil
		}
		rows, err := tx.Query(ctx, `SELECT id FROM segment WHERE id = ANY ($1) FOR UPDATE SKIP LOCKED`, ids(due))
		if err != nil {
			return nil, err
		}
		locked, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil || len(locked) == len(due) {
			return due, err
		}
		segments = slices.DeleteFunc(segments, func(s postings.Segment) bool { return slices.Contains(due, s) })
	}
}

func loadSegments(ctx context.Context, tx pgx.Tx) ([]postings.Segment, error) {
	rows, err := tx.Query(ctx, segmentsSQL)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s postings.Segment, err error) {
		err = row.Scan(&s.ID, &s.Level, &s.FirstRow, &s.LastRow, &s.Chunks, &s.Dead)
		return s, err
	})
}

func ids(segments []postings.Segment) []int64 {
	all := make([]int64, len(segments))
	for i, s := range segments {
		all[i] = s.ID
	}
	return all
}

// mergeSegments replaces segments by one without the postings of chunks that
// are gone.
func mergeSegments(ctx context.Context, tx pgx.Tx, segments []postings.Segment) error {
	merged := postings.Merged(segments)
	gone, err := loadGone(ctx, tx, merged.FirstRow, merged.LastRow)
	if err != nil {
		return fmt.Errorf("read which chunks are gone: %w", err)
	}
	dropped := map[int64]int64{} // first row to last row
	parts := make([]postings.Part, len(segments))
	for i, s := range segments {
		parts[i] = part(tx, s)
		merged.Chunks += s.Chunks
	}
	id, err := writeSegment(ctx, tx, merged, func(w *postings.Writer) error {
		return postings.Merge(ctx, format, parts, func(row int64) bool {
			first, last, is := gone.holds(row)
			if is {
				dropped[first] = last
			}
			return !is
		}, w)
	})
	if err != nil {
		return fmt.Errorf("write the merged segment: %w", err)
	}
	firsts := []int64{}
	for first, last := range dropped {
		firsts = append(firsts, first)
		merged.Chunks -= int(last - first + 1)
	}
	old := ids(segments)
	if merged.Chunks == 0 {
		old = append(old, id)
	}
	batch := &pgx.Batch{}
	batch.Queue(`UPDATE segment SET chunks = $1 WHERE id = $2`, merged.Chunks, id)
	batch.Queue(`DELETE FROM block WHERE segment = ANY ($1)`, old)
	batch.Queue(`DELETE FROM segment WHERE id = ANY ($1)`, old)
	batch.Queue(`DELETE FROM gone WHERE first_row = ANY ($1)`, firsts)
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("delete merged segments: %w", err)
	}
	return nil
}

// gone are the ranges of rows of chunks that are gone and still have postings,
// in order.
type gone struct {
	first, last []int64
	begun       int // ranges that begin at or before the row asked for last
}

func loadGone(ctx context.Context, tx pgx.Tx, first, last int64) (g gone, err error) {
	err = tx.QueryRow(ctx, goneSQL, pgx.NamedArgs{"first": first, "last": last}).Scan(&g.first, &g.last)
	return g, err
}

// holds gives the range that holds a row. Rows mostly come in order, and the
// next one lies between the same ranges.
func (g *gone) holds(row int64) (first, last int64, ok bool) {
	if g.begun > 0 && row < g.first[g.begun-1] || g.begun < len(g.first) && row >= g.first[g.begun] {
		g.begun, _ = slices.BinarySearch(g.first, row+1)
	}
	if g.begun == 0 || row > g.last[g.begun-1] {
		return 0, 0, false
	}
	return g.first[g.begun-1], g.last[g.begun-1], true
}

package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"zhiwen/retrieval/postings"
)

// format is that of all segments of a file. Lengths are left out, because
// readers hold them in memory.
var format = postings.Format{BlockBytes: 4096}

// segmentBlocks keeps the blocks of one segment in the table block.
type segmentBlocks struct {
	tx *sql.Tx
	id int64
}

// newSegment makes a segment without blocks and gives its writer.
func newSegment(ctx context.Context, tx *sql.Tx, s postings.Segment) (*postings.Writer, error) {
	r, err := tx.ExecContext(ctx, `INSERT INTO segment (level, first_row, last_row, chunks, dead) VALUES (?, ?, ?, ?, 0)`,
		s.Level, s.FirstRow, s.LastRow, s.Chunks)
	if err != nil {
		return nil, fmt.Errorf("begin a segment: %w", err)
	}
	id, err := r.LastInsertId()
	if err != nil {
		return nil, fmt.Errorf("begin a segment: %w", err)
	}
	return postings.NewWriter(format, s.FirstRow, segmentBlocks{tx: tx, id: id}), nil
}

// WriteBlock implements postings.Blocks. A block's last term is not kept.
func (b segmentBlocks) WriteBlock(ctx context.Context, first, _ string, block []byte) error {
	_, err := b.tx.ExecContext(ctx, `INSERT INTO block (segment, first_term, data) VALUES (?, ?, ?)`, b.id, first, block)
	if err != nil {
		return fmt.Errorf("write a block of the lexical index: %w", err)
	}
	return nil
}

// part reads a segment block by block.
func part(tx *sql.Tx, s postings.Segment) postings.Part {
	first := "" // term of the block read last
	return postings.Part{Base: s.FirstRow, Next: func(ctx context.Context) ([]byte, error) {
		var block []byte
		err := tx.QueryRowContext(ctx, `SELECT first_term, data FROM block WHERE segment = ? AND first_term > ?
			ORDER BY first_term LIMIT 1`, s.ID, first).Scan(&first, &block)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, fmt.Errorf("read a block of the lexical index: %w", err)
		}
		return block, nil
	}}
}

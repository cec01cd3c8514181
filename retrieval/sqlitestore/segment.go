package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
)

// A segment is a sorted list of terms with their postings, cut into blocks
// that are rows of the table block. A block is a sequence of entries:
//
//	uvarint  bytes shared with the term before it in the block
//	uvarint  further bytes of the term, followed by them
//	uvarint  bytes of the list, followed by it
//
// A list is a sequence of postings in order of row; the first row counts from
// the segment's first row, each later one from the row before it:
//
//	uvarint  2·step, plus 1 if the term occurs once
//	uvarint  occurrences, only if not 1

// blockBytes is the size from which on a block is closed. A look-up reads one
// block, so it wants them small; the tree over them wants them few.
const blockBytes = 4096

var errCorrupt = errors.New("block of the lexical index is damaged")

// posting says that the chunk at row holds a term count times.
type posting struct {
	row   int64
	count int
}

// postingList is an encoded list and the row that its first step counts from.
type postingList struct {
	base int64
	data []byte
}

// appendPostings encodes postings, which are in order of row.
func appendPostings(b []byte, base int64, postings []posting) []byte {
	for _, p := range postings {
		step := uint64(p.row-base) << 1
		base = p.row
		if p.count == 1 {
			b = binary.AppendUvarint(b, step|1)
			continue
		}
		b = binary.AppendUvarint(b, step)
		b = binary.AppendUvarint(b, uint64(p.count))
	}
	return b
}

// all decodes the list, row and occurrences. A damaged list ends early: the
// file's own checks are what guards against damage.
func (l postingList) all() iter.Seq2[int64, int] {
	return func(yield func(int64, int) bool) {
		row, b := l.base, l.data
		for len(b) > 0 {
			step, n := binary.Uvarint(b)
			if n <= 0 {
				return
			}
			b = b[n:]
			count := uint64(1)
			if step&1 == 0 {
				if count, n = binary.Uvarint(b); n <= 0 {
					return
				}
				b = b[n:]
			}
			row += int64(step >> 1)
			if !yield(row, int(count)) {
				return
			}
		}
	}
}

// blockReader walks the entries of a block.
type blockReader struct {
	rest []byte
	term []byte
	list []byte
}

// next moves to the next entry; false at the end.
func (r *blockReader) next() (bool, error) {
	if len(r.rest) == 0 {
		return false, nil
	}
	shared, n := binary.Uvarint(r.rest)
	if n <= 0 || shared > uint64(len(r.term)) {
		return false, errCorrupt
	}
	r.rest = r.rest[n:]
	suffix, err := r.bytes()
	if err != nil {
		return false, err
	}
	r.term = append(r.term[:shared], suffix...)
	r.list, err = r.bytes()
	return err == nil, err
}

// bytes reads a length and as many bytes.
func (r *blockReader) bytes() ([]byte, error) {
	size, n := binary.Uvarint(r.rest)
	if n <= 0 || size > uint64(len(r.rest)-n) {
		return nil, errCorrupt
	}
	b := r.rest[n : n+int(size)]
	r.rest = r.rest[n+int(size):]
	return b, nil
}

// findInBlock gives the list of a term in a block, nil if it is not there.
func findInBlock(block []byte, term string) ([]byte, error) {
	r := blockReader{rest: block}
	for {
		ok, err := r.next()
		if err != nil || !ok || string(r.term) > term {
			return nil, err
		}
		if string(r.term) == term {
			return r.list, nil
		}
	}
}

// segmentWriter writes one segment; terms come in byte order.
type segmentWriter struct {
	tx    *sql.Tx
	id    int64
	base  int64
	first string // term of the open block
	last  string // term written last
	block []byte
	list  []byte
}

// segmentRow is a row of the table segment.
type segmentRow struct {
	id       int64
	level    int
	firstRow int64
	lastRow  int64
	chunks   int
	dead     int
}

func newSegment(ctx context.Context, tx *sql.Tx, s segmentRow) (*segmentWriter, error) {
	r, err := tx.ExecContext(ctx, `INSERT INTO segment (level, first_row, last_row, chunks, dead) VALUES (?, ?, ?, ?, 0)`,
		s.level, s.firstRow, s.lastRow, s.chunks)
	if err != nil {
		return nil, fmt.Errorf("begin a segment: %w", err)
	}
	id, err := r.LastInsertId()
	if err != nil {
		return nil, fmt.Errorf("begin a segment: %w", err)
	}
	return &segmentWriter{tx: tx, id: id, base: s.firstRow}, nil
}

// add writes a term with its postings, which are in order of row.
func (w *segmentWriter) add(ctx context.Context, term string, postings []posting) error {
	shared := 0
	if len(w.block) == 0 {
		w.first = term
	} else {
		shared = sharedPrefix(w.last, term)
	}
	w.last = term
	w.list = appendPostings(w.list[:0], w.base, postings)
	w.block = binary.AppendUvarint(w.block, uint64(shared))
	w.block = binary.AppendUvarint(w.block, uint64(len(term)-shared))
	w.block = append(w.block, term[shared:]...)
	w.block = binary.AppendUvarint(w.block, uint64(len(w.list)))
	w.block = append(w.block, w.list...)
	if len(w.block) < blockBytes {
		return nil
	}
	return w.flush(ctx)
}

// flush closes the open block; it ends a segment, too.
func (w *segmentWriter) flush(ctx context.Context) error {
	if len(w.block) == 0 {
		return nil
	}
	_, err := w.tx.ExecContext(ctx, `INSERT INTO block (segment, first_term, data) VALUES (?, ?, ?)`, w.id, w.first, w.block)
	if err != nil {
		return fmt.Errorf("write a block of the lexical index: %w", err)
	}
	w.block = w.block[:0]
	return nil
}

func sharedPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

package postings

import (
	"context"
	"encoding/binary"
	"maps"
	"slices"
)

// A block is a sequence of entries:
//
//	uvarint  bytes shared with the term before it in the block
//	uvarint  further bytes of the term, followed by them
//	uvarint  bytes of the list, followed by it

// entries walks the entries of a block.
type entries struct {
	rest []byte
	term []byte
	list []byte
}

// next moves to the next entry; false at the end.
func (e *entries) next() (bool, error) {
	if len(e.rest) == 0 {
		return false, nil
	}
	shared, n := binary.Uvarint(e.rest)
	if n <= 0 || shared > uint64(len(e.term)) {
		return false, ErrCorrupt
	}
	e.rest = e.rest[n:]
	suffix, err := e.bytes()
	if err != nil {
		return false, err
	}
	e.term = append(e.term[:shared], suffix...)
	e.list, err = e.bytes()
	return err == nil, err
}

// bytes reads a length and as many bytes.
func (e *entries) bytes() ([]byte, error) {
	size, n := binary.Uvarint(e.rest)
	if n <= 0 || size > uint64(len(e.rest)-n) {
		return nil, ErrCorrupt
	}
	b := e.rest[n : n+int(size)]
	e.rest = e.rest[n+int(size):]
	return b, nil
}

// Find gives the list of a term in a block, nil if it is not there.
func Find(block []byte, term string) ([]byte, error) {
	e := entries{rest: block}
	for {
		ok, err := e.next()
		if err != nil || !ok || string(e.term) > term {
			return nil, err
		}
		if string(e.term) == term {
			return e.list, nil
		}
	}
}

// Blocks keeps the blocks of a segment.
type Blocks interface {
	// WriteBlock keeps a block with the terms first to last. The block's
	// memory is used again afterwards.
	WriteBlock(ctx context.Context, first, last string, block []byte) error
}

// Writer writes one segment; terms come in byte order.
type Writer struct {
	format Format
	base   int64
	out    Blocks

	first string // term of the open block
	last  string // term written last
	block []byte
	list  []byte
}

// NewWriter begins a segment whose rows start at base.
func NewWriter(f Format, base int64, out Blocks) *Writer {
	return &Writer{format: f, base: base, out: out}
}

// Add writes a term with its postings, which are in order of row.
func (w *Writer) Add(ctx context.Context, term string, postings []Posting) error {
	w.list = w.format.appendList(w.list[:0], w.base, postings)
	long := len(w.list) >= w.format.BlockBytes
	if long {
		if err := w.Flush(ctx); err != nil {
			return err
		}
	}
	shared := 0
	if len(w.block) == 0 {
		w.first = term
	} else {
		shared = sharedPrefix(w.last, term)
	}
	w.last = term
	w.block = binary.AppendUvarint(w.block, uint64(shared))
	w.block = binary.AppendUvarint(w.block, uint64(len(term)-shared))
	w.block = append(w.block, term[shared:]...)
	w.block = binary.AppendUvarint(w.block, uint64(len(w.list)))
	w.block = append(w.block, w.list...)
	if long || len(w.block) >= w.format.BlockBytes {
		return w.Flush(ctx)
	}
	return nil
}

// AddAll writes terms with their postings and ends the segment.
func (w *Writer) AddAll(ctx context.Context, byTerm map[string][]Posting) error {
	for _, term := range slices.Sorted(maps.Keys(byTerm)) {
		if err := w.Add(ctx, term, byTerm[term]); err != nil {
			return err
		}
	}
	return w.Flush(ctx)
}

// Flush closes the open block; it ends a segment, too.
func (w *Writer) Flush(ctx context.Context) error {
	if len(w.block) == 0 {
		return nil
	}
	err := w.out.WriteBlock(ctx, w.first, w.last, w.block)
	w.block = w.block[:0]
	return err
}

func sharedPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

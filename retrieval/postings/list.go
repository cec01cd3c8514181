// Package postings is the lexical index that the stores share: how lists of
// postings are packed into blocks and segments, how segments are merged, and
// how BM25 is computed from them. A store keeps the blocks and knows which
// chunks are gone.
//
// A segment is a sorted list of terms with their postings, cut into blocks. It
// never changes: each change of a collection writes a segment of its own, and
// segments are merged into larger ones.
package postings

import (
	"encoding/binary"
	"errors"
	"iter"
)

// A list is a sequence of postings in order of row; the first row counts from
// the segment's first row, each later one from the row before it:
//
//	uvarint  2·step, plus 1 if the term occurs once
//	uvarint  occurrences, only if not 1
//	uvarint  length of the chunk, only if the format has it

// ErrCorrupt says that a block is not what a Writer wrote.
var ErrCorrupt = errors.New("block of the lexical index is damaged")

// Posting says that the chunk at Row holds a term Count times. Length is that
// of the chunk in terms, 0 where the format leaves it to the store.
type Posting struct {
	Row    int64
	Count  int32
	Length int32
}

// Format is what a store chooses for its segments, once and for all but
// BlockBytes, which readers need not know.
type Format struct {
	// BlockBytes is the size from which on a block is closed. A look-up reads
	// one block, so it wants them small; the tree over them wants them few. A
	// list of this size gets a block of its own, so that only who asks for its
	// term reads it.
	BlockBytes int
	// Lengths says that every posting has the length of its chunk.
	Lengths bool
}

// appendList encodes postings, which are in order of row.
func (f Format) appendList(b []byte, base int64, postings []Posting) []byte {
	for _, p := range postings {
		step := uint64(p.Row-base) << 1
		base = p.Row
		if p.Count == 1 {
			b = binary.AppendUvarint(b, step|1)
		} else {
			b = binary.AppendUvarint(b, step)
			b = binary.AppendUvarint(b, uint64(p.Count))
		}
		if f.Lengths {
			b = binary.AppendUvarint(b, uint64(p.Length))
		}
	}
	return b
}

// Postings decodes a list; base is the first row of its segment. A damaged
// list ends early: the store's own checks are what guards against damage.
func (f Format) Postings(base int64, list []byte) iter.Seq[Posting] {
	return func(yield func(Posting) bool) {
		row, b := base, list
		for len(b) > 0 {
			step, n := binary.Uvarint(b)
			if n <= 0 {
				return
			}
			b = b[n:]
			count, length := uint64(1), uint64(0)
			if step&1 == 0 {
				if count, n = binary.Uvarint(b); n <= 0 {
					return
				}
				b = b[n:]
			}
			if f.Lengths {
				if length, n = binary.Uvarint(b); n <= 0 {
					return
				}
				b = b[n:]
			}
			row += int64(step >> 1)
			if !yield(Posting{Row: row, Count: int32(count), Length: int32(length)}) {
				return
			}
		}
	}
}

// Packed is a list as it stands in a block; Base is the first row of its
// segment.
type Packed struct {
	Base int64
	Data []byte
}

// Unpack decodes a term's lists of all segments. keep drops a posting, or gives
// it its length where the format has none.
func (f Format) Unpack(lists []Packed, keep func(*Posting) bool) []Posting {
	least := 1 // bytes of most postings; more only make the result grow
	if f.Lengths {
		least = 3
	}
	bytes := 0
	for _, l := range lists {
		bytes += len(l.Data)
	}
	unpacked := make([]Posting, 0, bytes/least) // at once: there may be a million
	for _, l := range lists {
		for p := range f.Postings(l.Base, l.Data) {
			unpacked = append(unpacked, p)
			if !keep(&unpacked[len(unpacked)-1]) {
				unpacked = unpacked[:len(unpacked)-1]
			}
		}
	}
	return unpacked
}

package postings

import (
	"bytes"
	"cmp"
	"context"
	"slices"
)

const (
	// MergeAt is how many segments of one level make one of the next. A search
	// looks a term up in every segment, and every posting is written once a
	// level: 4 keeps both small (14 segments on average after 10,000 changes).
	MergeAt = 4
	// deadShare is the part of a segment's chunks, one in so many, that may be
	// gone before the segment is written again without them.
	deadShare = 4
)

// Segment describes a segment.
type Segment struct {
	ID       int64
	Level    int
	FirstRow int64
	LastRow  int64
	Chunks   int // when it was written
	Dead     int // of these, gone since
}

// Due chooses the segments to merge next, nil if none: MergeAt of one level,
// or else one of which too much is dead. Segments come in order of first row.
//
// Where writers work side by side, the rows of segments may interleave. What
// is dead among the rows of one segment may then belong to another, so they
// are written again together.
func Due(segments []Segment) []Segment {
	levels := map[int][]Segment{}
	for _, s := range segments {
		same := append(levels[s.Level], s)
		if len(same) == MergeAt {
			return same
		}
		levels[s.Level] = same
	}
	for i, s := range segments {
		if deadShare*s.Dead > s.Chunks {
			return interleaved(segments, i)
		}
	}
	return nil
}

// interleaved gives the i-th segment with all whose rows interleave with its
// own, or with those of another one chosen.
func interleaved(segments []Segment, i int) []Segment {
	var run []Segment
	last := int64(0) // row of the run
	for k, s := range segments {
		if len(run) > 0 && s.FirstRow > last {
			if k > i {
				break
			}
			run = nil
		}
		run = append(run, s)
		last = max(last, s.LastRow)
	}
	return run
}

// Merged describes what becomes of segments, but for the number of chunks. A
// single one keeps its level.
func Merged(segments []Segment) Segment {
	m := Segment{FirstRow: segments[0].FirstRow, LastRow: segments[0].LastRow}
	for _, s := range segments {
		m.FirstRow, m.LastRow = min(m.FirstRow, s.FirstRow), max(m.LastRow, s.LastRow)
		m.Level = max(m.Level, s.Level)
	}
	if len(segments) >= MergeAt {
		m.Level++
	}
	return m
}

// Part is a segment to be merged.
type Part struct {
	Base int64 // its first row
	// Next gives its blocks one after the other, nil after the last.
	Next func(context.Context) ([]byte, error)
}

// Merge writes the postings that live lets through into one segment.
func Merge(ctx context.Context, f Format, parts []Part, live func(row int64) bool, w *Writer) error {
	cursors := make([]*Cursor, len(parts))
	for i, p := range parts {
		cursors[i] = NewCursor(p)
		if err := cursors[i].Next(ctx); err != nil {
			return err
		}
	}
	var postings []Posting
	for {
		term, ok := leastTerm(cursors)
		if !ok {
			return w.Flush(ctx)
		}
		postings = postings[:0]
		for _, c := range cursors {
			if c.Done || string(c.Term()) != term {
				continue
			}
			for p := range f.Postings(c.part.Base, c.List()) {
				if live(p.Row) {
					postings = append(postings, p)
				}
			}
			if err := c.Next(ctx); err != nil {
				return err
			}
		}
		if len(postings) == 0 {
			continue
		}
		if !slices.IsSortedFunc(postings, byRow) { // rows of the parts interleave
			slices.SortFunc(postings, byRow)
		}
		if err := w.Add(ctx, term, postings); err != nil {
			return err
		}
	}
}

func byRow(a, b Posting) int { return cmp.Compare(a.Row, b.Row) }

func leastTerm(cursors []*Cursor) (string, bool) {
	var least []byte
	found := false
	for _, c := range cursors {
		if !c.Done && (!found || bytes.Compare(c.Term(), least) < 0) {
			least, found = c.Term(), true
		}
	}
	return string(least), found
}

// Cursor walks the terms of a segment.
type Cursor struct {
	Done bool // there is no further term
	part Part
	at   entries
}

// NewCursor stands before the first term.
func NewCursor(p Part) *Cursor { return &Cursor{part: p} }

// Term is the one that the cursor stands at, until it moves.
func (c *Cursor) Term() []byte { return c.at.term }

// List is the list of Term.
func (c *Cursor) List() []byte { return c.at.list }

// Next moves to the next term and sets Done at the end.
func (c *Cursor) Next(ctx context.Context) error {
	ok, err := c.at.next()
	if err != nil || ok {
		return err
	}
	block, err := c.part.Next(ctx)
	if err != nil {
		return err
	}
	if block == nil {
		c.Done = true
		return nil
	}
	c.at = entries{rest: block}
	_, err = c.at.next()
	return err
}

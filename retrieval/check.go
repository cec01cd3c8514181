package retrieval

import (
	"errors"
	"fmt"
	"math"
	"unicode/utf8"
)

// Check tells what is wrong with an entry, so that every store refuses the same
// ones before it writes anything. own is the model that made the entry's
// vectors, active that of the store's active set: any other takes no more
// documents, because they would be missing from the active one.
func (e *Entry) Check(own, active Model) error {
	d := &e.Document
	switch {
	case d.ID == "" || d.Key == "":
		return errors.New("a document needs an ID and a key")
	case !utf8.ValidString(d.Text):
		return errors.New("its text is not UTF-8")
	case len(d.Recognised) > 0 && len(e.Original) == 0:
		return errors.New("text recognised in pictures needs its file, so that a reader can compare them")
	}
	for i := range e.Chunks {
		c := &e.Chunks[i]
		if c.Start < 0 || c.End > len(d.Text) || c.Start > c.End {
			return fmt.Errorf("chunk %d: offsets %d to %d lie outside the text of %d bytes", c.Ordinal, c.Start, c.End, len(d.Text))
		}
		if c.Text != d.Text[c.Start:c.End] {
			return fmt.Errorf("chunk %d: its text is not the document's text from byte %d to %d", c.Ordinal, c.Start, c.End)
		}
		if want := NewChunkID(d.ID, c.Ordinal); c.ID != want {
			return fmt.Errorf("chunk %d: its ID is %q, want %q", c.Ordinal, c.ID, want)
		}
		if err := checkTerms(c); err != nil {
			return fmt.Errorf("chunk %d: %w", c.Ordinal, err)
		}
		if (c.Vector == nil) != (e.Chunks[0].Vector == nil) {
			return fmt.Errorf("chunk %d: either all chunks of a document have vectors or none", c.Ordinal)
		}
		if c.Vector == nil {
			continue
		}
		if own == (Model{}) {
			return errors.New("it has vectors, but no model is named: call UseModel first")
		}
		if err := CheckVector(c.Vector, own.Dim); err != nil {
			return fmt.Errorf("chunk %d: %w", c.Ordinal, err)
		}
	}
	if len(e.Chunks) > 0 && e.Chunks[0].Vector != nil && own != active {
		return fmt.Errorf("its vectors are of %s, but the store has gone over to %s: configure that model and ingest again: %w",
			own, active, ErrModel)
	}
	return nil
}

func checkTerms(c *IndexedChunk) error {
	total := 0
	for i, t := range c.Terms {
		if t.Count <= 0 || i > 0 && t.Term <= c.Terms[i-1].Term {
			return fmt.Errorf("term %q is out of order or has no occurrences", t.Term)
		}
		total += t.Count
	}
	if total != c.Length {
		return fmt.Errorf("its length is %d, but its terms occur %d times", c.Length, total)
	}
	return nil
}

// CheckVector tells why a vector cannot be one of a set of dim dimensions.
func CheckVector(v []float32, dim int) error {
	if len(v) != dim {
		return fmt.Errorf("its vector has %d dimensions, the model %d", len(v), dim)
	}
	for _, x := range v {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return errors.New("its vector holds a number that is not finite")
		}
	}
	return nil
}

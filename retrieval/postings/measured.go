package postings

import (
	"slices"

	"zhiwen/retrieval"
)

// bytesPerPosting is what a posting takes in a list, about: one byte or two for
// the step, one for the length where there is one.
func (f Format) bytesPerPosting() int {
	if f.Lengths {
		return 3
	}
	return 2
}

// ReadBytes is the size up to which blocks are to be read by who wants lists
// of at most so many postings.
func (f Format) ReadBytes(most int) int {
	return max(2*f.BlockBytes, f.bytesPerPosting()*most)
}

// Measured gathers the lists of terms, those that are too long by their size
// alone.
type Measured struct {
	format Format
	most   int
	bytes  []int
	lists  [][]Packed
}

// NewMeasured begins with no lists of so many terms.
func NewMeasured(f Format, terms, most int) *Measured {
	return &Measured{format: f, most: most, bytes: make([]int, terms), lists: make([][]Packed, terms)}
}

// Add takes the block in which the i-th term's list of a segment stands, if
// there is one. A block without data is too long to be read; it is one list,
// of the term that it begins with, and has size bytes.
func (m *Measured) Add(i int, term string, block Packed, size int, begins bool) error {
	if block.Data == nil {
		if begins {
			m.bytes[i] += size
		}
		return nil
	}
	list, err := Find(block.Data, term)
	if err != nil || list == nil {
		return err
	}
	m.bytes[i] += len(list)
	m.lists[i] = append(m.lists[i], Packed{Base: block.Base, Data: slices.Clone(list)})
	return nil
}

// Holders gives what was gathered; live tells which chunks are still there.
func (m *Measured) Holders(live func(row int64) bool) []retrieval.TermHolders {
	found := make([]retrieval.TermHolders, len(m.bytes))
	for i, size := range m.bytes {
		about := (size + m.format.bytesPerPosting() - 1) / m.format.bytesPerPosting()
		read := 0
		for _, l := range m.lists[i] {
			read += len(l.Data)
		}
		found[i].About = about
		if about > m.most || read < size {
			found[i].About = max(about, m.most+1)
			continue
		}
		postings := m.format.Unpack(m.lists[i], func(p *Posting) bool { return live(p.Row) })
		slices.SortFunc(postings, byRow)
		rows := make([]int64, len(postings))
		for k, p := range postings {
			rows[k] = p.Row
		}
		found[i] = retrieval.TermHolders{About: len(rows), Rows: rows}
	}
	return found
}

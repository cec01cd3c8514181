package postings

import (
	"cmp"
	"math"
	"slices"

	"zhiwen/retrieval"
)

// Matches are the postings of a question's terms, in chunks of the index only.
type Matches struct {
	Terms   []string
	Lists   [][]Posting // by term, with lengths
	Chunks  int         // in the index
	Average float64     // length of a chunk
}

// DF is the number of chunks that hold each term.
func (m *Matches) DF() []int {
	df := make([]int, len(m.Lists))
	for i, list := range m.Lists {
		df[i] = len(list)
	}
	return df
}

// Holders gives the chunks that hold one of the terms asked for and are
// allowed.
func (m *Matches) Holders(asked []string, allowed func(row int64) bool) map[int64]bool {
	rows := map[int64]bool{}
	for i, t := range m.Terms {
		if !slices.Contains(asked, t) {
			continue
		}
		for _, p := range m.Lists[i] {
			if allowed(p.Row) {
				rows[p.Row] = true
			}
		}
	}
	return rows
}

// Score computes BM25 of the allowed chunks that a finding term finds (see
// retrieval.SplitCommon).
func (m *Matches) Score(allowed func(row int64) bool) *Scores {
	finding, adding := retrieval.SplitCommon(m.Terms, m.DF(), m.Chunks)
	place := make(map[string]int, len(m.Terms))
	for i, t := range m.Terms {
		place[t] = i
	}
	first, last := int64(math.MaxInt64), int64(math.MinInt64)
	for _, t := range finding {
		for _, p := range m.Lists[place[t]] {
			first, last = min(first, p.Row), max(last, p.Row)
		}
	}
	s := newScores(first, last)
	for _, t := range finding {
		m.addTerm(s, place[t], func(row int64, score float64) bool {
			if score > 0 {
				return true
			}
			if !allowed(row) {
				return false
			}
			s.Found = append(s.Found, row)
			return true
		})
	}
	for _, t := range adding {
		m.addTerm(s, place[t], func(_ int64, score float64) bool { return score > 0 })
	}
	return s
}

// addTerm adds the term's share to the scores that take says.
func (m *Matches) addTerm(s *Scores, term int, take func(row int64, score float64) bool) {
	idf := retrieval.IDF(m.Chunks, len(m.Lists[term]))
	for _, p := range m.Lists[term] {
		if score := s.BM25(p.Row); take(p.Row, score) {
			s.set(p.Row, score+retrieval.BM25(idf, int(p.Count), int(p.Length), m.Average))
		}
	}
}

// Scores are the BM25 scores of chunks, on pages by row: most rows of a large
// collection are never touched.
type Scores struct {
	Found []int64 // rows with a score, in no order
	first int64
	pages []*[pageRows]float64
}

const pageRows = 1 << 12

func newScores(first, last int64) *Scores {
	s := &Scores{first: first}
	if first <= last {
		s.pages = make([]*[pageRows]float64, (last-first)/pageRows+1)
	}
	return s
}

// BM25 is the score of a chunk, 0 if it was not found.
func (s *Scores) BM25(row int64) float64 {
	at := uint64(row - s.first)
	if at/pageRows >= uint64(len(s.pages)) || s.pages[at/pageRows] == nil {
		return 0
	}
	return s.pages[at/pageRows][at%pageRows]
}

func (s *Scores) set(row int64, score float64) {
	at := uint64(row - s.first)
	page := &s.pages[at/pageRows]
	if *page == nil {
		*page = new([pageRows]float64)
	}
	(*page)[at%pageRows] = score
}

// Best gives the n best of rows, highest score first and equal ones by row.
func (s *Scores) Best(rows []int64, n int) []int64 {
	return Top(rows, n, func(a, b int64) int {
		return cmp.Or(cmp.Compare(s.BM25(b), s.BM25(a)), cmp.Compare(a, b))
	})
}

// Top gives the n least elements in order. It keeps 2n at a time, so that it
// does not sort what cannot be among them.
func Top(all []int64, n int, compare func(a, b int64) int) []int64 {
	top := make([]int64, 0, min(2*n, len(all)))
	full := false
	for _, x := range all {
		if full && compare(x, top[n-1]) > 0 {
			continue
		}
		top = append(top, x)
		if len(top) == 2*n {
			slices.SortFunc(top, compare)
			top, full = top[:n], true
		}
	}
	slices.SortFunc(top, compare)
	return top[:min(n, len(top))]
}

package check

import "cmp"

// votes counts for many rows at once, on pages that are used again: a sentence
// of common words touches a hundred thousand rows.
type votes struct {
	pages   []*[votePage]float32
	touched []int64
}

const votePage = 1 << 12

func (v *votes) add(row int64, weight float32) {
	n := int(row / votePage)
	for n >= len(v.pages) {
		v.pages = append(v.pages, nil)
	}
	if v.pages[n] == nil {
		v.pages[n] = new([votePage]float32)
	}
	count := &v.pages[n][row%votePage]
	if *count == 0 {
		v.touched = append(v.touched, row)
	}
	*count += weight
}

// leastVotes is the share of the best row's votes that others must have.
const leastVotes = 0.35

// take gives the rows with the most votes, the first of equal ones first, and
// forgets all.
func (v *votes) take(most int) []int64 {
	of := func(row int64) float32 { return v.pages[row/votePage][row%votePage] }
	top := make([]int64, 0, most+1)
	for _, row := range v.touched {
		at := len(top)
		for at > 0 && cmp.Or(cmp.Compare(of(row), of(top[at-1])), cmp.Compare(top[at-1], row)) > 0 {
			at--
		}
		if at == most {
			continue
		}
		top = append(top, 0)
		copy(top[at+1:], top[at:])
		top[at] = row
		top = top[:min(most, len(top))]
	}
	for len(top) > 0 && of(top[len(top)-1]) < leastVotes*of(top[0]) {
		top = top[:len(top)-1]
	}
	for _, row := range v.touched {
		v.pages[row/votePage][row%votePage] = 0
	}
	v.touched = v.touched[:0]
	return top
}

package retrieval

import "math"

// BM25 parameters and the rule for common terms, the same in every store.
const (
	BM25K1 = 1.2
	BM25B  = 0.75

	// CommonAbove is the number of chunks from which on common terms no
	// longer find chunks by themselves; below it their cost does not matter.
	CommonAbove = 10_000
	// CommonShare is the share of all chunks above which a term is common.
	CommonShare = 0.02
)

// IDF is the weight of a term that df of n chunks hold.
func IDF(n, df int) float64 {
	return math.Log(1 + (float64(n)-float64(df)+.5)/(float64(df)+.5))
}

// BM25 is the score of one term that occurs tf times in a chunk of length
// terms; average is the mean length of all chunks.
func BM25(idf float64, tf, length int, average float64) float64 {
	f := float64(tf)
	return idf * f * (BM25K1 + 1) / (f + BM25K1*(1-BM25B+BM25B*float64(length)/average))
}

// SplitCommon divides the terms of a question into those that find chunks and
// those that only add to the score of chunks found by others: in a collection
// of more than CommonAbove chunks, the terms in more than CommonShare of them.
// If no term is rare, the two rarest find. Terms that no chunk holds are left
// out. df is aligned with terms; the order of terms is kept.
func SplitCommon(terms []string, df []int, n int) (finding, adding []string) {
	limit := n
	if n > CommonAbove {
		limit = int(CommonShare * float64(n))
	}
	for i, t := range terms {
		switch {
		case df[i] == 0:
		case df[i] <= limit:
			finding = append(finding, t)
		default:
			adding = append(adding, t)
		}
	}
	if len(finding) > 0 {
		return finding, adding
	}
	first, second := twoRarest(terms, df)
	for _, t := range adding {
		if t == first || t == second {
			finding = append(finding, t)
		}
	}
	kept := adding[:0]
	for _, t := range adding {
		if t != first && t != second {
			kept = append(kept, t)
		}
	}
	return finding, kept
}

// twoRarest breaks ties by the term itself, so that stores agree.
func twoRarest(terms []string, df []int) (first, second string) {
	a, b := -1, -1
	rarer := func(i, j int) bool {
		return j < 0 || df[i] < df[j] || df[i] == df[j] && terms[i] < terms[j]
	}
	for i := range terms {
		switch {
		case df[i] == 0:
		case rarer(i, a):
			a, b = i, a
		case rarer(i, b):
			b = i
		}
	}
	if a >= 0 {
		first = terms[a]
	}
	if b >= 0 {
		second = terms[b]
	}
	return first, second
}

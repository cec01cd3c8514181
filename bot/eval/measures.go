package eval

import (
	"slices"
	"unicode"
)

// shownRunes is how much of an answer a visitor is taken to read.
const shownRunes = 200

// squeezed gives the runes of s without white space.
func squeezed(s string) []rune {
	var kept []rune
	for _, r := range s {
		if !unicode.IsSpace(r) {
			kept = append(kept, r)
		}
	}
	return kept
}

// lcs is the length of the longest common subsequence.
func lcs(a, b []rune) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

// overlap is the size of the intersection of two bags of runes.
func overlap(a, b []rune) int {
	bag := map[rune]int{}
	for _, r := range a {
		bag[r]++
	}
	n := 0
	for _, r := range b {
		if bag[r] > 0 {
			bag[r]--
			n++
		}
	}
	return n
}

// harmonic is F1 of precision common/b and recall common/a.
func harmonic(common, a, b int) float64 {
	if a+b == 0 {
		return 0
	}
	return 2 * float64(common) / float64(a+b)
}

// auroc is the chance that a good score is above a bad one, ties half.
func auroc(good, bad []float64) *float64 {
	if len(good) == 0 || len(bad) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(bad))
	wins := 0.0
	for _, g := range good {
		below, _ := slices.BinarySearch(sorted, g)
		equal := 0
		for i := below; i < len(sorted) && sorted[i] == g; i++ {
			equal++
		}
		wins += float64(below) + float64(equal)/2
	}
	v := wins / float64(len(good)) / float64(len(bad))
	return &v
}

// refusedAt is the share of bad scores below the threshold that keeps a share
// of the good ones.
func refusedAt(keep float64, good, bad []float64) *float64 {
	if len(good) == 0 || len(bad) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(good))
	lost := int((1-keep)*float64(len(sorted)) + 1e-9) // 0.1 of 10 is one, whatever floating point says
	threshold := sorted[lost]
	refused := 0
	for _, b := range bad {
		if b < threshold {
			refused++
		}
	}
	v := float64(refused) / float64(len(bad))
	return &v
}

package ingest

import (
	"slices"
	"unicode/utf8"

	"zhiwen/retrieval"
)

const (
	// leastRun is how many characters on end must agree for them to be the same
	// place in a text and on its page.
	leastRun = 4
	// maxCompared bounds the characters of a page that are compared, and
	// maxAlike the places of one character.
	maxCompared = 20_000
	maxAlike    = 400
)

// letters are the characters of a text, or of a page, folded and without
// spaces; from[i] is where the i-th came from.
type letters struct {
	runes []rune
	from  []int
}

func (l *letters) add(text string, from int) {
	for _, r := range retrieval.FoldString(text) {
		if !isSpace(r) && len(l.runes) < maxCompared {
			l.runes = append(l.runes, r)
			l.from = append(l.from, from)
		}
	}
}

// lettersOf folds a text, character by character; offset is where it begins.
func lettersOf(text string, offset int) letters {
	var l letters
	for at, r := range text {
		l.add(text[at:at+utf8.RuneLen(r)], offset+at)
	}
	return l
}

// aligned finds what two sequences have in common, in order: for each letter
// of a the index of its like in b, or -1. The longest run they share comes
// first, then the longest to its left and right, and so on.
func aligned(a, b []rune) []int {
	at := slices.Repeat([]int{-1}, len(a))
	places := map[rune][]int{}
	for i, r := range b {
		if len(places[r]) < maxAlike {
			places[r] = append(places[r], i)
		}
	}
	type box struct{ a1, a2, b1, b2 int }
	for queue := []box{{0, len(a), 0, len(b)}}; len(queue) > 0; {
		q := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		i, j, n := longestRun(a, places, q.a1, q.a2, q.b1, q.b2)
		whole := n > 0 && n == min(q.a2-q.a1, q.b2-q.b1) && touches(at, q.a1, q.a2)
		if n < leastRun && !whole {
			continue
		}
		for k := range n {
			at[i+k] = j + k
		}
		queue = append(queue, box{q.a1, i, q.b1, j}, box{i + n, q.a2, j + n, q.b2})
	}
	return at
}

// touches reports whether the letters on both sides of a stretch are found: a
// few between them are then found by less.
func touches(at []int, start, end int) bool {
	return start > 0 && end < len(at) && at[start-1] >= 0 && at[end] >= 0
}

// longestRun finds the longest run of a[a1:a2] in b[b1:b2], the first of
// several.
func longestRun(a []rune, places map[rune][]int, a1, a2, b1, b2 int) (i, j, n int) {
	lengths := map[int]int{} // of the run that ends at a place in b
	for x := a1; x < a2; x++ {
		next := map[int]int{}
		for _, y := range places[a[x]] {
			if y < b1 {
				continue
			}
			if y >= b2 {
				break
			}
			k := lengths[y-1] + 1
			next[y] = k
			if k > n {
				i, j, n = x-k+1, y-k+1, k
			}
		}
		lengths = next
	}
	return i, j, n
}

package ingest

import (
	"strings"
	"unicode"

	"zhiwen/ingest/content"
	"zhiwen/retrieval"
)

// folded is a text as texts are compared: folded, without white space.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if isSpace(r) || unicode.Is(unicode.Co, r) {
			return -1
		}
		return r
	}, retrieval.FoldString(s))
}

// plain is the whole text of a document, each cell of a table once.
func plain(doc content.Document) string {
	var b strings.Builder
	for _, block := range doc.Blocks {
		b.WriteString(block.Text + "\n")
		for _, row := range block.Rows {
			for _, c := range row {
				b.WriteString(c.Text + "\n")
			}
		}
	}
	return b.String()
}

// agreement is the share of want that got holds in the same order (recall),
// and the share of got that want holds (precision).
func agreement(got, want string) (recall, precision float64) {
	a, b := []rune(got), []rune(want)
	if len(a) == 0 || len(b) == 0 {
		return 0, 0
	}
	common := float64(len(a)+len(b)-distance(a, b)) / 2
	return common / float64(len(b)), common / float64(len(a))
}

// distance is how many characters must be inserted and deleted to make b of
// a, after Myers: the time grows with the answer.
func distance(a, b []rune) int {
	most := len(a) + len(b)
	reach := make([]int, 2*most+2)
	for d := 0; d <= most; d++ {
		for k := -d; k <= d; k += 2 {
			x := 0
			switch {
			case k == -d || k != d && reach[most+k-1] < reach[most+k+1]:
				x = reach[most+k+1]
			default:
				x = reach[most+k-1] + 1
			}
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			reach[most+k] = x
			if x >= len(a) && x-k >= len(b) {
				return d
			}
		}
	}
	return most
}

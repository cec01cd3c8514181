package layout

import (
	"math"
	"regexp"
	"strings"
)

const (
	// margin is the share of a page's height, at the top and at the foot, in
	// which headers and footers stand, and edgeLines how many lines they have.
	margin    = 0.25
	edgeLines = 3
	// runningShare is the share of the pages that a line repeats on to be one,
	// oneSided of the odd or of the even ones, where these differ.
	runningShare = 0.6
	oneSided     = 0.8
)

// pageNumber is a line of nothing but a page's number, in any of its forms:
// 3, — 3 —, －3－, 第3页, 第3页 共10页, 3/10.
var pageNumber = regexp.MustCompile(`^[\s\-—–－·.]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*(?:[/,，]|[/,，]?\s*共)\s*\d{1,4}\s*页?)?[\s\-—–－·.]*$`)

// digits are alike in lines that count the pages.
var digits = regexp.MustCompile(`[0-9０-９]+`)

// withoutRunning drops the lines that repeat at one height of the pages'
// margins, and page numbers there.
func withoutRunning(lines []line, pages int) []line {
	type place struct {
		text   string
		height int
	}
	placeOf := func(l line) place {
		return place{digits.ReplaceAllString(strings.Join(strings.Fields(l.text), ""), "0"), int(math.Round(50 * l.top / max(l.height, 1)))}
	}
	on := map[place]map[int]bool{}
	for _, l := range lines {
		if !l.inMargin() {
			continue
		}
		// A line may stand a little higher on one page than on the next.
		for shift := -1; shift <= 1; shift++ {
			at := placeOf(l)
			at.height += shift
			if on[at] == nil {
				on[at] = map[int]bool{}
			}
			on[at][l.page] = true
		}
	}
	repeated := func(on map[int]bool) bool {
		var sides [2]int
		for page := range on {
			sides[page%2]++
		}
		n := len(on)
		even := pages / 2
		return n > 1 && float64(n) >= runningShare*float64(pages) ||
			n > 2 && (float64(sides[0]) >= oneSided*float64(even) || float64(sides[1]) >= oneSided*float64(pages-even))
	}
	kept := lines[:0]
	for _, l := range lines {
		repeats := repeated(on[placeOf(l)])
		if l.inMargin() && (repeats || l.edge == 0 && pageNumber.MatchString(l.text)) {
			continue
		}
		kept = append(kept, l)
	}
	return kept
}

func (l line) inMargin() bool {
	return l.table.rows == nil && l.edge < edgeLines && (l.bottom < margin*l.height || l.top > (1-margin)*l.height)
}

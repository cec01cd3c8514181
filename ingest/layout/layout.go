// Package layout turns pages of placed characters, as PDF and OFD have them,
// into paragraphs and tables in reading order. Headers, footers and page
// numbers go; lines that the page's width broke are joined again.
//
// It knows nothing of files, nor of what the text is about.
package layout

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"zhiwen/ingest/content"
)

// Page is one page. Lengths are in any one unit, from the upper left corner.
type Page struct {
	Number        int // from 1
	Width, Height float64
	Glyphs        []Glyph // in the order of the file
	Rules         []Rule  // lines drawn on it
}

// Glyph is one character and the box around it: its height is that of the
// font, not of the sign.
type Glyph struct {
	Rune                     rune
	Left, Top, Right, Bottom float64
}

func (g Glyph) height() float64 { return g.Bottom - g.Top }

func (g Glyph) middle() (x, y float64) { return (g.Left + g.Right) / 2, (g.Top + g.Bottom) / 2 }

// Rule is a drawn line from one point to another.
type Rule struct{ X1, Y1, X2, Y2 float64 }

// Blocks gives the paragraphs and tables of a document.
func Blocks(pages []Page) []content.Block {
	var lines []line
	area := 0
	for _, p := range pages {
		on := linesOf(p)
		for i := range on {
			on[i].area += area
		}
		if len(on) > 0 {
			area = on[len(on)-1].area + 1
		}
		lines = append(lines, on...)
	}
	lines = withoutRunning(lines, len(pages))
	return paragraphs(lines)
}

// Reading gives the characters of a page in the order in which Blocks reads
// them, those of headers and footers among them.
func Reading(p Page) []Glyph {
	var all []Glyph
	for _, piece := range piecesOf(p) {
		for _, cell := range piece.table.cells {
			all = slices.Concat(append([][]Glyph{all}, rowsOf(cell.glyphs)...)...)
		}
		for _, row := range piece.rows {
			all = append(all, row...)
		}
	}
	return all
}

// line is a row of characters, or a table.
type line struct {
	text                     string
	table                    table
	page                     int
	area                     int // rising: one for each column of text
	left, top, right, bottom float64
	width, height            float64 // of the area, of the page
	edge                     int     // lines between it and the top or the foot of its page
	size                     float64 // of its characters
	pitch                    float64 // from one wide character to the next
}

// linesOf gives the lines and tables of a page.
func linesOf(p Page) []line {
	var lines []line
	for i, piece := range piecesOf(p) {
		if piece.table.rows != nil {
			lines = append(lines, line{table: piece.table, page: p.Number, area: i, top: piece.table.top, bottom: piece.table.bottom, height: p.Height})
			continue
		}
		for _, row := range piece.rows {
			if l := lineOf(row); strings.TrimSpace(l.text) != "" {
				l.page, l.area, l.width, l.height = p.Number, i, piece.width, p.Height
				lines = append(lines, l)
			}
		}
	}
	countEdges(lines)
	return lines
}

// countEdges counts the lines above or below each, whatever column they stand
// in.
func countEdges(lines []line) {
	tops, bottoms := make([]float64, len(lines)), make([]float64, len(lines))
	for i, l := range lines {
		tops[i], bottoms[i] = l.top, l.bottom
	}
	slices.Sort(tops)
	slices.Sort(bottoms)
	for i, l := range lines {
		above, _ := slices.BinarySearch(bottoms, l.top+0.1*l.size)
		below, _ := slices.BinarySearch(tops, l.bottom-0.1*l.size)
		lines[i].edge = min(above, len(lines)-below)
	}
}

// usable leaves out what has no place.
func usable(all []Glyph) []Glyph {
	glyphs := make([]Glyph, 0, len(all))
	for _, g := range all {
		if g.height() > 0 && g.Right >= g.Left && !math.IsNaN(g.Left+g.Right+g.Top+g.Bottom) && !math.IsInf(g.Left+g.Right+g.Top+g.Bottom, 0) {
			glyphs = append(glyphs, g)
		}
	}
	return glyphs
}

// rowsOf puts characters into rows from the top: those that stand beside each
// other, from the left.
func rowsOf(glyphs []Glyph) [][]Glyph {
	glyphs = slices.Clone(glyphs)
	slices.SortStableFunc(glyphs, func(a, b Glyph) int { return compare(a.Top+a.Bottom, b.Top+b.Bottom) })
	var rows [][]Glyph
	for start := 0; start < len(glyphs); {
		end, tallest := start+1, glyphs[start]
		for end < len(glyphs) && overlap(tallest, glyphs[end]) > 0.5 {
			if glyphs[end].height() > tallest.height() {
				tallest = glyphs[end]
			}
			end++
		}
		row := glyphs[start:end:end]
		slices.SortStableFunc(row, func(a, b Glyph) int { return compare(a.Left, b.Left) })
		rows = append(rows, row)
		start = end
	}
	return rows
}

// overlap is the share of the lower one of two characters that stands beside
// the other.
func overlap(a, b Glyph) float64 {
	return (min(a.Bottom, b.Bottom) - max(a.Top, b.Top)) / min(a.height(), b.height())
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// lineOf writes the characters of a line. Spaces that are drawn stay; a gap
// is one where words need it, or where it parts columns.
func lineOf(row []Glyph) line {
	l := line{left: math.Inf(1), top: math.Inf(1), right: math.Inf(-1), bottom: math.Inf(-1)}
	var b strings.Builder
	var last Glyph
	var sizes []float64
	spread := spreadOf(row)
	for i, g := range row {
		if i > 0 && g.Rune == last.Rune && g.Left-last.Left < 0.1*g.height() && g.Left-last.Left < last.Right-last.Left {
			continue // drawn twice to look bold
		}
		if i > 0 && isGap(last, g, spread) {
			b.WriteByte(' ')
		}
		b.WriteRune(g.Rune)
		last = g
		if !isSpace(g.Rune) {
			l.left, l.right = min(l.left, g.Left), max(l.right, g.Right)
			l.top, l.bottom = min(l.top, g.Top), max(l.bottom, g.Bottom)
			sizes = append(sizes, g.height())
		}
	}
	if len(sizes) > 0 {
		l.size = median(sizes)
		l.pitch = l.size * (1 + spread)
	}
	l.text = strings.TrimSpace(b.String())
	return l
}

// median sorts the values it is given; there is at least one.
func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// isGap reports whether a space parts two characters of a line that is set
// with a spread between wide ones.
func isGap(a, b Glyph, spread float64) bool {
	if isSpace(a.Rune) || isSpace(b.Rune) {
		return false
	}
	if isWide(a.Rune) || isWide(b.Rune) {
		return gapBetween(a, b)-spread > 0.8
	}
	return gapBetween(a, b) > 0.15
}

// gapBetween is measured in heights of a character.
func gapBetween(a, b Glyph) float64 { return (b.Left - a.Right) / min(a.height(), b.height()) }

// spreadOf is the gap that most wide characters of a line have between them:
// some lines are spaced out to a grid. Of few characters it cannot be told
// from columns.
func spreadOf(row []Glyph) float64 {
	const few = 3
	var gaps []float64
	for i := 1; i < len(row); i++ {
		if a, b := row[i-1], row[i]; isWide(a.Rune) && isWide(b.Rune) && !isSpace(a.Rune) && !isSpace(b.Rune) {
			gaps = append(gaps, gapBetween(a, b))
		}
	}
	if len(gaps) < few {
		return 0
	}
	return min(max(median(gaps), 0), 2)
}

func isSpace(r rune) bool { return r == ' ' || r == '\u3000' || r == '\u00a0' }

// isWide holds for characters that are set without spaces between them.
func isWide(r rune) bool { return r >= 0x2E80 || strings.ContainsRune("“”‘’—…", r) }

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

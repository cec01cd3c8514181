package layout

import (
	"math"
	"slices"
)

const (
	// gutter is the least room between columns of text, in characters.
	gutter = 0.9
	// columnWidth is the least width of a column of text, in characters, and
	// columnLines the least number of its lines.
	columnWidth = 8
	columnLines = 4
	// maxTries bounds the places that are tried for a gutter.
	maxTries = 400
	// maxDepth bounds the columns within columns.
	maxDepth = 3
)

// piece is a part of a page that is read as a whole: the lines of one column,
// or a table.
type piece struct {
	rows  [][]Glyph
	width float64 // of the column; of the page where there is but one
	table table
}

// piecesOf cuts a page into pieces in reading order. Tables cut it into
// bands, which are read from the top.
func piecesOf(p Page) []piece {
	tables, rest := tablesOf(p.Rules, usable(p.Glyphs))
	var pieces []piece
	for _, t := range tables {
		var above []Glyph
		above, rest = cutAt(rest, (t.top+t.bottom)/2)
		pieces = append(pieces, columnsIn(above, p.Width, 0)...)
		pieces = append(pieces, piece{table: t})
	}
	return append(pieces, columnsIn(rest, p.Width, 0)...)
}

func cutAt(glyphs []Glyph, height float64) (above, below []Glyph) {
	for _, g := range glyphs {
		if _, y := g.middle(); y < height {
			above = append(above, g)
		} else {
			below = append(below, g)
		}
	}
	return above, below
}

// columnsIn gives the columns of a band, left before right, with the lines
// above and below that go over both.
func columnsIn(glyphs []Glyph, width float64, depth int) []piece {
	if len(glyphs) == 0 {
		return nil
	}
	rows := rowsOf(glyphs)
	first, last, at, ok := gutterOf(rows)
	if !ok || depth == maxDepth {
		return alignedIn(rows, width)
	}
	var left, right []Glyph
	for _, g := range slices.Concat(rows[first:last]...) {
		if x, _ := g.middle(); x < at {
			left = append(left, g)
		} else {
			right = append(right, g)
		}
	}
	pieces := alignedIn(rows[:first], width)
	for _, column := range [][]Glyph{left, right} {
		from, to := extent(column)
		pieces = append(pieces, columnsIn(column, to-from, depth+1)...)
	}
	return append(pieces, columnsIn(slices.Concat(rows[last:]...), width, depth+1)...)
}

// gutterOf finds the run of rows, first to last, that a gutter parts into
// two columns of prose, the longest there is.
func gutterOf(rows [][]Glyph) (first, last int, at float64, found bool) {
	if len(rows) < columnLines {
		return 0, 0, 0, false
	}
	all := slices.Concat(rows...)
	em := sizeOf(all)
	left, right := extent(all)
	// Lines that are spaced out have a gutter between any two characters.
	widths := make([]float64, len(rows))
	for i, row := range rows {
		widths[i] = gutter * em * (1 + spreadOf(row))
	}
	best := 0
	step := max(em/4, (right-left)/maxTries)
	for x := left + columnWidth*em; x < right-columnWidth*em; x += step {
		start := 0
		for i := 0; i <= len(rows); i++ {
			if i < len(rows) && !crosses(rows[i], x-widths[i]/2, x+widths[i]/2) {
				continue
			}
			if i-start > max(best, columnLines-1) && isTwoColumns(rows[start:i], x, em) {
				first, last, at, found, best = start, i, x, true, i-start
			}
			start = i + 1
		}
	}
	return first, last, at, found
}

// crosses reports whether a row has a character between two places.
func crosses(row []Glyph, from, to float64) bool {
	for _, g := range row {
		if !isSpace(g.Rune) && g.Right > from && g.Left < to {
			return true
		}
	}
	return false
}

// isTwoColumns holds for rows of prose on both sides of a gutter: lines
// enough, long, and most as long as their column is wide, without a gap. The
// cells of a table are shorter, differ more, or have gaps between them.
func isTwoColumns(rows [][]Glyph, gutter, em float64) bool {
	var sides [2][]Glyph
	for _, g := range slices.Concat(rows...) {
		side := 0
		if x, _ := g.middle(); x > gutter {
			side = 1
		}
		sides[side] = append(sides[side], g)
	}
	for _, side := range sides {
		from, to := extent(side)
		if to-from < columnWidth*em {
			return false
		}
		lines, full := 0, 0
		for _, row := range rowsOf(side) {
			start, end := extent(row)
			if math.IsInf(start, 0) {
				continue // spaces only
			}
			lines++
			if end-start > 0.75*(to-from) && len(partsOf(row)) == 1 {
				full++
			}
		}
		if lines < columnLines || 2*full < lines {
			return false
		}
	}
	return true
}

// extent is from where to where characters stand, spaces not counted.
func extent(glyphs []Glyph) (left, right float64) {
	left, right = math.Inf(1), math.Inf(-1)
	for _, g := range glyphs {
		if !isSpace(g.Rune) {
			left, right = min(left, g.Left), max(right, g.Right)
		}
	}
	return left, right
}

// sizeOf is the height of most characters.
func sizeOf(glyphs []Glyph) float64 {
	sizes := make([]float64, len(glyphs))
	for i, g := range glyphs {
		sizes[i] = g.height()
	}
	return median(sizes)
}

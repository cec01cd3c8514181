package layout

import (
	"math"
	"slices"
	"strings"

	"zhiwen/ingest/content"
)

const (
	// near is the distance within which drawn lines are one line, or meet, as
	// a share of the height of characters.
	near = 0.3
	// maxEdges bounds the lines of a table in one direction.
	maxEdges = 400
	// alignedRows and alignedColumns are what a table without drawn lines
	// needs to be one beyond doubt.
	alignedRows    = 3
	alignedColumns = 3
)

// table is a table of a page; it has none without rows.
type table struct {
	rows        [][]content.Cell
	cells       []placed
	edges       []float64 // of its columns
	top, bottom float64
}

// placed is a cell of a table and the characters in it.
type placed struct {
	row, column, across, down int
	right                     float64
	glyphs                    []Glyph
}

// tablesOf finds the tables that drawn lines make, from the top, and gives
// the characters outside them.
func tablesOf(rules []Rule, glyphs []Glyph) ([]table, []Glyph) {
	if len(rules) == 0 || len(glyphs) == 0 {
		return nil, glyphs
	}
	tolerance := near * sizeOf(glyphs)
	var tables []table
	for _, g := range gridsOf(rules, tolerance) {
		inside, outside := g.part(glyphs)
		if t, ok := g.table(inside); ok {
			tables = append(tables, t)
			glyphs = outside
		}
	}
	slices.SortStableFunc(tables, func(a, b table) int { return compare(a.top, b.top) })
	return tables, glyphs
}

// stroke is a drawn line across or down: it stands at a place and goes from
// one to another.
type stroke struct{ at, from, to float64 }

// grid is a set of strokes that hang together.
type grid struct {
	across, down []stroke // strokes across stand at heights, strokes down at widths
	xs, ys       []float64
	tolerance    float64
}

// gridsOf groups strokes that meet.
func gridsOf(rules []Rule, tolerance float64) []grid {
	var across, down []stroke
	for _, r := range rules {
		switch dx, dy := math.Abs(r.X2-r.X1), math.Abs(r.Y2-r.Y1); {
		case math.IsNaN(dx + dy):
		case dy <= tolerance/2 && dx > tolerance:
			across = append(across, stroke{(r.Y1 + r.Y2) / 2, min(r.X1, r.X2), max(r.X1, r.X2)})
		case dx <= tolerance/2 && dy > tolerance:
			down = append(down, stroke{(r.X1 + r.X2) / 2, min(r.Y1, r.Y2), max(r.Y1, r.Y2)})
		}
	}
	across, down = joined(across, tolerance), joined(down, tolerance)
	if len(across) > maxEdges || len(down) > maxEdges {
		return nil // a drawing
	}
	var grids []grid
	taken := make([]bool, len(across))
	used := make([]bool, len(down))
	for i := range across {
		if taken[i] {
			continue
		}
		g := grid{tolerance: tolerance}
		gather(across, down, taken, used, i, &g, tolerance)
		if len(g.down) > 0 {
			g.measure()
			grids = append(grids, g)
		}
	}
	return grids
}

// gather follows the strokes that meet the one across at index first.
func gather(across, down []stroke, taken, used []bool, first int, g *grid, tolerance float64) {
	type end struct {
		index int
		down  bool
	}
	taken[first] = true
	queue := []end{{first, false}}
	for len(queue) > 0 {
		e := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if e.down {
			g.down = append(g.down, down[e.index])
			for i, s := range across {
				if !taken[i] && meet(s, down[e.index], tolerance) {
					taken[i] = true
					queue = append(queue, end{i, false})
				}
			}
			continue
		}
		g.across = append(g.across, across[e.index])
		for i, s := range down {
			if !used[i] && meet(across[e.index], s, tolerance) {
				used[i] = true
				queue = append(queue, end{i, true})
			}
		}
	}
}

func meet(across, down stroke, tolerance float64) bool {
	return down.at > across.from-tolerance && down.at < across.to+tolerance &&
		across.at > down.from-tolerance && across.at < down.to+tolerance
}

// joined makes one stroke of those that go on from each other, or are the two
// sides of one.
func joined(strokes []stroke, tolerance float64) []stroke {
	slices.SortFunc(strokes, func(a, b stroke) int {
		if c := compare(a.at, b.at); c != 0 {
			return c
		}
		return compare(a.from, b.from)
	})
	var all []stroke
	for _, s := range strokes {
		merged := false
		for i := len(all) - 1; i >= 0 && s.at-all[i].at <= tolerance; i-- {
			if s.from <= all[i].to+tolerance && s.to >= all[i].from-tolerance {
				all[i].from, all[i].to = min(all[i].from, s.from), max(all[i].to, s.to)
				merged = true
				break
			}
		}
		if !merged {
			all = append(all, s)
		}
	}
	return all
}

// measure finds the edges of columns and rows. A table may be open at its
// sides: there its edge is the end of the strokes.
func (g *grid) measure() {
	for _, s := range g.across {
		g.ys = append(g.ys, s.at)
		g.xs = append(g.xs, s.from, s.to)
	}
	for _, s := range g.down {
		g.xs = append(g.xs, s.at)
		g.ys = append(g.ys, s.from, s.to)
	}
	g.xs, g.ys = distinct(g.xs, g.tolerance), distinct(g.ys, g.tolerance)
}

func distinct(values []float64, tolerance float64) []float64 {
	slices.Sort(values)
	kept := values[:0]
	for _, v := range values {
		if len(kept) == 0 || v-kept[len(kept)-1] > 2*tolerance {
			kept = append(kept, v)
		}
	}
	return kept
}

// part tells the characters within the grid from the others.
func (g *grid) part(glyphs []Glyph) (inside, outside []Glyph) {
	for _, c := range glyphs {
		x, y := c.middle()
		if x > g.xs[0] && x < g.xs[len(g.xs)-1] && y > g.ys[0] && y < g.ys[len(g.ys)-1] {
			inside = append(inside, c)
		} else {
			outside = append(outside, c)
		}
	}
	return inside, outside
}

// parts reports whether a stroke stands at a place along a stretch.
func parts(strokes []stroke, at, from, to, tolerance float64) bool {
	middle := (from + to) / 2
	for _, s := range strokes {
		if math.Abs(s.at-at) <= 2*tolerance && s.from <= middle && s.to >= middle {
			return true
		}
	}
	return false
}

// table reads the cells. Places that no stroke parts are one cell; what then
// is no rectangle is no table, nor is a frame or a drawing.
func (g *grid) table(glyphs []Glyph) (table, bool) {
	columns, rows := len(g.xs)-1, len(g.ys)-1
	if columns < 2 || rows < 2 {
		return table{}, false
	}
	owner := make([][]int, rows)
	for r := range owner {
		owner[r] = slices.Repeat([]int{-1}, columns)
	}
	t := table{edges: g.xs, top: g.ys[0], bottom: g.ys[rows]}
	for r := range rows {
		for c := range columns {
			if owner[r][c] >= 0 {
				continue
			}
			cell := g.cellAt(r, c)
			for y := r; y < r+cell.down; y++ {
				for x := c; x < c+cell.across; x++ {
					if owner[y][x] >= 0 {
						return table{}, false
					}
					owner[y][x] = len(t.cells)
				}
			}
			t.cells = append(t.cells, cell)
		}
	}
	for _, c := range glyphs {
		x, y := c.middle()
		column, _ := slices.BinarySearch(g.xs, x)
		row, _ := slices.BinarySearch(g.ys, y)
		cell := &t.cells[owner[min(max(row-1, 0), rows-1)][min(max(column-1, 0), columns-1)]]
		cell.glyphs = append(cell.glyphs, c)
	}
	t.rows = make([][]content.Cell, rows)
	filled := 0
	for _, cell := range t.cells {
		text := cell.text()
		if text != "" {
			filled++
		}
		t.rows[cell.row] = append(t.rows[cell.row], content.Cell{Text: text, Across: cell.across, Down: cell.down})
	}
	markHead(t.rows)
	return t, filled >= 4 && 4*filled >= len(t.cells)
}

// markHead marks a head of several rows: beside a cell that goes down over all
// of them stands one that goes over several columns.
func markHead(rows [][]content.Cell) {
	deepest, widest := 1, 1
	for _, c := range rows[0] {
		deepest, widest = max(deepest, c.Down), max(widest, c.Across)
	}
	if deepest == 1 || widest == 1 || deepest >= len(rows) {
		return
	}
	for _, row := range rows[:deepest] {
		for i := range row {
			row[i].Header = true
		}
	}
}

// cellAt measures the cell that begins at a place: as far to the right and
// down as no stroke parts it.
func (g *grid) cellAt(row, column int) placed {
	cell := placed{row: row, column: column, across: 1, down: 1}
	for column+cell.across < len(g.xs)-1 && !parts(g.down, g.xs[column+cell.across], g.ys[row], g.ys[row+1], g.tolerance) {
		cell.across++
	}
	for row+cell.down < len(g.ys)-1 && !parts(g.across, g.ys[row+cell.down], g.xs[column], g.xs[column+1], g.tolerance) {
		cell.down++
	}
	cell.right = g.xs[column+cell.across]
	return cell
}

// text joins the lines of a cell that its width broke.
func (c placed) text() string {
	var b strings.Builder
	full := false
	for _, row := range rowsOf(c.glyphs) {
		l := lineOf(row)
		if l.text == "" {
			continue
		}
		switch {
		case b.Len() == 0:
		case !full:
			b.WriteByte('\n')
		case !isWide(lastRune(b.String())) && !isWide(firstRune(l.text)):
			b.WriteByte(' ')
		}
		b.WriteString(l.text)
		full = c.right-l.right < 1.6*l.size
	}
	return b.String()
}

// alignedIn finds tables without drawn lines among rows: several rows on end
// with the same number of parts, each part under the one above.
func alignedIn(rows [][]Glyph, width float64) []piece {
	var pieces []piece
	text := 0 // where the rows begin that are not in a piece yet
	for i := 0; i < len(rows); {
		t, n := alignedAt(rows[i:])
		if n == 0 {
			i++
			continue
		}
		if text < i {
			pieces = append(pieces, piece{rows: rows[text:i], width: width})
		}
		pieces = append(pieces, piece{table: t})
		i += n
		text = i
	}
	if text < len(rows) {
		pieces = append(pieces, piece{rows: rows[text:], width: width})
	}
	return pieces
}

// alignedAt reads such a table from the first row on and tells how many rows
// it has, 0 if there is none.
func alignedAt(rows [][]Glyph) (table, int) {
	var columns []stroke // from and to of each
	var parted [][][]Glyph
	for _, row := range rows {
		parts := partsOf(row)
		if len(parts) < alignedColumns || columns != nil && len(parts) != len(columns) || clause.MatchString(lineOf(row).text) {
			break
		}
		wider := make([]stroke, len(parts))
		for i, p := range parts {
			wider[i].from, wider[i].to = extent(p)
			if columns != nil {
				wider[i].from, wider[i].to = min(wider[i].from, columns[i].from), max(wider[i].to, columns[i].to)
			}
			if i > 0 && wider[i].from <= wider[i-1].to {
				wider = nil
				break
			}
		}
		if wider == nil {
			break
		}
		columns = wider
		parted = append(parted, parts)
	}
	if len(parted) < alignedRows {
		return table{}, 0
	}
	var t table
	for _, c := range columns {
		t.edges = append(t.edges, c.from)
	}
	t.top, t.bottom = math.Inf(1), math.Inf(-1)
	for r, parts := range parted {
		var row []content.Cell
		for c, glyphs := range parts {
			l := lineOf(glyphs)
			t.top, t.bottom = min(t.top, l.top), max(t.bottom, l.bottom)
			t.cells = append(t.cells, placed{row: r, column: c, across: 1, down: 1, glyphs: glyphs})
			row = append(row, content.Cell{Text: l.text, Across: 1, Down: 1})
		}
		t.rows = append(t.rows, row)
	}
	return t, len(parted)
}

// partsOf cuts a row where it has gaps too wide for a text.
func partsOf(row []Glyph) [][]Glyph {
	var parts [][]Glyph
	start, last := 0, -1 // the last character that is no space
	least := 1.5 + spreadOf(row)
	for i, g := range row {
		if isSpace(g.Rune) {
			continue
		}
		if last >= 0 && g.Left-row[last].Right > least*max(g.height(), row[last].height()) {
			parts = append(parts, row[start:last+1])
			start = i
		}
		if last < 0 {
			start = i
		}
		last = i
	}
	if last >= 0 {
		parts = append(parts, row[start:last+1])
	}
	return parts
}

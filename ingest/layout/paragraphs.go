package layout

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"zhiwen/ingest/content"
)

// paragraphs joins the lines that only the width of the page broke.
func paragraphs(lines []line) []content.Block {
	columns := columnsOf(lines)
	indents := hasIndents(lines, columns)
	gap := widestGap(lines)
	var blocks []content.Block
	for i, l := range lines {
		var b *content.Block
		if i > 0 {
			b = &blocks[len(blocks)-1]
		}
		switch {
		case i > 0 && l.table.rows != nil && continues(lines[i-1], l):
			b.Turns = append(b.Turns, len(b.Rows))
			b.Rows = append(b.Rows, withoutHead(l.table.rows, b.Rows)...)
		case l.table.rows != nil:
			blocks = append(blocks, content.Block{Rows: l.table.rows, Page: l.page})
		case i > 0 && b.Rows == nil && goesOn(lines[i-1], l, columns, indents, gap, b.Text):
			if !isWide(lastRune(b.Text)) && !isWide(firstRune(l.text)) && lastRune(b.Text) != '-' {
				b.Text += " "
			}
			if l.page > lines[i-1].page {
				b.Turns = append(b.Turns, len(b.Text))
			}
			b.Text += l.text
		default:
			blocks = append(blocks, content.Block{Text: l.text, Page: l.page})
		}
	}
	return blocks
}

// continues reports whether a table goes on from the last of the page before:
// their columns have the same edges.
func continues(a, b line) bool {
	if a.table.rows == nil || b.page != a.page+1 || len(a.table.edges) != len(b.table.edges) {
		return false
	}
	for i, x := range a.table.edges {
		if math.Abs(x-b.table.edges[i]) > 0.01*b.height {
			return false
		}
	}
	return true
}

// withoutHead leaves out the first rows where they repeat the table's own.
func withoutHead(rows, table [][]content.Cell) [][]content.Cell {
	repeated := 0
	for repeated < min(len(rows), len(table)) && slices.Equal(rows[repeated], table[repeated]) {
		repeated++
	}
	if repeated == len(rows) { // it is no head
		return rows
	}
	return rows[repeated:]
}

// column is where the text of an area begins and ends.
type column struct{ left, right float64 }

// columnsOf measures the areas; one with too few long lines takes over the
// measure of the one before if that is as wide.
func columnsOf(lines []line) map[int]column {
	columns := map[int]column{}
	last, width := column{}, 0.0
	for start := 0; start < len(lines); {
		end := start
		var lefts []float64
		c := column{}
		for end < len(lines) && lines[end].area == lines[start].area {
			l := lines[end]
			if l.right-l.left > 0.5*l.width {
				lefts = append(lefts, l.left)
				c.right = max(c.right, l.right)
			}
			end++
		}
		if len(lefts) > 0 {
			slices.Sort(lefts)
			c.left = lefts[0]
		}
		if len(lefts) < 3 && last.right > 0 && lines[start].width == width {
			c = last
		}
		columns[lines[start].area] = c
		if lines[start].table.rows == nil {
			last, width = c, lines[start].width
		}
		start = end
	}
	shareLefts(columns)
	return columns
}

// shareLefts corrects the columns of pages on which every long line is
// indented: pages whose text ends at one edge begin at one.
func shareLefts(columns map[int]column) {
	// In points. An indent is two characters; what begins further right is
	// another column of text.
	const step, indent = 10, 50
	lefts := map[int]float64{}
	for _, c := range columns {
		at := int(math.Round(c.right / step))
		if left, ok := lefts[at]; !ok || c.left < left {
			lefts[at] = c.left
		}
	}
	for page, c := range columns {
		at := int(math.Round(c.right / step))
		for near := at - 1; near <= at+1; near++ {
			if left, ok := lefts[near]; ok && left < c.left && c.left-left < indent {
				c.left = left
			}
		}
		columns[page] = c
	}
}

// hasIndents reports whether paragraphs begin with an indent here, as official
// documents demand: then a line without one goes on from the line before.
func hasIndents(lines []line, columns map[int]column) bool {
	full, indented := 0, 0
	for _, l := range lines {
		if l.table.rows != nil {
			continue
		}
		c := columns[l.area]
		if c.right-l.right < 1.5*l.pitch {
			full++
			if in := (l.left - c.left) / l.pitch; in > 1.2 && in < 3 {
				indented++
			}
		}
	}
	return indented > 0 && indented*20 > full
}

// gapAbove is the gap between two lines in heights of a character.
func gapAbove(a, b line) float64 { return (b.top - a.bottom) / a.size }

// widestGap is the widest gap that lines of one paragraph may have between
// them, judged by the gaps that are common.
func widestGap(lines []line) float64 {
	const usual, most = 1.5, 2.5
	var gaps []float64
	for i := 1; i < len(lines); i++ {
		if a, b := lines[i-1], lines[i]; a.area == b.area && b.top > a.bottom && a.size > 0 {
			gaps = append(gaps, gapAbove(a, b))
		}
	}
	if len(gaps) == 0 {
		return usual
	}
	slices.Sort(gaps)
	return min(max(1.1*gaps[len(gaps)*19/20], usual), most)
}

// goesOn reports whether line b belongs to the paragraph of line a; text is
// what is read of it so far.
func goesOn(a, b line, columns map[int]column, indents bool, gap float64, text string) bool {
	if b.page > a.page+1 || max(a.size, b.size) > 1.15*min(a.size, b.size) {
		return false
	}
	if b.area == a.area && gapAbove(a, b) > gap {
		return false
	}
	ca, cb := columns[a.area], columns[b.area]
	ended := strings.ContainsRune("。；：！？:;!?", lastRune(text))
	full := ca.right-a.right < 1.6*a.pitch || !ended && ca.right-a.right < 3*a.pitch
	indented := b.left-cb.left > 1.2*b.pitch
	switch {
	case ended && numbered.MatchString(b.text), chapter.MatchString(a.text) && chapter.MatchString(b.text):
		return false
	case isOpen(text) && !ended:
		return ca.right-a.right < 5*a.pitch || isCentred(a, ca) && isCentred(b, cb)
	case !full || indented:
		return false
	case ended:
		return indents
	}
	return true
}

// numbered is the number that a paragraph of an official document begins
// with; within a sentence a line may begin with one by chance.
var numbered = regexp.MustCompile(`^(?:第[〇零一二三四五六七八九十百千]+[编章节条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、]\D)`)

// clause begins the parts of a law: their lines are no rows of a table, however
// far behind its number the text stands.
var clause = regexp.MustCompile(`^(?:第[〇零一二三四五六七八九十百千]+[编章节条]|[（(][一二三四五六七八九十]{1,3}[）)])`)

// chapter begins the lines of a table of contents.
var chapter = regexp.MustCompile(`^第[一二三四五六七八九十百]+[编章节]`)

// isOpen holds for a text that ends within brackets or a quotation.
func isOpen(text string) bool {
	for _, pair := range [...][2]string{{"（", "）"}, {"(", ")"}, {"《", "》"}, {"“", "”"}, {"〔", "〕"}} {
		if strings.Count(text, pair[0]) > strings.Count(text, pair[1]) {
			return true
		}
	}
	return false
}

func isCentred(l line, c column) bool {
	before, after := l.left-c.left, c.right-l.right
	return max(before-after, after-before) < 2*l.size
}

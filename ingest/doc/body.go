package doc

import (
	"iter"
	"strings"

	"zhiwen/ingest/content"
	"zhiwen/ingest/numbering"
)

// Characters that stand for something else.
const (
	charCell       = 0x07
	charTab        = 0x09
	charLine       = 0x0B
	charPage       = 0x0C
	charParagraph  = 0x0D
	charHyphen     = 0x1E // one that does not break
	charFieldBegin = 0x13
	charFieldText  = 0x14
	charFieldEnd   = 0x15
)

// reader is the work in progress of one document.
type reader struct {
	runs    []run
	paras   []para
	styles  styles
	lists   lists
	counter numbering.Counter

	blocks []content.Block
	text   strings.Builder // of the paragraph being read
	fields []bool          // for each open field: is its text being read?
	last   int             // run of the last character

	table []row
	row   row
	cell  []string // paragraphs of the cell being read
}

type row struct {
	cells []string
	edges []edge
}

func (r *reader) body(characters iter.Seq2[int, rune]) {
	r.last = -1
	for at, c := range characters {
		r.character(at, c)
	}
	if r.text.Len() > 0 {
		r.paragraph(para{layout: unsaid})
	}
	r.endTable()
}

// boxes reads the text of text boxes, which comes behind the body.
func (r *reader) boxes(characters iter.Seq2[int, rune]) {
	r.fields = nil
	r.body(characters)
}

func (r *reader) character(at int, c rune) {
	hidden := false
	if r.last = runAt(r.runs, at, r.last); r.last >= 0 {
		look := r.runs[r.last]
		hidden = look.deleted || r.styles.isHidden(look)
		if look.symbol != 0 && c == '(' {
			c = look.symbol
		}
	}
	switch c {
	case charFieldBegin:
		r.fields = append(r.fields, false)
		return
	case charFieldText:
		if n := len(r.fields); n > 0 {
			r.fields[n-1] = true
		}
		return
	case charFieldEnd:
		if n := len(r.fields); n > 0 {
			r.fields = r.fields[:n-1]
		}
		return
	case charParagraph, charPage, charCell:
		if hidden && c == charParagraph {
			return // the next paragraph belongs to this one
		}
		r.mark(c, paraAt(r.paras, at))
		return
	}
	if hidden || r.inInstruction() {
		return
	}
	switch {
	case c == charLine:
		r.text.WriteByte('\n')
	case c == charTab:
		r.text.WriteByte('\t')
	case c == charHyphen:
		r.text.WriteByte('-')
	case c < ' ' || c >= 0xE000 && c <= 0xF8FF:
		// pictures, notes and signs of fonts
	default:
		r.text.WriteRune(c)
	}
}

func (r *reader) inInstruction() bool {
	for _, text := range r.fields {
		if !text {
			return true
		}
	}
	return false
}

// mark ends a paragraph, a cell or a row.
func (r *reader) mark(c rune, p para) {
	switch {
	case c == charCell && p.rowEnd && !p.nested:
		r.row.edges = p.table
		r.table = append(r.table, r.row)
		r.row = row{}
		r.text.Reset()
	case c == charCell:
		r.cell = append(r.cell, r.take(p))
		r.row.cells = append(r.row.cells, strings.Join(r.cell, "\n"))
		r.cell = nil
	case p.inTable:
		r.cell = append(r.cell, r.take(p))
	case c == charPage && r.text.Len() == 0:
		// a page break of its own
	default:
		r.endTable()
		r.paragraph(p)
	}
}

// take gives the text of the paragraph being read, with its number.
func (r *reader) take(p para) string {
	text := r.text.String()
	r.text.Reset()
	if label := r.lists.label(&r.counter, r.layout(p)); strings.TrimSpace(text) != "" {
		return label + text
	}
	return text
}

func (r *reader) layout(p para) layout {
	own := p.layout
	style := r.styles.layout(p.style)
	if own.list < 0 {
		own.list = style.list
		if own.level < 0 {
			own.level = style.level
		}
	}
	if own.depth < 0 {
		own.depth = max(style.depth, 0)
	}
	return own
}

func (r *reader) paragraph(p para) {
	r.blocks = append(r.blocks, content.Block{Text: r.take(p), Depth: r.layout(p).depth})
}

package doc

import "sort"

// pageSize is the size of the pages that formatting is kept in.
const pageSize = 512

// Properties (sprm) that matter for the text.
const (
	sprmDeleted   = 0x0800
	sprmHidden    = 0x083C
	sprmCharStyle = 0x4A30
	sprmSymbol    = 0x6A09
	sprmInTable   = 0x2416
	sprmRowEnd    = 0x2417
	sprmDepth     = 0x6649 // of tables within each other
	sprmLevel     = 0x260A
	sprmList      = 0x460B
	sprmOutline   = 0x2640
	sprmTable     = 0xD608
	sprmTabs      = 0xC615
	sprmHuge      = 0x6646
)

// properties calls f for each property of a list of them.
func properties(list view, f func(sprm int, operand view)) {
	for at := 0; at+2 <= len(list); {
		sprm := list.uint16(at)
		at += 2
		size := 0
		switch sprm >> 13 {
		case 0, 1:
			size = 1
		case 2, 4, 5:
			size = 2
		case 3:
			size = 4
		case 7:
			size = 3
		case 6:
			size = 1 + int(list.byte(at))
			if sprm == sprmTable {
				size = 1 + list.uint16(at)
			}
			if sprm == sprmTabs && list.byte(at) == 255 {
				return // its length must be counted; nothing we need follows
			}
		}
		f(sprm, list.cut(at, size))
		at += size
	}
}

// run is the look of the characters that stand at bytes [from, to).
type run struct {
	from, to int
	deleted  bool
	hidden   int // as toggle: -1 not said, 0 no, 1 yes, 0x80 as the style, 0x81 not as the style
	style    int
	symbol   rune // shown in place of each character
}

// readPages calls f for each entry in the pages of formatting that a table
// lists, with the page and the number of the entry.
func readPages(main, table view, f func(page view, entry, entries int)) {
	n := (len(table) - 4) / 8
	for i := range max(n, 0) {
		page := main.cut(table.uint32(4*(n+1)+4*i)&0x3FFFFF*pageSize, pageSize)
		if len(page) < pageSize {
			continue
		}
		entries := int(page[pageSize-1])
		if 4*(entries+1) > pageSize {
			continue
		}
		for entry := range entries {
			f(page, entry, entries)
		}
	}
}

func readRuns(main, table view) []run {
	var runs []run
	readPages(main, table, func(page view, entry, entries int) {
		r := run{from: page.uint32(4 * entry), to: page.uint32(4*entry + 4), hidden: -1, style: -1}
		if at := 2 * int(page.byte(4*(entries+1)+entry)); at > 0 {
			r.read(page.cut(at+1, int(page.byte(at))))
		}
		runs = append(runs, r)
	})
	sort.SliceStable(runs, func(i, j int) bool { return runs[i].from < runs[j].from })
	return runs
}

func (r *run) read(list view) {
	properties(list, func(sprm int, operand view) {
		switch sprm {
		case sprmDeleted:
			r.deleted = operand.byte(0) == 1
		case sprmHidden:
			r.hidden = int(operand.byte(0))
		case sprmCharStyle:
			r.style = operand.uint16(0)
		case sprmSymbol:
			r.symbol = rune(operand.uint16(2))
		}
	})
}

// para is the look of the paragraph whose mark stands in [from, to).
type para struct {
	from, to int
	style    int
	layout
	inTable bool
	rowEnd  bool
	nested  bool   // in a table within a table
	table   []edge // of the cells, in the mark that ends a row
}

// layout is what styles also say; negative where nothing is said.
type layout struct {
	list, level, depth int
}

var unsaid = layout{-1, -1, -1}

// edge is a cell of a row as its definition has it.
type edge struct {
	left, right int
	vertical    int  // 1 continues the cell above, 3 begins one that goes on below
	joined      bool // to the cell on its left
}

func readParagraphs(main, table, data view) []para {
	var paras []para
	readPages(main, table, func(page view, entry, entries int) {
		p := para{from: page.uint32(4 * entry), to: page.uint32(4*entry + 4), layout: unsaid}
		if at := 2 * int(page.byte(4*(entries+1)+13*entry)); at > 0 {
			size := 2*int(page.byte(at)) - 1
			if size < 0 {
				at++
				size = 2 * int(page.byte(at))
			}
			list := page.cut(at+1, size)
			p.style = list.uint16(0)
			p.read(list.cut(2, len(list)), data)
		}
		paras = append(paras, p)
	})
	sort.SliceStable(paras, func(i, j int) bool { return paras[i].from < paras[j].from })
	return paras
}

func (p *para) read(list, data view) {
	properties(list, func(sprm int, operand view) {
		switch sprm {
		case sprmInTable:
			p.inTable = operand.byte(0) != 0
		case sprmRowEnd:
			p.rowEnd = operand.byte(0) != 0
		case sprmDepth:
			p.inTable = operand.uint32(0) > 0
			p.nested = operand.uint32(0) > 1
		case sprmTable:
			p.table = readEdges(operand)
		case sprmHuge:
			at := operand.uint32(0)
			if huge := data.cut(at+2, data.uint16(at)); huge != nil {
				p.read(huge, nil)
			}
		}
		p.layout.read(sprm, operand)
	})
}

func (l *layout) read(sprm int, operand view) {
	switch sprm {
	case sprmList:
		l.list = operand.uint16(0)
	case sprmLevel:
		l.level = int(operand.byte(0))
	case sprmOutline:
		l.depth = 0
		if n := int(operand.byte(0)); n < 9 {
			l.depth = n + 1
		}
	}
}

func readEdges(operand view) []edge {
	n := int(operand.byte(2))
	edges := make([]edge, n)
	for i := range edges {
		flags := operand.uint16(3 + 2*(n+1) + 20*i)
		edges[i] = edge{
			left:     int(int16(operand.uint16(3 + 2*i))),
			right:    int(int16(operand.uint16(5 + 2*i))),
			vertical: flags >> 5 & 3,
			joined:   flags&3 == 1,
		}
	}
	return edges
}

// runAt and paraAt find what holds at a byte of the stream; last is where the
// search begins, because characters mostly come in the order of their bytes.
func runAt(runs []run, at, last int) int {
	if last >= 0 && runs[last].from <= at && at < runs[last].to {
		return last
	}
	i := sort.Search(len(runs), func(i int) bool { return runs[i].from > at }) - 1
	if i < 0 || at >= runs[i].to {
		return -1
	}
	return i
}

func paraAt(paras []para, at int) para {
	i := sort.Search(len(paras), func(i int) bool { return paras[i].from > at }) - 1
	if i < 0 || at >= paras[i].to {
		return para{layout: unsaid}
	}
	return paras[i]
}

package ingest

import (
	"regexp"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// densest is the frame whose own paragraphs hold the most text outside links
// and furniture. A paragraph gives three parts of its weight to the frame around
// it and two to the frame around that, so that an article in several parts is
// found whole. What a frame is called counts, too: the address below a short
// text may be longer than the text.
func densest(root *html.Node) *html.Node {
	f := frames{}
	weight := map[*html.Node]int{}
	best := root
	give := func(s seat, w int) {
		weight[s.frame] += w * s.hint
		if weight[s.frame] > weight[best] {
			best = s.frame
		}
	}
	for n := range root.Descendants() {
		if n.Type != html.TextNode || insideLink(n) || matchesLine(furniture().tail, n.Data) {
			continue
		}
		w := textWeight(n)
		inner := f.below(n.Parent)
		give(inner, 3*w)
		if inner.frame.Parent != nil {
			give(f.below(inner.frame.Parent), 2*w)
		}
	}
	return best
}

var (
	bodyName   = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:article|content|detail|zhengwen|zoom)`)
	footName   = regexp.MustCompile(`(?i)foot|copyright`)
	besideName = regexp.MustCompile(`(?i)bottom|contact|nav|menu|sidebar|share|recommend|related|login|search`)
)

const (
	footHint = iota
	besideHint
	plainHint
	bodyHint
)

// hint tells a frame by its class and id.
func hint(n *html.Node) int {
	name := attr(n, "class") + " " + attr(n, "id")
	switch {
	case footName.MatchString(name):
		return footHint
	case besideName.MatchString(name):
		return besideHint
	case bodyName.MatchString(name):
		return bodyHint
	}
	return plainHint
}

// frames remembers where the children of each node stand: a cell may have a
// hundred thousand.
type frames map[*html.Node]seat

// seat is the nearest block around a text that is more than one paragraph.
type seat struct {
	frame *html.Node
	hint  int  // how much text counts there, in halves
	grid  bool // within a table of data, whose cells belong to the text around it
}

// below is where the children of n stand.
func (f frames) below(n *html.Node) seat {
	if s, ok := f[n]; ok {
		return s
	}
	s := seat{frame: n, hint: plainHint}
	if n.Parent != nil {
		outer := f.below(n.Parent)
		switch {
		case outer.grid || !isFrame(n):
			s = outer
		case outer.hint > besideHint:
			s.hint = hint(n)
		default:
			s.hint = min(hint(n), outer.hint) // what is in a foot is foot
		}
		s.grid = outer.grid || isGrid(n)
	}
	f[n] = s
	return s
}

// isFrame holds for blocks that set out a page. A cell is one where tables
// lay out the page, that is when it holds blocks. Editors wrap paragraphs in
// sections that have no name.
func isFrame(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Li, atom.Table, atom.Tr, atom.Tbody, atom.Thead, atom.Tfoot, atom.Dd, atom.Dt, atom.Blockquote,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Pre:
		return false
	case atom.Section:
		return attr(n, "class") != "" || attr(n, "id") != ""
	case atom.Td, atom.Th:
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if isBlock(c) && c.DataAtom != atom.Table {
				return true
			}
		}
		return false
	}
	return isBlock(n)
}

// isGrid holds for tables of data: several rows of several cells, none of them
// longer than a paragraph.
func isGrid(table *html.Node) bool {
	const longest = 200 // characters
	if table.DataAtom != atom.Table {
		return false
	}
	rows := rowsOf(table)
	if isLayout(rows) {
		return false
	}
	wide := 0
	for _, row := range rows {
		cells := 0
		for c := row.FirstChild; c != nil; c = c.NextSibling {
			if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
				continue
			}
			if cells++; textWeight(c) > longest {
				return false
			}
		}
		if cells > 1 {
			wide++
		}
	}
	return wide > 1
}

func insideLink(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == atom.A {
			return true
		}
	}
	return false
}

// textWeight counts the characters of text below n, white space left out.
func textWeight(n *html.Node) int {
	count := func(s string) int {
		runes := 0
		for _, r := range s {
			if !isSpace(r) {
				runes++
			}
		}
		return runes
	}
	if n.Type == html.TextNode {
		return count(n.Data)
	}
	total := 0
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			total += count(d.Data)
		}
	}
	return total
}

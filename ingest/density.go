package ingest

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// densest is the frame whose own paragraphs hold the most text outside links.
// A paragraph gives three parts of its weight to the frame around it and two to
// the frame around that, so that an article in several parts is found whole.
func densest(root *html.Node) *html.Node {
	f := frames{}
	weight := map[*html.Node]int{}
	best := root
	give := func(n *html.Node, w int) {
		weight[n] += w
		if weight[n] > weight[best] {
			best = n
		}
	}
	for n := range root.Descendants() {
		if n.Type != html.TextNode || insideLink(n) {
			continue
		}
		w := textWeight(n)
		frame := f.around(n)
		give(frame, 3*w)
		if frame.Parent != nil {
			give(f.around(frame), 2*w)
		}
	}
	return best
}

// frames remembers the frame around the children of each node: a cell may
// have a hundred thousand.
type frames map[*html.Node]*html.Node

// around is the nearest block around n that is more than one paragraph.
func (f frames) around(n *html.Node) *html.Node {
	parent := n.Parent
	if frame, ok := f[parent]; ok {
		return frame
	}
	frame := parent
	if parent.Parent != nil && !isFrame(parent) {
		frame = f.around(parent)
	}
	f[parent] = frame
	return frame
}

// isFrame holds for blocks that set out a page. A cell is one where tables
// lay out the page, that is when it holds blocks.
func isFrame(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Li, atom.Table, atom.Tr, atom.Tbody, atom.Thead, atom.Tfoot, atom.Dd, atom.Dt, atom.Blockquote,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Pre:
		return false
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

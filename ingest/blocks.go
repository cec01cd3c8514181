package ingest

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// blockLines gives the text below a node as a browser lays it out: one line
// a block, one line a row of a table.
func blockLines(n *html.Node) []line {
	var b blocks
	b.node(n)
	b.flush()
	return b.lines
}

func joinLines(lines []line, separator string) string {
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = l.text
	}
	return strings.Join(texts, separator)
}

// blocks collects lines; current is the line that is being written.
type blocks struct {
	lines   []line
	current strings.Builder
	space   gap // white space seen since the last character
	depth   int // of the heading around, 0 outside
	pre     int // nesting of <pre>
}

// gap is white space that is written only if text follows it.
type gap int

const (
	noGap gap = iota
	spaceGap
	newlineGap // held a line end: nothing between two Han characters
)

func (b *blocks) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		b.text(n.Data)
		return
	case html.ElementNode, html.DocumentNode:
	default:
		return
	}
	switch n.DataAtom {
	case atom.Br:
		if b.depth == 0 {
			b.flush()
		}
	case atom.Img:
		// A picture's words count; a file name is none.
		if alt := attr(n, "alt"); hanCount(alt) >= 4 {
			b.text(alt)
		}
	case atom.Table:
		b.flush()
		b.lines = append(b.lines, tableLines(n)...)
	case atom.Ol:
		b.flush()
		b.list(n)
		b.flush()
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		b.flush()
		b.depth = int(n.Data[1] - '0')
		b.children(n)
		b.flush()
		b.depth = 0
	case atom.Pre:
		b.flush()
		b.pre++
		b.children(n)
		b.pre--
		b.flush()
	case atom.Head:
	default:
		if !isBlock(n) {
			b.children(n)
			return
		}
		b.flush()
		b.children(n)
		b.flush()
	}
}

func (b *blocks) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.node(c)
	}
}

// list writes the numbers that a browser shows before the items of an <ol>,
// but for items that begin with their own.
func (b *blocks) list(n *html.Node) {
	number := 1
	if start, err := strconv.Atoi(attr(n, "start")); err == nil {
		number = start
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom != atom.Li {
			b.node(c)
			continue
		}
		b.flush()
		item := blockLines(c)
		if len(item) > 0 {
			if _, marked := parseMark(trim(item[0].text)); !marked {
				item[0].text = strconv.Itoa(number) + ". " + item[0].text
			}
		}
		b.lines = append(b.lines, item...)
		number++
	}
}

// text adds characters. ASCII white space collapses as in a browser; other
// spaces (NBSP, the ideographic one) are characters and stay.
func (b *blocks) text(s string) {
	for _, r := range s {
		switch {
		case b.pre > 0 && r == '\n':
			b.flush()
		case r == '\n' || r == '\r':
			b.space = newlineGap
		case r == ' ' || r == '\t' || r == '\f':
			b.space = max(b.space, spaceGap)
		default:
			b.write(r)
		}
	}
}

func (b *blocks) write(r rune) {
	if b.space != noGap && b.current.Len() > 0 {
		last, _ := utf8.DecodeLastRuneInString(b.current.String())
		if b.space == spaceGap || !isWide(last) || !isWide(r) {
			b.current.WriteByte(' ')
		}
	}
	b.space = noGap
	b.current.WriteRune(r)
}

func (b *blocks) flush() {
	b.space = noGap
	if b.current.Len() == 0 {
		return
	}
	if text := b.current.String(); !isBlank(text) {
		b.lines = append(b.lines, line{text: text, depth: b.depth})
	}
	b.current.Reset()
}

// isWide holds for characters that are set without spaces between them.
func isWide(r rune) bool { return r >= 0x2E80 || strings.ContainsRune("“”‘’—…", r) }

func hanCount(s string) int {
	n := 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

func isBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Center, atom.Dd, atom.Details, atom.Div,
		atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3,
		atom.H4, atom.H5, atom.H6, atom.Header, atom.Hr, atom.Html, atom.Li, atom.Main, atom.Nav, atom.Ol, atom.P, atom.Pre,
		atom.Section, atom.Summary, atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr, atom.Ul:
		return true
	}
	return false
}

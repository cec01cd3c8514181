package ingest

import (
	"context"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"zhiwen/retrieval"
)

// readMarkdown reads the Markdown that people write: headings, lists, tables,
// emphasis, links, code, HTML. It works line by line, because authors of
// Chinese texts end lines where they mean it, and because its time is bounded:
// full CommonMark parsers take minutes over a megabyte of ">".
func (r htmlReader) readMarkdown(_ context.Context, src Source) (Page, error) {
	text, err := decode(src)
	if err != nil {
		return Page{}, err
	}
	var meta retrieval.Meta
	front, body := cutFrontMatter(strings.ReplaceAll(text, "\r\n", "\n"))
	harvest(&meta, textLines(front))
	m := markdown{html: r, rows: strings.Split(body, "\n")}
	for m.next < len(m.rows) {
		m.block()
	}
	page, err := finish(meta, m.lines, src)
	if err != nil {
		return Page{}, err
	}
	page.Warnings = append(page.Warnings, hiddenWarning(m.hidden)...)
	return page, nil
}

// cutFrontMatter splits off "key: value" lines between two lines of ---.
func cutFrontMatter(s string) (front, body string) {
	rest, ok := strings.CutPrefix(s, "---\n")
	if !ok {
		return "", s
	}
	front, body, ok = strings.Cut(rest, "\n---\n")
	if !ok || strings.Contains(front, "\n\n") {
		return "", s
	}
	return front, body
}

// markdown is the work in progress of one text.
type markdown struct {
	html   htmlReader
	rows   []string // of the source
	next   int      // the row to read
	lines  []line   // read
	hidden []line   // of its HTML
}

var (
	fence      = regexp.MustCompile("^(```+|~~~+)")
	underline  = regexp.MustCompile(`^(=+|-{2,})$`)
	rule       = regexp.MustCompile(`^(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$`)
	bullet     = regexp.MustCompile(`^[-*+](?:\s+|$)`)
	delimiter  = regexp.MustCompile(`^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$`)
	definition = regexp.MustCompile(`^\[[^\]]+\]:\s*\S`)
	tagStart   = regexp.MustCompile(`^<(?:[a-zA-Z/]|!--)`)
)

// block reads the block that begins at the next row.
func (m *markdown) block() {
	row := unquoted(m.rows[m.next])
	switch {
	case row == "":
		m.next++
	case fence.MatchString(row):
		m.code(fence.FindString(row))
	case hashes(row) > 0:
		m.next++
		depth := hashes(row)
		m.lines = append(m.lines, line{text: trim(inline(strings.TrimRight(row[depth:], "# \t"))), depth: depth})
	case m.isTable():
		m.table()
	case tagStart.MatchString(row):
		m.htmlBlock()
	case m.isUnderlined(row):
		m.next += 2
		depth := 2
		if unquoted(m.rows[m.next-1])[0] == '=' {
			depth = 1
		}
		m.lines = append(m.lines, line{text: inline(row), depth: depth})
	case rule.MatchString(row) || definition.MatchString(row):
		m.next++
	default:
		m.next++
		m.lines = append(m.lines, line{text: inline(bullet.ReplaceAllString(row, ""))})
	}
}

// unquoted is a row without the signs of a block quotation and without the
// indentation that nests lists.
func unquoted(row string) string {
	return strings.TrimRight(strings.TrimLeft(row, "> \t"), " \t\r")
}

func (m *markdown) isUnderlined(row string) bool {
	return m.next+1 < len(m.rows) && !rule.MatchString(row) && !bullet.MatchString(row) &&
		underline.MatchString(unquoted(m.rows[m.next+1]))
}

// code takes rows as they are up to the fence that closes them.
func (m *markdown) code(open string) {
	for m.next++; m.next < len(m.rows); m.next++ {
		if strings.HasPrefix(unquoted(m.rows[m.next]), open) {
			m.next++
			return
		}
		m.lines = append(m.lines, line{text: m.rows[m.next]})
	}
}

func (m *markdown) isTable() bool {
	return m.next+1 < len(m.rows) && strings.Contains(m.rows[m.next], "|") &&
		strings.Contains(m.rows[m.next+1], "|") && delimiter.MatchString(unquoted(m.rows[m.next+1]))
}

func (m *markdown) table() {
	id := 0
	cells := func(row string) []cell {
		row = strings.TrimSuffix(strings.TrimPrefix(row, "|"), "|")
		var cells []cell
		for _, text := range strings.SplitN(row, "|", maxColumns) {
			id++
			cells = append(cells, cell{text: trim(inline(text)), id: id})
		}
		return cells
	}
	header := [][]cell{cells(unquoted(m.rows[m.next]))}
	for m.next += 2; m.next < len(m.rows) && strings.Contains(m.rows[m.next], "|"); m.next++ {
		m.lines = append(m.lines, line{text: rowText(header, cells(unquoted(m.rows[m.next]))), row: true})
	}
}

// htmlBlock reads rows of HTML up to an empty one.
func (m *markdown) htmlBlock() {
	start := m.next
	for m.next < len(m.rows) && unquoted(m.rows[m.next]) != "" {
		m.next++
	}
	source := strings.Join(m.rows[start:m.next], "\n")
	nodes, err := html.ParseFragment(strings.NewReader(source), nil)
	if err != nil { // nested too deep: what is left is the text between tags
		m.lines = append(m.lines, textLines(inline(source))...)
		return
	}
	block := &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"}
	for _, n := range nodes {
		block.AppendChild(n)
	}
	m.hidden = append(m.hidden, m.html.removeHidden(block)...)
	m.lines = append(m.lines, blockLines(block)...)
}

var (
	escape   = regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]")
	link     = regexp.MustCompile(`!?\[([^\[\]]*)\]\([^()\s]*(?:\s+"[^"]*")?\)`)
	autolink = regexp.MustCompile(`<((?:https?|mailto|tel):[^<>\s]*)>`)
	tag      = regexp.MustCompile(`</?[a-zA-Z][^<>]*>|<!--[^>]*-->`)
	emphasis = regexp.MustCompile(`\*\*\*([^*]+)\*\*\*|\*\*([^*]+)\*\*|\*([^*\s](?:[^*]*[^*\s])?)\*|__([^_]+)__|~~([^~]+)~~`)
)

// escapedBase shifts an escaped sign out of the reach of the other rules, to
// the end of the last private plane, where no text has characters.
const escapedBase = 0x10FE00

// inline is a line without the signs of Markdown.
func inline(s string) string {
	if strings.ContainsRune(s, '\\') {
		s = escape.ReplaceAllStringFunc(s, func(e string) string { return string(rune(escapedBase + int(e[1]))) })
	}
	if strings.ContainsAny(s, "[<*_~`&") {
		s = link.ReplaceAllString(s, "$1")
		s = autolink.ReplaceAllString(s, "$1")
		s = tag.ReplaceAllString(s, "")
		s = emphasis.ReplaceAllString(s, "$1$2$3$4$5")
		s = html.UnescapeString(strings.ReplaceAll(s, "`", ""))
	}
	return strings.Map(func(r rune) rune {
		if r > escapedBase && r < escapedBase+0x80 {
			return r - escapedBase
		}
		return r
	}, s)
}

package ingest

import (
	"context"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"

	"zhiwen/retrieval"
)

// readMarkdown reads CommonMark with tables. Every line of a paragraph is a
// paragraph of its own: authors of Chinese texts end lines where they mean it.
func (r htmlReader) readMarkdown(_ context.Context, src Source) (Page, error) {
	decoded, err := decode(src)
	if err != nil {
		return Page{}, err
	}
	var meta retrieval.Meta
	front, body := cutFrontMatter(strings.ReplaceAll(decoded, "\r\n", "\n"))
	harvest(&meta, textLines(front))
	w := markdownWriter{source: []byte(body), html: r}
	w.blocks(goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(w.source)))
	return finish(meta, w.lines, src.Name)
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

// markdownWriter turns the tree of a Markdown text into lines.
type markdownWriter struct {
	source []byte
	html   htmlReader
	lines  []line
}

func (w *markdownWriter) blocks(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			w.lines = append(w.lines, line{text: strings.ReplaceAll(w.inline(n), "\n", " "), depth: n.Level})
		case *ast.Paragraph, *ast.TextBlock:
			w.lines = append(w.lines, textLines(w.inline(n))...)
		case *ast.List:
			w.list(n)
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			w.lines = append(w.lines, textLines(w.raw(n))...)
		case *ast.HTMLBlock:
			w.htmlBlock(n)
		case *extast.Table:
			w.table(n)
		default:
			w.blocks(n)
		}
	}
}

// list writes the numbers of an ordered list; bullets are signs of layout.
func (w *markdownWriter) list(list *ast.List) {
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		at := len(w.lines)
		w.blocks(item)
		if list.IsOrdered() && at < len(w.lines) {
			w.lines[at].text = strconv.Itoa(number) + string(rune(list.Marker)) + " " + w.lines[at].text
			number++
		}
	}
}

func (w *markdownWriter) table(table *extast.Table) {
	var grid [][]cell
	id := 0
	for row := table.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []cell
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			id++
			cells = append(cells, cell{text: trim(w.inline(c)), id: id})
		}
		grid = append(grid, cells)
	}
	if len(grid) == 0 {
		return
	}
	for _, row := range grid[1:] {
		w.lines = append(w.lines, line{text: rowText(grid[:1], row), row: true})
	}
}

func (w *markdownWriter) htmlBlock(n *ast.HTMLBlock) {
	raw := w.raw(n)
	if n.HasClosure() {
		raw += string(n.ClosureLine.Value(w.source))
	}
	nodes, err := html.ParseFragment(strings.NewReader(raw), nil)
	if err != nil {
		return // nested beyond what the parser takes: no text to be had
	}
	for _, root := range nodes {
		removeAll(root, func(n *html.Node) bool { return w.html.drop.Match(n) || isHidden(n) })
		w.lines = append(w.lines, blockLines(root)...)
	}
}

func (w *markdownWriter) raw(n ast.Node) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		b.Write(segment.Value(w.source))
	}
	return b.String()
}

// inline is the text of a block without the signs of Markdown.
func (w *markdownWriter) inline(parent ast.Node) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			value := n.Segment.Value(w.source)
			if !n.IsRaw() {
				value = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
			}
			b.Write(value)
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(w.source))
		case *ast.RawHTML:
		default:
			b.WriteString(w.inline(n))
		}
	}
	return b.String()
}

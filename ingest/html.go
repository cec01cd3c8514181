package ingest

import (
	"context"
	_ "embed"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"zhiwen/retrieval"
)

//go:embed selectors.txt
var selectorTable string

// htmlReader reads HTML pages, and Markdown for the HTML within it.
type htmlReader struct {
	body                 []bodySelector           // in order of preference
	title                []cascadia.SelectorGroup // in order of preference
	drop, hidden, around cascadia.SelectorGroup
}

// bodySelector says where the body stands in the pages of a host, "" for all.
type bodySelector struct {
	host     string
	selector cascadia.SelectorGroup
}

// newHTMLReader compiles the selectors; those of a body in own come first.
// "SELECTOR@HOST" holds for the pages of a host only.
func newHTMLReader(own []string) (htmlReader, error) {
	var r htmlReader
	for _, s := range own {
		css, host, _ := strings.Cut(s, "@") // in no selector but a quoted one
		selector, err := cascadia.ParseGroup(css)
		if err != nil {
			return htmlReader{}, fmt.Errorf("body selector %q: %w", s, err)
		}
		r.body = append(r.body, bodySelector{strings.ToLower(host), selector})
	}
	for row := range strings.Lines(selectorTable) {
		use, text, ok := strings.Cut(strings.TrimSpace(row), " ")
		if !ok || use == "#" {
			continue
		}
		selectors, err := cascadia.ParseGroup(text)
		if err != nil {
			return htmlReader{}, fmt.Errorf("selectors.txt: %q: %w", row, err)
		}
		switch use {
		case "body":
			r.body = append(r.body, bodySelector{"", selectors})
		case "title":
			r.title = append(r.title, selectors)
		case "drop":
			r.drop = append(r.drop, selectors...)
		case "hidden":
			r.hidden = append(r.hidden, selectors...)
		case "around":
			r.around = append(r.around, selectors...)
		}
	}
	return r, nil
}

func (r htmlReader) read(_ context.Context, src Source) (Page, error) {
	text, err := decode(src)
	if err != nil {
		return Page{}, err
	}
	root, err := html.Parse(strings.NewReader(withEndTags(text)))
	if err != nil {
		return Page{}, fmt.Errorf("reading HTML: %w", err)
	}
	framed := marked(root)
	hidden := r.removeHidden(root)

	meta, columnType := metaOf(root)
	harvest(&meta, blockLines(root))
	if meta.Title == "" {
		meta.Title = r.titleOf(root)
	}
	meta.Kind = guessKind(columnType, meta.Column, meta.Title)

	body := framed
	if body == nil {
		body = r.bodyOf(root, hostOf(src.Name, meta.URL))
	}
	page, err := finish(meta, blockLines(body), src)
	if err != nil {
		return Page{}, err
	}
	removeAll(root, func(n *html.Node) bool { return r.around.Match(n) && !contains(n, body) })
	page.Links = fileLinks(root)
	listAttachments(&page)
	page.Warnings = append(page.Warnings, hiddenWarning(hidden)...)
	page.weigh(root, body)
	return page, nil
}

// weigh measures how much of a page's text stands in its body. It takes the
// body out of the page.
func (p *Page) weigh(root, body *html.Node) {
	const least = 20 // characters of a paragraph; less is a label or a button
	if body.Parent == nil {
		return
	}
	body.Parent.RemoveChild(body)
	if left := grids(root); left > 0 {
		p.Warnings = append(p.Warnings, fmt.Sprintf("%d of the page's %d tables are not in its text", left, left+grids(body)))
	}
	removeAll(root, func(n *html.Node) bool { return n.DataAtom == atom.A })
	beside := 0
	for _, l := range blockLines(root) {
		runes := utf8.RuneCountInString(l.text)
		if (l.row || runes >= least) && !isFieldLine(l.text) && breadcrumb(l.text) == "" && !matchesLine(furniture().tail, l.text) {
			beside += runes
		}
	}
	inside := utf8.RuneCountInString(p.Text)
	p.Coverage = float64(inside) / float64(inside+beside)
}

// grids counts the tables of data below a node. Fields of the head are none.
func grids(root *html.Node) int {
	count := 0
	for n := range root.Descendants() {
		if isGrid(n) && labelLines(gridOf(cellsOfRows(rowsOf(n)[:1]))) == nil {
			count++
		}
	}
	return count
}

// hostOf is the host that a page comes from: of its own address, or of the
// one that it names.
func hostOf(name, address string) string {
	for _, s := range []string{name, address} {
		if u, err := url.Parse(s); err == nil && u.Host != "" {
			return strings.ToLower(u.Hostname())
		}
	}
	return ""
}

func contains(n, inner *html.Node) bool {
	for ; inner != nil; inner = inner.Parent {
		if inner == n {
			return true
		}
	}
	return false
}

// emptyTag is an element of XML that ends in its start tag; HTML knows that of
// few elements, and reads <title/> as the start of a title without an end.
var emptyTag = regexp.MustCompile(`(?i)<((?:title|script|style|textarea|iframe|a|span|p|div|td|li)\b[^<>]*?)/>`)

// withEndTags writes XHTML that was made by programs so that it reads as HTML.
func withEndTags(text string) string {
	if !strings.HasPrefix(text, "<?xml") {
		return text
	}
	return emptyTag.ReplaceAllStringFunc(text, func(tag string) string {
		start := strings.TrimSuffix(tag, "/>")
		name, _, _ := strings.Cut(start[1:], " ")
		return start + "></" + name + ">"
	})
}

// titleOf is the printed title, else the one of the window without the name
// of the site.
func (r htmlReader) titleOf(root *html.Node) string {
	for _, selector := range r.title {
		if n := cascadia.Query(root, selector); n != nil {
			if title := joinLines(blockLines(n), ""); title != "" {
				return title
			}
		}
	}
	title := ""
	for n := range root.Descendants() {
		if n.DataAtom == atom.Title {
			title = joinLines(blockLines(n), "")
			break
		}
	}
	for _, separator := range []string{"_", "|", " - ", "-", "—"} {
		if at := strings.LastIndex(title, separator); at > 0 && strings.ContainsAny(title[at:], "网府局委县市省") {
			return trim(title[:at])
		}
	}
	return title
}

// bodyOf is the node that holds the article.
func (r htmlReader) bodyOf(root *html.Node, host string) *html.Node {
	for _, own := range r.body {
		if own.host != "" && own.host != host {
			continue
		}
		var best *html.Node
		most := 0
		for _, n := range cascadia.QueryAll(root, own.selector) {
			if weight := textWeight(n); weight > most {
				best, most = n, weight
			}
		}
		if best != nil {
			return best
		}
	}
	// A form may hold the whole page: templates of ASP.NET do so.
	whole := textWeight(root)
	removeAll(root, func(n *html.Node) bool {
		return r.around.Match(n) && !(n.DataAtom == atom.Form && 2*textWeight(n) > whole)
	})
	return densest(root)
}

// marked puts what stands between the comments of the Hanweb system around an
// article, <!--ZJEG_RSS.content.begin--> and …end-->, into a block of its own;
// nil if there are none.
func marked(root *html.Node) *html.Node {
	for n := range root.Descendants() {
		if n.Type != html.CommentNode || !strings.Contains(n.Data, "RSS.content.begin") {
			continue
		}
		block := &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"}
		n.Parent.InsertBefore(block, n)
		for next := n.NextSibling; next != nil; next = n.NextSibling {
			if next.Type == html.CommentNode && strings.Contains(next.Data, "RSS.content.end") {
				break
			}
			n.Parent.RemoveChild(next)
			block.AppendChild(next)
		}
		if textWeight(block) > 0 {
			return block
		}
	}
	return nil
}

// removeAll takes the topmost nodes that match out of the tree.
func removeAll(root *html.Node, match func(*html.Node) bool) {
	for n := root.FirstChild; n != nil; {
		next := n.NextSibling
		if match(n) {
			root.RemoveChild(n)
		} else {
			removeAll(n, match)
		}
		n = next
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if strings.EqualFold(a.Key, name) {
			return a.Val
		}
	}
	return ""
}

// metaOf reads the national meta tags (国办发〔2017〕47号). Names are compared
// without case; the parser has decoded entities, whatever the attributes' order.
func metaOf(root *html.Node) (meta retrieval.Meta, columnType string) {
	for n := range root.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.DataAtom == atom.Link && strings.EqualFold(attr(n, "rel"), "canonical"):
			if meta.URL == "" {
				meta.URL = absoluteURL(attr(n, "href"))
			}
		case n.DataAtom == atom.Meta:
			value := trim(html.UnescapeString(attr(n, "content"))) // some templates escape twice
			switch strings.ToLower(attr(n, "name")) {
			case "articletitle":
				setOnce(&meta.Title, value)
			case "pubdate":
				setOnce(&meta.Published, parseDate(value))
			case "contentsource":
				setOnce(&meta.Publisher, value)
			case "columnname":
				setOnce(&meta.Column, value)
			case "url":
				setOnce(&meta.URL, absoluteURL(value))
			case "columntype":
				setOnce(&columnType, value)
			}
		}
	}
	return meta, columnType
}

// absoluteURL gives an http address without its fragment, "" for anything else.
func absoluteURL(s string) string {
	u, err := url.Parse(trim(s))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.Fragment = ""
	return u.String()
}

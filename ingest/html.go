package ingest

import (
	"context"
	_ "embed"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"zhiwen/retrieval"
)

//go:embed selectors.txt
var selectorTable string

// htmlReader reads HTML pages, and Markdown for the HTML within it.
type htmlReader struct {
	body, title  []cascadia.SelectorGroup // in order of preference
	drop, around cascadia.SelectorGroup
}

// newHTMLReader compiles the selectors; those of a body in own come first.
func newHTMLReader(own []string) (htmlReader, error) {
	var r htmlReader
	for _, s := range own {
		selector, err := cascadia.ParseGroup(s)
		if err != nil {
			return htmlReader{}, fmt.Errorf("body selector %q: %w", s, err)
		}
		r.body = append(r.body, selector)
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
			r.body = append(r.body, selectors)
		case "title":
			r.title = append(r.title, selectors)
		case "drop":
			r.drop = append(r.drop, selectors...)
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
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return Page{}, fmt.Errorf("reading HTML: %w", err)
	}
	removeAll(root, func(n *html.Node) bool { return r.drop.Match(n) || isHidden(n) })

	meta, columnType := metaOf(root)
	harvest(&meta, blockLines(root))
	if meta.Title == "" {
		meta.Title = r.titleOf(root)
	}
	meta.Kind = guessKind(columnType, meta.Column, meta.Title)
	return finish(meta, blockLines(r.bodyOf(root)), src.Name)
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
func (r htmlReader) bodyOf(root *html.Node) *html.Node {
	for _, selector := range r.body {
		var best *html.Node
		most := 0
		for _, n := range cascadia.QueryAll(root, selector) {
			if weight := textWeight(n); weight > most {
				best, most = n, weight
			}
		}
		if best != nil {
			return best
		}
	}
	removeAll(root, func(n *html.Node) bool { return r.around.Match(n) })
	return densest(root)
}

var hiddenStyle = regexp.MustCompile(`(?i)(?:display\s*:\s*none|visibility\s*:\s*hidden)`)

func isHidden(n *html.Node) bool {
	return n.Type == html.CommentNode || n.Type == html.ElementNode && hiddenStyle.MatchString(attr(n, "style"))
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

package web

import (
	"net/url"
	"strings"

	"zhiwen/retrieval"
)

// block is one line of a document as the page shows it: a heading, a
// paragraph, or a paragraph that a run-in heading begins. Heading+Body is
// exactly the text from byte Start on; scripts find a quotation by that.
type block struct {
	Start   int // byte of the document's text
	Level   int // 2 to 6 of a heading of its own; 0 of a paragraph
	Heading string
	Body    string
	Page    int // that begins with it, or within the one before it; 0: none
}

// pageLink leads to the picture of a page.
type pageLink struct {
	Number     int
	Start      int // byte of the text it begins at
	Recognised bool
	URL        string
}

func pageLinks(doc retrieval.Document) []pageLink {
	links := make([]pageLink, len(doc.Pages))
	for i, start := range doc.Pages {
		links[i] = pageLink{i + 1, start, doc.IsRecognisedPage(i + 1), passage{}.pageURL(doc.ID, i+1, 1)}
	}
	return links
}

// blocks cuts a text at its line breaks; blank lines are left out.
func blocks(doc retrieval.Document) []block {
	var (
		all    []block
		depths = depths(doc)
		next   int // section
		start  int
		page   int // of the last block
	)
	for line := range strings.Lines(doc.Text) {
		end := start + len(line)
		line = strings.TrimSuffix(line, "\n")
		b := block{Start: start, Body: line}
		if next < len(doc.Sections) && doc.Sections[next].Start < end {
			b = headed(b, doc.Sections[next], depths[next])
			for next < len(doc.Sections) && doc.Sections[next].Start < end {
				next++ // a second heading in the line is shown as text
			}
		}
		if strings.TrimSpace(line) != "" {
			if on := doc.PageAt(start); on > page {
				b.Page, page = on, on
			}
			all = append(all, b)
		}
		start = end
	}
	return all
}

// headed cuts the heading of s off a line: all of the line, or its beginning.
func headed(b block, s retrieval.Section, depth int) block {
	cut := min(max(s.Body-b.Start, 0), len(b.Body))
	b.Heading, b.Body = b.Body[:cut], b.Body[cut:]
	if strings.TrimSpace(b.Body) == "" {
		b.Heading, b.Body = b.Heading+b.Body, ""
		b.Level = min(2+depth, 6) // the page's title is the heading of level 1
	}
	return b
}

// depths counts the sections above each one that have a heading of their own;
// a run-in heading is no step in the outline of the page.
func depths(doc retrieval.Document) []int {
	d := make([]int, len(doc.Sections))
	for i, s := range doc.Sections {
		if s.Parent < 0 || s.Parent >= i {
			continue
		}
		d[i] = d[s.Parent]
		body := min(max(doc.Sections[s.Parent].Body, 0), len(doc.Text))
		if line, _, _ := strings.Cut(doc.Text[body:], "\n"); strings.TrimSpace(line) == "" {
			d[i]++
		}
	}
	return d
}

// isWebURL reports whether a browser may be sent there.
func isWebURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// Package ingest turns bytes into documents of the collection: it reads a
// file, strips the furniture of the page around the text, finds the heading
// tree, cuts chunks and hands finished entries to a store.
//
// The stored text is the cleaned text: paragraphs separated by one line feed,
// every kept character as the source has it. It knows no store and no
// embedder; both are handed to the Ingester.
package ingest

import (
	"errors"
	"fmt"
	"strings"

	"zhiwen/ingest/guide"
	"zhiwen/retrieval"
)

// MaxBytes is the largest file that is read: a plan of a thousand scanned
// pages. Only PDF is read piece by piece; a file of another format, which takes
// several times its size in memory, is read up to maxWhole.
const (
	MaxBytes = 200 << 20
	maxWhole = 64 << 20
)

// Why a source gives no document. A skipped source is no failure.
var (
	ErrFormat = errors.New("unknown format")
	ErrEmpty  = errors.New("the page holds no text; check that it is not only a picture or a list of links")
)

// Source is one document as it came.
type Source struct {
	Name        string // path or URL: named in messages, its extension is a hint
	ContentType string // of the HTTP answer; empty for a file
	Bytes       []byte
	Parent      *Parent   // of an attachment; nil for anything else
	Columns     guide.Map // of a list of 办事指南
	Whole       bool      // every line is wanted, furniture or not
}

// Page is what a reader makes of a source.
type Page struct {
	Meta  retrieval.Meta // what the page says of itself; ID and Key are not set
	Text  string
	Marks Marks
	Pages []int // offset where each page begins; empty where there are none
	// Recognised are the pages whose text was read from their picture.
	Recognised []int
	Links      []Link  // to files that are documents of their own
	Coverage   float64 // share of what the source shows that Text holds, 0 to 1
	Warnings   []string
	Parts      []Part // of a source that holds several documents; then there is nothing else
}

// Part is one document of a source that holds several.
type Part struct {
	Page
	Name string // within the source
	Key  string // "" : that of the source and the name
	Err  error  // why it is none
}

// Marks is what a format knows of its text beyond the characters: which
// lines are headings and which are rows of a table. Offsets are bytes.
type Marks struct {
	Headings []Heading
	Rows     []Span
}

// Heading is a line that the format itself marks as one, at depth 1 to 6.
type Heading struct {
	Span
	Depth int
}

// Span is a byte range.
type Span struct{ Start, End int }

// line is a paragraph on its way from a reader to the stored text.
type line struct {
	text  string
	depth int   // of the heading, 0 for body text
	row   bool  // of a table
	page  int   // it begins on, 0 where there are none
	turns []int // where in text the pages after it begin
}

// assemble joins lines to the stored text and records their marks and where
// each page begins.
func assemble(lines []line) (text string, marks Marks, pages []int) {
	var b strings.Builder
	for _, l := range lines {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		for len(pages) < l.page { // a page may be empty
			pages = append(pages, b.Len())
		}
		for _, turn := range l.turns {
			pages = append(pages, b.Len()+runeStart(l.text, min(turn, len(l.text))))
		}
		text := strings.ReplaceAll(l.text, "\n", " ") // &#10; gets past the readers
		at := Span{b.Len(), b.Len() + len(text)}
		switch {
		case l.depth > 0:
			marks.Headings = append(marks.Headings, Heading{at, l.depth})
		case l.row:
			marks.Rows = append(marks.Rows, at)
		}
		b.WriteString(text)
	}
	return b.String(), marks, pages
}

// maxText bounds the text of one document: some four million characters, thirty
// times the longest law, and what is made of it fits in 512 MB.
const maxText = 12 << 20

func checkLength(body []line) error {
	total := 0
	for _, l := range body {
		total += len(l.text)
	}
	if total > maxText {
		return fmt.Errorf("its text is %d MB long, and %d MB are read as one document; split it", total>>20, maxText>>20)
	}
	return nil
}

// finish makes the page of the lines of its body: furniture goes, what it
// says fills the gaps in known. What led to the page stands in when it has no
// title: the text of a link, else the name.
func finish(known retrieval.Meta, body []line, src Source) (Page, error) {
	if err := checkLength(body); err != nil {
		return Page{}, err
	}
	body, warnings := withoutInvisible(body)
	body = withWholeTitle(withoutBlank(body))
	page := Page{Meta: known, Coverage: 1, Warnings: warnings}
	head := headEnd(body)
	harvest(&page.Meta, body[:head])
	if page.Meta.Title == "" {
		page.Meta.Title = titleLine(body[:head])
	} else if printed := enactedTitle(body); printed != "" && !holdsTitle(body[:head], page.Meta.Title) {
		page.Meta.Title = printed // the known one is of a letterhead, or of another file
	}
	enact(&page.Meta, body)
	readPeriod(&page.Meta, body)
	kept := body
	if !src.Whole {
		kept = withoutFurniture(body, head, page.Meta.Title)
	}
	if len(kept) == 0 {
		return Page{}, ErrEmpty
	}
	if page.Meta.Title == "" {
		title, doubt := standIn(src)
		page.Meta.Title, page.Warnings = title, append(page.Warnings, doubt...)
	}
	if page.Meta.Kind == retrieval.KindUndefined {
		page.Meta.Kind = guessKind("", page.Meta.Column, page.Meta.Title)
	}
	page.Text, page.Marks, page.Pages = assemble(kept)
	return page, nil
}

// standIn is the title of a source that has none, and what to say of it.
func standIn(src Source) (title string, warnings []string) {
	if src.Parent != nil {
		if title = linkTitle(src.Parent.Link); title != "" {
			return title, nil
		}
	}
	return nameWithoutExtension(src.Name), []string{"no title found; the file name stands in"}
}

func withoutBlank(lines []line) []line {
	kept := make([]line, 0, len(lines))
	for _, l := range lines {
		if !isBlank(l.text) {
			kept = append(kept, l)
		}
	}
	return kept
}

// nameWithoutExtension is the last element of a path or URL; both separators
// count, because a list of files may come from another system.
func nameWithoutExtension(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	return name
}

func tooLarge(size, limit int64) error {
	return fmt.Errorf("the file has %d MB and %d MB is the limit; split it into parts", size>>20, limit>>20)
}

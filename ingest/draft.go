package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"zhiwen/ingest/ocr"
	"zhiwen/ingest/pdf"
	"zhiwen/retrieval"
)

// Drafts reads texts that are to be checked and not stored: as they are, with
// every line, furniture or not. Close it after use.
type Drafts struct {
	table []format
	pdfs  *pdf.Reader
}

// NewDrafts makes a reader; cache is a folder as of Ingester.
func NewDrafts(ctx context.Context, cache string) (*Drafts, error) {
	html, err := newHTMLReader(nil)
	if err != nil {
		return nil, err
	}
	d := &Drafts{pdfs: &pdf.Reader{Cache: cache}}
	if engine, err := ocr.Find(ctx, ""); err == nil { // without it scans are refused as empty
		d.pdfs.Recognise = engine.Recognise
	}
	d.table = formats(html, d.pdfs)
	return d, nil
}

// Close ends the PDF engine.
func (d *Drafts) Close() error { return d.pdfs.Close() }

// Read gives the text of a file with its sections and pages. Offsets of plain
// text are those of the file's UTF-8. The ID is of the text alone. The error
// wraps ErrFormat for formats that hold no draft.
func (d *Drafts) Read(ctx context.Context, name string, b []byte) (retrieval.Document, error) {
	src := Source{Name: name, Bytes: b, Whole: true}
	f, err := formatOf(d.table, src)
	if err != nil {
		return retrieval.Document{}, err
	}
	var page Page
	switch f.name {
	case "zip", "json":
		return retrieval.Document{}, fmt.Errorf("%w: %s holds no draft; give a text, DOCX or PDF file", ErrFormat, f.name)
	case "text", "markdown":
		if page.Text = string(b); !utf8.Valid(b) {
			if page.Text, err = decode(src); err != nil {
				return retrieval.Document{}, err
			}
		}
	default:
		if !f.pictured && len(b) > maxWhole {
			return retrieval.Document{}, tooLarge(int64(len(b)), maxWhole)
		}
		if page, err = f.read(ctx, src); err != nil {
			return retrieval.Document{}, err
		}
		if page.Parts != nil {
			return retrieval.Document{}, fmt.Errorf("%w: the file holds several documents; give them one by one", ErrFormat)
		}
	}
	if isBlank(page.Text) {
		return retrieval.Document{}, ErrEmpty
	}
	if len(page.Text) > maxText {
		return retrieval.Document{}, tooLarge(int64(len(page.Text)), maxText)
	}
	return DraftOf(name, page), nil
}

// DraftOf makes a document of a text, titled by its first line if that is a
// title, else by the name.
func DraftOf(name string, page Page) retrieval.Document {
	sum := sha256.Sum256([]byte(name + "\n" + page.Text))
	doc := retrieval.Document{
		Meta:  retrieval.Meta{ID: hex.EncodeToString(sum[:8]), Title: page.Meta.Title, State: retrieval.StateCurrent},
		Text:  page.Text,
		Pages: page.Pages, Recognised: page.Recognised,
	}
	if doc.Title == "" {
		doc.Title = titleLine(textLines(opening(page.Text)))
	}
	if doc.Title == "" {
		doc.Title = nameWithoutExtension(path.Base(name))
	}
	doc.Sections = Sections(doc.Text, page.Marks)
	return doc
}

// opening is where a title stands.
func opening(text string) string {
	const lines = 12
	return strings.Join(strings.SplitN(text, "\n", lines+1)[:min(lines, strings.Count(text, "\n")+1)], "\n")
}

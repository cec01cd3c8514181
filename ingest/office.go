package ingest

import (
	"context"
	"fmt"
	"strings"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
	"zhiwen/ingest/rtf"
	"zhiwen/retrieval"
)

// inArchive sniffs formats that are ZIP files with certain files in them.
func inArchive(is func(*container.Archive) bool) func(string, []byte) bool {
	isZIP := magic("PK\x03\x04")
	return func(ext string, b []byte) bool {
		if !isZIP(ext, b) {
			return false
		}
		a, err := container.Open(b)
		return err == nil && is(a)
	}
}

// inCompound does the same for OLE2 files.
func inCompound(is func(*container.Compound) bool) func(string, []byte) bool {
	return func(_ string, b []byte) bool {
		if !container.IsCompound(b) {
			return false
		}
		c, err := container.OpenCompound(b)
		return err == nil && is(c)
	}
}

func isRTF(_ string, b []byte) bool { return rtf.Is(b) }

func isCompound(_ string, b []byte) bool { return container.IsCompound(b) }

// readCompound says why an OLE2 file is no document.
func readCompound(_ context.Context, src Source) (Page, error) {
	if _, err := container.OpenCompound(src.Bytes); err != nil {
		return Page{}, err
	}
	return Page{}, fmt.Errorf("%w: this OLE2 file is not read; save it as DOCX or XLSX", ErrFormat)
}

func fromArchive(read func(*container.Archive) (content.Document, error)) func(context.Context, Source) (Page, error) {
	return fromBytes(func(b []byte) (content.Document, error) {
		a, err := container.Open(b)
		if err != nil {
			return content.Document{}, err
		}
		return read(a)
	})
}

func fromCompound(read func(*container.Compound) (content.Document, error)) func(context.Context, Source) (Page, error) {
	return fromBytes(func(b []byte) (content.Document, error) {
		c, err := container.OpenCompound(b)
		if err != nil {
			return content.Document{}, err
		}
		return read(c)
	})
}

// fromBytes reads a format whose parser needs the bytes only.
func fromBytes(read func([]byte) (content.Document, error)) func(context.Context, Source) (Page, error) {
	return fromParser(func(_ context.Context, b []byte) (content.Document, error) { return read(b) })
}

// fromParser makes a page of what a parser found in a file.
func fromParser(read func(context.Context, []byte) (content.Document, error)) func(context.Context, Source) (Page, error) {
	return func(ctx context.Context, src Source) (Page, error) {
		doc, err := read(ctx, src.Bytes)
		if err != nil {
			return Page{}, err
		}
		page, err := finish(retrieval.Meta{}, contentLines(doc), src)
		if err != nil {
			return Page{}, err
		}
		page.Recognised = doc.Recognised
		page.Warnings = append(append(page.Warnings, doc.Warnings...), hiddenWarning([]line{{text: doc.Hidden}})...)
		if doc.Pages > 0 {
			page.Coverage = pagesWithText(page, doc.Pages)
		}
		return page, nil
	}
}

func contentLines(doc content.Document) []line {
	var lines []line
	for _, b := range doc.Blocks {
		lines = append(lines, blockLinesOf(b)...)
	}
	return lines
}

// blockLinesOf writes a paragraph, or a table. A table of one column only
// frames its text.
func blockLinesOf(b content.Block) []line {
	if b.Rows == nil {
		return paragraphLines(b)
	}
	if !isOneColumn(b.Rows) {
		rows := make([][]content.Cell, len(b.Rows))
		for i, row := range b.Rows {
			for _, c := range row {
				c.Text = joinLines(paragraphLines(content.Block{Text: c.Text}), " ")
				rows[i] = append(rows[i], c)
			}
		}
		return rowLines(rows, b.PageOfRow)
	}
	var lines []line
	for i, row := range b.Rows {
		for _, c := range row {
			lines = append(lines, paragraphLines(content.Block{Text: c.Text, Page: b.PageOfRow(i)})...)
		}
	}
	return lines
}

func isOneColumn(rows [][]content.Cell) bool {
	for _, row := range rows {
		if len(row) > 1 {
			return false
		}
	}
	return true
}

func paragraphLines(b content.Block) []line {
	var lines []line
	at := 0 // of the line in the text
	for text := range strings.SplitSeq(b.Text, "\n") {
		l := line{text: trim(text), depth: min(b.Depth, 6), page: b.Page}
		start := at + strings.Index(text, l.text)
		for _, turn := range b.Turns {
			switch {
			case turn <= start && b.Page > 0:
				l.page++
			case turn < start+len(l.text):
				l.turns = append(l.turns, turn-start)
			}
		}
		if l.text != "" {
			lines = append(lines, l)
		}
		at += len(text) + 1
	}
	return lines
}

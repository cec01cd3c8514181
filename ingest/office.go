package ingest

import (
	"context"
	"strings"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
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

// fromArchive reads such a format.
func fromArchive(read func(*container.Archive) (content.Document, error)) func(context.Context, Source) (Page, error) {
	return fromBytes(func(b []byte) (content.Document, error) {
		a, err := container.Open(b)
		if err != nil {
			return content.Document{}, err
		}
		return read(a)
	})
}

// fromBytes makes a page of what a parser found in a file.
func fromBytes(read func([]byte) (content.Document, error)) func(context.Context, Source) (Page, error) {
	return func(_ context.Context, src Source) (Page, error) {
		doc, err := read(src.Bytes)
		if err != nil {
			return Page{}, err
		}
		page, err := finish(retrieval.Meta{}, contentLines(doc), src.Name)
		page.Warnings = append(page.Warnings, doc.Warnings...)
		return page, err
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
		return rowLines(rows)
	}
	var lines []line
	for _, row := range b.Rows {
		for _, c := range row {
			lines = append(lines, paragraphLines(content.Block{Text: c.Text})...)
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
	for text := range strings.SplitSeq(b.Text, "\n") {
		if text = trim(text); text != "" {
			lines = append(lines, line{text: text, depth: min(b.Depth, 6), page: b.Page})
		}
	}
	return lines
}

package ingest

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"zhiwen/ingest/content"
	"zhiwen/ingest/guide"
	"zhiwen/ingest/xlsx"
	"zhiwen/retrieval"
)

// mapSuffix ends the name of a file that says what the columns of the file
// beside it hold: guides.xlsx and guides.map.csv.
const mapSuffix = ".map.csv"

// guideKey begins the key of an item that has a code.
const guideKey = "事项:"

// errNoName: a map promises what the file does not hold.
var errNoName = errors.New("a map goes with this file, but none of its headings is 事项名称; name that column in the map")

// readXLSX reads a workbook: sheets that list 办事指南 item by item, what else
// there is as one document.
func readXLSX(_ context.Context, src Source) (Page, error) {
	book, err := xlsx.Open(src.Bytes)
	if err != nil {
		return Page{}, err
	}
	var parts []Part
	var rest content.Document
	for _, sheet := range book.Sheets() {
		items, err := guide.FromTable(guide.Table{Rows: sheet.Texts, Numbers: sheet.Numbers}, src.Columns)
		switch {
		case errors.Is(err, guide.ErrNone):
			rest.Blocks = append(rest.Blocks, sheet.Blocks...)
		case err != nil:
			return Page{}, err
		}
		parts = append(parts, guideParts(items)...)
	}
	return withRest(parts, rest, src)
}

// readCSV reads a table: a list of 办事指南 item by item, another as a document.
func readCSV(_ context.Context, src Source) (Page, error) {
	text, err := decode(src)
	if err != nil {
		return Page{}, err
	}
	table, err := csvTable(text)
	if err != nil {
		return Page{}, err
	}
	items, err := guide.FromTable(table, src.Columns)
	var rest content.Document
	switch {
	case errors.Is(err, guide.ErrNone):
		rest.Blocks = []content.Block{{Rows: cellRows(table.Rows)}}
	case err != nil:
		return Page{}, err
	}
	return withRest(guideParts(items), rest, src)
}

// readJSON reads lists of 办事指南; other JSON is no document.
func readJSON(_ context.Context, src Source) (Page, error) {
	text, err := decode(src)
	if err != nil {
		return Page{}, err
	}
	items, err := guide.FromJSON(text, src.Columns)
	switch {
	case errors.Is(err, guide.ErrNone) && !src.Columns.Given():
		return Page{}, fmt.Errorf("%w: this JSON is %w; a file %s beside it can say what its keys mean", ErrFormat, err, "NAME"+mapSuffix)
	case err != nil:
		return Page{}, err
	}
	return Page{Parts: guideParts(items)}, nil
}

// columnsFor reads the map that goes with a file, if it is of a kind that may
// need one.
func (in *Ingester) columnsFor(file listed) (guide.Map, error) {
	ext := extensionOf(file.name())
	if !slices.Contains([]string{".xlsx", ".csv", ".tsv", ".json"}, ext) {
		return guide.Map{}, nil
	}
	beside := strings.TrimSuffix(file.path, path.Ext(file.path)) + mapSuffix
	if _, err := os.Stat(beside); err == nil {
		return readMap(beside)
	}
	if in.Map != "" && file.named {
		return readMap(in.Map)
	}
	return guide.Map{}, nil
}

func readMap(file string) (guide.Map, error) {
	b, err := readFile(file)
	if err != nil {
		return guide.Map{}, fmt.Errorf("map %s: %w", file, err)
	}
	text, err := decode(Source{Bytes: b})
	if err != nil {
		return guide.Map{}, fmt.Errorf("map %s: %w", file, err)
	}
	return guide.ParseMap(file, text)
}

// withRest gives the items of a file, and what is no item as one part more.
func withRest(parts []Part, rest content.Document, src Source) (Page, error) {
	if len(parts) == 0 {
		if src.Columns.Given() {
			return Page{}, errNoName
		}
		return finish(retrieval.Meta{}, contentLines(rest), src)
	}
	if page, err := finish(retrieval.Meta{}, contentLines(rest), src); err == nil {
		parts = append(parts, Part{Page: page, Name: "其他"})
	}
	return Page{Parts: parts}, nil
}

// guideParts makes a document of each item. Its key is the item's own code, so
// that a new list brings new versions of the same documents.
func guideParts(items []guide.Item) []Part {
	var parts []Part
	for _, it := range items {
		part := Part{Name: it.Name, Err: it.Err}
		if it.Code != "" {
			part.Name, part.Key = it.Code, guideKey+it.Code
		}
		if it.Err == nil {
			part.Page = guidePage(it)
		}
		parts = append(parts, part)
	}
	return parts
}

func guidePage(it guide.Item) Page {
	lines := make([]line, len(it.Lines))
	for i, text := range it.Lines {
		lines[i].text = text
	}
	page := Page{Coverage: 1, Warnings: it.Warnings, Meta: retrieval.Meta{
		Title: it.Name, Kind: retrieval.KindGuide, Publisher: it.Publisher, Published: parseDate(it.Updated), URL: absoluteURL(it.Online),
	}}
	page.Text, page.Marks, page.Pages = assemble(lines)
	return page
}

// csvTable reads the rows of CSV, whatever separates its columns.
func csvTable(text string) (guide.Table, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes, r.Comma = -1, true, separator(text)
	var t guide.Table
	for {
		record, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return t, nil
		case err != nil:
			return guide.Table{}, fmt.Errorf("reading CSV: %w", err)
		}
		line, _ := r.FieldPos(0)
		t.Rows, t.Numbers = append(t.Rows, record), append(t.Numbers, line)
	}
}

// separator is the sign that the first line has most of.
func separator(text string) rune {
	first, _, _ := strings.Cut(text, "\n")
	best := ','
	for _, sign := range []rune{'\t', ';', '；', '，'} {
		if strings.Count(first, string(sign)) > strings.Count(first, string(best)) {
			best = sign
		}
	}
	return best
}

func cellRows(rows [][]string) [][]content.Cell {
	cells := make([][]content.Cell, len(rows))
	for i, row := range rows {
		for _, text := range row {
			cells[i] = append(cells[i], content.Cell{Text: strings.TrimSpace(text)})
		}
	}
	return cells
}

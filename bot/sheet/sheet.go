// Package sheet reads and writes tables that staff keep in a spreadsheet
// program: CSV as it saves it (UTF-8 with a mark, or GB18030) and the first sheet
// of an XLSX workbook. It knows rows of cells and nothing of what they mean.
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// maxUnpacked bounds what a workbook may unpack to, in bytes.
const maxUnpacked = 64 << 20

// mark says that a file is UTF-8, without which Excel reads it as GBK.
const mark = "\ufeff"

// Row is a row with the number of the line or row at which it begins, from 1.
type Row struct {
	Line  int
	Cells []string
}

// Read gives the rows of a file that are not empty. Errors are whole sentences.
func Read(file []byte) ([]Row, error) {
	if bytes.HasPrefix(file, []byte("PK\x03\x04")) {
		return readWorkbook(file)
	}
	text, err := decode(file)
	if err != nil {
		return nil, err
	}
	return readCSV(text)
}

func decode(file []byte) (string, error) {
	file = bytes.TrimPrefix(file, []byte(mark))
	if utf8.Valid(file) {
		return string(file), nil
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(file)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", errors.New("the file is neither CSV in UTF-8 or GB18030 nor an XLSX workbook; save it as one of them")
	}
	return string(text), nil
}

// readCSV takes commas, or tabs or semicolons where the first line has more of
// them.
func readCSV(text string) ([]Row, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	head, _, _ := strings.Cut(text, "\n")
	for _, separator := range "\t;" {
		if strings.Count(head, string(separator)) > strings.Count(head, string(r.Comma)) {
			r.Comma = separator
		}
	}
	var rows []Row
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the file is no CSV: %w", err)
		}
		line, _ := r.FieldPos(0)
		rows = appendRow(rows, line, cells)
	}
}

func readWorkbook(file []byte) (rows []Row, err error) {
	// The library has panicked on broken files before.
	defer func() {
		if p := recover(); p != nil {
			rows, err = nil, fmt.Errorf("the workbook is damaged (%v); open it and save it again", p)
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked, ShortDatePattern: "yyyy-mm-dd"})
	if err != nil {
		return nil, fmt.Errorf("the workbook cannot be read (%w); open it and save it again", err)
	}
	cells, err := book.GetRows(book.GetSheetName(0))
	if err = errors.Join(err, book.Close()); err != nil {
		return nil, fmt.Errorf("the workbook cannot be read (%w); open it and save it again", err)
	}
	for i, c := range cells {
		rows = appendRow(rows, i+1, c)
	}
	return rows, nil
}

func appendRow(rows []Row, line int, cells []string) []Row {
	blank := true
	for i, c := range cells {
		c = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(c)
		cells[i] = strings.Trim(c, " \t\n\u00a0\u3000")
		blank = blank && cells[i] == ""
	}
	if blank {
		return rows
	}
	return append(rows, Row{line, cells})
}

// IsWorkbook reports whether a file of this name is to be written as XLSX.
func IsWorkbook(name string) bool { return strings.EqualFold(filepath.Ext(name), ".xlsx") }

// WriteCSV writes rows in UTF-8, with the mark that spreadsheet programs need.
func WriteCSV(w io.Writer, rows [][]string) error {
	if _, err := io.WriteString(w, mark); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	return c.Error()
}

// WriteXLSX writes rows as a workbook. All cells are text, so that no program
// takes a date or a telephone number for a sum.
func WriteXLSX(w io.Writer, rows [][]string) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	const name = "Sheet1"
	for i, row := range rows {
		if err := book.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
			return err
		}
	}
	return book.Write(w)
}

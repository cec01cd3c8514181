// Package xlsx reads the tables of Excel, as OOXML and as the binary files of
// Excel 97 and WPS: every visible sheet, without hidden rows and columns,
// numbers and dates as the sheet shows them.
//
// It knows bytes and nothing of what the tables are about.
package xlsx

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
)

const (
	// maxBytes bounds the unpacked file, which is held in memory several times
	// over: five million cells are below it.
	maxBytes = 96 << 20
	// maxText bounds the texts of all cells: two or three documents of the
	// greatest length.
	maxText = 32 << 20
)

// errText is for workbooks that hold more than anybody reads.
var errText = fmt.Errorf("the cells hold more than %d MB of text; split it into several files", maxText>>20)

var options = excelize.Options{
	UnzipSizeLimit: maxBytes, UnzipXMLSizeLimit: maxBytes, CultureInfo: excelize.CultureNameZhCN,
	ShortDatePattern: "yyyy-mm-dd", LongDatePattern: `yyyy"年"m"月"d"日"`,
}

// Is reports whether an archive is a workbook.
func Is(a *container.Archive) bool { return a.Has("xl/workbook.xml") }

// Workbook is what is visible of a file.
type Workbook struct{ sheets []*sheet }

// Read reads a file as a document. Its errors are whole sentences.
func Read(b []byte) (content.Document, error) {
	w, err := Open(b)
	return w.Document(), err
}

// Open reads a file. Its errors are whole sentences.
func Open(b []byte) (w Workbook, err error) {
	// The library has panicked on broken files before.
	defer func() {
		if p := recover(); p != nil {
			w, err = Workbook{}, fmt.Errorf("%w (%v)", container.ErrDamaged, p)
		}
	}()
	if container.IsCompound(b) {
		return Workbook{}, container.ErrLocked
	}
	f, err := excelize.OpenReader(bytes.NewReader(b), options)
	if err != nil {
		if strings.Contains(err.Error(), "unzip size exceeds") {
			return Workbook{}, container.ErrBomb
		}
		return Workbook{}, fmt.Errorf("%w (%v)", container.ErrDamaged, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	left := maxText
	for _, name := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(name); err != nil || !visible {
			continue
		}
		s, err := readSheet(f, name, &left)
		if errors.Is(err, errText) {
			return Workbook{}, errText
		}
		if err != nil {
			return Workbook{}, fmt.Errorf("%w (sheet %s: %v)", container.ErrDamaged, name, err)
		}
		w.sheets = append(w.sheets, s)
	}
	return w, nil
}

// Document gives the tables of all sheets, and their names where there are several.
func (w Workbook) Document() content.Document {
	var doc content.Document
	for i := range w.sheets {
		doc.Blocks = append(doc.Blocks, w.blocks(i)...)
	}
	return doc
}

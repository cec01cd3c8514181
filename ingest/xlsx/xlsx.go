// Package xlsx reads the tables of Excel's OOXML: every visible sheet, without
// hidden rows and columns, numbers and dates as the sheet shows them.
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

// maxBytes bounds the unpacked file, which is held in memory several times
// over: five million cells are below it.
const maxBytes = 96 << 20

// Is reports whether an archive is a workbook.
func Is(a *container.Archive) bool { return a.Has("xl/workbook.xml") }

// Read reads a file. Its errors are whole sentences.
func Read(b []byte) (doc content.Document, err error) {
	// The library has panicked on broken files before.
	defer func() {
		if p := recover(); p != nil {
			doc, err = content.Document{}, fmt.Errorf("%w (%v)", container.ErrDamaged, p)
		}
	}()
	if container.IsCompound(b) {
		return content.Document{}, container.ErrLocked
	}
	f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{
		UnzipSizeLimit: maxBytes, UnzipXMLSizeLimit: maxBytes, CultureInfo: excelize.CultureNameZhCN,
		ShortDatePattern: "yyyy-mm-dd", LongDatePattern: `yyyy"年"m"月"d"日"`,
	})
	if err != nil {
		if strings.Contains(err.Error(), "unzip size exceeds") {
			return content.Document{}, container.ErrBomb
		}
		return content.Document{}, fmt.Errorf("%w (%v)", container.ErrDamaged, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var sheets []string
	for _, name := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(name); err == nil && visible {
			sheets = append(sheets, name)
		}
	}
	for _, name := range sheets {
		s, err := readSheet(f, name)
		if err != nil {
			return content.Document{}, fmt.Errorf("%w (sheet %s: %v)", container.ErrDamaged, name, err)
		}
		blocks := s.blocks()
		if len(sheets) > 1 && len(blocks) > 0 {
			doc.Blocks = append(doc.Blocks, content.Block{Text: name, Depth: 1})
		}
		doc.Blocks = append(doc.Blocks, blocks...)
	}
	return doc, nil
}

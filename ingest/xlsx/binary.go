package xlsx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"

	"github.com/xuri/excelize/v2"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
)

const (
	// version97 is what workbooks have said since Excel 97.
	version97 = 0x0600
	// maxStreams bounds the work on a file: its sheets may lie in one another.
	maxStreams = 3
)

// errOld is for workbooks of Excel 95 and before.
var errOld = errors.New("a workbook of Excel 95 or before is not read; save it as XLSX")

// IsBinary reports whether an OLE2 file is a workbook: XLS of Excel, ET of WPS.
func IsBinary(c *container.Compound) bool { return c.Has("Workbook") || c.Has("Book") }

// ReadBinary reads an OLE2 workbook. It gives what Read gives of the same
// workbook as XLSX. Its errors are whole sentences.
func ReadBinary(c *container.Compound) (doc content.Document, err error) {
	stream, err := c.Read("Workbook")
	if errors.Is(err, fs.ErrNotExist) {
		return content.Document{}, errOld
	}
	if err != nil {
		return content.Document{}, err
	}
	// Numbers are written by the library that has panicked before.
	defer func() {
		if p := recover(); p != nil {
			doc, err = content.Document{}, fmt.Errorf("%w (%v)", container.ErrDamaged, p)
		}
	}()
	doc, err = readStream(stream)
	if errors.Is(err, errCut) {
		err = fmt.Errorf("%w (%v)", container.ErrDamaged, err)
	}
	return doc, err
}

func readStream(stream []byte) (doc content.Document, err error) {
	b := newBook(stream)
	if err := b.readGlobals(records{stream: stream}); err != nil {
		return content.Document{}, err
	}
	n, err := newNumbers(b.formats, b.since1904)
	if err != nil {
		return content.Document{}, err
	}
	defer func() { err = errors.Join(err, n.scratch.Close()) }()
	b.write = n.write
	return b.readSheets(stream)
}

// book is what a workbook says of all its sheets.
type book struct {
	sheets    []listedSheet // visible ones
	strings   []string
	codes     map[int]string // formats by number
	formats   []format       // by the number of the cell's style
	since1904 bool
	write     func(value float64, style int) (string, error)

	left int // bytes that may still be read
	text int // bytes of text that cells may still have
}

func newBook(stream []byte) *book {
	return &book{left: maxStreams * len(stream), text: maxText, codes: map[int]string{}}
}

func (b *book) readSheets(stream []byte) (content.Document, error) {
	var w Workbook
	for _, s := range b.sheets {
		cells, err := b.readSheet(records{stream: stream, at: s.at})
		if err != nil {
			return content.Document{}, fmt.Errorf("sheet %s: %w", s.name, err)
		}
		cells.name = s.name
		w.sheets = append(w.sheets, cells)
	}
	return w.Document(), nil
}

type listedSheet struct {
	name string
	at   int // in the stream
}

// format is how a number is shown: by a code, or one that all programs know.
type format struct {
	number int
	code   string
}

func (b *book) readGlobals(r records) error {
	rec, err := r.next()
	if err != nil {
		return err
	}
	if d := rec.data(); rec.kind != recordBegin || len(d) < 4 || binary.LittleEndian.Uint16(d) != version97 {
		return errOld
	}
	var styles []int
	for {
		if rec, err = r.next(); err != nil {
			return err
		}
		data := bytesOf{rec.parts}
		switch rec.kind {
		case recordEnd:
			for _, number := range styles {
				b.formats = append(b.formats, format{number, b.codes[number]})
			}
			return nil
		case recordPassword:
			return container.ErrLocked
		case recordDateMode:
			mode, err := data.number(2)
			if err != nil {
				return err
			}
			b.since1904 = mode == 1
		case recordFormat:
			err = b.readFormat(&data)
		case recordStyle:
			if len(rec.data()) < 4 {
				return errCut
			}
			styles = append(styles, int(binary.LittleEndian.Uint16(rec.data()[2:])))
		case recordSheet:
			err = b.listSheet(&data)
		case recordStrings:
			err = b.readStrings(&data)
		}
		if err != nil {
			return err
		}
	}
}

func (b *book) readFormat(data *bytesOf) error {
	number, err := data.number(2)
	if err != nil {
		return err
	}
	b.codes[number], err = data.text(2)
	return err
}

// listSheet notes a sheet of cells that is not hidden; charts are sheets too.
func (b *book) listSheet(data *bytesOf) error {
	at, err := data.number(4)
	if err != nil {
		return err
	}
	state, err := data.number(2)
	if err != nil {
		return err
	}
	name, err := data.text(1)
	if err == nil && state == 0 {
		b.sheets = append(b.sheets, listedSheet{name, at})
	}
	return err
}

func (b *book) readStrings(data *bytesOf) error {
	if _, err := data.take(4); err != nil { // how often they are used
		return err
	}
	count, err := data.number(4)
	if err != nil {
		return err
	}
	for range count {
		text, err := data.text(2)
		if err != nil {
			return err
		}
		b.strings = append(b.strings, text)
	}
	return nil
}

// numbers writes numbers as a sheet shows them, by a scratch cell of the
// library that reads XLSX.
type numbers struct {
	scratch *excelize.File
	formats []format
	styles  map[format]int
}

func newNumbers(formats []format, since1904 bool) (*numbers, error) {
	f := excelize.NewFile(options)
	err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &since1904})
	return &numbers{f, formats, map[format]int{}}, err
}

// write gives the text of a number in a cell of a style.
func (n *numbers) write(value float64, style int) (string, error) {
	const sheet, cell = "Sheet1", "A1"
	var shown format
	if style < len(n.formats) {
		shown = n.formats[style]
	}
	id, known := n.styles[shown]
	if !known {
		made := excelize.Style{NumFmt: shown.number}
		if shown.code != "" {
			made = excelize.Style{CustomNumFmt: &shown.code}
		}
		var err error
		if id, err = n.scratch.NewStyle(&made); err != nil {
			return "", err
		}
		n.styles[shown] = id
	}
	if err := n.scratch.SetCellFloat(sheet, cell, value, -1, 64); err != nil {
		return "", err
	}
	if err := n.scratch.SetCellStyle(sheet, cell, cell, id); err != nil {
		return "", err
	}
	return n.scratch.GetCellValue(sheet, cell)
}

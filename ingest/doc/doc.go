// Package doc reads the binary files of Word 97 to 2003 and of WPS, which are
// the same: [MS-DOC] within an OLE2 compound file. Paragraphs and tables of
// the body come as a reader sees them; deleted and hidden text, headers, notes
// and comments are left out; automatic numbers are written.
//
// It knows bytes and nothing of what the text is about.
package doc

import (
	"errors"
	"fmt"
	"io/fs"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
)

// Errors of files that are whole but cannot be read.
var (
	errNoWord = errors.New("the file holds no Word text; open it in the program that made it and save it as DOCX")
	errOld    = errors.New("the file is from before Word 97; open it in Word or WPS and save it as DOCX")
)

// Is reports whether a compound file is a text of Word or WPS.
func Is(c *container.Compound) bool { return c.Has("WordDocument") }

// Read reads a file. Its errors are whole sentences.
func Read(c *container.Compound) (content.Document, error) {
	main, err := c.Read("WordDocument")
	if errors.Is(err, fs.ErrNotExist) {
		return content.Document{}, errNoWord
	}
	if err != nil {
		return content.Document{}, err
	}
	f, err := readFIB(main)
	if err != nil {
		return content.Document{}, err
	}
	table, err := c.Read(f.table)
	if err != nil {
		return content.Document{}, fmt.Errorf("%w (%v)", container.ErrDamaged, err)
	}
	// Only tables of many columns need it.
	data, err := c.Read("Data")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return content.Document{}, err
	}
	pieces, err := readPieces(main, f.part(table, partPieces))
	if err != nil {
		return content.Document{}, err
	}
	r := reader{
		runs:   readRuns(main, f.part(table, partRuns)),
		paras:  readParagraphs(main, f.part(table, partParagraphs), data),
		styles: readStyles(f.part(table, partStyles)),
		lists:  readLists(f.partOn(table, partLists), f.part(table, partOverrides)),
	}
	r.body(pieces.between(0, f.body))
	r.boxes(pieces.between(f.boxes, f.boxes+f.boxesLength))
	return content.Document{Blocks: r.blocks}, nil
}

package doc

import (
	"encoding/binary"
	"fmt"

	"zhiwen/ingest/container"
)

// view is a range of bytes whose ends are watched: beyond them is zero. A
// broken offset then leads to nothing instead of outside.
type view []byte

func (v view) byte(at int) byte {
	if at < 0 || at >= len(v) {
		return 0
	}
	return v[at]
}

func (v view) uint16(at int) int {
	if at < 0 || at > len(v)-2 {
		return 0
	}
	return int(binary.LittleEndian.Uint16(v[at:]))
}

func (v view) uint32(at int) int {
	if at < 0 || at > len(v)-4 {
		return 0
	}
	return int(binary.LittleEndian.Uint32(v[at:]))
}

// cut is the range [from, from+length) as far as there is one.
func (v view) cut(from, length int) view {
	if from < 0 || length <= 0 || from >= len(v) {
		return nil
	}
	return v[from:min(from+length, len(v))]
}

// fib is what is needed of the file information block.
type fib struct {
	main  view
	table string // the stream with all tables

	body               int // characters of the body, which is first
	boxes, boxesLength int // where the text of text boxes begins, and its length
}

// Places of the parts' offset and length in the file information block.
const (
	partStyles     = 0x00A2
	partRuns       = 0x00FA // PlcfBteChpx
	partParagraphs = 0x0102 // PlcfBtePapx
	partPieces     = 0x01A2 // Clx
	partLists      = 0x02E2 // PlfLst
	partOverrides  = 0x02EA // PlfLfo
)

func readFIB(b []byte) (fib, error) {
	main := view(b)
	switch magic := main.uint16(0); {
	case magic == 0xA5DC || magic == 0xA5DB || magic == 0xA59C:
		return fib{}, errOld
	case magic != 0xA5EC || len(b) < partOverrides+8:
		return fib{}, fmt.Errorf("%w (no Word header)", container.ErrDamaged)
	}
	flags := main.uint16(0x0A)
	if flags&0x0100 != 0 {
		return fib{}, container.ErrLocked
	}
	f := fib{main: main, table: "0Table", body: main.uint32(0x4C)}
	if flags&0x0200 != 0 {
		f.table = "1Table"
	}
	// Footnotes, headers, macros, comments and endnotes lie between.
	f.boxes = f.body
	for at := 0x50; at <= 0x60; at += 4 {
		f.boxes += main.uint32(at)
	}
	f.boxesLength = main.uint32(0x64)
	return f, nil
}

// part is one table, empty if there is none.
func (f fib) part(table []byte, at int) view {
	return view(table).cut(f.main.uint32(at), f.main.uint32(at+4))
}

// partOn is one table with all that follows it: the length of the lists
// leaves out their levels.
func (f fib) partOn(table []byte, at int) view {
	if f.main.uint32(at+4) == 0 {
		return nil
	}
	return view(table).cut(f.main.uint32(at), len(table))
}

package xlsx

import (
	"encoding/binary"
	"math"
	"strings"

	"zhiwen/ingest/container"
)

// reader is the work in progress of one sheet of a binary workbook.
type reader struct {
	*book
	cells         map[place]string
	last          place // the furthest row and column
	hiddenRows    map[int]bool
	hiddenColumns map[int]bool
	areas         [][4]int // first and last row, first and last column
	formula       place    // whose text the next string is
}

// readSheet reads the records of one sheet, charts in it left out.
func (b *book) readSheet(r records) (*sheet, error) {
	if r.at < 0 || r.at > len(r.stream) {
		return nil, errCut
	}
	in := reader{book: b, cells: map[place]string{}, hiddenRows: map[int]bool{}, hiddenColumns: map[int]bool{}}
	depth := 0
	for {
		start := r.at
		rec, err := r.next()
		if err != nil {
			return nil, err
		}
		if b.left -= r.at - start; b.left < 0 {
			return nil, container.ErrBomb
		}
		switch {
		case rec.kind == recordBegin:
			depth++
		case depth == 0:
			return nil, errCut // no sheet begins here
		case rec.kind == recordEnd:
			if depth--; depth == 0 {
				return in.sheet(), nil
			}
		case depth == 1:
			if err := in.read(rec); err != nil {
				return nil, err
			}
		}
	}
}

func (in *reader) read(rec record) error {
	data := rec.data()
	u16 := func(at int) int { return int(binary.LittleEndian.Uint16(data[at:])) }
	if len(data) < leastSize(rec.kind) {
		return errCut
	}
	switch rec.kind {
	case recordRow:
		const hidden = 0x20
		in.hiddenRows[u16(0)] = u16(12)&hidden != 0
	case recordColumns:
		for column := u16(0); column <= min(u16(2), maxColumns) && u16(8)&1 != 0; column++ {
			in.hiddenColumns[column] = true
		}
	case recordMerged:
		for at := 2; at+8 <= min(len(data), 2+8*u16(0)); at += 8 {
			in.areas = append(in.areas, [4]int{u16(at), u16(at + 2), u16(at + 4), u16(at + 6)})
		}
	case recordSharedCell:
		if n := binary.LittleEndian.Uint32(data[6:]); int64(n) < int64(len(in.strings)) {
			return in.put(place{u16(0), u16(2)}, in.strings[n])
		}
	case recordLabel, recordRichString:
		parts := bytesOf{append([][]byte{data[6:]}, rec.parts[1:]...)}
		text, err := parts.text(2)
		if err != nil {
			return err
		}
		return in.put(place{u16(0), u16(2)}, text)
	case recordNumber:
		return in.putNumber(place{u16(0), u16(2)}, u16(4), math.Float64frombits(binary.LittleEndian.Uint64(data[6:])))
	case recordRK:
		return in.putNumber(place{u16(0), u16(2)}, u16(4), shortNumber(binary.LittleEndian.Uint32(data[6:])))
	case recordMulRK:
		for i, at := 0, 4; at+6 <= len(data)-2; i, at = i+1, at+6 {
			if err := in.putNumber(place{u16(0), u16(2) + i}, u16(at), shortNumber(binary.LittleEndian.Uint32(data[at+2:]))); err != nil {
				return err
			}
		}
	case recordBoolOrError:
		return in.put(place{u16(0), u16(2)}, boolOrError(data[6], data[7] != 0))
	case recordFormula:
		return in.readFormula(place{u16(0), u16(2)}, u16(4), data[6:14])
	case recordString:
		parts := bytesOf{rec.parts}
		text, err := parts.text(2)
		if err != nil {
			return err
		}
		return in.put(in.formula, text)
	}
	return nil
}

// leastSize is what a record of a kind has at least.
func leastSize(kind uint16) int {
	switch kind {
	case recordRow, recordNumber, recordFormula:
		return 14
	case recordColumns, recordSharedCell, recordRK:
		return 10
	case recordBoolOrError:
		return 8
	case recordMulRK, recordLabel, recordRichString:
		return 6
	case recordMerged:
		return 2
	}
	return 0
}

// readFormula takes the value that the program computed when it saved.
func (in *reader) readFormula(at place, style int, value []byte) error {
	if value[6] != 0xFF || value[7] != 0xFF {
		return in.putNumber(at, style, math.Float64frombits(binary.LittleEndian.Uint64(value)))
	}
	switch value[0] {
	case 0: // a string, in a record of its own
		in.formula = at
	case 1:
		return in.put(at, boolOrError(value[2], false))
	case 2:
		return in.put(at, boolOrError(value[2], true))
	}
	return nil
}

func boolOrError(value byte, isError bool) string {
	switch {
	case isError:
		return errorText(value)
	case value != 0:
		return "TRUE"
	}
	return "FALSE"
}

// errorText is how a cell shows an error.
func errorText(value byte) string {
	switch value {
	case 0x00:
		return "#NULL!"
	case 0x07:
		return "#DIV/0!"
	case 0x0F:
		return "#VALUE!"
	case 0x17:
		return "#REF!"
	case 0x1D:
		return "#NAME?"
	case 0x24:
		return "#NUM!"
	}
	return "#N/A"
}

// shortNumber reads a number of 30 bits: the upper ones of a float or an
// integer, either of them a hundredfold.
func shortNumber(rk uint32) float64 {
	const hundredfold, integer = 1, 2
	n := math.Float64frombits(uint64(rk&^3) << 32)
	if rk&integer != 0 {
		n = float64(int32(rk) >> 2)
	}
	if rk&hundredfold != 0 {
		n /= 100
	}
	return n
}

func (in *reader) putNumber(at place, style int, value float64) error {
	text, err := in.write(value, style)
	if err != nil {
		return err
	}
	return in.put(at, text)
}

func (in *reader) put(at place, text string) error {
	if text = strings.TrimSpace(text); text == "" || at.column >= maxColumns {
		return nil
	}
	if in.text -= len(text); in.text < 0 {
		return errText
	}
	in.cells[at] = text
	in.last = place{max(in.last.row, at.row), max(in.last.column, at.column)}
	return nil
}

// sheet leaves out what is hidden.
func (in *reader) sheet() *sheet {
	s := newSheet("")
	rows, columns := map[int]int{}, map[int]int{}
	for column := range maxColumns {
		if !in.hiddenColumns[column] {
			columns[column] = len(columns)
		}
	}
	byRow := make([][]string, in.last.row+1)
	for at, text := range in.cells {
		column, shown := columns[at.column]
		if !shown || in.hiddenRows[at.row] {
			continue
		}
		for len(byRow[at.row]) <= column {
			byRow[at.row] = append(byRow[at.row], "")
		}
		byRow[at.row][column] = text
	}
	for row, texts := range byRow {
		if !in.hiddenRows[row] {
			rows[row] = len(s.texts)
			s.texts, s.numbers = append(s.texts, texts), append(s.numbers, row+1)
		}
	}
	for _, a := range in.areas {
		s.merge(area{top: a[0], bottom: a[1], left: a[2], right: a[3]}, in.cells[place{a[0], a[2]}], rows, columns)
	}
	return s
}

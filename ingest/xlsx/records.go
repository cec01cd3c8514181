package xlsx

import (
	"encoding/binary"
	"errors"
	"unicode/utf16"
)

// Types of records of a binary workbook ([MS-XLS] 2.3).
const (
	recordFormula     = 0x0006
	recordEnd         = 0x000A
	recordDateMode    = 0x0022
	recordPassword    = 0x002F
	recordContinue    = 0x003C
	recordColumns     = 0x007D
	recordSheet       = 0x0085
	recordMulRK       = 0x00BD
	recordRichString  = 0x00D6
	recordStyle       = 0x00E0
	recordMerged      = 0x00E5
	recordStrings     = 0x00FC
	recordSharedCell  = 0x00FD
	recordNumber      = 0x0203
	recordLabel       = 0x0204
	recordBoolOrError = 0x0205
	recordString      = 0x0207
	recordRow         = 0x0208
	recordRK          = 0x027E
	recordFormat      = 0x041E
	recordBegin       = 0x0809
)

// errCut is the end of the data where more was promised.
var errCut = errors.New("cut off")

// record is one record with the parts that continue it; a string may go on
// from one into the next.
type record struct {
	kind  uint16
	parts [][]byte
}

// data is the record without what continues it.
func (r record) data() []byte { return r.parts[0] }

// records steps through a stream of records.
type records struct {
	stream []byte
	at     int
}

// next gives the record at hand with what continues it.
func (r *records) next() (record, error) {
	kind, body, err := r.one()
	if err != nil {
		return record{}, err
	}
	rec := record{kind, [][]byte{body}}
	for r.at+4 <= len(r.stream) && binary.LittleEndian.Uint16(r.stream[r.at:]) == recordContinue {
		if _, body, err = r.one(); err != nil {
			return record{}, err
		}
		rec.parts = append(rec.parts, body)
	}
	return rec, nil
}

func (r *records) one() (kind uint16, body []byte, err error) {
	if r.at+4 > len(r.stream) {
		return 0, nil, errCut
	}
	kind = binary.LittleEndian.Uint16(r.stream[r.at:])
	size := int(binary.LittleEndian.Uint16(r.stream[r.at+2:]))
	start := r.at + 4
	if start+size > len(r.stream) {
		return 0, nil, errCut
	}
	r.at = start + size
	return kind, r.stream[start:r.at], nil
}

// bytesOf reads the parts of a record one after the other.
type bytesOf struct {
	parts [][]byte // what is left; the first may be empty
}

// take gives n bytes, which may come from several parts.
func (b *bytesOf) take(n int) ([]byte, error) {
	if len(b.parts) > 0 && len(b.parts[0]) >= n {
		taken := b.parts[0][:n]
		b.parts[0] = b.parts[0][n:]
		return taken, nil
	}
	left := 0
	for _, p := range b.parts {
		left += len(p)
	}
	if n < 0 || n > left {
		return nil, errCut
	}
	var taken []byte
	for n > 0 {
		m := min(n, len(b.parts[0]))
		taken = append(taken, b.parts[0][:m]...)
		b.parts[0] = b.parts[0][m:]
		if n -= m; n > 0 {
			b.parts = b.parts[1:]
		}
	}
	return taken, nil
}

func (b *bytesOf) number(size int) (int, error) {
	taken, err := b.take(size)
	if err != nil {
		return 0, err
	}
	n := 0
	for i := size - 1; i >= 0; i-- {
		n = n<<8 | int(taken[i])
	}
	return n, nil
}

// Flags of a string.
const (
	flagWide  = 1 << 0 // two bytes a character
	flagSound = 1 << 2 // how it is spoken follows
	flagRich  = 1 << 3 // how its parts are formatted follows
)

// text reads a string whose length has lengthSize bytes.
func (b *bytesOf) text(lengthSize int) (string, error) {
	length, err := b.number(lengthSize)
	if err != nil {
		return "", err
	}
	flags, err := b.number(1)
	if err != nil {
		return "", err
	}
	behind := 0
	if flags&flagRich != 0 {
		runs, err := b.number(2)
		if err != nil {
			return "", err
		}
		behind += 4 * runs
	}
	if flags&flagSound != 0 {
		size, err := b.number(4)
		if err != nil {
			return "", err
		}
		behind += size
	}
	text, err := b.characters(length, flags&flagWide != 0)
	if err != nil {
		return "", err
	}
	_, err = b.take(behind)
	return text, err
}

// characters reads the characters of a string. Where it goes on in the next
// part, that begins with new flags: the rest may have another width.
func (b *bytesOf) characters(length int, wide bool) (string, error) {
	units := make([]uint16, 0, min(length, 1<<15))
	for len(units) < length {
		if len(b.parts) > 0 && len(b.parts[0]) == 0 && len(b.parts) > 1 {
			b.parts = b.parts[1:]
			flags, err := b.number(1)
			if err != nil {
				return "", err
			}
			wide = flags&flagWide != 0
		}
		size := 1
		if wide {
			size = 2
		}
		if len(b.parts) == 0 || len(b.parts[0]) < size {
			return "", errCut
		}
		n := min(length-len(units), len(b.parts[0])/size)
		for i := range n {
			if wide {
				units = append(units, binary.LittleEndian.Uint16(b.parts[0][2*i:]))
			} else {
				units = append(units, uint16(b.parts[0][i]))
			}
		}
		b.parts[0] = b.parts[0][n*size:]
	}
	return string(utf16.Decode(units)), nil
}

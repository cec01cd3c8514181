package doc

import (
	"fmt"
	"strconv"
	"unicode/utf16"

	"zhiwen/ingest/numbering"
)

// lists are the lists of a document, as paragraphs name them: from 1.
type lists []list

type list struct {
	key     string // what is counted together
	levels  numbering.List
	restart []int // levels that begin anew when the list is first used
}

// readLists reads the definitions, and the lists that use and change them.
func readLists(definitions, overrides view) lists {
	byID := map[int]numbering.List{}
	n := definitions.uint16(0)
	levels := definitions.cut(2+28*n, len(definitions))
	for i := range n {
		head := definitions.cut(2+28*i, 28)
		if len(head) < 28 {
			break
		}
		count := numbering.Levels
		if head.byte(26)&1 != 0 {
			count = 1
		}
		var l numbering.List
		for at := range l {
			l[at].Format = numbering.None
		}
		for at := range count {
			var size int
			l[at], size = readLevel(levels)
			levels = levels.cut(size, len(levels))
		}
		byID[head.uint32(0)] = l
	}

	n = overrides.uint32(0)
	changes := overrides.cut(4+16*n, len(overrides))
	var all lists
	for i := range n {
		head := overrides.cut(4+16*i, 16)
		if len(head) < 16 {
			break
		}
		own := list{key: fmt.Sprint(head.uint32(0)), levels: byID[head.uint32(0)]}
		size := 4
		for range int(head.byte(12)) {
			size += own.change(changes.cut(size, len(changes)))
		}
		changes = changes.cut(size, len(changes))
		all = append(all, own)
	}
	return all
}

// change applies the change of one level and gives its size.
func (l *list) change(b view) int {
	flags := b.uint32(4)
	at := flags & 0xF
	size := 8
	if at >= numbering.Levels {
		return size
	}
	if flags&0x20 != 0 {
		level, n := readLevel(b.cut(8, len(b)))
		l.levels[at] = level
		size += n
	} else if flags&0x10 != 0 {
		l.levels[at].Start = b.uint32(0)
	}
	if flags&0x10 != 0 {
		l.restart = append(l.restart, at)
	}
	return size
}

// readLevel reads a level and gives its size. In its text the characters 0 to
// 8 stand for the numbers of the levels.
func readLevel(b view) (numbering.Level, int) {
	l := numbering.Level{Start: b.uint32(0), Format: formatNumbered(b.byte(4)), Tight: b.byte(15) == 2}
	flags := b.byte(5)
	l.Legal = flags&0x04 != 0
	if flags&0x08 != 0 { // counts on below another level than the one above
		l.Restart = int(b.byte(26))
		if l.Restart == 0 {
			l.Restart = -1
		}
	}
	at := 28 + int(b.byte(24)) + int(b.byte(25))
	n := b.uint16(at)
	units := make([]uint16, 0, n)
	for i := range n {
		if at+2+2*i >= len(b) {
			break
		}
		units = append(units, uint16(b.uint16(at+2+2*i)))
	}
	for _, r := range utf16.Decode(units) {
		if r < numbering.Levels {
			l.Text += "%" + strconv.Itoa(int(r)+1)
			continue
		}
		l.Text += string(r)
	}
	return l, at + 2 + 2*n
}

// label counts a paragraph of a list; 0 and 0x7FF and above name none.
func (all lists) label(counter *numbering.Counter, l layout) string {
	if l.list < 1 || l.list > len(all) {
		return ""
	}
	own := &all[l.list-1]
	for _, at := range own.restart {
		counter.Restart(own.key, at)
	}
	own.restart = nil
	return counter.Next(own.key, &own.levels, max(l.level, 0))
}

// formatNumbered names the formats by their numbers in [MS-OSHARED] (MSONFC).
func formatNumbered(n byte) numbering.Format {
	switch n {
	case 1:
		return numbering.UpperRoman
	case 2:
		return numbering.LowerRoman
	case 3:
		return numbering.UpperLetter
	case 4:
		return numbering.LowerLetter
	case 10, 36:
		return numbering.ChineseDigit
	case 11, 33, 35, 37, 39:
		return numbering.Chinese
	case 34, 38:
		return numbering.ChineseLegal
	case 14, 19:
		return numbering.DecimalFullWidth
	case 18, 28:
		return numbering.DecimalCircle
	case 22:
		return numbering.DecimalZero
	case 23:
		return numbering.Bullet
	case 30:
		return numbering.Stems
	case 31:
		return numbering.Branches
	case 255:
		return numbering.None
	}
	return numbering.Decimal
}

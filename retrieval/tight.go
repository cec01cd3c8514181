package retrieval

import (
	"strings"
	"unicode/utf8"
)

// FoldTight is Fold for comparing wordings letter by letter: without any white
// space, and with quotation marks and dashes of one form each, so that texts
// that differ in type only are equal.
func FoldTight(s string) Folded {
	f := Fold(s)
	tight := Folded{starts: make([]int32, 0, len(f.starts))}
	var b strings.Builder
	b.Grow(len(f.Text))
	for at, r := range f.Text {
		size := utf8.RuneLen(r)
		switch r {
		case ' ':
			continue
		case '“', '”', '„', '‟', '「', '」', '『', '』', '"', '\'', '‘', '’':
			b.WriteByte('"')
			tight.starts = append(tight.starts, f.starts[at])
			continue
		case '—', '–', '‒', '―', '−', '─', '-':
			b.WriteByte('-')
			tight.starts = append(tight.starts, f.starts[at])
			continue
		}
		b.WriteRune(r)
		tight.starts = append(tight.starts, f.starts[at:at+size]...)
	}
	tight.starts = append(tight.starts, f.starts[len(f.starts)-1])
	tight.Text = b.String()
	return tight
}

// At gives the byte of the folded text that the byte of the original at offset
// became part of, or the next one that was kept.
func (f Folded) At(offset int) int {
	lo, hi := 0, len(f.starts)
	for lo < hi {
		mid := (lo + hi) / 2
		if int(f.starts[mid]) < offset {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return min(lo, len(f.Text))
}

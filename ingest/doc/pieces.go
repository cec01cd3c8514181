package doc

import (
	"fmt"
	"iter"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"zhiwen/ingest/container"
)

// pieces is the piece table: which stretch of the stream holds which
// characters.
type pieces struct {
	main view
	all  []piece
}

type piece struct {
	from, to int // characters of the document
	at       int // byte of the stream
	narrow   bool
}

func readPieces(main view, clx view) (pieces, error) {
	p := pieces{main: main}
	for at := 0; at < len(clx); {
		switch clx.byte(at) {
		case 1: // properties that pieces share
			at += 3 + clx.uint16(at+1)
		case 2:
			return p, p.read(clx.cut(at+5, clx.uint32(at+1)))
		default:
			at = len(clx)
		}
	}
	return p, fmt.Errorf("%w (no table of pieces)", container.ErrDamaged)
}

func (p *pieces) read(table view) error {
	n := (len(table) - 4) / 12
	last, total := 0, 0
	for i := range n {
		from, to := table.uint32(4*i), table.uint32(4*i+4)
		at := table.uint32(4*(n+1) + 8*i + 2)
		next := piece{from: from, to: to, at: at & 0x3FFFFFFF, narrow: at&0x40000000 != 0}
		width := 2
		if next.narrow {
			next.at /= 2
			width = 1
		}
		total += width * (to - from)
		if from != last || to < from || next.at+width*(to-from) > len(p.main) || total > 2*len(p.main) {
			return fmt.Errorf("%w (piece %d of %d lies outside)", container.ErrDamaged, i+1, n)
		}
		last = to
		p.all = append(p.all, next)
	}
	return nil
}

// between gives the characters [from, to) with the byte of the stream that
// each stands at.
func (p pieces) between(from, to int) iter.Seq2[int, rune] {
	return func(yield func(int, rune) bool) {
		for _, piece := range p.all {
			start, end := max(piece.from, from), min(piece.to, to)
			if start >= end {
				continue
			}
			if !piece.cut(start, end).read(p.main, yield) {
				return
			}
		}
	}
}

// cut is the part [from, to) of a piece.
func (p piece) cut(from, to int) piece {
	width := 2
	if p.narrow {
		width = 1
	}
	return piece{from: from, to: to, at: p.at + width*(from-p.from), narrow: p.narrow}
}

func (p piece) read(main view, yield func(int, rune) bool) bool {
	if p.narrow {
		return readNarrow(main.cut(p.at, p.to-p.from), p.at, yield)
	}
	for i := range p.to - p.from {
		at := p.at + 2*i
		r := rune(main.uint16(at))
		switch {
		case r >= 0xD800 && r < 0xDC00:
			low := rune(main.uint16(at + 2))
			if i+1 == p.to-p.from || low < 0xDC00 || low > 0xDFFF {
				r = '\uFFFD'
				break
			}
			r = (r-0xD800)<<10 + (low - 0xDC00) + 0x10000
		case r >= 0xDC00 && r < 0xE000:
			continue // read with the one before it
		}
		if !yield(at, r) {
			return false
		}
	}
	return true
}

// readNarrow reads a piece of one byte a character: Windows' Western code
// page, but in files of some Chinese programs GBK.
func readNarrow(b view, at int, yield func(int, rune) bool) bool {
	if isGBK(b) {
		for i := 0; i < len(b); i++ {
			r, size := rune(b[i]), 1
			if b[i] >= 0x80 {
				r, size = gbk(b[i], b[i+1]), 2
			}
			if !yield(at+i, r) {
				return false
			}
			i += size - 1
		}
		return true
	}
	for i, c := range b {
		if !yield(at+i, charmap.Windows1252.DecodeByte(c)) {
			return false
		}
	}
	return true
}

// isGBK holds if all bytes beyond ASCII are pairs of the first two levels of
// GB 2312 or its punctuation; Western text is not.
func isGBK(b view) bool {
	pairs := 0
	for i := 0; i < len(b); i++ {
		if b[i] < 0x80 {
			continue
		}
		if i+1 == len(b) || b[i+1] < 0xA1 || b[i+1] == 0xFF || b[i] < 0xA1 || b[i] > 0xF7 || b[i] > 0xA9 && b[i] < 0xB0 {
			return false
		}
		pairs++
		i++
	}
	return pairs > 0
}

func gbk(lead, trail byte) rune {
	s, err := simplifiedchinese.GBK.NewDecoder().Bytes([]byte{lead, trail})
	if err != nil {
		return '\uFFFD'
	}
	return []rune(string(s))[0]
}

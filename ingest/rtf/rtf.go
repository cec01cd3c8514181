// Package rtf reads Rich Text Format, which many a file named .doc is: the
// paragraphs and tables of the body. Deleted and hidden text, headers, notes
// and comments are left out; automatic numbers stand in the file as text.
//
// It knows bytes and nothing of what the text is about. It imports nothing of
// ours but the types of what it finds.
package rtf

import (
	"bytes"
	"errors"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"zhiwen/ingest/content"
)

// maxDepth bounds the groups within each other; writers need about 20.
const maxDepth = 1000

// ErrDamaged: the file ends within a group.
var ErrDamaged = errors.New("the file is damaged or cut off; fetch it again")

// Is looks at the first bytes.
func Is(b []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(b, "\xEF\xBB\xBF \r\n\t"), []byte(`{\rtf`))
}

// Read reads a file. Its errors are whole sentences.
func Read(b []byte) (content.Document, error) {
	r := reader{scanner: scanner{b: bytes.TrimLeft(b, "\xEF\xBB\xBF \r\n\t")}, fonts: map[int]encoding.Encoding{}, page: charmap.Windows1252, state: state{fallback: 1}}
	for {
		t, ok := r.next()
		if !ok {
			break
		}
		if t.kind == opening || t.kind == closing {
			r.decode()
			r.skip = 0
		}
		switch t.kind {
		case opening:
			if len(r.stack) == maxDepth {
				return content.Document{}, ErrDamaged
			}
			r.stack = append(r.stack, r.state)
			r.first = true
			continue
		case closing:
			if len(r.stack) == 0 {
				return content.Document{}, ErrDamaged
			}
			r.state = r.stack[len(r.stack)-1]
			r.stack = r.stack[:len(r.stack)-1]
			if len(r.stack) == 0 {
				r.end()
				return content.Document{Blocks: r.blocks}, nil
			}
		case word:
			r.word(t)
		case symbol:
			r.symbol(t)
		case text:
			r.bytes(t.text)
		}
		r.first = false
	}
	return content.Document{}, ErrDamaged
}

// reader is the work in progress of one document.
type reader struct {
	scanner
	state
	stack []state
	fonts map[int]encoding.Encoding
	page  encoding.Encoding // of fonts that name none

	blocks  []content.Block
	text    strings.Builder
	pending []byte // characters that are not decoded yet
	skip    int    // characters left that stand in for the last \u
	high    rune   // first half of a pair of \u

	table [][]content.Placed
	row   []string
	cell  []string
	edges []content.Placed
	edge  content.Placed // the one being defined
}

// state is what a group takes over and gives back.
type state struct {
	ignored  bool // a destination that is no text
	fontList bool
	hidden   bool
	deleted  bool
	inTable  bool
	star     bool // behind \*
	first    bool // nothing of the group is read yet
	font     int
	fallback int // characters that stand in for each \u
	depth    int
}

func (r *reader) shows() bool { return !r.ignored && !r.hidden && !r.deleted }

// bytes takes plain characters of the file.
func (r *reader) bytes(b []byte) {
	if n := min(r.skip, len(b)); n > 0 {
		b = b[n:]
		r.skip -= n
	}
	if r.shows() {
		r.pending = append(r.pending, b...)
	}
}

// decode turns the bytes read so far into characters.
func (r *reader) decode() {
	if len(r.pending) == 0 {
		return
	}
	e := r.fonts[r.font]
	if e == nil {
		e = r.page
	}
	s, err := e.NewDecoder().Bytes(r.pending)
	if err == nil {
		r.text.WriteString(strings.Map(inked, string(s)))
	}
	r.pending = r.pending[:0]
}

// inked leaves out signs of fonts and control characters.
func inked(c rune) rune {
	if c < ' ' && c != '\t' && c != '\n' || c >= 0xE000 && c <= 0xF8FF {
		return -1
	}
	return c
}

// unicode takes a character of \u; its value is signed.
func (r *reader) unicode(n int) {
	r.decode()
	r.skip = r.fallback
	if !r.shows() {
		return
	}
	c := rune(uint16(n))
	switch {
	case c >= 0xD800 && c < 0xDC00:
		r.high = c
		return
	case c >= 0xDC00 && c < 0xE000:
		if r.high == 0 {
			return
		}
		c = (r.high-0xD800)<<10 + (c - 0xDC00) + 0x10000
	}
	r.high = 0
	if c = inked(c); c >= 0 {
		r.text.WriteRune(c)
	}
}

func encodingOfCharset(n int) encoding.Encoding {
	switch n {
	case 134:
		return simplifiedchinese.GB18030
	case 136:
		return traditionalchinese.Big5
	}
	return nil
}

func encodingOfPage(n int) encoding.Encoding {
	switch n {
	case 936, 54936:
		return simplifiedchinese.GB18030
	case 950:
		return traditionalchinese.Big5
	}
	return charmap.Windows1252
}

// take ends a paragraph and gives its text.
func (r *reader) take() string {
	r.decode()
	s := r.text.String()
	r.text.Reset()
	return s
}

func (r *reader) paragraph() {
	s := r.take()
	if r.inTable {
		r.cell = append(r.cell, s)
		return
	}
	r.endTable()
	r.blocks = append(r.blocks, content.Block{Text: s, Depth: r.depth})
}

func (r *reader) endCell() {
	r.cell = append(r.cell, r.take())
	r.row = append(r.row, strings.Join(r.cell, "\n"))
	r.cell = nil
}

func (r *reader) endRow() {
	var row []content.Placed
	for i, s := range r.row {
		var p content.Placed
		if i < len(r.edges) {
			p = r.edges[i]
		}
		p.Text = s
		row = append(row, p)
	}
	if row != nil {
		r.table = append(r.table, row)
	}
	r.row = nil
}

// near is how far apart, in twentieths of a point, the edges of one column may
// stand.
const near = 60

func (r *reader) endTable() {
	if r.cell != nil {
		r.row = append(r.row, strings.Join(r.cell, "\n"))
		r.cell = nil
	}
	r.endRow()
	if r.table != nil {
		r.blocks = append(r.blocks, content.Block{Rows: content.Grid(r.table, near)})
		r.table = nil
	}
}

func (r *reader) end() {
	if s := r.take(); s != "" {
		r.blocks = append(r.blocks, content.Block{Text: s})
	}
	r.endTable()
}

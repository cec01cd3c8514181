package retrieval

import (
	_ "embed"
	"sort"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// t2s.txt maps Traditional characters to Simplified ones, one to one, so that
// folding never changes the number of characters.
//
//go:embed t2s.txt
var t2sTable string

var simplified = sync.OnceValue(func() map[rune]rune {
	table := make(map[rune]rune, 4200)
	for line := range strings.Lines(t2sTable) {
		pair := []rune(strings.TrimSpace(line))
		if len(pair) == 2 {
			table[pair[0]] = pair[1]
		}
	}
	return table
})

// Folded is the shadow of a text that matching works on: NFKC, half width,
// lower case, Simplified, zero-width characters removed, every run of white
// space one space. What is shown is always the original.
type Folded struct {
	Text string
	// starts[i] is the byte offset in the original of the character that byte
	// i of Text came from; the last entry is the original's length.
	starts []int32
}

// Fold makes the shadow of s.
func Fold(s string) Folded {
	f := Folded{starts: make([]int32, 0, len(s)+1)}
	var b strings.Builder
	b.Grow(len(s))
	lastSpace := false
	for at, r := range s {
		piece := foldRune(r)
		if piece == "" {
			continue
		}
		if piece == " " {
			if lastSpace {
				continue
			}
			lastSpace = true
		} else {
			lastSpace = false
		}
		b.WriteString(piece)
		for range len(piece) {
			f.starts = append(f.starts, int32(at))
		}
	}
	f.starts = append(f.starts, int32(len(s)))
	f.Text = b.String()
	return f
}

// FoldString is Fold where the offsets are not needed.
func FoldString(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	lastSpace := false
	for _, r := range s {
		piece := foldRune(r)
		if piece == " " && lastSpace {
			continue
		}
		if piece != "" {
			lastSpace = piece == " "
		}
		b.WriteString(piece)
	}
	return b.String()
}

// Original gives the byte range in the original of the range [start, end) of
// the folded text.
func (f Folded) Original(start, end int) (int, int) {
	from := int(f.starts[start])
	if end <= start {
		return from, from
	}
	last := int(f.starts[end-1])
	// The original character of the last folded byte ends where the next
	// kept one starts, less what was dropped between them.
	next := sort.Search(len(f.starts), func(i int) bool { return int(f.starts[i]) > last })
	return from, int(f.starts[next])
}

func foldRune(r rune) string {
	switch {
	case r < utf8.RuneSelf:
		switch {
		case 'A' <= r && r <= 'Z':
			return string(r + 'a' - 'A')
		case r == ' ' || '\t' <= r && r <= '\r':
			return " "
		case r < ' ' || r == 0x7f:
			return ""
		}
		return string(r)
	case unicode.Is(unicode.Han, r):
		if s, ok := simplified()[r]; ok {
			return string(s)
		}
		// Radicals (which PDFs hold in place of characters) and compatibility
		// characters go on to NFKC.
		if 0x3400 <= r && r < 0xF900 || 0x20000 <= r && r < 0x2F800 {
			return string(r)
		}
	case r == 0x00AD || r == 0xFEFF || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x2064:
		return ""
	case unicode.IsSpace(r):
		return " "
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		return ""
	}
	return foldCompatible(r)
}

// foldCompatible folds what a character is compatible with: a full-width form,
// a ligature, a number in a circle. That may be several characters, with marks
// and spaces among them.
func foldCompatible(r rune) string {
	folded := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		if s, ok := simplified()[r]; ok {
			return s
		}
		return r
	}, strings.ToLower(norm.NFKC.String(string(r))))
	words := strings.Fields(folded)
	if len(words) == 0 {
		return " "
	}
	return strings.Join(words, " ")
}

package check

import (
	"strings"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// wording is a text made ready for comparing: its tight shadow, cut into
// tokens that are exchanged whole.
type wording struct {
	original string
	folded   retrieval.Folded
	tokens   []token
}

// token is a figure, a run of Chinese numerals, a word in letters, or a single
// other character. Start and end are bytes of the folded text.
type token struct {
	text       string
	start, end int
}

func newWording(text string) *wording {
	w := &wording{original: text, folded: retrieval.FoldTight(text)}
	w.tokens = tokens(w.folded.Text)
	return w
}

// source gives the original text of the tokens from i to j.
func (w *wording) source(i, j int) string {
	if i >= j {
		return ""
	}
	start, end := w.span(i, j)
	return w.original[start:end]
}

// span gives the bytes of the original of the tokens from i to j, which are
// at least one.
func (w *wording) span(i, j int) (start, end int) {
	return w.bytes(w.tokens[i].start, w.tokens[j-1].end)
}

// bytes gives the range of the original that a range of the tight text came
// from, without the white space that follows it.
func (w *wording) bytes(from, to int) (start, end int) {
	start, end = w.folded.Original(from, to)
	if to > from {
		last, _ := w.folded.Original(to-1, to)
		_, size := utf8.DecodeRuneInString(w.original[last:])
		end = last + size
	}
	return start, end
}

// tokens cuts a tight text.
func tokens(text string) []token {
	all := make([]token, 0, len(text)/3+1)
	for at := 0; at < len(text); {
		end := at + tokenLength(text[at:])
		all = append(all, token{text[at:end], at, end})
		at = end
	}
	return all
}

func tokenLength(s string) int {
	if isDigit(s[0]) {
		return figureLength(s)
	}
	if isLetter(s[0]) {
		n := 1
		for n < len(s) && (isLetter(s[n]) || isDigit(s[n])) {
			n++
		}
		return n
	}
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !isNumeral(r) {
			break
		}
		n += size
	}
	if n > 0 {
		return n
	}
	_, size := utf8.DecodeRuneInString(s)
	return size
}

// figureLength measures 3326, 1,927, 8.69 and 99.27%: a comma belongs to a
// figure only before three digits, a point only before one.
func figureLength(s string) int {
	n := digits(s)
	if n <= 3 {
		for n < len(s) && s[n] == ',' && digits(s[n+1:]) == 3 {
			n += 4
		}
	}
	if n+1 < len(s) && s[n] == '.' && isDigit(s[n+1]) {
		n += 1 + digits(s[n+1:])
	}
	if n < len(s) && s[n] == '%' {
		n++
	}
	return n
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }

func isNumeral(r rune) bool {
	return strings.ContainsRune("〇零一二三四五六七八九十百千万亿两", r)
}

// isFigure holds for tokens that are numbers in either script.
func (t token) isFigure() bool {
	r, _ := utf8.DecodeRuneInString(t.text)
	return isDigit(t.text[0]) || isNumeral(r)
}

// isMark holds for punctuation.
func (t token) isMark() bool { return isMark(t.text) }

func isMark(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r < utf8.RuneSelf && !isDigit(byte(r)) && !isLetter(byte(r)) && r != '%' ||
		strings.ContainsRune("。、《》〈〉【】〔〕…·～；：，", r)
}

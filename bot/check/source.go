package check

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// source is a collection with what one check has read of it.
type source struct {
	Collection
	material bool
	holders  map[string]termHolders
	kept     int // rows in holders
	votes    votes
	texts    []*stored // read last, the newest first
	bytes    int       // of them
}

func newSource(c Collection, material bool) *source {
	return &source{Collection: c, material: material, holders: map[string]termHolders{}}
}

// stored is a whole stored text.
type stored struct {
	retrieval.Document
	*wording
	material bool
	of       *period // nil until asked for
}

// maxTexts bounds the bytes of stored texts that a check keeps; their shadows
// take about twenty times as much.
const maxTexts = 4 << 20

// text reads a document, or gives one that was read before. It is nil if it is
// gone meanwhile.
func (s *source) text(ctx context.Context, id string) (*stored, error) {
	for i, t := range s.texts {
		if t.ID == id {
			s.texts = slices.Insert(slices.Delete(s.texts, i, i+1), 0, t)
			return t, nil
		}
	}
	doc, err := s.Document(ctx, id)
	if errors.Is(err, retrieval.ErrNotFound) || errors.Is(err, retrieval.ErrGone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	t := &stored{Document: doc, wording: newWording(doc.Text), material: s.material}
	s.texts = slices.Insert(s.texts, 0, t)
	s.bytes += len(doc.Text)
	for s.bytes > maxTexts && len(s.texts) > 1 {
		last := len(s.texts) - 1
		s.bytes -= len(s.texts[last].Text)
		s.texts = s.texts[:last]
	}
	return t, nil
}

// cutsFigure reports whether a byte of the tight text stands within a figure.
func (t *stored) cutsFigure(at int) bool {
	text := t.folded.Text
	if at <= 0 || at >= len(text) || !isDigit(text[at]) && !strings.ContainsRune(".%", rune(text[at])) {
		return false
	}
	switch before := text[at-1]; {
	case isDigit(before) && isDigit(text[at]), before == '.' && isDigit(text[at]) && at > 1 && isDigit(text[at-2]), isDigit(before) && text[at] == '%':
		return true
	case isDigit(before) && text[at] == '.':
		return at+1 < len(text) && isDigit(text[at+1])
	}
	return false
}

// numberBefore is the number of a clause, at which a sentence begins.
var numberBefore = regexp.MustCompile(`第[〇零一二三四五六七八九十百千\d]{1,9}[编章节条]$|(?:^|[^\d.])\d{1,2}\.$`)

// numberBytes is the length of the longest such number.
const numberBytes = 36

// cutAt reports whether a sentence of the text begins before start, or goes on
// after end, within the clause: something may have been left out there.
func (t *stored) cutAt(start, end int) bool {
	text := t.folded.Text
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	first, _ := utf8.DecodeRuneInString(text[start:])
	if start > 0 && !isBound(before) && !isBound(first) && !t.lineBreaks(start) && !numberBefore.MatchString(text[max(0, start-numberBytes):start]) {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(text[:end])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return end < len(text) && !isBound(last) && !isBound(after) && !t.lineBreaks(end)
}

// isBound holds for marks that clauses end with.
func isBound(r rune) bool {
	return strings.ContainsRune(`。！？!?；;,:，：、"()《》【】…`, r)
}

// lineBreaks reports whether the original has a line break before a byte of
// the tight text.
func (t *stored) lineBreaks(at int) bool {
	if at <= 0 || at >= len(t.folded.Text) {
		return true
	}
	_, end := t.bytes(at-1, at)
	start, _ := t.bytes(at, at+1)
	return end < start && strings.Contains(t.Text[end:start], "\n")
}

// article gives the section of a 条 by its number.
func (t *stored) article(number int) (retrieval.Section, bool) {
	for _, s := range t.Sections {
		if s.Level == retrieval.LevelArticle && articleNumber(s.Label) == number {
			return s, true
		}
	}
	return retrieval.Section{}, false
}

// hasArticles reports whether a text is cut into 条.
func (t *stored) hasArticles() bool {
	return slices.ContainsFunc(t.Sections, func(s retrieval.Section) bool { return s.Level == retrieval.LevelArticle })
}

func articleNumber(label string) int {
	return retrieval.ParseNumeral(strings.TrimSuffix(strings.TrimPrefix(label, "第"), "条"))
}

// tokenRange gives the tokens of the text between two bytes of the original.
func (t *stored) tokenRange(start, end int) (lo, hi int) {
	from, to := t.folded.At(start), t.folded.At(end)
	lo, _ = slices.BinarySearchFunc(t.tokens, from, func(tok token, at int) int { return tok.start - at })
	hi, _ = slices.BinarySearchFunc(t.tokens, to, func(tok token, at int) int { return tok.start - at })
	return lo, hi
}

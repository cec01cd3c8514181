package ingest

import (
	"strings"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// mark is the number at the head of a paragraph.
type mark struct {
	level  retrieval.Level
	label  string // as cited
	number int
	size   int  // bytes up to the text, white space included
	spaced bool // white space or the end of the paragraph follows the label
}

// parseMark reads the mark that s begins with, in both punctuation widths:
// 第一章, 第一条, 一、, (一), 1., (1). What only looks like one is refused:
// 2023年, 3.5亿, (2022—2024年), "一、二级市场".
func parseMark(s string) (mark, bool) {
	r, size := utf8.DecodeRuneInString(s)
	var m mark
	var ok bool
	switch {
	case r == '第':
		m, ok = parseArticleMark(s)
	case r == '(' || r == '（':
		m, ok = parseBracketMark(s, size)
	case isNumeral(r):
		m, ok = parseCommaMark(s)
	case isArabic(r):
		m, ok = parseArabicMark(s)
	}
	if !ok {
		return mark{}, false
	}
	space := leadingSpace(s[m.size:])
	m.spaced = space > 0 || m.size == len(s)
	m.size += space
	if m.size == len(s) && m.level >= retrieval.LevelOutline1 {
		return mark{}, false // a bare number is a page number or a cell
	}
	return m, true
}

func articleLevel(unit rune) (retrieval.Level, bool) {
	switch unit {
	case '编':
		return retrieval.LevelBook, true
	case '章':
		return retrieval.LevelChapter, true
	case '节':
		return retrieval.LevelSubchapter, true
	case '条':
		return retrieval.LevelArticle, true
	}
	return 0, false
}

// parseArticleMark reads 第十二条, 第三章, and 第二百一十条之一. Without a
// space behind it, a 章 is one only if the line is short; a 条 is judged by
// its place in the sequence, later.
func parseArticleMark(s string) (mark, bool) {
	numeral, rest := cutSpacedNumeral(s[len("第"):], 9)
	unit, size := utf8.DecodeRuneInString(rest)
	level, ok := articleLevel(unit)
	if numeral == "" || !ok {
		return mark{}, false
	}
	rest = rest[size:]
	label := "第" + numeral + string(unit)
	if suffix, ok := strings.CutPrefix(rest, "之"); ok {
		if n, after := cutNumeral(suffix, 3); n != "" {
			label += "之" + n
			rest = after
		}
	}
	m := mark{level: level, label: label, number: retrieval.ParseNumeral(numeral), size: len(s) - len(rest)}
	if r, _ := utf8.DecodeRuneInString(rest); level != retrieval.LevelArticle && rest != "" && !isSpace(r) {
		_, runes, end := firstSentence(rest)
		if runes > 25 || end != 0 || strings.ContainsAny(rest, ",，") {
			return mark{}, false
		}
	}
	if r, _ := utf8.DecodeRuneInString(rest); strings.ContainsRune("、，,第的至和或", r) {
		return mark{}, false
	}
	return m, true
}

// parseBracketMark reads (一) and (1); a 、 behind the bracket belongs to it.
func parseBracketMark(s string, open int) (mark, bool) {
	m := mark{level: retrieval.LevelOutline2}
	numeral, rest := cutNumeral(s[open:], 3)
	if numeral == "" {
		return mark{}, false
	}
	if r, _ := utf8.DecodeRuneInString(numeral); isArabic(r) {
		if utf8.RuneCountInString(numeral) > 2 {
			return mark{}, false
		}
		m.level = retrieval.LevelOutline4
	}
	r, size := utf8.DecodeRuneInString(rest)
	if r != ')' && r != '）' {
		return mark{}, false
	}
	m.number = retrieval.ParseNumeral(numeral)
	m.size = len(s) - len(rest) + size
	m.label = s[:m.size]
	if strings.HasPrefix(s[m.size:], "、") {
		m.size += len("、")
	}
	return m, true
}

// parseCommaMark reads 一、. The next number behind it makes it a list in
// running text ("一、二级市场").
func parseCommaMark(s string) (mark, bool) {
	numeral, rest := cutNumeral(s, 4)
	after, ok := strings.CutPrefix(rest, "、")
	if !ok {
		return mark{}, false
	}
	number := retrieval.ParseNumeral(numeral)
	if next, _ := cutNumeral(after, 4); next != "" && retrieval.ParseNumeral(next) == number+1 {
		return mark{}, false
	}
	size := len(s) - len(after)
	return mark{level: retrieval.LevelOutline1, label: s[:size], number: number, size: size}, true
}

// parseArabicMark reads 1. and 1、 with at most two digits and no digit behind.
func parseArabicMark(s string) (mark, bool) {
	digits := 0
	rest := s
	for rest != "" {
		r, size := utf8.DecodeRuneInString(rest)
		if !isArabic(r) {
			break
		}
		digits++
		rest = rest[size:]
	}
	r, size := utf8.DecodeRuneInString(rest)
	if digits > 2 || !strings.ContainsRune(".．、", r) || startsWithDigit(rest[size:]) {
		return mark{}, false
	}
	size += len(s) - len(rest)
	return mark{
		level: retrieval.LevelOutline3, label: s[:size], size: size,
		number: retrieval.ParseNumeral(retrieval.FoldString(s[:len(s)-len(rest)])),
	}, true
}

// cutNumeral splits off a numeral of up to limit characters, all Chinese or
// all Arabic. A longer run is no numeral.
func cutNumeral(s string, limit int) (numeral, rest string) {
	first, _ := utf8.DecodeRuneInString(s)
	class := isNumeral
	if isArabic(first) {
		class = isArabic
	}
	at := 0
	for n := 0; at < len(s); n++ {
		r, size := utf8.DecodeRuneInString(s[at:])
		if !class(r) {
			break
		}
		if n == limit {
			return "", s
		}
		at += size
	}
	return s[:at], s[at:]
}

// cutSpacedNumeral does the same where the characters may be spaced out for
// looks, as in 第 十 二 章; spaces are left out of the numeral.
func cutSpacedNumeral(s string, limit int) (numeral, rest string) {
	s = strings.TrimLeftFunc(s, isSpace)
	if numeral, rest = cutNumeral(s, limit); numeral == "" {
		return "", s
	}
	next := strings.TrimLeftFunc(rest, isSpace)
	if len(next) == len(rest) {
		return numeral, rest
	}
	more, after := cutSpacedNumeral(next, limit)
	return numeral + more, after
}

func isNumeral(r rune) bool {
	return strings.ContainsRune("〇零一二三四五六七八九十百千", r)
}

func isArabic(r rune) bool { return '0' <= r && r <= '9' || '０' <= r && r <= '９' }

func startsWithDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isArabic(r)
}

// hashes counts the # of a Markdown heading that s begins with.
func hashes(s string) int {
	n := len(s) - len(strings.TrimLeft(s, "#"))
	if n == 0 || n > 6 || leadingSpace(s[n:]) == 0 {
		return 0
	}
	return n
}

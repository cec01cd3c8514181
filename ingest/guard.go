package ingest

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// guarded lists, in order and without overlap, the ranges no cut may fall
// into: quotations, brackets and titles closed on their own line, and rows of
// tables.
func guarded(text string, rows []Span) []Span {
	spans := pairs(text)
	for _, r := range rows {
		if utf8.RuneCountInString(text[r.Start:r.End]) <= maxChunk {
			spans = append(spans, r)
		}
	}
	slices.SortFunc(spans, func(a, b Span) int { return a.Start - b.Start })
	merged := spans[:0]
	for _, s := range spans {
		if n := len(merged); n > 0 && s.Start < merged[n-1].End {
			merged[n-1].End = max(merged[n-1].End, s.End)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// maxNesting bounds the open brackets that are remembered.
const maxNesting = 16

// pairs finds bracket pairs. A bracket without a partner on its line, or with
// one too far away, guards nothing.
func pairs(text string) []Span {
	const openers, closers = "《“‘（(【〔「『[", "》”’）)】〕」』]"
	type opened struct {
		at, rune int
		closer   rune
	}
	closerOf := map[rune]rune{}
	closing := []rune(closers)
	for i, r := range []rune(openers) {
		closerOf[r] = closing[i]
	}
	var open []opened
	var spans []Span
	n := 0
	for at, r := range text {
		n++
		switch closer, isOpener := closerOf[r]; {
		case r == '\n':
			open = open[:0]
		case isOpener:
			if len(open) == maxNesting {
				open = append(open[:0], open[1:]...)
			}
			open = append(open, opened{at, n, closer})
		case strings.ContainsRune(closers, r):
			for i := len(open) - 1; i >= 0; i-- {
				if open[i].closer != r {
					continue
				}
				if n-open[i].rune <= maxGuarded {
					spans = append(spans, Span{open[i].at, at + utf8.RuneLen(r)})
				}
				open = open[:i]
				break
			}
		}
	}
	return spans
}

// spanAt is the index of the one of the ordered spans that holds the byte at
// offset, or -1.
func spanAt(spans []Span, offset int) int {
	i := sort.Search(len(spans), func(i int) bool { return spans[i].End > offset })
	if i < len(spans) && spans[i].Start <= offset {
		return i
	}
	return -1
}

package retrieval

import (
	"strings"
	"unicode/utf8"
)

// Span is a byte range of a text.
type Span struct{ Start, End int }

// Sentences divides a text into sentences: each ends at 。！？； (either
// width), with the closing marks that follow, or at a line break. White space
// around a sentence belongs to none.
func Sentences(text string) []Span {
	return split(text, "。！？!?；;\n")
}

// Clauses divides a text further, at commas and colons too.
func Clauses(text string) []Span {
	return split(text, "。！？!?；;\n，,：:")
}

func split(text, ends string) []Span {
	var spans []Span
	start := 0
	emit := func(end int) {
		piece := text[start:end]
		from := start + len(piece) - len(strings.TrimLeft(piece, " \t\r\n\u00a0\u3000"))
		to := start + len(strings.TrimRight(piece, " \t\r\n\u00a0\u3000"))
		if from < to {
			spans = append(spans, Span{from, to})
		}
		start = end
	}
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		at += size
		if !strings.ContainsRune(ends, r) || isThousands(text, at-size) {
			continue
		}
		for at < len(text) {
			next, size := utf8.DecodeRuneInString(text[at:])
			if !strings.ContainsRune("”’」』》）)】!！?？。", next) {
				break
			}
			at += size
		}
		emit(at)
	}
	emit(len(text))
	return spans
}

// isThousands reports whether the mark at i stands between digits: 1,000 or
// 15:48 is one word.
func isThousands(text string, i int) bool {
	return i > 0 && i+1 < len(text) && (text[i] == ',' || text[i] == ':') && isDigit(text[i-1]) && isDigit(text[i+1])
}

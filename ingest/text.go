package ingest

import (
	"context"
	"strings"
	"unicode"

	"zhiwen/retrieval"
)

// readText reads plain text: a line is a paragraph.
func readText(_ context.Context, src Source) (Page, error) {
	text, err := decode(src)
	if err != nil {
		return Page{}, err
	}
	return finish(retrieval.Meta{}, textLines(text), src)
}

func textLines(text string) []line {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	var lines []line
	for l := range strings.SplitSeq(text, "\n") {
		lines = append(lines, line{text: l})
	}
	return lines
}

// isSpace counts the characters that take no ink: editors leave zero-width
// ones at the start of lines, and they must hide neither a heading's mark nor
// an empty line.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x200B && r <= 0x200F || r == 0x2060 || r == 0xFEFF
}

func isBlank(s string) bool { return strings.TrimLeftFunc(s, isSpace) == "" }

func trim(s string) string { return strings.TrimFunc(s, isSpace) }

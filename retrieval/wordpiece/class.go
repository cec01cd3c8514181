package wordpiece

import "unicode"

// class is what a character does to the word that it stands in.
type class uint8

const (
	letter  class = iota // belongs to a word
	space                // ends a word
	alone                // is a word by itself: punctuation, ideographs
	dropped              // is as if it were not there: control characters
)

// classOf follows the reference implementation, not the newest Unicode: its
// tables (tables.go) are older than Go's, and ids must not change with Go.
func classOf(r rune) class {
	switch {
	case 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z':
		return letter
	case r == ' ':
		return space
	case isIdeograph(r):
		return alone
	case unicode.Is(punctuation, r):
		return alone
	case unicode.Is(whiteSpace, r):
		return space
	case unicode.Is(removed, r):
		return dropped
	}
	return letter
}

// isIdeograph lists the blocks as the reference does: 2B820 to 2B91F are
// missing there, so they must be missing here.
func isIdeograph(r rune) bool {
	if r < 0x3400 {
		return false
	}
	return r >= 0x4E00 && r <= 0x9FFF ||
		r <= 0x4DBF ||
		r >= 0xF900 && r <= 0xFAFF ||
		r >= 0x20000 && r <= 0x2A6DF ||
		r >= 0x2A700 && r <= 0x2B73F ||
		r >= 0x2B740 && r <= 0x2B81F ||
		r >= 0x2B920 && r <= 0x2CEAF ||
		r >= 0x2F800 && r <= 0x2FA1F
}

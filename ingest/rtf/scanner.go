package rtf

import "strconv"

// kind of a token.
type kind int

const (
	opening kind = iota
	closing
	word
	symbol
	text
)

type token struct {
	kind      kind
	name      string // of a word, or the sign of a symbol
	number    int
	hasNumber bool
	text      []byte
}

// scanner cuts a file into tokens.
type scanner struct {
	b  []byte
	at int
}

// jump passes over bytes that are no RTF.
func (s *scanner) jump(n int) { s.at = min(s.at+max(n, 0), len(s.b)) }

func (s *scanner) next() (token, bool) {
	for s.at < len(s.b) && (s.b[s.at] == '\r' || s.b[s.at] == '\n' || s.b[s.at] == 0) {
		s.at++
	}
	if s.at >= len(s.b) {
		return token{}, false
	}
	switch c := s.b[s.at]; c {
	case '{':
		s.at++
		return token{kind: opening}, true
	case '}':
		s.at++
		return token{kind: closing}, true
	case '\\':
		s.at++
		return s.control()
	}
	start := s.at
	for s.at < len(s.b) && !isSpecial(s.b[s.at]) {
		s.at++
	}
	return token{kind: text, text: s.b[start:s.at]}, true
}

func isSpecial(c byte) bool {
	return c == '{' || c == '}' || c == '\\' || c == '\r' || c == '\n' || c == 0
}

func (s *scanner) control() (token, bool) {
	if s.at >= len(s.b) {
		return token{}, false
	}
	c := s.b[s.at]
	if !isLetter(c) {
		s.at++
		t := token{kind: symbol, name: string(rune(c))}
		if c == '\'' && s.at+2 <= len(s.b) {
			n, err := strconv.ParseUint(string(s.b[s.at:s.at+2]), 16, 8)
			if err == nil {
				t.number = int(n)
				s.at += 2
			}
		}
		return t, true
	}
	const longestName, longestNumber = 32, 10
	start := s.at
	for s.at < len(s.b) && isLetter(s.b[s.at]) && s.at-start < longestName {
		s.at++
	}
	t := token{kind: word, name: string(s.b[start:s.at])}
	start = s.at
	if s.at < len(s.b) && s.b[s.at] == '-' {
		s.at++
	}
	for s.at < len(s.b) && '0' <= s.b[s.at] && s.b[s.at] <= '9' && s.at-start < longestNumber {
		s.at++
	}
	if n, err := strconv.Atoi(string(s.b[start:s.at])); err == nil {
		t.number, t.hasNumber = n, true
	}
	if s.at < len(s.b) && s.b[s.at] == ' ' {
		s.at++
	}
	return t, true
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

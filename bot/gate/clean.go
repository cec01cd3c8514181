package gate

import (
	"regexp"
	"strings"
	"unicode"
)

// bullet is what a model puts before the lines of a list; emphasis is what it
// puts around words.
var (
	bullet   = regexp.MustCompile(`^(?:[#>*•·\-—\s]+|\d{1,2}[.、．)）]\s*|[（(]\d{1,2}[)）]\s*)+`)
	emphasis = strings.NewReplacer("**", "", "__", "", "`", "")
)

// clean is a sentence without the marks of a list and of emphasis, and without
// characters that cannot be seen. It is empty where nothing is said.
func clean(runes []rune) string {
	text := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) || r == '\ufffd' {
			return -1
		}
		return r
	}, string(runes))
	text = strings.TrimSpace(emphasis.Replace(text))
	// "1.5万元" and "2023.4.1" begin with no mark of a list.
	if lead := bullet.FindString(text); lead != "" && !startsDigit(text[len(lead):]) {
		text = text[len(lead):]
	}
	if strings.IndexFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
		return ""
	}
	return strings.TrimSpace(text)
}

func startsDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

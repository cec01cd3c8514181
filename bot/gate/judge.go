package gate

import (
	"regexp"
	"strings"
	"unicode"

	"zhiwen/retrieval"
)

// source is a passage made ready to be compared with.
type source struct {
	text  string // as given
	plain string // tight and folded, the passage and its metadata a line each
}

func newSource(s Source) *source {
	return &source{text: s.Text, plain: tight(s.Text) + "\n" + tight(s.Meta)}
}

// tight is a text in the form in which texts are compared.
func tight(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = retrieval.FoldTight(l).Text
	}
	return strings.Join(lines, "\n")
}

// judge holds a sentence against all that it cites.
func (g *Gate) judge(s Sentence) Reason {
	if len(s.Cites) == 0 {
		return Uncited
	}
	if g.config.Blocked != nil && g.config.Blocked(s.Text) {
		return Blocked
	}
	var evidence strings.Builder
	var passages []string
	for _, n := range s.Cites {
		evidence.WriteString(g.sources[n].plain + "\n")
		passages = append(passages, g.sources[n].text)
	}
	said, held := tight(s.Text), evidence.String()
	if body := strings.TrimRight(said, "。！？!?.,；;"); body != "" && isVerbatim(body, held) {
		return Passed
	}
	for _, rule := range []struct {
		holds  func(said, held string) bool
		reason Reason
	}{
		{titlesStand, Title}, {figuresStand, Figure}, {figuresBelong, Swapped}, {namesStand, Name}, {strictWordsStand, Strict},
		{g.joining.wordsStand, Words}, {g.joining.standsTogether, Scattered},
	} {
		if !rule.holds(said, held) {
			return rule.reason
		}
	}
	if g.config.Near != nil && !g.config.Near(s.Text, passages) {
		return Distant
	}
	return Passed
}

// isVerbatim reports whether a text stands in another one word for word, and
// neither begins nor ends within a figure of it. It is no sooner verbatim than
// from the beginning of a clause: 得 without its 不 is not what is written.
func isVerbatim(body, held string) bool {
	for at := 0; ; {
		i := strings.Index(held[at:], body)
		if i < 0 {
			return false
		}
		i += at
		before := lastRune(held[:i])
		after := firstRune(held[i+len(body):])
		if !unicode.IsLetter(before) && !unicode.IsDigit(before) && !strings.ContainsRune(`.,%-`, before) && !(unicode.IsDigit(lastRune(body)) && (unicode.IsDigit(after) || after == '.' || after == '%')) {
			return true
		}
		at = i + len(firstString(body))
	}
}

func lastRune(s string) rune {
	var last rune
	if s == "" {
		return 0
	}
	for i := len(s) - 1; i >= 0; i-- {
		if s[i]&0xC0 != 0x80 {
			for _, r := range s[i:] {
				last = r
			}
			return last
		}
	}
	return last
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func firstString(s string) string {
	if r := firstRune(s); r != 0 {
		return string(r)
	}
	return s
}

var titlePattern = regexp.MustCompile(`《[^《》]{1,80}》?`)

// titlesStand reports whether every 《title》 stands in the evidence.
func titlesStand(said, held string) bool {
	for _, t := range titlePattern.FindAllString(said, -1) {
		if !strings.HasSuffix(t, "》") || !strings.Contains(held, strings.Trim(t, "《》")) {
			return false
		}
	}
	return true
}

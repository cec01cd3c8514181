package gate

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// plain is a source made ready to be compared with: tight and folded, the passage
// and its metadata a line each.
func plain(s Source) string { return tight(s.Text) + "\n" + tight(s.Meta) }

// tight is a text in the form in which texts are compared.
func tight(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = retrieval.FoldTight(l).Text
	}
	return strings.Join(lines, "\n")
}

var asking = regexp.MustCompile(`(?:多少|什么|哪[里儿些个]|怎[么样]|如何|谁)[^，,；;]*$|[吗呢么嘛不][。！？!?]?$|[？?]$`)

// asks reports whether a sentence puts a question, as a model does that says the
// visitor's again.
func asks(text string) bool { return asking.MatchString(text) }

// judge holds a sentence against all that it cites, one source at least.
func (g *Gate) judge(s Sentence) Reason {
	if g.config.Blocked != nil && g.config.Blocked(s.Text) {
		return Blocked
	}
	var evidence strings.Builder
	for _, n := range s.Cites {
		evidence.WriteString(g.sources[n] + "\n")
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
	return Passed
}

// verbatimRunes is the shortest part of a clause that says by itself what the
// clause says; and refusing is what may not stand before it and be left out.
const (
	verbatimRunes = 6
	refusing      = "不未无没非免禁勿否"
)

// isVerbatim reports whether a text stands in another one word for word, and
// neither begins nor ends within a figure of it, nor leaves out a word before it
// that refuses: 得 without its 不 is not what is written.
func isVerbatim(body, held string) bool {
	short := utf8.RuneCountInString(body) < verbatimRunes
	for at := 0; ; {
		i := strings.Index(held[at:], body)
		if i < 0 {
			return false
		}
		i += at
		before, after := lastRunes(held[:i], 3), firstRune(held[i+len(body):])
		last := lastRune(before)
		switch {
		case isFigure(last) && isFigure(firstRune(body)), isFigure(lastRune(body)) && isFigure(after):
		case isWord(last) && (short || strings.ContainsAny(before, refusing)):
		default:
			return true
		}
		at = i + len(firstString(body))
	}
}

// isFigure reports whether a character may be in a figure.
func isFigure(r rune) bool { return unicode.IsDigit(r) || strings.ContainsRune(".%", r) }

// lastRunes are the last n runes of a text.
func lastRunes(s string, n int) string {
	at := len(s)
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	return s[at:]
}

func lastRune(s string) rune {
	r, size := utf8.DecodeLastRuneInString(s)
	if size == 0 {
		return 0
	}
	return r
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

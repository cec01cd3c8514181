package web

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"zhiwen/bot"
)

// answerView is an answer on a page that needs no scripts.
type answerView struct {
	bot.Answer
	Question string
	Pieces   []piece // of the text
	Whole    []piece // of what stands behind 说得更细一些
	Steps    [][]piece
	Cards    []card
}

// piece is a run of an answer's text, or a mark that leads to a source.
type piece struct {
	Text string
	Card *card
}

// card is a source as it is shown: in the reader's script, with the original
// beside it.
type card struct {
	bot.Citation
	Title, Publisher, Validity, Clause, Quote string
	Original                                  string // the quotation as it is stored, where Quote is converted
	Fragment                                  string // the original page, opened at the quotation
}

func newAnswerView(question string, a bot.Answer) *answerView {
	v := &answerView{Answer: a, Question: question}
	for _, c := range a.Citations {
		v.Cards = append(v.Cards, newCard(c))
	}
	v.Pieces, v.Whole = v.pieces(a.Text), v.pieces(a.More)
	for _, step := range a.Steps {
		v.Steps = append(v.Steps, v.pieces(step))
	}
	return v
}

func newCard(c bot.Citation) card {
	k := card{Citation: c, Title: c.Title, Publisher: c.Publisher, Validity: c.Validity, Clause: c.Clause, Quote: c.Quote}
	if h := c.Hant; h != nil {
		k.Title, k.Publisher, k.Validity, k.Clause, k.Quote = h.Title, h.Publisher, h.Validity, h.Clause, h.Quote
		k.Original = c.Quote
	}
	if isWebURL(c.SourceURL) {
		k.Fragment = textFragment(c.SourceURL, c.Quote)
	}
	return k
}

var sourceMark = regexp.MustCompile(`\[(\d{1,2})\]`)

// pieces divides a text at its marks.
func (v *answerView) pieces(text string) []piece {
	if text == "" {
		return nil
	}
	var all []piece
	at := 0
	for _, m := range sourceMark.FindAllStringSubmatchIndex(text, -1) {
		n, err := strconv.Atoi(text[m[2]:m[3]])
		if err != nil || n < 1 || n > len(v.Cards) {
			continue
		}
		all = append(all, piece{Text: text[at:m[0]]}, piece{Card: &v.Cards[n-1]})
		at = m[1]
	}
	return append(all, piece{Text: text[at:]})
}

// Name is how a mark is read out: 来源1《题名》第三条.
func (c card) Name() string {
	return "来源" + strconv.Itoa(c.N) + "《" + cmp.Or(c.Title, "未命名文件") + "》" + c.Clause
}

// fragmentRunes is how much of a quotation finds it on its page: longer ones
// are more easily missed for a line break or a note within.
const fragmentRunes = 24

// textFragment is an address that opens a page at a quotation where the
// browser can do so (WICG Scroll to Text Fragment); others open the page.
func textFragment(address, quote string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(quote), "\n")
	words := []rune(strings.TrimSpace(line))
	if len(words) > fragmentRunes {
		words = words[:fragmentRunes]
	}
	page, _, _ := strings.Cut(address, "#")
	return page + "#:~:text=" + escapeFragment(string(words))
}

// escapeFragment escapes everything that has a meaning in a text fragment.
func escapeFragment(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(s) {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}

package bot

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// Limits of an answer in the elder profile.
const (
	// plainRunes is the most that is said at once: what a visitor reads in large
	// type without scrolling on a phone.
	plainRunes = 120
	// wholeRunes is the longest quotation that is shown as it is: nothing is
	// gained by hiding its other half.
	wholeRunes = 60
	// plainSuggestions is the most that may be chosen from on one screen.
	plainSuggestions = 4
)

// plain puts an answer as elderly visitors read it: the conclusion first, one
// step at a time, the whole of it in More, telephone numbers by themselves.
// Nothing is reworded: the text is made of fixed sentences, of words cut out of
// the quotations, and of the number of items in a list.
func (b *Bot) plain(a Answer, q Question) Answer {
	whole := a.Text
	switch a.Mode {
	case ModeFixed: // short as it is
	case ModeExcerpt:
		a = b.plainExcerpt(a, q)
	default:
		a.Text = firstSentences(a.Text, plainRunes)
	}
	if a.Text != whole {
		a.More = whole
	}
	a.Phones = phonesIn(a.Citations)
	a.Suggestions = a.Suggestions[:min(len(a.Suggestions), plainSuggestions)]
	return a
}

func (b *Bot) plainExcerpt(a Answer, q Question) Answer {
	lead, blocks := blocksOf(a)
	if len(blocks) == 0 {
		a.Text = firstSentences(a.Text, plainRunes)
		return a
	}
	room := max(plainRunes-utf8.RuneCountInString(lead), wholeRunes)
	items := blocks
	if len(blocks) == 1 && !wantsOne(q.Want) {
		items = itemsOf(blocks[0])
	}
	switch {
	case runesOf(items) <= wholeRunes || len(items) > 1 && runesOf(items) <= room:
		// It stays as it is.
	case len(items) > 1:
		a.Steps = steps(items)
		a.Text = lead + b.say.Step(len(items), len(a.Steps)) + "\n" + a.Steps[0]
	default:
		a.Text = lead + conclusion(items[0], a.Highlight, room)
	}
	return a
}

// wantsOne reports whether one clause answers a question, however long the
// list that it stands in.
func wantsOne(w Want) bool {
	return w == WantFigure || w == WantTime || w == WantContact || w == WantName
}

// block is a quotation, or an item of one, with the mark of its source.
type block struct {
	before string // fixed words of ours that lead it
	words  string // verbatim
	mark   string // [n]
}

func (k block) String() string { return k.before + k.words + k.mark }

// blocksOf divides an answer's text into its quotations and what leads the
// first one. There are no blocks where the text is put together otherwise.
func blocksOf(a Answer) (lead string, blocks []block) {
	at := 0
	for i, c := range a.Citations {
		mark := fmt.Sprintf("[%d]", c.N)
		found := strings.Index(a.Text[at:], c.Quote+mark)
		if found < 0 {
			return "", nil
		}
		before := a.Text[at : at+found]
		if i == 0 {
			lead, before = before, ""
		}
		blocks = append(blocks, block{before: strings.TrimLeft(before, "\n"), words: c.Quote, mark: mark})
		at += found + len(c.Quote) + len(mark)
	}
	if strings.TrimSpace(a.Text[at:]) != "" {
		return "", nil
	}
	return lead, blocks
}

// itemsOf divides a quotation that is a list into its items: lines of their
// own. A line that announces others goes with the first of them.
func itemsOf(k block) []block {
	var items []block
	before := k.before
	numbered := 0
	for line := range strings.Lines(k.words) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if itemMark.MatchString(line) {
			numbered++
		}
		items = append(items, block{before: before, words: line, mark: k.mark})
		before = ""
	}
	if numbered < 2 {
		return []block{k}
	}
	if !itemMark.MatchString(items[0].words) && numbered == len(items)-1 {
		items[1].before = items[0].before + items[0].words + "\n"
		items = items[1:]
	}
	return items
}

func runesOf(items []block) int {
	n := 0
	for _, k := range items {
		n += utf8.RuneCountInString(k.before + k.words)
	}
	return n
}

func said(items []block) string {
	lines := make([]string, len(items))
	for i, k := range items {
		lines[i] = k.String()
	}
	return strings.Join(lines, "\n")
}

// steps packs items into steps that are said one at a time. An item that is
// too long for one is divided at its sentences.
func steps(items []block) []string {
	var all []string
	for i := 0; i < len(items); {
		end, runes := i+1, runesOf(items[i:i+1])
		if runes > plainRunes {
			all = append(all, pieces(items[i])...)
			i++
			continue
		}
		for end < len(items) && runes+runesOf(items[end:end+1]) <= plainRunes && !isProcess(items) {
			runes += runesOf(items[end : end+1])
			end++
		}
		all = append(all, said(items[i:end]))
		i = end
	}
	return all
}

// process begins the items of a list that are done one after the other.
var process = regexp.MustCompile(`申请|受理|审[核批查]|办结|领取|领证|取号|提交|登记|送达|缴费`)

// isProcess reports whether most items of a list are things to do in order.
func isProcess(items []block) bool {
	n := 0
	for _, k := range items {
		words := []rune(k.words)
		if process.MatchString(string(words[:min(len(words), 12)])) {
			n++
		}
	}
	return 2*n > len(items)
}

// pieces divides a long item at its sentences into what fits a step each.
func pieces(k block) []string {
	var all []string
	rest, before := k.words, k.before
	for rest != "" {
		piece := within(rest, plainRunes)
		rest = strings.TrimLeft(rest[len(piece):], " \n")
		all = append(all, before+strings.TrimSpace(piece)+k.mark)
		before = ""
	}
	return all
}

// conclusion is the sentence of a quotation that holds the words which answer,
// or those words where the sentence is too long.
func conclusion(k block, highlight string, room int) string {
	at := strings.Index(k.words, highlight)
	if highlight == "" || at < 0 {
		return k.before + ended(within(k.words, room), k)
	}
	for _, cut := range []func(string) []retrieval.Span{retrieval.Sentences, retrieval.Clauses} {
		start, end := at, at+len(highlight)
		for _, s := range cut(k.words) {
			if s.Start <= at && at < s.End {
				start = s.Start
			}
			if s.Start < at+len(highlight) && at+len(highlight) <= s.End {
				end = s.End
			}
		}
		if words := strings.TrimSpace(k.words[start:end]); utf8.RuneCountInString(words) <= room {
			return k.before + words + k.mark
		}
	}
	return k.before + ended(within(highlight, room), k)
}

// ended marks words that are cut off before the end of a sentence.
func ended(words string, k block) string {
	words = strings.TrimSpace(words)
	if last, _ := utf8.DecodeLastRuneInString(words); !strings.ContainsRune("。！？!?；;", last) && words != strings.TrimSpace(k.words) {
		return words + k.mark + "……"
	}
	return words + k.mark
}

// within is the beginning of a text that fits: as many sentences as do, or else
// clauses, or else characters.
func within(text string, runes int) string {
	for _, cut := range []func(string) []retrieval.Span{retrieval.Sentences, retrieval.Clauses} {
		end := 0
		for _, s := range cut(text) {
			if utf8.RuneCountInString(text[:s.End]) > runes {
				break
			}
			end = s.End
		}
		if end > 0 {
			return text[:end]
		}
	}
	n := 0
	for at := range text {
		if n == runes {
			return text[:at]
		}
		n++
	}
	return text
}

var marks = regexp.MustCompile(`^(?:\[\d{1,2}\])+`)

// firstSentences is the beginning of a text with marks, with those of its last
// sentence.
func firstSentences(text string, runes int) string {
	if utf8.RuneCountInString(withoutMarks(text)) <= runes {
		return text
	}
	first := within(text, runes)
	return strings.TrimSpace(first + marks.FindString(text[len(first):]))
}

var (
	// phoneNumber is a number of the fixed network, a service number, a mobile
	// number.
	phoneNumber = regexp.MustCompile(`(?:0\d{2,3}[-－—]?[2-8]\d{6,7}(?:[-－—转]\d{1,4})?|[48]00[-－—]?\d{3}[-－—]?\d{4}|1[3-9]\d{9}|[2-8]\d{6,7}|1\d{4}|9\d{4}|1[12]\d)`)
	// phoneCue stands before a number that could be another figure.
	phoneCue = regexp.MustCompile(`(?:电话|热线|拨打|致电|直拨|联系方式|传真)[^。；\n]{0,24}$`)
)

// phonesIn gives the telephone numbers in quotations, as they stand there.
func phonesIn(citations []Citation) []string {
	var phones []string
	for _, c := range citations {
		for _, at := range phoneNumber.FindAllStringIndex(c.Quote, -1) {
			number := c.Quote[at[0]:at[1]]
			if !apart(c.Quote, at[0], at[1]) || !phoneCue.MatchString(c.Quote[:at[0]]) || slices.Contains(phones, number) {
				continue
			}
			phones = append(phones, number)
		}
	}
	return phones
}

// apart reports whether no figure goes on before or behind.
func apart(s string, start, end int) bool {
	const figure = "0123456789.-%"
	before, _ := utf8.DecodeLastRuneInString(s[:start])
	after, _ := utf8.DecodeRuneInString(s[end:])
	return !strings.ContainsRune(figure, before) && !strings.ContainsRune("0123456789%元件人年月日项", after)
}

package bot

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// listCover is the share of the question that a heading must hold for its
// parts to be the answer.
const listCover = 0.45

// listed finds the section whose heading is what a 哪些 question asks for and
// gives its parts as windows: the heading line of each.
func listed(q Question, w weights, p retrieval.Passage, doc *retrieval.Document) []Window {
	if q.Want != WantList {
		return nil
	}
	best, bestCover := -1, listCover
	title := termSet(doc.Title)
	for i, s := range doc.Sections {
		if len(children(doc, i)) < 2 {
			continue
		}
		if c := headingCover(q, w, doc.Text[s.Start:s.Body], doc.Title, title); c > bestCover {
			best, bestCover = i, c
		}
	}
	if best < 0 {
		return nil
	}
	var parts []Window
	for _, child := range children(doc, best) {
		s := doc.Sections[child]
		end := s.Body
		if s.Heading == "" {
			end = s.End // a numbered paragraph without a heading is an item whole
		}
		end = s.Start + len(strings.TrimRight(doc.Text[s.Start:end], " \t\r\n\u00a0\u3000"))
		parts = append(parts, Window{
			Passage: p, Start: s.Start, End: end, Text: doc.Text[s.Start:end],
			Highlight: retrieval.Span{Start: s.Start, End: end},
		})
	}
	return parts
}

// listItem begins an item of a list that a line before it announces.
var listItem = regexp.MustCompile(`^[（(]?[一二三四五六七八九十\d]{1,3}[）)．.、]`)

// announced gives the line that announces the list whose item a window begins
// with (有下列情形之一的，处…罚款：): without it the item says nothing.
func announced(lead evidence) (evidence, bool) {
	if !listItem.MatchString(lead.Text) {
		return evidence{}, false
	}
	chunk := lead.Passage.Chunk
	if lead.Start < chunk.Start || lead.Start > chunk.End {
		return evidence{}, false
	}
	end := lead.Start
	for end > chunk.Start {
		above := strings.TrimRight(lead.doc.Text[chunk.Start:end], " \r\n\u3000")
		start := chunk.Start + strings.LastIndex(above, "\n") + 1
		line := strings.TrimLeft(lead.doc.Text[start:chunk.Start+len(above)], " \u3000")
		switch {
		case strings.HasSuffix(line, "：") || strings.HasSuffix(line, ":"):
			from := chunk.Start + len(above) - len(line)
			w := Window{Passage: lead.Passage, Start: from, End: chunk.Start + len(above), Text: line, Highlight: lead.Window.Highlight}
			return evidence{w, lead.doc}, true
		case !listItem.MatchString(line):
			return evidence{}, false
		}
		end = start
	}
	return evidence{}, false
}

// wholeListRunes is the longest list that is shown whole.
const wholeListRunes = 1500

// itemLevels are the numbers of items from the highest level to the lowest
// (GB/T 9704-2012, 7.3.3).
var itemLevels = []*regexp.Regexp{
	regexp.MustCompile(`^[一二三四五六七八九十]{1,3}[．.、]`),
	regexp.MustCompile(`^[（(][一二三四五六七八九十]{1,3}[）)]`),
	regexp.MustCompile(`^\d{1,3}[．.、]`),
	regexp.MustCompile(`^[（(]?\d{1,3}[）)]`),
}

// itemLevel is the level of the item that a line begins, -1 if it begins none.
func itemLevel(line string) int {
	line = strings.TrimSpace(line)
	return slices.IndexFunc(itemLevels, func(number *regexp.Regexp) bool { return number.MatchString(line) })
}

// items gives the list of which a window shows some items, and how many it has;
// none where the window shows no list. What stands on a lower level belongs to
// its item.
func items(e evidence) (list retrieval.Span, n int) {
	text := e.doc.Text
	at, level := e.Start, -1
	for line := range strings.Lines(text[e.Start:e.End]) {
		if level = itemLevel(line); level >= 0 {
			break
		}
		at += len(line)
	}
	if level < 0 {
		return list, 0
	}
	for at > 0 {
		start := strings.LastIndex(text[:at-1], "\n") + 1
		if itemLevel(text[start:at]) < level {
			break
		}
		at = start
	}
	list = retrieval.Span{Start: at, End: at}
	for at < len(text) {
		line, _, _ := strings.Cut(text[at:], "\n")
		switch found := itemLevel(line); {
		case found == level:
			n++
			fallthrough
		case found > level:
			list.End = at + len(strings.TrimRight(line, " \r\u3000"))
		case strings.TrimSpace(line) != "":
			return list, n
		}
		at += len(line) + 1
	}
	return list, n
}

// wholeList widens a window of a list to all of it, with the line that announces
// it. A list that is too long to show stays cut, which cutList tells.
func wholeList(lead evidence) evidence {
	list, n := items(lead)
	if n < 2 {
		return lead
	}
	whole := lead
	whole.Start, whole.End = min(lead.Start, list.Start), max(lead.End, list.End)
	if line, ok := announced(lead); ok {
		whole.Start = min(whole.Start, line.Start)
	}
	whole.Text = lead.doc.Text[whole.Start:whole.End]
	if utf8.RuneCountInString(whole.Text) > wholeListRunes {
		return lead
	}
	return whole
}

// cutList gives the number of items of a list that a window shows a part of; 0
// where it shows all of them, or no list is asked for.
func cutList(q Question, e evidence) int {
	if q.Want != WantList || e.doc == nil {
		return 0
	}
	if list, n := items(e); n > 1 && (list.Start < e.Start || list.End > e.End) {
		return n
	}
	return 0
}

// hanNumber writes a number below a hundred in characters, others in figures.
func hanNumber(n int) string {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case n <= 0 || n >= 100:
		return strconv.Itoa(n)
	case n < 10:
		return digits[n]
	case n < 20:
		return "十" + digits[n%10]
	}
	return digits[n/10] + "十" + digits[n%10]
}

// headingCover is how much a heading holds of what the question says beyond the
// document's title; a heading of plans for the very year holds all of a
// question for plans, however it is worded.
func headingCover(q Question, w weights, heading, title string, titleTerms map[string]bool) float64 {
	plans := plansPattern.MatchString(heading)
	if q.Plans && !plans {
		return 0
	}
	if len(q.Years) > 0 {
		if q.Plans && holdsYear(heading, q.Years[0].Number) {
			return 1
		}
		if !holdsYear(heading, q.Years[0].Number) && !holdsYear(title, q.Years[0].Number) {
			return 0
		}
	}
	beyond := map[string]bool{}
	for t := range w.terms {
		beyond[t] = !titleTerms[t]
	}
	return w.only(beyond).cover(termSet(heading))
}

func children(doc *retrieval.Document, parent int) []int {
	var found []int
	for i, s := range doc.Sections {
		if s.Parent == parent {
			found = append(found, i)
		}
	}
	return found
}

package ingest

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"zhiwen/ingest/numbering"
	"zhiwen/retrieval"
)

const (
	// maxHeading is the longest heading in characters; a longer first
	// sentence is text.
	maxHeading = 80
	// maxRunIn is the longest first sentence that still is a heading when
	// text follows it in the same paragraph.
	maxRunIn = 40
	// maxColonHeading is the longest heading that ends in a colon.
	maxColonHeading = 20
)

// Sections finds the heading tree of a text, in text order. Numbered marks
// are read in both punctuation widths; marks.Headings adds headings without
// a number.
func Sections(text string, marks Marks) []retrieval.Section {
	o := outline{text: text, paras: paragraphs(text, marks)}
	o.skipContents()
	o.skipReferences()
	o.liftHeadings()
	o.findAttachmentLists()
	o.findClosings()
	for i := range o.paras {
		o.read(i)
	}
	return o.nest()
}

// outline is the work in progress of one text.
type outline struct {
	text  string
	paras []paragraph
	found []headingFound

	closings []int // where signature and date begin, with what stands below them

	inArticle bool // marks below a 条 are 项 and 目, whose words are no headings
}

// headingFound is a section without its end; depth is 0 unless the format marks it.
type headingFound struct {
	retrieval.Section
	depth int
}

// read adds the sections that begin in paragraph i.
func (o *outline) read(i int) {
	p := o.paras[i]
	if slices.Contains(o.closings, p.Start) {
		o.inArticle = false
	}
	switch {
	case p.row:
	case p.marked:
		o.readMarked(i)
	case p.depth > 0:
		o.inArticle = false
		o.add(p, retrieval.LevelTitle, "", p.Start+p.mark.size, p.End)
	case isAttachmentMark(o.text[p.Start:p.End]):
		// What follows is a text of its own: it is no part of the last 条.
		o.inArticle = false
		o.add(p, retrieval.LevelTitle, "", p.Start, p.End)
	}
}

func (o *outline) readMarked(i int) {
	p := o.paras[i]
	level := p.mark.level
	if level < retrieval.LevelArticle {
		o.inArticle = false
	}
	after := p.Start + p.mark.size
	switch {
	case level == retrieval.LevelArticle:
		o.inArticle = true
		body := after + bracketHeading(o.text[after:p.End])
		o.add(p, level, p.mark.label, after, body)
		o.addParagraphs(i, body)
	case o.inArticle:
		o.add(p, level, p.mark.label, after, after)
	default:
		o.add(p, level, p.mark.label, after, after+o.headingLength(i, after))
	}
}

// add records a section; its heading stands in [from, body).
func (o *outline) add(p paragraph, level retrieval.Level, label string, from, body int) {
	heading := strings.TrimRight(trim(o.text[from:body]), "。：:；;")
	if level == retrieval.LevelArticle {
		heading = strings.Trim(heading, "【】（）()")
	}
	o.found = append(o.found, headingFound{
		Section: retrieval.Section{Level: level, Label: label, Heading: heading, Start: p.Start, Body: body},
		depth:   p.depth,
	})
}

// addParagraphs counts the 款 of the 条 in paragraph i: its unnumbered
// paragraphs, when there is more than one. It adds the first at body and marks
// the others, which are added in their turn so that text order holds.
func (o *outline) addParagraphs(i, body int) {
	var first []int
	if !isBlank(o.text[body:o.paras[i].End]) {
		first = append(first, i)
	}
	for j := i + 1; j < len(o.paras) && !o.endsArticle(j); j++ {
		if p := o.paras[j]; !p.marked && !p.row {
			first = append(first, j)
		}
	}
	if len(first) < 2 {
		return
	}
	for n, j := range first {
		label := "第" + numbering.Chinese.Write(n+1) + "款"
		if j == i {
			at := paragraph{Span: Span{body, body}}
			o.add(at, retrieval.LevelParagraph, label, body, body)
			continue
		}
		o.paras[j].marked = true
		o.paras[j].mark = mark{level: retrieval.LevelParagraph, label: label}
	}
}

// endsArticle reports whether paragraph j is beyond the 条 before it.
func (o *outline) endsArticle(j int) bool {
	p := o.paras[j]
	if p.marked {
		return p.mark.level <= retrieval.LevelArticle
	}
	return p.depth > 0 || isAttachmentMark(o.text[p.Start:p.End]) || slices.Contains(o.closings, p.Start)
}

// bracketHeading is the length of a heading in brackets behind a 条
// ("【立法目的】", "（目的和依据）"), white space behind it included.
func bracketHeading(s string) int {
	for _, pair := range [...][2]string{{"【", "】"}, {"（", "）"}, {"(", ")"}} {
		rest, ok := strings.CutPrefix(s, pair[0])
		if !ok {
			continue
		}
		end := strings.Index(rest, pair[1])
		if end < 0 || utf8.RuneCountInString(rest[:end]) > maxColonHeading {
			return 0
		}
		n := len(pair[0]) + end + len(pair[1])
		return n + leadingSpace(s[n:])
	}
	return 0
}

// headingLength is the length of the heading of paragraph i that begins at
// after: the first sentence when text follows it, the whole paragraph when it
// is no sentence. 0 when the paragraph is text from the mark on.
func (o *outline) headingLength(i, after int) int {
	p := o.paras[i]
	rest := o.text[after:p.End]
	if p.depth > 0 {
		return len(rest)
	}
	length, runes, end := firstSentence(rest)
	switch {
	case length == len(rest) && end == 0:
		if runes <= maxHeading {
			return length
		}
		return 0
	case end == 0, end == '；', end == ';', runes > maxRunIn:
		return 0
	case isBlank(rest[length:]):
		if o.hasBodyBelow(i) {
			return length
		}
		return 0
	}
	return length
}

// hasBodyBelow reports whether what follows paragraph i belongs under it.
func (o *outline) hasBodyBelow(i int) bool {
	if i+1 == len(o.paras) {
		return false
	}
	next := o.paras[i+1]
	if next.marked {
		return next.mark.level > o.paras[i].mark.level
	}
	return next.depth == 0 && !next.row
}

// firstSentence measures the first sentence of s: its bytes and characters
// with the mark that ends it, and that mark (0: s ends before any). Marks in
// brackets and quotations end nothing. It looks no further than a heading can
// reach.
func firstSentence(s string) (length, runes int, end rune) {
	depth := 0
	var before rune
	for at, r := range s {
		runes++
		switch r {
		case '《', '“', '（', '(', '【', '〔', '[', '「':
			depth++
		case '》', '”', '）', ')', '】', '〕', ']', '」':
			depth = max(depth-1, 0)
		case '。', '；', ';', '！', '!', '？', '?':
			if depth == 0 {
				return at + utf8.RuneLen(r), runes, r
			}
		case '：', ':':
			next := at + utf8.RuneLen(r)
			isTime := isArabic(before) && startsWithDigit(s[next:])
			if depth == 0 && runes <= maxColonHeading && !isBlank(s[next:]) && !isTime {
				return next, runes, r
			}
		}
		before = r
		if runes > maxHeading {
			return at, runes, 0
		}
	}
	return len(s), runes, 0
}

func isAttachmentMark(s string) bool {
	rest, ok := strings.CutPrefix(s, "附件")
	if !ok {
		return false
	}
	rest = strings.TrimFunc(rest, isSpace)
	rest = strings.TrimRight(rest, ":：")
	return len(rest) <= len("十二") && (rest == "" || retrieval.ParseNumeral(rest) > 0)
}

// nest gives every section its parent and its end.
func (o *outline) nest() []retrieval.Section {
	sections := make([]retrieval.Section, len(o.found))
	var open []int
	closeUntil := func(keep, end int) {
		for len(open) > keep {
			sections[open[len(open)-1]].End = end
			open = open[:len(open)-1]
		}
	}
	closings := o.closings
	for i, f := range o.found {
		for len(closings) > 0 && closings[0] <= f.Start {
			closeUntil(o.titlesOf(open), closings[0])
			closings = closings[1:]
		}
		keep := len(open)
		for keep > 0 && !holds(o.found[open[keep-1]], f) {
			keep--
		}
		closeUntil(keep, f.Start)
		sections[i] = f.Section
		sections[i].Parent = -1
		if keep > 0 {
			sections[i].Parent = open[keep-1]
		}
		open = append(open, i)
	}
	if len(closings) > 0 {
		closeUntil(o.titlesOf(open), closings[0])
	}
	closeUntil(0, len(o.text))
	return sections
}

// titlesOf counts the open sections that a signature does not end.
func (o *outline) titlesOf(open []int) int {
	n := 0
	for n < len(open) && o.found[open[n]].Level == retrieval.LevelTitle {
		n++
	}
	return n
}

// holds reports whether inner can stand below outer. Numbers decide before
// the depth of markup, which authors choose for its looks.
func holds(outer, inner headingFound) bool {
	outerNumbered, innerNumbered := outer.Level != retrieval.LevelTitle, inner.Level != retrieval.LevelTitle
	switch {
	case outerNumbered && innerNumbered:
		return outer.Level < inner.Level
	case outer.depth > 0 && inner.depth > 0:
		return outer.depth < inner.depth
	}
	return !outerNumbered && innerNumbered
}

// paragraph is a stretch of text without the white space around it.
type paragraph struct {
	Span
	depth  int // of the heading that the format marks, else 0
	row    bool
	listed bool // names an attachment
	marked bool
	mark   mark // its size counts the # of a heading, mark or not
}

// maxLine is the length in characters above which a line is looked at for
// paragraphs that lost their line ends, as in text copied from a search engine.
const maxLine = 300

// paragraphs cuts a text at its line ends.
func paragraphs(text string, marks Marks) []paragraph {
	var paras []paragraph
	for start := 0; start < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
			end = start + i
		}
		p := paragraph{Span: trimSpan(text, Span{start, end})}
		start = end + 1
		if p.Start == p.End {
			continue
		}
		p.depth, p.row = marks.at(p.Span)
		if isSentence(text[p.Start:p.End]) {
			p.depth = 0
		}
		switch {
		case p.row:
			paras = append(paras, p)
		case utf8.RuneCountInString(text[p.Start:p.End]) > maxLine:
			paras = appendSplit(paras, text, p.Span)
		default:
			paras = append(paras, withMark(text, p))
		}
	}
	return paras
}

// isSentence holds for text that ends like one: authors mark whole paragraphs
// as headings to make them look so.
func isSentence(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune("。；;，,", last)
}

// withMark reads a paragraph's mark; a Markdown heading in a text that is
// kept as given has its # before it.
func withMark(text string, p paragraph) paragraph {
	at := p.Start
	if n := hashes(text[p.Start:p.End]); n > 0 {
		at += n
		at += leadingSpace(text[at:p.End])
		p.depth = n
	}
	p.mark, p.marked = parseMark(text[at:p.End])
	p.mark.size += at - p.Start
	return p
}

// appendSplit cuts one long line where a paragraph must have begun: at a
// space behind the end of a sentence or before a mark, and at 一、 or (一)
// right behind a full stop.
func appendSplit(paras []paragraph, text string, line Span) []paragraph {
	start := line.Start
	cut := func(end, next int) {
		if p := (paragraph{Span: trimSpan(text, Span{start, end})}); p.Start < p.End {
			paras = append(paras, withMark(text, p))
		}
		start = next
	}
	var before rune // last character that is not a space
	spaced := false
	for at, r := range text[line.Start:line.End] {
		at += line.Start
		if isSpace(r) {
			spaced = true
			continue
		}
		switch {
		case before == 0:
		case spaced && strings.ContainsRune("。！？；：”）", before):
			cut(at, at)
		case spaced || before == '。':
			m, ok := parseMark(text[at:min(at+64, line.End)])
			if ok && (spaced || m.level == retrieval.LevelOutline1 || m.level == retrieval.LevelOutline2) {
				cut(at, at)
			}
		}
		before, spaced = r, false
	}
	cut(line.End, line.End)
	return paras
}

// at tells what the format says of a line.
func (m Marks) at(line Span) (depth int, row bool) {
	i := sort.Search(len(m.Headings), func(i int) bool { return m.Headings[i].End > line.Start })
	if i < len(m.Headings) && m.Headings[i].Start <= line.Start {
		return m.Headings[i].Depth, false
	}
	return 0, spanAt(m.Rows, line.Start) >= 0
}

func trimSpan(text string, s Span) Span {
	body := text[s.Start:s.End]
	s.Start += leadingSpace(body)
	if s.Start >= s.End {
		return Span{s.End, s.End}
	}
	s.End = s.Start + len(strings.TrimRightFunc(text[s.Start:s.End], isSpace))
	return s
}

func leadingSpace(s string) int { return len(s) - len(strings.TrimLeftFunc(s, isSpace)) }

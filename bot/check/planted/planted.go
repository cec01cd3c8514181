// Package planted makes drafts with known mistakes out of real documents, to
// measure what package check finds. The same seed makes the same drafts.
package planted

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// Kind is what was done to a text.
type Kind string

// Kinds of alterations.
const (
	Figure   Kind = "figure"
	Date     Kind = "date"
	Negation Kind = "negation"
	Unit     Kind = "unit"
	Clause   Kind = "clause"
	Name     Kind = "name"
	Phrase   Kind = "phrase"
	Swap     Kind = "swap"
)

// Kinds are all of them.
var Kinds = []Kind{Figure, Date, Negation, Unit, Clause, Name, Phrase, Swap}

// Document is a text to plant in.
type Document struct{ ID, Title, Text string }

// Alteration is one place where a draft differs from its document. Start and
// End are bytes of the draft: of the sentence, or of both that were swapped.
type Alteration struct {
	Kind          Kind
	Start, End    int
	Before, After string // the sentence
}

// Draft is a document with alterations, in order and never in neighbouring
// sentences.
type Draft struct {
	Document
	Altered     string
	Alterations []Alteration
}

// leastRunes is the least length of a sentence that is altered.
const leastRunes = 12

// Plant alters a document in up to most places, kind after kind of those that
// wanted still counts; it counts them down.
func Plant(d Document, r *rand.Rand, wanted map[Kind]int, most int) Draft {
	p := planting{draft: Draft{Document: d}, text: d.Text, sentences: retrieval.Sentences(d.Text), r: r}
	for i := 1; i+1 < len(p.sentences) && len(p.draft.Alterations) < most; i += 3 + r.IntN(6) {
		p.plantAt(i, wanted)
	}
	p.out.WriteString(d.Text[p.copied:])
	p.draft.Altered = p.out.String()
	return p.draft
}

type planting struct {
	draft     Draft
	text      string
	sentences []retrieval.Span
	r         *rand.Rand
	out       strings.Builder
	copied    int // bytes of text in out
}

func (p *planting) plantAt(i int, wanted map[Kind]int) {
	s := p.sentences[i]
	before := p.text[s.Start:s.End]
	if utf8.RuneCountInString(before) < leastRunes || !strings.ContainsAny(before[len(before)-3:], "。；！") {
		return
	}
	kinds := slices.DeleteFunc(slices.Clone(Kinds), func(k Kind) bool { return wanted[k] <= 0 })
	slices.SortFunc(kinds, func(a, b Kind) int { return wanted[b] - wanted[a] })
	for _, k := range kinds {
		end, after := s.End, ""
		if k == Swap {
			end, after = p.swapped(i)
		} else {
			after = alter(k, before, p.r)
		}
		if after == "" || after == p.text[s.Start:end] {
			continue
		}
		p.out.WriteString(p.text[p.copied:s.Start])
		start := p.out.Len()
		p.out.WriteString(after)
		p.copied = end
		wanted[k]--
		p.draft.Alterations = append(p.draft.Alterations, Alteration{k, start, p.out.Len(), p.text[s.Start:end], after})
		return
	}
}

// swapped exchanges a sentence and the next one of its line.
func (p *planting) swapped(i int) (end int, after string) {
	a, b := p.sentences[i], p.sentences[i+1]
	first, second := p.text[a.Start:a.End], p.text[b.Start:b.End]
	if strings.Contains(p.text[a.End:b.Start], "\n") || utf8.RuneCountInString(second) < leastRunes ||
		!strings.HasSuffix(first, "。") || !strings.HasSuffix(second, "。") {
		return 0, ""
	}
	return b.End, second + p.text[a.End:b.Start] + first
}

var (
	figures   = regexp.MustCompile(`\d+(?:\.\d+)?|[二三四五六七八九十百千]+`)
	dates     = regexp.MustCompile(`(\d{1,4})(年|月|日)`)
	clauses   = regexp.MustCompile(`第([二三四五六七八九十百]+)(条|款|项)`)
	unitsSeen = regexp.MustCompile(`([\d一二三四五六七八九十百千]+)(万元|亿元|元|个工作日|日内|个月|年以上|倍|件|人|次|公里|平方米|小时|户|项|家|%)`)
	names     = regexp.MustCompile(`公安|财政|教育|民政|交通运输|水行政|农业农村|卫生健康|生态环境|住房城乡建设|市场监督管理|文化旅游|自然资源|司法行政|应急管理|城市管理|审计|统计|商务|气象|体育`)
	refusals  = regexp.MustCompile(`不得|不予|不能|不应|不可|不低于|不超过|不少于`)
	duties    = regexp.MustCompile(`应当|可以|能够|予以|得到|构成|符合|属于|具备`)
	dropped   = regexp.MustCompile(`，([^，。；：“”（）《》]{3,14})，`)
)

var otherUnit = map[string]string{
	"万元": "元", "亿元": "万元", "元": "万元", "个工作日": "日", "日内": "个工作日内", "个月": "年", "年以上": "个月以上", "倍": "成", "件": "项",
	"人": "户", "次": "场", "公里": "米", "平方米": "公顷", "小时": "分钟", "户": "人", "项": "件", "家": "个", "%": "‰",
}

var added = []string{"按照有关规定", "经批准后", "根据实际情况", "会同有关部门", "在规定期限内", "原则上", "及时"}

// alter gives the sentence with one alteration of a kind, "" where it has no
// place for it.
func alter(k Kind, s string, r *rand.Rand) string {
	switch k {
	case Figure:
		return replaceOne(s, figures, r, func(m []int) string {
			before, after := s[:m[0]], s[m[1]:]
			if strings.HasSuffix(before, "第") || startsWithAny(after, "条", "款", "项", "章", "节", "编", "年", "月", "日", "、", "）", ")", ".") ||
				strings.HasSuffix(before, "（") || strings.HasSuffix(before, "(") || isIdiom(s[m[0]:m[1]], after) {
				return ""
			}
			return otherNumber(s[m[0]:m[1]], r)
		})
	case Date:
		return replaceOne(s, dates, r, func(m []int) string { return otherNumber(s[m[2]:m[3]], r) + s[m[4]:m[5]] })
	case Negation:
		if after := replaceOne(s, refusals, r, func(m []int) string { return s[m[0]+len("不") : m[1]] }); after != "" {
			return after
		}
		return replaceOne(s, duties, r, func(m []int) string { return "不" + s[m[0]:m[1]] })
	case Unit:
		return replaceOne(s, unitsSeen, r, func(m []int) string {
			if strings.HasSuffix(s[:m[0]], "第") {
				return ""
			}
			return s[m[2]:m[3]] + otherUnit[s[m[4]:m[5]]]
		})
	case Clause:
		return replaceOne(s, clauses, r, func(m []int) string { return "第" + otherNumber(s[m[2]:m[3]], r) + s[m[4]:m[5]] })
	case Name:
		return replaceOne(s, names, r, func(m []int) string {
			all := names.String()
			choices := strings.Split(all, "|")
			return choices[r.IntN(len(choices))]
		})
	case Phrase:
		if r.IntN(2) == 0 {
			if after := replaceOne(s, dropped, r, func([]int) string { return "，" }); after != "" {
				return after
			}
		}
		return replaceOne(s, regexp.MustCompile("，"), r, func([]int) string { return "，" + added[r.IntN(len(added))] + "，" })
	}
	return ""
}

func startsWithAny(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// isIdiom holds for numerals that count nothing: 十分, 百姓, 千方百计.
func isIdiom(numeral, after string) bool {
	return numeral[0] > '9' && !startsWithAny(after, "日", "个", "元", "万", "倍", "人", "年", "次", "以上", "以下", "份", "名", "分之")
}

// replaceOne replaces one of the places where pattern matches and change gives
// something else; the places are tried in random order.
func replaceOne(s string, pattern *regexp.Regexp, r *rand.Rand, change func([]int) string) string {
	places := pattern.FindAllStringSubmatchIndex(s, -1)
	r.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	for _, m := range places {
		// At the very beginning or end what is left out would leave a part of
		// the sentence that stands there word for word.
		if m[0] == 0 || m[1] == len(s) {
			continue
		}
		if with := change(m); with != "" && with != s[m[0]:m[1]] {
			return s[:m[0]] + with + s[m[1]:]
		}
	}
	return ""
}

// otherNumber changes one figure of a number.
func otherNumber(s string, r *rand.Rand) string {
	digits := "0123456789"
	if s[0] > '9' {
		digits = "二三四五六七八九"
	}
	set := []rune(digits)
	runes := []rune(s)
	var places []int
	for i, c := range runes {
		if slices.Contains(set, c) {
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		return s + "五" // 十, 百
	}
	i := places[len(places)-1]
	for {
		if c := set[r.IntN(len(set))]; c != runes[i] && (i > 0 || c != '0') {
			runes[i] = c
			return string(runes)
		}
	}
}

// Reference is a sentence that cites a clause of a law.
type Reference struct {
	Title    string
	Sentence string
}

// forms in which drafts cite what a clause says.
var forms = []string{"根据《%s》第%s条规定，%s", "《%s》第%s条规定：%s", "按照《%s》第%s条的规定，%s", "《%s》第%s条明确，%s"}

// Cite makes sentences that say what a 条 of the law says, under its own
// number, or under another one of the law.
func Cite(d Document, sections []retrieval.Section, r *rand.Rand, n int, wrong bool) []Reference {
	var articles []retrieval.Section
	for _, s := range sections {
		if s.Level == retrieval.LevelArticle {
			articles = append(articles, s)
		}
	}
	var refs []Reference
	for _, i := range r.Perm(len(articles)) {
		if len(refs) == n || len(articles) < 8 {
			break
		}
		a := articles[i]
		body := strings.TrimSpace(d.Text[a.Body:a.End])
		sentences := retrieval.Sentences(body)
		if len(sentences) == 0 {
			continue
		}
		first := body[sentences[0].Start:sentences[0].End]
		if utf8.RuneCountInString(first) < 20 || !strings.HasSuffix(first, "。") {
			continue
		}
		cited := a
		for wrong && (cited.Label == a.Label) {
			cited = articles[r.IntN(len(articles))]
		}
		number := strings.TrimSuffix(strings.TrimPrefix(cited.Label, "第"), "条")
		refs = append(refs, Reference{d.Title, fmt.Sprintf(forms[r.IntN(len(forms))], d.Title, number, first)})
	}
	return refs
}

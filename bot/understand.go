package bot

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"zhiwen/bot/tables"
	"zhiwen/retrieval"
)

// Want is the form of answer that a question asks for.
type Want int

// Forms of answer.
const (
	WantText     Want = iota
	WantFigure        // 多少, 几件
	WantList          // 哪些
	WantName          // 谁, 哪家, 叫什么
	WantTime          // 什么时候
	WantPlace         // 哪里
	WantYesNo         // 是不是
	WantContact       // 电话
	WantCulprits      // 哪些单位…: names of who did wrong
	WantPenalty       // 罚多少
	WantHours         // 星期六开门吗
)

// Question is what was understood of a visitor's words.
type Question struct {
	Typed  string   // as typed, without surrounding space
	Text   string   // as it is meant: Typed, or what stands for it
	Folded string   // see retrieval.Fold
	Core   string   // Folded without the phrases that only ask
	Formal string   // Core without the everyday phrases that Also stands for
	Also   []string // official words for everyday ones
	Parts  []string // Core of each clause, when there are several questions in one
	Years  []Year
	Places []Place
	DocNos []string // identifier terms of the 文号 named
	Titles []string // identifier terms of the 《titles》 named
	Want   Want
	Plans  bool      // asks what is planned
	When   moment    // the time that it is about
	meant  []Synonym // the everyday phrases found
	money  bool      // the figure is an amount of money
	gain   bool      // and what somebody gets, not what is to be paid
}

//go:embed tables/fillers.txt
var fillersTable string

var fillers = sync.OnceValue(func() *strings.Replacer { return blanker(tables.Lines(fillersTable)) })

// blanker puts a space in place of phrases, longer ones first.
func blanker(phrases []string) *strings.Replacer {
	slices.SortStableFunc(phrases, func(a, b string) int {
		return utf8.RuneCountInString(b) - utf8.RuneCountInString(a)
	})
	pairs := make([]string, 0, 2*len(phrases))
	for _, p := range phrases {
		pairs = append(pairs, p, " ")
	}
	return strings.NewReplacer(pairs...)
}

// tableWords gives the words of an embedded table without comments.
func tableWords(table string) []string {
	var words []string
	for _, line := range tables.Lines(table) {
		words = append(words, strings.Fields(line)...)
	}
	return words
}

// wantPatterns are tried in order on the folded question.
var wantPatterns = []struct {
	want    Want
	pattern *regexp.Regexp
}{
	{WantCulprits, regexp.MustCompile(`(哪些|哪几个|哪个|哪几家|哪家|什么)(单位|部门|干部|领导|企业|公司|乡镇|人).*(不规范|违法|违规|违纪|不合格|问题|点.?名)|点.?名`)},
	{WantPenalty, regexp.MustCompile(`罚(?:款|钱)?(?:是|要)?(?:多少|好多|几多|几|多重)|怎么(?:处)?罚|咋罚|如何处罚|要罚(?:多少|款|钱)`)},
	{WantHours, regexp.MustCompile(`(?:周[一二三四五六日末天]|星期|礼拜|双休日|节假日|中午|晚上|放假).{0,6}(?:开门|上班|办公|营业|休息|开放|有人)|几点.{0,4}(?:开门|上班|下班|关门|开放)|(?:上班|办公|开放|营业)时间`)},
	{WantContact, regexp.MustCompile(`电话|号码|联系方式|怎么联系`)},
	{WantYesNo, regexp.MustCompile(`是不是|是否|有没有|能不能|可不可以|会不会|要不要|[是了成]吗|了吗|对吗|对不对`)},
	{WantFigure, regexp.MustCompile(`多少|好多|几多|几[个件项次人名家处场种类条起天元岁年月份]|多大|多高|比例|百分之几`)},
	{WantTime, regexp.MustCompile(`什么时候|何时|几时|几点|哪天|哪一年|多久|时间`)},
	{WantPlace, regexp.MustCompile(`哪里|哪儿|在哪|到哪|去哪|边度|何处|地址|地点`)},
	{WantList, regexp.MustCompile(`哪些|哪几|什么事|(什么|啥)(材料|手续|条件|证件|资料|东西)|包括|分别|都有啥|几样`)},
	{WantName, regexp.MustCompile(`谁|哪个|哪家|哪位|叫什么|叫啥|名称`)},
}

var (
	plansPattern = regexp.MustCompile(`准备|打算|计划|安排|下一步|将要|今后|明年|要做|要搞|要干`)
	// partsPattern also parts what is dictated without marks.
	partsPattern = regexp.MustCompile(`(?:[,。;!?、\s]|然后|另外|还有就是|再就是|顺便)+`)
)

// understand reads a question that stands alone. now resolves words like 去年;
// more are synonyms besides our own.
func understand(text string, now time.Time, more ...Synonym) Question {
	q := Question{Text: strings.TrimSpace(text)}
	q.Typed = q.Text
	q.Folded = dictated(retrieval.FoldString(q.Text))
	q.Core = fillers().Replace(q.Folded)
	formal := q.Folded
	phrases := synonyms()
	if len(more) > 0 {
		phrases = longestFirst(slices.Concat(phrases, more))
	}
	for _, s := range phrases {
		withinLonger := func(longer Synonym) bool { return strings.Contains(longer.Everyday, s.Everyday) }
		if !strings.Contains(q.Folded, s.Everyday) || !strings.Contains(formal, s.Everyday) && slices.ContainsFunc(q.meant, withinLonger) {
			continue
		}
		q.Also = append(q.Also, s.Official...)
		q.meant = append(q.meant, s)
		formal = strings.ReplaceAll(formal, s.Everyday, " ")
	}
	q.Formal = fillers().Replace(formal)
	q.Years = yearsAsked(q.Folded, now)
	q.Places = placesIn(q.Folded)
	for _, id := range retrieval.Identifiers(q.Text) {
		switch {
		case retrieval.IsDocNo(id):
			q.DocNos = append(q.DocNos, id)
		case retrieval.IsTitle(id):
			q.Titles = append(q.Titles, id)
		}
	}
	for _, w := range wantPatterns {
		if w.pattern.MatchString(q.Folded) {
			q.Want = w.want
			break
		}
	}
	q.money = q.Want == WantFigure && moneyAsked.MatchString(q.Folded)
	q.gain = q.money && moneyGot.MatchString(q.Folded) && !costing.MatchString(q.Folded)
	q.Plans = plansPattern.MatchString(q.Folded)
	q.When = momentOf(q, now)
	for _, part := range partsPattern.Split(q.Folded, -1) {
		if core := strings.TrimSpace(fillers().Replace(part)); utf8.RuneCountInString(core) >= 2 {
			q.Parts = append(q.Parts, core)
		}
	}
	return q
}

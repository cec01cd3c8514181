package bot

import (
	"cmp"
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"zhiwen/bot/guide"
	"zhiwen/retrieval"
)

//go:embed tables/aspects.txt
var aspectsTable string

// aspects takes away what is asked of a matter.
var aspects = sync.OnceValue(func() *strings.Replacer { return blanker(tableWords(aspectsTable)) })

var (
	// leadPattern begins a question that goes on from the turn before.
	leadPattern = regexp.MustCompile(`^(?:(?:那么|那|还有|另外|对了|再问一下|再问下|哦|嗯)[,，、\s]*)+`)
	nePattern   = regexp.MustCompile(`(?:呢|咧|嘞)[?!。\s]*$`)
	// pronounPattern stands for something spoken of before; pointerPattern may
	// as well introduce a matter of its own (这个居住证).
	pronounPattern = regexp.MustCompile(`^(?:它们|它|其中|上述|该项|前者|后者|刚才说的|前面说的)的?`)
	pointerPattern = regexp.MustCompile(`这个|那个|这项|这种|这些|这份|这笔|这样|此项`)
	// shortName is a noun that stands for a longer name before (该局, 学院).
	shortName = regexp.MustCompile(`^(?:该|本|这个|这家|此)?(学院|学校|医院|中心|公司|单位|部门|院|校|局|所|站|镇|乡|村|县|市)`)
	// askPattern is where a question turns from its matter to what it asks.
	askPattern = regexp.MustCompile(`怎么|如何|怎样|咋|什么|啥|哪|谁|多少|好多|多久|多长|多大|几[个件项次天年人]|能不能|可不可以|可以|是不是|是否|有没有|要不要|需要|要带|要交|要|能|是|办了|一共|总共|共有|有|旨在|主要`)
	// yearWords is a year as it is said.
	yearWords = regexp.MustCompile(`(?:19|20)\d{2}(?:年度?)?|大前年|上一年度|上年度|本年度|前年|去年|上年|今年|本年|明年`)
	// verbFirst is what is done to the matter, said before it.
	verbFirst = regexp.MustCompile(`^(?:补办|办理|申请|申领|领取|提取|缴纳|补缴|查询|注销|登记|变更|换领|补领|报销)`)
)

// searched are the statuses of turns that say what a conversation is about; that
// of a turn whose answer is not told is empty.
var searched = []Status{"", StatusAnswered, StatusPartial, StatusFAQ, StatusNoAnswer, StatusClarify}

// isAbout reports whether an answer is to a question about something: one that
// was searched for, or one for an office.
func isAbout(a Answer) bool {
	return slices.Contains(searched, a.Status) || a.Handoff != nil && a.Handoff.Department != ""
}

// earlier gives the questions of a conversation that were about something, as
// they were understood and folded, the last one first.
func earlier(turns []Turn) []string {
	var questions []string
	for _, t := range slices.Backward(turns) {
		question := dictated(retrieval.FoldString(cmp.Or(t.Answer.Understood, t.Question)))
		if isAbout(t.Answer) && !isPoor(question) {
			questions = append(questions, question)
		}
	}
	return questions
}

// followUp completes a folded question that leans on earlier ones, the last
// one first; it gives the question itself if that stands alone.
func followUp(question string, earlier []string, now time.Time) string {
	if len(earlier) == 0 {
		return question
	}
	before := earlier[0]
	rest := strings.TrimSpace(leadPattern.ReplaceAllString(question, ""))
	leads := rest != question && rest != ""
	bare := strings.TrimRight(nePattern.ReplaceAllString(rest, ""), "?!。, ")
	goesOn := leads || bare != strings.TrimRight(rest, "?!。, ")
	subject := pronounPattern.ReplaceAllString(bare, "")
	switch {
	case bare == "":
		return question
	case onlySets(bare):
		return withSettings(before, bare)
	case subject != bare && subject != "":
		return join(matterOf(before, subject), subject)
	case guide.SaysCase(bare) && lettersLeft(guide.WithoutCases(bare)) == 0:
		return inCase(before, bare)
	case isPoor(bare):
		return join(matterOf(before, bare), strings.TrimSpace(pointerPattern.ReplaceAllString(bare, "")))
	case goesOn && !askPattern.MatchString(bare):
		return swapMatter(before, bare)
	case goesOn && understand(bare, now).Want == WantFigure:
		return settings(before, bare) + bare
	}
	return withLongName(bare, question, earlier)
}

// isPoor reports whether a question names no matter.
func isPoor(text string) bool {
	const stray = 1 // a letter that is no matter by itself
	return lettersLeft(text) <= stray
}

// lettersLeft counts the letters that may name a matter.
func lettersLeft(text string) int {
	text = pointerPattern.ReplaceAllString(text, " ")
	text = yearWords.ReplaceAllString(text, " ")
	for _, p := range placesIn(text) {
		text = strings.ReplaceAll(text, placeWords(text, p), " ")
	}
	left := 0
	for _, r := range aspects().Replace(fillers().Replace(aspects().Replace(text))) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			left++
		}
	}
	return left
}

// onlySets reports whether a text is nothing but years and places.
func onlySets(text string) bool {
	bare := yearWords.ReplaceAllString(text, "")
	for _, p := range placesIn(text) {
		bare = strings.ReplaceAll(bare, placeWords(text, p), "")
	}
	return bare != text && strings.Trim(bare, "的 ,?、和") == ""
}

// placeWords gives a place as a text names it.
func placeWords(text string, p Place) string {
	if strings.Contains(text, p.Name) || p.Short == "" {
		return p.Name
	}
	return p.Short
}

// withSettings puts a text's years and places in place of those of the
// question before.
func withSettings(before, text string) string {
	if year := yearWords.FindString(text); year != "" {
		before = swap(before, yearWords.FindString(before), year)
	}
	if asked := placesIn(text); len(asked) > 0 {
		had := ""
		for _, p := range placesIn(before) {
			had = placeWords(before, p)
		}
		before = swap(before, had, placeWords(text, asked[0]))
	}
	return before
}

// swap puts a word in place of another; where there is none, it leads.
func swap(text, old, word string) string {
	if old == "" {
		return word + text
	}
	return strings.Replace(text, old, word, 1)
}

// settings gives the years and places of the question before that a text does
// not set itself.
func settings(before, text string) string {
	words := ""
	if ps := placesIn(before); len(placesIn(text)) == 0 && len(ps) > 0 {
		words += placeWords(before, ps[0])
	}
	if !yearWords.MatchString(text) {
		words += yearWords.FindString(before)
	}
	return words
}

// matterOf gives the part of the question before that says what it is about,
// with the settings of text.
func matterOf(before, text string) string {
	matter := before
	if at := askPattern.FindStringIndex(before); at != nil && utf8.RuneCountInString(before[:at[0]]) >= 2 {
		matter = before[:at[0]]
	}
	matter = strings.Join(strings.Fields(fillers().Replace(matter)), "")
	return withSettings(strings.Trim(matter, "的,。?! "), text)
}

func join(matter, rest string) string {
	if year := yearWords.FindString(rest); year != "" && strings.Contains(matter, year) {
		rest = strings.TrimSpace(strings.Replace(rest, year, "", 1))
	}
	return matter + rest
}

// inCase asks in another case what was asked before, or something else of the
// same matter: 丢了 after 居住证第一次办要带啥.
func inCase(before, bare string) string {
	if asked := guide.WithoutCases(bare); !isAsking(asked) {
		return bare + "," + strings.Join(strings.Fields(guide.WithoutCases(before)), "")
	}
	matter := aspects().Replace(guide.WithoutCases(matterOf(before, bare)))
	return strings.Join(strings.Fields(matter), "") + bare
}

// isAsking reports whether a text asks for anything.
func isAsking(text string) bool { return askPattern.MatchString(text) || guide.Asks(text) }

// swapMatter asks of another matter what was asked before.
func swapMatter(before, matter string) string {
	at := askPattern.FindStringIndex(before)
	if at == nil || at[0] == 0 {
		return settings(before, matter) + matter
	}
	had := before[:at[0]]
	for _, p := range placesIn(had) {
		had = strings.Replace(had, placeWords(had, p), "", 1)
	}
	verb := verbFirst.FindString(yearWords.ReplaceAllString(had, ""))
	return settings(before, matter) + verb + matter + before[at[0]:]
}

// withLongName puts the longer name of an earlier question in place of a short
// one that begins the question: 学院 after 文学院.
func withLongName(bare, question string, earlier []string) string {
	m := shortName.FindStringSubmatchIndex(bare)
	if m == nil {
		return question
	}
	noun := bare[m[2]:m[3]]
	for _, before := range earlier {
		at := strings.Index(before, noun)
		if at <= 0 {
			continue
		}
		name := strings.TrimSpace(fillers().Replace(before[:at+len(noun)]))
		if !strings.ContainsAny(name, " ,。?!") {
			return name + bare[m[1]:]
		}
	}
	return question
}

package bot

import (
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"zhiwen/bot/guide"
	"zhiwen/bot/tables"
	"zhiwen/retrieval"
)

// premise is something that a question takes for granted and that its
// evidence must bear out: a place, a year, a 文号, a title or an amount.
type premise int

const (
	premiseHolds premise = iota
	premisePlace
	premiseYear
	premiseDocNo
	premiseTitle
	premiseAmount
	premiseMatter
)

// premiseOf checks a window against what the question takes for granted.
// missing says what the evidence lacks, in the visitor's words.
func premiseOf(q Question, w Window, doc retrieval.Document) (failed premise, missing string) {
	for _, id := range q.DocNos {
		if retrieval.DocNoTerm(doc.DocNo) != id && !holdsIdentifier(w.Passage.Chunk.Text, id) {
			return premiseDocNo, ""
		}
	}
	for _, id := range q.Titles {
		if !sameTitle(doc.Title, id) && !holdsIdentifier(doc.Text, id) {
			return premiseTitle, ""
		}
	}
	if doc.Kind == retrieval.KindGuide && otherMatter(q, doc) || otherBenefit(q, doc) || q.money && !holdsMoney(q, w.Passage.Chunk.Text) {
		return premiseMatter, ""
	}
	if p, ok := missingPlace(q, w, doc); !ok {
		return premisePlace, p.Name
	}
	if len(q.Years) > 0 && !speaksOfYear(q.Years[0].Number, w, doc) {
		return premiseYear, ""
	}
	for _, a := range claimedIn(q.Folded) {
		if !holdsAmount(w.Passage.Chunk.Text, a) {
			return premiseAmount, a.Words
		}
	}
	return premiseHolds, ""
}

// sayNothing says that nothing was found, and names what the question took for
// granted.
func (b *Bot) sayNothing(q Question) string {
	switch claimed := claimedIn(q.Folded); {
	case len(q.DocNos) > 0:
		return b.say.NoSuchDocNo()
	case len(q.Titles) > 0:
		return b.say.NoSuchTitle()
	case len(claimed) > 0:
		return b.say.NoSuchAmount(claimed[0].Words)
	}
	return b.say.NoAnswer()
}

// otherMatter reports whether a question asks how to have something done that
// is not what a guide is for.
func otherMatter(q Question, doc retrieval.Document) bool {
	ask := askOf(q)
	return len(ask.Aspects) > 0 && guide.TitleOf(doc.Title).Match(ask.Texts) == 0
}

//go:embed tables/benefits.txt
var benefitsTable string

// benefits are the names of each kind of money that people get.
var benefits = sync.OnceValue(func() (kinds [][]string) {
	for _, line := range tables.Lines(benefitsTable) {
		kinds = append(kinds, strings.Fields(line))
	}
	return kinds
})

// otherBenefit reports whether a question names a kind of money that a document
// never speaks of: what 高龄津贴 comes to is no answer about 低保.
func otherBenefit(q Question, doc retrieval.Document) bool {
	text := ""
	for _, names := range benefits() {
		if !slices.ContainsFunc(names, func(name string) bool { return strings.Contains(q.Folded, name) }) {
			continue
		}
		if text == "" {
			text = retrieval.FoldString(doc.Title + "\n" + doc.Text)
		}
		if !slices.ContainsFunc(names, func(name string) bool { return strings.Contains(text, name) }) {
			return true
		}
	}
	return false
}

func holdsIdentifier(text, id string) bool {
	for _, have := range retrieval.Identifiers(text) {
		if have == id {
			return true
		}
	}
	return false
}

// sameTitle reports whether the title that a question names is the document's
// or a part of it (《社会救助办法》 for 《安徽省社会救助办法》).
func sameTitle(title, id string) bool {
	return strings.Contains(retrieval.TitleTerm(title), strings.TrimPrefix(id, retrieval.TitleTerm("")))
}

// missingPlace gives the first place of the question that the document does
// not name.
func missingPlace(q Question, w Window, doc retrieval.Document) (Place, bool) {
	if len(q.Places) == 0 {
		return Place{}, true
	}
	if isOfAnother(q, doc.Meta) && !namesPlace(q, w.Text) {
		return q.Places[0], false
	}
	head := retrieval.FoldString(doc.Title + "\n" + doc.Publisher + "\n" + w.Passage.Chunk.Text)
	var all string
	for _, p := range q.Places {
		if p.namedIn(head) {
			continue
		}
		if all == "" {
			all = retrieval.FoldString(doc.Text)
		}
		if !p.namedIn(all) {
			return p, false
		}
	}
	return Place{}, true
}

// speaksOfYear reports whether a window speaks of a year: itself, its
// headings, or its document's title; where none of them names any year, the
// year of publication counts, and the one before it in a report.
func speaksOfYear(year int, w Window, doc retrieval.Document) bool {
	named := false
	texts := []string{w.Text, w.Passage.Chunk.Path, doc.Title}
	if reported, ok := workReport(doc.Title); ok {
		return reportSpeaksOf(year, reported, w)
	}
	for _, text := range texts {
		for _, y := range yearsIn(retrieval.FoldString(text)) {
			named = true
			if y == year {
				return true
			}
		}
	}
	published := yearsIn(doc.Published)
	if len(published) == 0 {
		return !named || len(yearsIn(retrieval.FoldString(w.Passage.Chunk.Text))) > 0 && holdsYear(w.Passage.Chunk.Text, year)
	}
	return !named && (published[0] == year || doc.Kind == retrieval.KindReport && published[0] == year+1) ||
		holdsYear(w.Passage.Chunk.Text, year)
}

var (
	workReportTitle = regexp.MustCompile(`((?:19|20)\d{2})年.*政府工作报告`)
	ahead           = regexp.MustCompile(`今年.{0,12}目标|目标是|力争|今年.{0,8}(?:任务|建议|工作)|工作任务|重点工作|总体要求`)
	// fiveYears is said in them of more than the year before.
	fiveYears = regexp.MustCompile(`[五十]年(?:来|间|累计|年均)|连年|年均`)
)

// reportSpeaksOf reports whether a window of a 政府工作报告 speaks of a year: of
// the one in which it was given as of what is planned, of the one before as of
// what was done.
func reportSpeaksOf(year, given int, w Window) bool {
	plans := plansPattern.MatchString(w.Passage.Chunk.Path) || ahead.MatchString(w.Passage.Chunk.Path+"\n"+w.Text)
	switch year {
	case given:
		return plans || holdsYear(w.Text, year)
	case given - 1:
		return !plans && !fiveYears.MatchString(w.Text)
	}
	return holdsYear(w.Text, year)
}

// workReport gives the year in which a 政府工作报告 was given: it tells of the
// year before.
func workReport(title string) (int, bool) {
	m := workReportTitle.FindStringSubmatch(retrieval.FoldString(title))
	if m == nil {
		return 0, false
	}
	year, err := strconv.Atoi(m[1])
	return year, err == nil
}

func holdsYear(text string, year int) bool {
	for _, y := range yearsIn(retrieval.FoldString(text)) {
		if y == year {
			return true
		}
	}
	return false
}

// periodOf is the year that a window speaks of, the nearest heading first;
// 0 if nothing tells.
func periodOf(w Window, doc retrieval.Document) int {
	for _, text := range []string{w.Text, w.Passage.Chunk.Path, doc.Title, doc.Published} {
		if years := yearsIn(retrieval.FoldString(text)); len(years) > 0 {
			return years[0]
		}
	}
	return 0
}

package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// fact is something that a question asks of a document itself and not of what
// it is about.
type fact int

const (
	factPublished fact = iota
	factPublisher
	factDocNo
	factEffective
	factAuthor
	factWhichClause
	factClause
)

// factPatterns are tried in order on the folded question.
var factPatterns = []struct {
	fact    fact
	pattern *regexp.Regexp
}{
	{factWhichClause, regexp.MustCompile(`第几条|哪一?条|哪几条`)},
	{factClause, clausePattern},
	{factEffective, regexp.MustCompile(`(?:哪一?天|哪一?年|什么时候|啥时候|何时|几时|几号).{0,5}(?:施行|实施|生效|执行)|(?:施行|实施|生效)(?:的?日期|的?时间)`)},
	{factPublished, regexp.MustCompile(`(?:哪一?天|哪一?年|什么时候|啥时候|何时|几时|几号).{0,4}(?:发布|公布|发的|出台|印发|发出)|(?:发布|公布|印发|成文)(?:的?日期|的?时间)`)},
	{factPublisher, regexp.MustCompile(`(?:哪个|哪家|什么|哪)(?:单位|部门|机关|机构|局).{0,3}(?:发布|公布|发的|印发|制定|出台|发出)|谁(?:发布|公布|发|印发|制定)的|发布(?:单位|机构|机关)`)},
	{factDocNo, regexp.MustCompile(`文号(?:是|叫)?(?:多少|什么|啥|几)|(?:什么|啥)文号`)},
	{factAuthor, regexp.MustCompile(`谁(?:作|做|讲|念)的?|(?:报告人|作报告的)(?:是|叫)?(?:谁|什么|哪)?`)},
}

var clausePattern = regexp.MustCompile(`第([一二三四五六七八九十百零〇两\d]{1,7})条`)

const (
	// namedByQuestion is the share of a question's characters that a title must
	// hold for the question to be about nothing but that document.
	namedByQuestion = 0.8
	// titleNamed is the share of a title that a question must hold to name it.
	titleNamed = 0.8
	// articleHeld is the share of a question that an article must hold to be the
	// one that it asks for.
	articleHeld = 0.4
	// firstLineWeight is what it counts besides that the first line of an article
	// holds it, which says what the article is about.
	firstLineWeight = 0.5
	// wholeArticle is the longest article that is quoted whole, in runes.
	wholeArticle = 600
	// headOf a document is where it says who speaks, in bytes.
	headBytes = 1500
)

// aboutDocument answers what a question asks of a document itself: when and by
// whom it was published, from its metadata; since when it is in force, who gave
// the report, and what stands in which article, from its text. ok is false where
// the question asks nothing like that, or names no document.
func (b *Bot) aboutDocument(ctx context.Context, m meaning, r retrieval.Result) (e Examination, ok bool, err error) {
	q := m.Question
	asked, matter, ok := factAsked(q)
	if !ok {
		return e, false, nil
	}
	shelf := shelf{load: b.Documents.Document, docs: map[string]*retrieval.Document{}}
	doc, err := b.documentNamed(ctx, &shelf, q, matter, asked, r)
	if err != nil || doc == nil {
		return e, false, err
	}
	e = Examination{Question: q, Passages: r.Passages, Signals: Signals{Guided: true, Form: true, Premise: true, ByWords: r.ByWords}}
	switch asked {
	case factPublished, factPublisher, factDocNo:
		e.Said, ok = b.metadata(doc, asked)
	case factEffective:
		e.Said, ok = b.sentenceOf(doc, lastMatch(doc.Text, effectiveSentence))
	case factAuthor:
		e.Said, ok = b.sentenceOf(doc, officeHolder.FindStringIndex(doc.Text[:min(headBytes, len(doc.Text))]))
	case factWhichClause:
		e.Said, ok = b.article(doc, bestArticle(matter, r, doc))
	case factClause:
		e, ok = b.clause(q, matter, r, doc, e)
	}
	if !ok {
		return e, false, nil
	}
	if err := verify(e.Said, shelf.docs, q, b.Phone); err != nil {
		b.Log.ErrorContext(ctx, "an answer about a document failed verification and was withheld", "cause", err)
		return e, false, nil
	}
	e.Said.Confidence = e.Signals.Confidence()
	e.Open = e.Said
	return e, true, nil
}

// factAsked tells what is asked, and gives the question without it.
func factAsked(q Question) (asked fact, matter string, ok bool) {
	for _, f := range factPatterns {
		if f.pattern.MatchString(q.Folded) {
			return f.fact, fillers().Replace(f.pattern.ReplaceAllString(q.Folded, " ")), true
		}
	}
	return 0, "", false
}

// documentNamed finds the document that a question names: its title holds what
// the question says, or, where the question says more, stands in it. nil: none.
func (b *Bot) documentNamed(ctx context.Context, shelf *shelf, q Question, matter string, asked fact, r retrieval.Result) (*retrieval.Document, error) {
	var best *retrieval.Document
	most := 0.0
	for _, p := range r.Passages {
		title := retrieval.FoldString(p.Doc.Title)
		score := titleShare(title, q.Folded)
		if score < titleNamed {
			score = 0
		}
		if asked != factWhichClause && asked != factClause {
			if held := letters(Question{Formal: matter}, termSet(title), title); held >= namedByQuestion {
				score = max(score, held)
			}
		}
		if score <= most || len(q.Years) > 0 && len(yearsIn(title)) > 0 && !holdsYear(title, q.Years[0].Number) {
			continue
		}
		doc, err := shelf.get(ctx, p.Doc.ID)
		if errors.Is(err, retrieval.ErrGone) || errors.Is(err, retrieval.ErrNotFound) {
			continue // withdrawn between search and reading
		}
		if err != nil {
			return nil, fmt.Errorf("load document %s: %w", p.Doc.ID, err)
		}
		if _, there := missingPlace(q, Window{Passage: p}, *doc); there {
			best, most = doc, score
		}
	}
	return best, nil
}

// titleShare is the share of a title's terms that a text holds.
func titleShare(title, text string) float64 {
	title = strings.TrimPrefix(title, "中华人民共和国")
	const least = 4
	if utf8.RuneCountInString(title) < least {
		return 0
	}
	terms, have, n := termSet(title), termSet(text), 0
	for t := range terms {
		if have[t] || retrieval.IsIdentifier(t) {
			n++
		}
	}
	return float64(n) / float64(len(terms))
}

var (
	effectiveSentence = regexp.MustCompile(`(?:本(?:条例|办法|法|规定|规则|细则|意见|通知|方案|决定|标准|章程|制度)|，|。|\n)?[^。\n]{0,12}自[^。，\n]{1,24}起?(?:施行|实施|生效|执行)[^。\n]*。?`)
	officeHolder      = regexp.MustCompile(`[^\n。]*(?:总理|省长|主席|市长|州长|盟长|区长|县长|旗长|镇长|乡长|主任|院长|检察长|局长)\s*\p{Han}[ 　]?\p{Han}[ 　]?\p{Han}?[^\n。]*`)
)

// lastMatch gives the last place of a pattern in a text; nil: there is none.
func lastMatch(text string, pattern *regexp.Regexp) []int {
	all := pattern.FindAllStringIndex(text, -1)
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}

// sentenceOf quotes one place of a document.
func (b *Bot) sentenceOf(doc *retrieval.Document, at []int) (Answer, bool) {
	if at == nil {
		return Answer{}, false
	}
	text := doc.Text[at[0]:at[1]]
	start := at[0] + len(text) - len(strings.TrimLeft(text, "，。 　\r\n"))
	end := at[0] + len(strings.TrimRight(text, " 　\r\n"))
	if start >= end {
		return Answer{}, false
	}
	return b.quote(doc, start, end, ""), true
}

// quote makes an answer of one quotation below a first line.
func (b *Bot) quote(doc *retrieval.Document, start, end int, first string) Answer {
	w := Window{Start: start, End: end, Text: doc.Text[start:end], Highlight: retrieval.Span{Start: start, End: end}}
	a := b.excerpt(Question{}, []evidence{{w, doc}})
	if first != "" {
		a.Text = first + "\n" + a.Text
	}
	return a
}

// metadata tells a fact that stands beside a document and not in its text.
func (b *Bot) metadata(doc *retrieval.Document, asked fact) (Answer, bool) {
	var text string
	switch {
	case asked == factPublished && doc.Published != "":
		text = b.say.PublishedOn(doc.Title, doc.PublishedDay())
	case asked == factPublisher && doc.Publisher != "":
		text = b.say.PublishedBy(doc.Title, doc.Publisher)
	case asked == factDocNo && doc.DocNo != "":
		text = b.say.Numbered(doc.Title, doc.DocNo)
	default:
		return Answer{}, false
	}
	return Answer{
		Status: StatusAnswered, Mode: ModeFixed, ID: newAnswerID(), Label: labelMetadata, Text: text + "[1]",
		Citations: []Citation{{
			N: 1, DocID: doc.ID, Title: doc.Title, DocNo: doc.DocNo, Publisher: doc.Publisher, Published: doc.Published,
			Validity: string(doc.Validity), URL: docPath + doc.ID, SourceURL: doc.URL,
		}},
	}, true
}

// article quotes an article of a document below its name; -1: there is none.
func (b *Bot) article(doc *retrieval.Document, i int) (Answer, bool) {
	if i < 0 {
		return Answer{}, false
	}
	s := doc.Sections[i]
	end := s.Start + len(strings.TrimRight(doc.Text[s.Start:s.End], " 　\r\n"))
	if utf8.RuneCountInString(doc.Text[s.Start:end]) > wholeArticle {
		return Answer{}, false
	}
	return b.quote(doc, s.Start, end, b.say.FromArticle(doc.Title, strings.TrimSpace(s.Label))), true
}

// bestArticle finds the article that a question describes; -1 if none does.
func bestArticle(matter string, r retrieval.Result, doc *retrieval.Document) int {
	title, said := termSet(doc.Title), termSet(matter)
	wanted := map[string]bool{}
	for _, t := range slices.Concat(r.Terms, r.Also) {
		if own := said[t.Term] || !slices.Contains(r.Terms, t); own && t.DF > 0 && !title[t.Term] && !strings.ContainsAny(t.Term, emptyLetters) {
			wanted[t.Term] = true
		}
	}
	w := weigh(r).only(wanted)
	best, most := -1, articleHeld
	for i, s := range doc.Sections {
		if s.Level != retrieval.LevelArticle {
			continue
		}
		text := doc.Text[s.Start:s.End]
		first, _, _ := strings.Cut(text, "\n")
		held := w.cover(termSet(text))
		if held += firstLineWeight * w.cover(termSet(first)); held > most {
			best, most = i, held
		}
	}
	return best
}

// clause answers a question that names an article: by the article, where nothing
// but that is asked; that there is none, where the document has other articles.
func (b *Bot) clause(q Question, matter string, r retrieval.Result, doc *retrieval.Document, e Examination) (Examination, bool) {
	said := clausePattern.FindStringSubmatch(q.Folded)
	number, articles := retrieval.ParseNumeral(said[1]), 0
	for i, s := range doc.Sections {
		if s.Level != retrieval.LevelArticle {
			continue
		}
		articles++
		if m := clausePattern.FindStringSubmatch(s.Label); m == nil || retrieval.ParseNumeral(m[1]) != number {
			continue
		}
		rest := letters(Question{Formal: matter}, termSet(doc.Title), doc.Title)
		if rest < namedByQuestion {
			return e, false // something in particular is asked of it
		}
		said, ok := b.article(doc, i)
		e.Said = said
		return e, ok
	}
	if articles == 0 || number == 0 {
		return e, false
	}
	e.Signals = Signals{}
	e.Said = b.refusal(b.say.NoSuchClause(doc.Title, said[0]), r.Passages)
	return e, true
}

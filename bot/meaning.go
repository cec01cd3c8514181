package bot

import (
	"context"
	_ "embed"
	"errors"
	"regexp"
	"slices"
	"strings"

	"zhiwen/bot/spelling"
	"zhiwen/bot/tables"
	"zhiwen/retrieval"
)

//go:embed tables/matters.txt
var mattersTable string

// meaning is a question as it is meant where it is asked.
type meaning struct {
	Question
	own    Question // what its own words say, without what was said before
	filter retrieval.Filter
	page   string // title of the open page that it is about, if it is
}

// meaning reads a question: pinyin and typing errors by the collection's
// vocabulary, then what it leaves unsaid by the turns before, or by the page it
// is asked on.
func (b *Bot) meaning(ctx context.Context, r Request) (meaning, error) {
	now := b.Now()
	words := b.words()
	own := understand(r.Question, now, words.synonyms...)
	own.Text = b.respell(ctx, words.spelling, own)
	if own.Text != own.Typed {
		typed := own.Typed
		own = understand(own.Text, now, words.synonyms...)
		own.Typed = typed
	}
	m := meaning{Question: own, own: own, filter: r.Filter}
	earlier := earlier(r.Turns)
	full := followUp(own.Folded, earlier, now)
	if len(earlier) == 0 && r.Page != "" && leansOnPage(own.Folded) {
		doc, err := b.pageOf(ctx, r.Page)
		switch {
		case err == nil:
			m.page, m.filter.Docs = doc.Title, []string{doc.ID}
			full = retrieval.FoldString(doc.Title) + " " + withoutPage(own.Folded)
		case !errors.Is(err, retrieval.ErrNotFound) && !errors.Is(err, retrieval.ErrGone):
			return meaning{}, err
		}
	}
	if full != own.Folded {
		m.Question = understand(full, now, words.synonyms...)
		m.Typed = own.Typed
	}
	return m, nil
}

// respell gives the words that were meant where others were typed.
func (b *Bot) respell(ctx context.Context, reader *spelling.Reader, q Question) string {
	if reader == nil {
		return q.Text
	}
	meant, err := reader.Read(ctx, q.Folded)
	switch {
	case err != nil:
		b.Log.WarnContext(ctx, "a question is read as it was typed", "cause", err)
		return q.Text
	case meant == q.Folded:
		return q.Text
	}
	return meant
}

// tellMeaning says what was searched for where it is not what was typed.
func (b *Bot) tellMeaning(m meaning, a *Answer) {
	switch {
	case a.Status == StatusPersonal: // it may hold an identity number
	case m.page != "":
		a.Understood = m.Text
		a.Text = b.say.OnPage(m.page) + "\n" + a.Text
	case m.Text != m.Typed:
		a.Understood = retrieval.Mask(m.Text)
		a.Text = b.say.Understood(a.Understood) + "\n" + a.Text
	}
}

// thisPage are words for the page itself.
var thisPage = regexp.MustCompile(`(?:本|这|该)(?:个|份|篇)?(?:页面|网页|页|文件|文章|办法|通知|公告|规定|政策|指南|报告|条例|方案|材料)(?:里面|里|中|上)?的?`)

// leansOnPage reports whether a question leaves its matter to the page it is
// asked on.
func leansOnPage(folded string) bool {
	return thisPage.MatchString(folded) || pronounPattern.MatchString(folded) || isPoor(folded)
}

func withoutPage(folded string) string {
	return strings.TrimSpace(pronounPattern.ReplaceAllString(thisPage.ReplaceAllString(folded, ""), ""))
}

// docPath is the path of a stored document's own page.
const docPath = "/doc/"

// pageOf finds the document of the page that a question is asked on.
func (b *Bot) pageOf(ctx context.Context, page string) (retrieval.Document, error) {
	page, _, _ = strings.Cut(page, "#")
	if _, id, ok := strings.Cut(page, docPath); ok {
		return b.Documents.Document(ctx, id)
	}
	if b.Pages == nil {
		return retrieval.Document{}, retrieval.ErrNotFound
	}
	id, err := b.Pages.DocumentOf(ctx, page)
	if err != nil {
		return retrieval.Document{}, err
	}
	return b.Documents.Document(ctx, id)
}

// knownWords are words that are never taken for typing errors.
func knownWords(more []Synonym) []string {
	words := tableWords(mattersTable)
	words = append(words, tables.Lines(fillersTable)...)
	for _, s := range slices.Concat(synonyms(), more) {
		words = append(words, s.Everyday)
		words = append(words, s.Official...)
	}
	for name := range gazetteer() {
		words = append(words, name)
	}
	return words
}

package bot

import (
	"context"
	"fmt"
	"sync"
	"time"

	"zhiwen/bot/faq"
	"zhiwen/retrieval"
)

// Curated are the answers that staff have written; a store is one.
type Curated interface {
	FAQs(ctx context.Context) ([]faq.Entry, error)
	// FAQGeneration rises with every change of them.
	FAQGeneration(ctx context.Context) (int64, error)
}

// labelCurated is shown beside a curated answer: no program has written it.
const labelCurated = "人工整理的回答"

// book holds the published entries ready to be compared with questions, as of
// one generation.
type book struct {
	source Curated
	now    func() time.Time

	mu         sync.Mutex // held while the entries are loaded
	generation int64
	synonyms   []Synonym     // that the index was made with
	index      *curatedIndex // never changes
}

// current gives the index of the published entries.
func (k *book) current(ctx context.Context, synonyms []Synonym) (*curatedIndex, error) {
	generation, err := k.source.FAQGeneration(ctx)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.index != nil && k.generation == generation && sameList(k.synonyms, synonyms) {
		return k.index, nil
	}
	entries, err := k.source.FAQs(ctx)
	if err != nil {
		return nil, err
	}
	k.index, k.generation, k.synonyms = newCuratedIndex(entries, k.now(), synonyms), generation, synonyms
	return k.index, nil
}

// curated answers a question from what staff have written, if one of them has
// answered it and what that rests on still stands.
func (b *Bot) curated(ctx context.Context, q Question) (Examination, bool, error) {
	if b.book == nil {
		return Examination{}, false, nil
	}
	index, err := b.book.current(ctx, b.words().synonyms)
	if err != nil {
		b.Log.WarnContext(ctx, "answered without the curated answers", "cause", err)
		return Examination{}, false, nil
	}
	entry, ok := index.find(q)
	if !ok {
		return Examination{}, false, nil
	}
	docs, stale, err := faq.Fresh(ctx, b.Documents, entry, q.When.today)
	switch {
	case err != nil:
		return Examination{}, false, err
	case stale != "":
		b.Log.InfoContext(ctx, "a curated answer is stale and not shown", "id", entry.ID, "reason", string(stale))
		return Examination{}, false, nil
	}
	a := b.curatedAnswer(q, entry, docs)
	if err := verify(a, docs, q, b.Phone); err != nil {
		b.Log.ErrorContext(ctx, "a curated answer failed verification and was withheld", "id", entry.ID, "cause", err)
		return Examination{}, false, nil
	}
	return Examination{Question: q, Said: a, Open: a}, true, nil
}

// curatedAnswer is what staff wrote with what it rests on.
func (b *Bot) curatedAnswer(q Question, entry faq.Entry, docs map[string]*retrieval.Document) Answer {
	a := Answer{Status: StatusFAQ, Mode: ModeFAQ, ID: newAnswerID(), Label: labelCurated, Text: entry.Answer, Confidence: 1}
	newest := ""
	for i, c := range entry.Citations {
		doc := docs[c.DocID]
		e := evidence{Window{Start: c.Start, End: c.End, Highlight: retrieval.Span{Start: c.Start, End: c.End}}, doc}
		cited := e.cite(i + 1)
		a.Citations = append(a.Citations, cited)
		a.Text += fmt.Sprintf("[%d]", cited.N)
		newest = max(newest, shownDate(doc.Meta))
	}
	a.Highlight = a.Citations[0].Quote
	if newest == "" || !asksCurrent(q) {
		return a
	}
	a.Notices = append(a.Notices, Notice{NoticeDated, b.say.CuratedDated(newest)})
	if n, stale := b.stale(q, retrieval.Meta{Published: newest}); stale {
		a.Notices = append(a.Notices, n)
	}
	for _, n := range a.Notices {
		a.Text += "\n" + n.Text
	}
	return a
}

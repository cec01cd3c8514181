// Package eval measures a bot on questions with known documents and answers.
// The figures are defined in the project's contract, see Report.
package eval

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"zhiwen/bot"
	"zhiwen/retrieval"
)

// Examiner is the bot that is measured.
type Examiner interface {
	Examine(ctx context.Context, r bot.Request, depth int) (bot.Examination, error)
}

// Query is one line of a file of questions.
type Query struct {
	ID                 string   `json:"id"`
	Question           string   `json:"question"`
	DocID              string   `json:"doc_id"`
	DocIDs             []string `json:"doc_ids"`
	Answer             string   `json:"answer"`
	Answers            []string `json:"answers"`
	Answerable         *bool    `json:"answerable"`
	GenericReply       bool     `json:"generic_reply"`
	StrictUnanswerable *bool    `json:"strict_unanswerable"`
}

// leftOut reports whether the row says nothing about a bot.
func (q Query) leftOut() bool {
	return q.GenericReply || q.StrictUnanswerable != nil && !*q.StrictUnanswerable
}

// gold gives the keys of the documents that hold the answer.
func (q Query) gold() []string {
	if len(q.DocIDs) > 0 {
		return q.DocIDs
	}
	if q.DocID != "" {
		return []string{q.DocID}
	}
	return nil
}

// references gives the reference answers that are not empty.
func (q Query) references() []string {
	var refs []string
	for _, r := range append(slices.Clone(q.Answers), q.Answer) {
		if r = strings.TrimSpace(r); r != "" && !slices.Contains(refs, r) {
			refs = append(refs, r)
		}
	}
	return refs
}

// Config says what to measure.
type Config struct {
	Bot          Examiner
	Documents    bot.Documents
	Queries      []Query
	Unanswerable []Query
	Limit        int // questions with the smallest sha256(id), answerable and not together; 0: all
	// Versions maps a document's key to its version ID; needed for GoldPage.
	Versions map[string]string
	// GoldPage limits each search to the question's own documents.
	GoldPage bool
	// Phone is the configured phone, which answers may show.
	Phone string
	// Trace hears what each question was answered from; may be nil.
	Trace func(Trace) error
	// Progress hears how many questions are done; may be nil.
	Progress func(done, total int)
}

// item is a question to measure.
type item struct {
	Query
	answerable bool
}

// rankDepth is how many passages are ranked to find twenty documents.
const rankDepth = 100

// Run asks every question and sums up.
func Run(ctx context.Context, c Config) (Report, error) {
	items, skipped := c.items()
	t := tally{report: Report{Queries: len(items), Skipped: skipped}}
	for i, it := range items {
		if err := c.measure(ctx, it, &t); err != nil {
			return Report{}, fmt.Errorf("question %s: %w", it.ID, err)
		}
		if c.Progress != nil {
			c.Progress(i+1, len(items))
		}
	}
	return t.sum(), nil
}

func (c Config) items() (items []item, skipped int) {
	add := func(queries []Query, all bool) {
		for _, q := range queries {
			if q.leftOut() {
				skipped++
				continue
			}
			items = append(items, item{q, !all && (q.Answerable == nil || *q.Answerable)})
		}
	}
	add(c.Queries, false)
	add(c.Unanswerable, true)
	if c.Limit > 0 && len(items) > c.Limit {
		slices.SortStableFunc(items, func(a, b item) int {
			x, y := sha256.Sum256([]byte(a.ID)), sha256.Sum256([]byte(b.ID))
			return slices.Compare(x[:], y[:])
		})
		items = items[:c.Limit]
	}
	return items, skipped
}

func (c Config) measure(ctx context.Context, it item, t *tally) error {
	request := bot.Request{Question: it.Question}
	if c.GoldPage {
		for _, key := range it.gold() {
			if id, ok := c.Versions[key]; ok {
				request.Filter.Docs = append(request.Filter.Docs, id)
			}
		}
	}
	started := time.Now()
	e, err := c.Bot.Examine(ctx, request, 0)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		t.report.Errors++
		return nil
	}
	t.took = append(t.took, time.Since(started))
	if c.Trace != nil {
		if err := c.Trace(traceOf(it, e)); err != nil {
			return err
		}
	}
	t.outcome(it.answerable, e.Said)
	for _, a := range []bot.Answer{e.Said, e.Open} {
		if err := c.checkQuotes(ctx, a, t); err != nil {
			return err
		}
	}
	t.figures(bot.Unsupported(e.Said, it.Question, c.Phone, bot.FixedFigures(e.Question)) == "")
	if !it.answerable {
		return nil
	}
	if refs := it.references(); len(refs) > 0 {
		t.answer(e.Open, refs)
	}
	return c.rank(ctx, it, request, t)
}

// rank looks deeper than an answer does, to find twenty documents.
func (c Config) rank(ctx context.Context, it item, request bot.Request, t *tally) error {
	gold := it.gold()
	if len(gold) == 0 {
		return nil
	}
	e, err := c.Bot.Examine(ctx, request, rankDepth)
	if err != nil {
		return err
	}
	t.ranking(rankedKeys(e.Passages), gold)
	return nil
}

func (c Config) checkQuotes(ctx context.Context, a bot.Answer, t *tally) error {
	for _, cited := range a.Citations {
		doc, err := c.Documents.Document(ctx, cited.DocID)
		if err != nil {
			return fmt.Errorf("load cited document: %w", err)
		}
		t.quotes.add(cited.Start >= 0 && cited.End <= len(doc.Text) && cited.Start < cited.End &&
			doc.Text[cited.Start:cited.End] == cited.Quote)
	}
	return nil
}

// rankedKeys gives the documents of the passages, the best passage counting.
func rankedKeys(passages []retrieval.Passage) []string {
	var keys []string
	for _, p := range passages {
		if !slices.Contains(keys, p.Doc.Key) {
			keys = append(keys, p.Doc.Key)
		}
	}
	return keys
}

// percentile is the nearest-rank percentile of durations, in milliseconds.
func percentile(took []time.Duration, p float64) *float64 {
	if len(took) == 0 {
		return nil
	}
	sorted := slices.SortedFunc(slices.Values(took), cmp.Compare[time.Duration])
	rank := min(int(p*float64(len(sorted))), len(sorted)-1)
	ms := float64(sorted[rank].Microseconds()) / 1000
	return &ms
}

// Package check compares a draft with the collection (文稿核对): every
// sentence, quotation, figure, date, title, 文号 and clause reference, and what
// the draft says of itself. It knows texts, not files: whoever calls it reads
// DOCX and PDF.
//
// A sentence is looked for by the rarest of its terms in the postings that
// search has (Collection.Holders) and compared letter by letter on folded
// texts, so that width, white space and script do not matter. What is reported
// is always the stored text.
package check

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"time"

	"zhiwen/retrieval"
)

// Collection is what a check reads. Holders gives the chunks that hold terms,
// with rows only where at most most do.
type Collection interface {
	Holders(ctx context.Context, terms []string, most int) ([]retrieval.TermHolders, error)
	Passages(ctx context.Context, rows []int64) ([]retrieval.Passage, error)
	Document(ctx context.Context, id string) (retrieval.Document, error)
}

// Listings names what a collection holds: every version of every document.
// Generation of its Stats rises when that changes.
type Listings interface {
	List(ctx context.Context) iter.Seq2[retrieval.Listing, error]
	Stats(ctx context.Context) (retrieval.Stats, error)
}

// Draft is a text to be checked.
type Draft struct {
	Title string // of the file or its first line; may be empty
	Text  string
	// Period is the year that the draft speaks of; "" : read from the draft.
	Period string
	// Materials are compared before the collection. They are read from here
	// and kept nowhere.
	Materials []retrieval.Document
}

// Checker checks drafts against one collection. It is safe for concurrent use.
type Checker struct {
	collection Collection
	listings   Listings
	now        func() time.Time

	mu        sync.Mutex
	catalogue *catalogue // of the generation seen last
}

// New makes a Checker; now is the clock, time.Now if nil.
func New(c Collection, l Listings, now func() time.Time) *Checker {
	if now == nil {
		now = time.Now
	}
	return &Checker{collection: c, listings: l, now: now}
}

// batchSegments are looked up together: one round trip to the store, and one
// step of the progress.
const batchSegments = 64

// Check compares a draft. Progress, if set, is called with the sentences done
// and all of them.
func (c *Checker) Check(ctx context.Context, d Draft, progress func(done, all int)) (Report, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	titles, err := c.titles(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("read what the collection holds: %w", err)
	}
	k := newChecking(c, d, titles)
	segments := segments(d.Text)
	progress(0, len(segments))
	for done := 0; done < len(segments); {
		batch := segments[done:min(done+batchSegments, len(segments))]
		if err := k.judge(ctx, batch); err != nil {
			return Report{}, fmt.Errorf("compare with the collection: %w", err)
		}
		done += len(batch)
		progress(done, len(segments))
	}
	if err := k.gather(ctx, segments); err != nil {
		return Report{}, fmt.Errorf("compare with the collection: %w", err)
	}
	if err := k.order(ctx, segments); err != nil {
		return Report{}, fmt.Errorf("compare the order of sentences: %w", err)
	}
	return Report{
		Period:   k.period.String(),
		Segments: segments,
		Findings: append(k.findings, arithmetic(d.Text)...),
		Missing:  k.missingList(),
	}, nil
}

// segments cuts a draft into sentences.
func segments(text string) []Segment {
	all := []Segment{}
	for _, s := range retrieval.Sentences(text) {
		const mark = "\ufeff"
		for s.End-s.Start >= len(mark) && text[s.Start:s.Start+len(mark)] == mark {
			s.Start += len(mark)
		}
		if s.Start < s.End {
			all = append(all, Segment{Text: text[s.Start:s.End], Start: s.Start, End: s.End, Verdict: NotFound, Matches: []Match{}})
		}
	}
	return all
}

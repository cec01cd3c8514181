package bot

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// Reader reads extracts for a question. It gives the readings of the first
// ones without a gap, as many as it gets done before ctx ends.
type Reader interface {
	Read(ctx context.Context, question string, extracts []retrieval.Extract) ([]retrieval.Reading, error)
}

const (
	// windowsRead is how many windows a question is read against; what was
	// measured for it is in docs/performance.md.
	windowsRead = 8
	// defaultReadBudget bounds the reading of one question. What is not read by
	// then keeps the order of search.
	defaultReadBudget = 150 * time.Millisecond
	// defaultBusy keeps two cores busy with reading, and leaves them to search
	// alone where that is not enough.
	defaultBusy = 6
	// headRunes is the longest head that an extract is read with.
	headRunes = 60
)

// readWindows has the best windows read: it finds the words that answer in each,
// and puts the windows in the order that search and reading give together.
// Without a reader, or where it fails, everything stays as it is.
func (b *Bot) readWindows(ctx context.Context, q Question, ws []Window) {
	if b.Reader == nil || len(ws) == 0 {
		return
	}
	first := ws[:min(windowsRead, len(ws))]
	extracts := make([]retrieval.Extract, len(first))
	for i, w := range first {
		extracts[i] = retrieval.Extract{Head: headOf(w.Passage), Text: w.Text}
	}
	if b.answering.Load() > int64(b.Busy) {
		b.unread.Add(1)
		return // under load the order of search has to do
	}
	bounded, cancel := context.WithTimeout(ctx, b.ReadBudget)
	defer cancel()
	readings, err := b.Reader.Read(bounded, q.Text, extracts)
	if err != nil {
		b.Log.ErrorContext(ctx, "nothing was read: windows keep the order of search", "cause", err)
		return
	}
	if len(readings) < len(first) {
		b.unread.Add(1)
	}
	for i := range readings {
		first[i].Reading = &readings[i]
		first[i].Highlight = answerIn(first[i])
	}
	slices.SortStableFunc(ws, byWorth)
}

// Unread counts the questions whose windows were not all read in time, so that
// they were answered, at least in part, in the order of search.
func (b *Bot) Unread() int64 { return b.unread.Load() }

// answerIn is the reader's answer without the marks that end it.
func answerIn(w Window) retrieval.Span {
	answer := w.Reading.Answer
	words := strings.TrimRight(w.Text[answer.Start:answer.End], " \n，,；;：:。、")
	if words == "" {
		return w.Highlight
	}
	return retrieval.Span{Start: w.Start + answer.Start, End: w.Start + answer.Start + len(words)}
}

// byWorth orders windows: those that were read by reading and search together,
// then the others as they are.
func byWorth(x, y Window) int {
	switch {
	case x.Reading != nil && y.Reading != nil:
		return cmp.Compare(y.worth(), x.worth())
	case x.Reading != nil:
		return -1
	case y.Reading != nil:
		return 1
	}
	return 0
}

// headOf says what a passage is from, as the reader was trained to see it: the
// document's title and the nearest heading.
func headOf(p retrieval.Passage) string {
	path := p.Chunk.Path
	head := strings.TrimSpace(p.Doc.Title + " " + path[strings.LastIndex(path, " ")+1:])
	if utf8.RuneCountInString(head) > headRunes {
		head = string([]rune(head)[:headRunes])
	}
	return head
}

// readingWeight is what the reading model's logit counts beside the score of
// search when windows are ordered: docs/performance.md has what was tried.
const readingWeight = 0.01

// worth is what a window that was read is ordered by.
func (w Window) worth() float64 { return w.Score + readingWeight*w.Reading.Relevance }

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

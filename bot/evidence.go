package bot

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// Limits of the evidence, in runes.
const (
	// windowRunes is the most that one quotation shows: what a visitor reads
	// without scrolling on a phone.
	windowRunes = 200
	// passagesRead is how many passages are searched for the best window.
	passagesRead = 8
)

// Window is a run of whole sentences of one passage; offsets are bytes of the
// document's text.
type Window struct {
	Passage   retrieval.Passage
	Start     int
	End       int
	Score     float64
	Cover     float64         // share of the question's weight that the window's words carry
	Highlight retrieval.Span  // the words that answer, within [Start, End)
	Text      string          // the document's text from Start to End
	Terms     map[string]bool // of Text
}

// weights are the terms of a question with what each is worth.
type weights struct {
	terms map[string]float64
	total float64 // of the question's own terms
}

// alsoWeight is what a term of another wording is worth against one's own.
const alsoWeight = 0.8

func weigh(r retrieval.Result) weights {
	w := weights{terms: map[string]float64{}}
	for _, t := range r.Also {
		if t.DF > 0 {
			w.terms[t.Term] = alsoWeight * t.IDF
		}
	}
	for _, t := range r.Terms {
		w.terms[t.Term] = t.IDF
		w.total += t.IDF
	}
	return w
}

// cover is the share of the question's weight that a set of terms holds; it
// can pass 1 where other wordings are held as well.
func (w weights) cover(terms map[string]bool) float64 {
	if w.total == 0 {
		return 0
	}
	sum := 0.0
	for t, weight := range w.terms {
		if terms[t] {
			sum += weight
		}
	}
	return sum / w.total
}

// without takes most of the weight from the terms that the passage's heading
// and title hold already: they do not tell one of its sentences from another.
func (w weights) without(terms map[string]bool) weights {
	const kept = 0.25
	rest := weights{terms: make(map[string]float64, len(w.terms)), total: w.total}
	for t, weight := range w.terms {
		if terms[t] {
			rest.terms[t] = weight * kept
			continue
		}
		rest.terms[t] = weight
	}
	return rest
}

func termSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, t := range retrieval.Terms(text) {
		set[t] = true
	}
	return set
}

// Weights of what makes a window good beside the words it shares with the
// question.
const (
	passageWeight = 1.0  // its passage's fused score
	formWeight    = 0.15 // it holds the form asked for: a figure, a date…
	fillWeight    = 0.05 // it uses the room it has
	denseWeight   = 0.5  // its best sentence alone
	startWeight   = 0.3  // its first sentence alone: what a visitor reads first
)

// windows gives the best window of each of the first passages, best first.
func windows(q Question, r retrieval.Result) []Window {
	w := weigh(r)
	var best []Window
	for _, p := range r.Passages[:min(passagesRead, len(r.Passages))] {
		if win, ok := bestWindow(q, w, p); ok {
			best = append(best, win)
		}
	}
	slices.SortStableFunc(best, func(a, b Window) int { return cmp.Compare(b.Score, a.Score) })
	return best
}

func bestWindow(q Question, w weights, p retrieval.Passage) (Window, bool) {
	sentences := fitted(p.Chunk.Text)
	local := w.without(termSet(p.Doc.Title + " " + p.Chunk.Path))
	sets := make([]map[string]bool, len(sentences))
	covers := make([]float64, len(sentences))
	for i, s := range sentences {
		sets[i] = termSet(p.Chunk.Text[s.Start:s.End])
		covers[i] = local.cover(sets[i])
	}
	var best Window
	found := false
	heading := func(i int) bool { return len(sentences) > 1 && isHeading(p.Chunk.Text, sentences[i]) }
	for i := range sentences {
		if heading(i) {
			continue // the clause path says it
		}
		terms := map[string]bool{}
		peak := 0.0
		for j := i; j < len(sentences); j++ {
			text := p.Chunk.Text[sentences[i].Start:sentences[j].End]
			runes := utf8.RuneCountInString(text)
			if runes > windowRunes && j > i {
				break
			}
			for t := range sets[j] {
				terms[t] = true
			}
			peak = max(peak, covers[j])
			if heading(j) {
				continue // nothing of what it announces would follow
			}
			score := local.cover(terms) + denseWeight*peak + startWeight*covers[i] + passageWeight*p.Score +
				fillWeight*float64(runes)/windowRunes
			if hasForm(q.Want, text) {
				score += formWeight
			}
			if !found || score > best.Score {
				found = true
				best = Window{
					Passage: p, Start: p.Chunk.Start + sentences[i].Start, End: p.Chunk.Start + sentences[j].End,
					Score: score, Text: text, Terms: maps.Clone(terms),
				}
			}
		}
	}
	if !found {
		return Window{}, false
	}
	best.Cover = w.cover(best.Terms)
	best.Highlight = highlight(q, local, best)
	return best, true
}

// fitted divides text into sentences, those longer than a window into clauses
// that fit.
func fitted(text string) []retrieval.Span {
	var pieces []retrieval.Span
	for _, s := range retrieval.Sentences(text) {
		if utf8.RuneCountInString(text[s.Start:s.End]) <= windowRunes {
			pieces = append(pieces, s)
			continue
		}
		for _, c := range retrieval.Clauses(text[s.Start:s.End]) {
			pieces = append(pieces, cutLong(text, retrieval.Span{Start: s.Start + c.Start, End: s.Start + c.End})...)
		}
	}
	return pieces
}

// cutLong cuts a piece without any punctuation at the window's length.
func cutLong(text string, s retrieval.Span) []retrieval.Span {
	var pieces []retrieval.Span
	n, start := 0, s.Start
	for at := range text[s.Start:s.End] {
		if n == windowRunes {
			pieces = append(pieces, retrieval.Span{Start: start, End: s.Start + at})
			start, n = s.Start+at, 0
		}
		n++
	}
	return append(pieces, retrieval.Span{Start: start, End: s.End})
}

// highlight finds the shortest run of the window's words that answers: the
// best clause for a figure or a name, else the best sentence.
func highlight(q Question, w weights, win Window) retrieval.Span {
	text := win.Text
	var pieces []retrieval.Span
	switch q.Want {
	case WantFigure, WantTime, WantContact:
		pieces = retrieval.Clauses(text)
	default:
		pieces = retrieval.Sentences(text)
	}
	best, score := retrieval.Span{Start: 0, End: len(text)}, -1.0
	for _, p := range pieces {
		if isHeading(text, p) && len(pieces) > 1 {
			continue
		}
		words := text[p.Start:p.End]
		s := w.cover(termSet(words))
		if hasForm(q.Want, words) {
			s += 2 * formWeight
		}
		if s > score {
			best, score = p, s
		}
	}
	trimmed := strings.TrimRight(text[best.Start:best.End], "，,；;：:。")
	if trimmed != "" {
		best.End = best.Start + len(trimmed)
	}
	return retrieval.Span{Start: win.Start + best.Start, End: win.Start + best.End}
}

// headingRunes is the longest line without an end mark that is taken for a
// heading.
const headingRunes = 40

// isHeading reports whether a piece of a text is a whole short line that does
// not end like a sentence.
func isHeading(text string, s retrieval.Span) bool {
	line := text[s.Start:s.End]
	last, _ := utf8.DecodeLastRuneInString(line)
	return (s.Start == 0 || text[s.Start-1] == '\n') && s.End < len(text) && text[s.End] == '\n' &&
		!strings.ContainsRune("。！？!?；;：:）)”", last) && utf8.RuneCountInString(line) <= headingRunes
}

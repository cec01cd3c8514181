package bot

import (
	"cmp"
	"maps"
	"regexp"
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
	// Reading is what the reading model says of the window; nil where it was
	// not read.
	Reading *retrieval.Reading
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

// only keeps the weights of some terms.
func (w weights) only(terms map[string]bool) weights {
	part := weights{terms: map[string]float64{}}
	for t, weight := range w.terms {
		if terms[t] {
			part.terms[t] = weight
			part.total += weight
		}
	}
	return part
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
	unitWeight    = 0.3  // it counts in the unit asked for: 几件
	fillWeight    = 0.05 // it uses the room it has
	denseWeight   = 0.5  // its best sentence alone
	startWeight   = 0.3  // its first sentence alone: what a visitor reads first
)

// windows gives the best window of each of the first passages, best first.
func windows(q Question, w weights, r retrieval.Result) []Window {
	var best []Window
	for _, p := range r.Passages[:min(passagesRead, len(r.Passages))] {
		if win, ok := bestWindow(q, w, p); ok {
			best = append(best, win)
		}
	}
	slices.SortStableFunc(best, func(a, b Window) int { return cmp.Compare(b.Score, a.Score) })
	return best
}

// bestWindow finds the best window of one passage. Within the passage the
// words that its title and headings hold tell little; among passages, which
// Score compares, they tell what it is about.
func bestWindow(q Question, w weights, p retrieval.Passage) (Window, bool) {
	context := termSet(p.Doc.Title + " " + p.Chunk.Path)
	local := w.without(context)
	best, ok := divide(p, local).window(q, local)
	if !ok {
		return Window{}, false
	}
	best.Cover = w.cover(best.Terms)
	best.Highlight = highlight(q, local, best)
	maps.Copy(context, best.Terms)
	best.Score = w.cover(context) + passageWeight*p.Score
	if hasForm(q, best.Text) {
		best.Score += formWeight
	}
	if hasUnit(q, best.Text) {
		best.Score += unitWeight
	}
	if q.Want == WantFigure && holdsFigure(mostHeld(local, best.Text)) {
		best.Score += formWeight
	}
	return best, true
}

// mostHeld gives the clause of a text that holds most of the question: where a
// figure is asked for, it should stand there. A clause that holds next to
// nothing is none.
func mostHeld(w weights, text string) string {
	const least = 0.1
	best, most := "", least
	for _, c := range retrieval.Clauses(text) {
		if held := w.cover(termSet(text[c.Start:c.End])); held > most {
			best, most = text[c.Start:c.End], held
		}
	}
	return best
}

// reading is a passage divided into sentences.
type reading struct {
	passage   retrieval.Passage
	sentences []retrieval.Span
	heading   []bool            // a line of its own that announces others
	terms     []map[string]bool // of each sentence and the heading it stands under
	covers    []float64         // what each alone holds of the question
}

func divide(p retrieval.Passage, w weights) reading {
	r := reading{passage: p, sentences: fitted(p.Chunk.Text)}
	var above map[string]bool
	for _, s := range r.sentences {
		terms := termSet(p.Chunk.Text[s.Start:s.End])
		heading := len(r.sentences) > 1 && isHeading(p.Chunk.Text, s)
		if heading {
			above = terms
		}
		maps.Copy(terms, above)
		r.heading = append(r.heading, heading)
		r.terms = append(r.terms, terms)
		r.covers = append(r.covers, w.cover(terms))
	}
	return r
}

// window chooses the best run of sentences. None begins with a heading, which
// the clause path says, or ends with one, for nothing of what it announces
// would follow.
func (r reading) window(q Question, w weights) (best Window, found bool) {
	text := r.passage.Chunk.Text
	for i, first := range r.sentences {
		if r.heading[i] || nothingThere.MatchString(text[first.Start:first.End]) {
			continue
		}
		terms := map[string]bool{}
		peak := 0.0
		for j := i; j < len(r.sentences); j++ {
			run := text[first.Start:r.sentences[j].End]
			runes := utf8.RuneCountInString(run)
			if j > i && (runes > windowRunes || (r.heading[j] || q.Want != WantList) && strayItem(text, r.sentences[j], r.covers[j])) {
				break
			}
			maps.Copy(terms, r.terms[j])
			peak = max(peak, r.covers[j])
			if r.heading[j] {
				continue
			}
			score := w.cover(terms) + denseWeight*peak + startWeight*r.covers[i] + fillWeight*float64(runes)/windowRunes
			if hasForm(q, run) {
				score += formWeight
			}
			if hasUnit(q, run) {
				score += unitWeight
			}
			if !found || score > best.Score {
				found = true
				best = Window{
					Passage: r.passage, Start: r.passage.Chunk.Start + first.Start, End: r.passage.Chunk.Start + r.sentences[j].End,
					Score: score, Text: run, Terms: maps.Clone(terms),
				}
			}
		}
	}
	return best, found
}

// nothingThere is said under a heading that has nothing to tell.
var nothingThere = regexp.MustCompile(`^(?:暂无|无|没有|略|不详)[。.；;]?$`)

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
	case WantFigure, WantTime, WantContact, WantPenalty, WantHours:
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
		if hasForm(q, words) {
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

// itemMark begins a numbered item or clause.
var itemMark = regexp.MustCompile(`^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[.．、]\D|第[一二三四五六七八九十百\d]{1,6}条)`)

// strayCover is the share of the question that another numbered item must
// hold to be shown with the one that answers.
const strayCover = 0.1

// strayItem reports whether a piece begins another numbered item that has
// little to do with the question.
func strayItem(text string, s retrieval.Span, cover float64) bool {
	return cover < strayCover && (s.Start == 0 || text[s.Start-1] == '\n') && itemMark.MatchString(text[s.Start:s.End])
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

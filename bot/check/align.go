package check

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Costs of the alignment. A token that is exchanged costs a little more than
// one that is added, so that a phrase that was added stays whole. A run of the
// source that is left out costs a fixed part and little for its length, so that
// a phrase that was dropped does not tear the sentence in two.
const (
	costAdded     = 20
	costExchanged = 22
	costOpen      = 24
	costOmitted   = 4
)

// alignment is a sentence laid on the passage of a text that is nearest to it.
type alignment struct {
	from, to int     // tokens of the text
	score    float64 // 0 to 1: share of the tokens of both that are equal
	equal    int     // tokens
	steps    []step
}

// step takes tokens of the sentence and of the text: both for equal ones.
type step struct {
	kind     OpKind
	from, to int // tokens of the sentence (equal, insert) or of the text (delete)
	inText   int // equal: the text's token that from stands for
}

// align finds where in text (tokens from lo to hi) the sentence fits best.
//
// It is the alignment of Smith, Waterman and Gotoh with free ends in the text:
// unlike a diff of two strings it also finds where the passage begins and ends.
func align(sentence, text *wording, lo, hi int) alignment {
	s, t := sentence.tokens, text.tokens[lo:hi]
	if len(s) == 0 || len(t) == 0 {
		return alignment{from: lo, to: lo}
	}
	moves, end := fit(s, t)
	path := walk(moves, len(s), end, len(t)+1)
	a := alignment{steps: steps(path, lo)}
	a.trim(sentence, text, lo, hi)
	a.tidy(sentence, text)
	a.slide(sentence, text)
	a.measure(sentence, text)
	return a
}

// Moves of the alignment, one a pair of tokens.
type move uint8

const (
	moveEqual move = iota + 1
	moveExchange
	moveInsert
	moveDelete // part of a run that is left out
	// inDelete marks that the run left out goes on before this token.
	inDelete move = 0x80
)

// fit fills the table of best moves and gives the column where the sentence
// ends best.
func fit(s, t []token) (moves []move, end int) {
	const never = 1 << 30
	width := len(t) + 1
	moves = make([]move, (len(s)+1)*width)
	best, above := make([]int, width), make([]int, width)
	for i := 1; i <= len(s); i++ {
		best, above = above, best
		row := moves[i*width : (i+1)*width]
		best[0] = i * costAdded
		row[0] = moveInsert
		omit := never // cost of leaving out a run that ends at j
		for j := 1; j <= len(t); j++ {
			cost, m := above[j-1]+costExchanged, moveExchange
			if s[i-1].text == t[j-1].text {
				cost, m = above[j-1], moveEqual
			}
			if c := above[j] + costAdded; c < cost {
				cost, m = c, moveInsert
			}
			opened, going := best[j-1]+costOpen+costOmitted, omit+costOmitted
			goesOn := move(0)
			if omit = opened; going < opened {
				omit, goesOn = going, inDelete
			}
			if omit < cost {
				cost, m = omit, moveDelete
			}
			best[j], row[j] = cost, m|goesOn
		}
	}
	for j := range best {
		if best[j] < best[end] {
			end = j
		}
	}
	return moves, end
}

// visited is one move with the tokens it stands at.
type visited struct {
	move
	i, j int
}

// walk goes back from the end to the beginning of the sentence.
func walk(moves []move, i, j, width int) []visited {
	var path []visited
	for i > 0 {
		m := moves[i*width+j] &^ inDelete
		switch m {
		case moveDelete:
			for {
				goesOn := moves[i*width+j]&inDelete != 0
				j--
				path = append(path, visited{moveDelete, i, j})
				if !goesOn {
					break
				}
			}
		case moveInsert:
			i--
			path = append(path, visited{m, i, j})
		default:
			i, j = i-1, j-1
			path = append(path, visited{m, i, j})
		}
	}
	for l, r := 0, len(path)-1; l < r; l, r = l+1, r-1 {
		path[l], path[r] = path[r], path[l]
	}
	return path
}

// steps joins moves to runs; an exchange leaves out one token and adds another.
func steps(path []visited, lo int) []step {
	var all []step
	for _, v := range path {
		switch v.move {
		case moveEqual:
			all = appendStep(all, step{kind: Equal, from: v.i, to: v.i + 1, inText: lo + v.j})
		case moveInsert:
			all = appendStep(all, step{kind: Insert, from: v.i, to: v.i + 1})
		case moveDelete:
			all = appendStep(all, step{kind: Delete, from: lo + v.j, to: lo + v.j + 1})
		case moveExchange:
			all = appendStep(all, step{kind: Delete, from: lo + v.j, to: lo + v.j + 1})
			all = appendStep(all, step{kind: Insert, from: v.i, to: v.i + 1})
		}
	}
	return all
}

// appendStep joins a step to the last of its kind, across the one run of the
// other kind that a change may have.
func appendStep(all []step, s step) []step {
	for back := 1; back <= 2 && back <= len(all); back++ {
		last := &all[len(all)-back]
		if last.kind == s.kind && last.to == s.from && (s.kind != Equal || back == 1 && last.inText+last.to-last.from == s.inText) {
			last.to = s.to
			return all
		}
		if last.kind == Equal {
			break
		}
	}
	return append(all, s)
}

// trim looks at what is changed at either end: the passage goes to the bounds
// of the text's sentence if they are near, else it ends with what is equal.
func (a *alignment) trim(sentence, text *wording, lo, hi int) {
	first, last := -1, -1
	for i, s := range a.steps {
		if s.kind == Equal {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		a.steps, a.from, a.to = nil, lo, lo
		return
	}
	begin, end := a.steps[first], a.steps[last]
	a.from, a.to = begin.inText, end.inText+end.to-end.from
	var kept []step
	if begin.from > 0 {
		if from := textStart(text, a.from, lo); a.from-from <= begin.from+edgeSlack {
			if from < a.from {
				kept = append(kept, step{kind: Delete, from: from, to: a.from})
			}
			a.from = from
		}
		kept = append(kept, step{kind: Insert, from: 0, to: begin.from})
	}
	kept = append(kept, a.steps[first:last+1]...)
	if n := len(sentence.tokens); end.to < n {
		if to := textEnd(text, a.to, hi); to-a.to <= n-end.to+edgeSlack {
			if a.to < to {
				kept = append(kept, step{kind: Delete, from: a.to, to: to})
			}
			a.to = to
		}
		kept = append(kept, step{kind: Insert, from: end.to, to: n})
	}
	a.steps = kept
	a.trimEqual(sentence, text)
}

// trimEqual takes the tokens out of a change at the end that both end with,
// and out of one at the beginning that both begin with.
func (a *alignment) trimEqual(sentence, text *wording) {
	if n := len(a.steps); n >= 2 && a.steps[n-2].kind == Delete && a.steps[n-1].kind == Insert {
		deleted, inserted := &a.steps[n-2], &a.steps[n-1]
		same := step{kind: Equal, from: inserted.to, to: inserted.to, inText: deleted.to}
		for deleted.to > deleted.from && inserted.to > inserted.from && text.tokens[deleted.to-1].text == sentence.tokens[inserted.to-1].text {
			deleted.to, inserted.to = deleted.to-1, inserted.to-1
			same.from, same.inText = same.from-1, same.inText-1
		}
		a.steps = append(a.steps, same)
	}
	if len(a.steps) >= 2 && a.steps[0].kind == Delete && a.steps[1].kind == Insert {
		deleted, inserted := &a.steps[0], &a.steps[1]
		same := step{kind: Equal, from: inserted.from, inText: deleted.from}
		for deleted.to > deleted.from && inserted.to > inserted.from && text.tokens[deleted.from].text == sentence.tokens[inserted.from].text {
			deleted.from, inserted.from = deleted.from+1, inserted.from+1
		}
		same.to = inserted.from
		a.steps = append([]step{same}, a.steps...)
	}
	a.steps = slices.DeleteFunc(a.steps, func(s step) bool { return s.from == s.to })
}

// edgeSlack is how many tokens longer than what replaced it a beginning or an
// end that was changed may be.
const edgeSlack = 8

// textStart goes back from a token to the beginning of its sentence.
func textStart(w *wording, at, lo int) int {
	for at > lo && !endsSentence(w.tokens[at-1].text) && !w.breaksBefore(at) {
		at--
	}
	return at
}

// textEnd goes on from a token to the end of its sentence, the mark included.
func textEnd(w *wording, at, hi int) int {
	if at > 0 && endsSentence(w.tokens[at-1].text) {
		return at
	}
	for at < hi && !w.breaksBefore(at) {
		at++
		if endsSentence(w.tokens[at-1].text) {
			break
		}
	}
	return at
}

// breaksBefore reports whether a line of the original begins with the token.
func (w *wording) breaksBefore(at int) bool {
	if at == 0 || at >= len(w.tokens) {
		return true
	}
	_, end := w.span(at-1, at)
	start, _ := w.span(at, at+1)
	return end <= start && strings.Contains(w.original[end:start], "\n")
}

func endsSentence(mark string) bool { return strings.Contains("。！？!?；;", mark) }

// tidy takes a short run that is equal by chance between two changes into
// them, so that a change is shown as one.
func (a *alignment) tidy(sentence, text *wording) {
	for changed := true; changed; {
		changed = false
		for i := range a.steps {
			if a.byChance(i, sentence) {
				a.steps = absorb(a.steps, i)
				changed = true
				break
			}
		}
	}
}

// byChance holds for one or two equal tokens, no figures, no longer than the
// changes on either side.
func (a *alignment) byChance(i int, sentence *wording) bool {
	s := a.steps[i]
	if s.kind != Equal || s.to-s.from > 2 || i == 0 || i == len(a.steps)-1 {
		return false
	}
	for k := s.from; k < s.to; k++ {
		if sentence.tokens[k].isFigure() {
			return false
		}
	}
	return a.changeBefore(i) >= s.to-s.from && a.changeAfter(i) >= s.to-s.from &&
		a.changeBefore(i)+a.changeAfter(i) > 2*(s.to-s.from)
}

func (a *alignment) changeBefore(i int) int {
	most := 0
	for i--; i >= 0 && a.steps[i].kind != Equal; i-- {
		most = max(most, a.steps[i].to-a.steps[i].from)
	}
	return most
}

func (a *alignment) changeAfter(i int) int {
	most := 0
	for i++; i < len(a.steps) && a.steps[i].kind != Equal; i++ {
		most = max(most, a.steps[i].to-a.steps[i].from)
	}
	return most
}

// absorb makes the equal run at i part of the changes around it.
func absorb(steps []step, i int) []step {
	before, after := i, i+1
	for before > 0 && steps[before-1].kind != Equal {
		before--
	}
	for after < len(steps) && steps[after].kind != Equal {
		after++
	}
	equal := steps[i]
	deleted := step{kind: Delete, from: equal.inText, to: equal.inText + equal.to - equal.from}
	inserted := step{kind: Insert, from: equal.from, to: equal.to}
	for _, s := range steps[before:after] {
		switch s.kind {
		case Delete:
			deleted.from, deleted.to = min(deleted.from, s.from), max(deleted.to, s.to)
		case Insert:
			inserted.from, inserted.to = min(inserted.from, s.from), max(inserted.to, s.to)
		}
	}
	joined := append([]step{}, steps[:before]...)
	return append(append(joined, deleted, inserted), steps[after:]...)
}

// measure counts what is equal, marks for a tenth.
func (a *alignment) measure(sentence, text *wording) {
	weight := func(w *wording, from, to int) (sum float64) {
		for _, t := range w.tokens[from:to] {
			switch {
			case t.isMark():
				sum += 0.1
			case t.isFigure():
				sum++
			default:
				sum += float64(min(utf8.RuneCountInString(t.text), 3))
			}
		}
		return sum
	}
	var equal, all float64
	for _, s := range a.steps {
		switch s.kind {
		case Equal:
			w := weight(sentence, s.from, s.to)
			equal, all, a.equal = equal+w, all+2*w, a.equal+s.to-s.from
		case Insert:
			all += weight(sentence, s.from, s.to)
		case Delete:
			all += weight(text, s.from, s.to)
		}
	}
	if all > 0 {
		a.score = 2 * equal / all
	}
}

// diff writes the steps out. Equal and inserted runs together are the
// sentence, white space and all.
func (a *alignment) diff(sentence, text *wording) []Op {
	var ops []Op
	shown := 0 // bytes of the sentence written
	for _, s := range a.steps {
		if s.kind == Delete {
			ops = append(ops, Op{Delete, text.source(s.from, s.to)})
			continue
		}
		_, end := sentence.span(s.from, s.to)
		switch {
		case s.to == len(sentence.tokens):
			end = len(sentence.original)
		case s.kind == Equal: // white space is no part of a change
			end, _ = sentence.span(s.to, s.to+1)
		}
		ops = append(ops, Op{s.kind, sentence.original[shown:end]})
		shown = end
	}
	return ops
}

package bot

import (
	"strings"
	"unicode"

	"zhiwen/retrieval"
)

// Signals are what the confidence in an answer is made of. Those of search lie
// between 0 and 1, those of reading are logits.
type Signals struct {
	Cover   float64 // share of the question's idf that the passage, its headings and title hold
	Letters float64 // share of the question's content characters that they hold, see letters
	BM25    float64 // the passage's share of the ideal score
	Cosine  float64 // nearness in meaning; 0 without an embedder
	ByWords bool    // there is no embedder, so Cosine says nothing
	Listed  bool    // a heading is what the question asks for, and its parts are the answer
	Form    bool    // the evidence holds what is asked for: a figure, a date, a phone number
	Guided  bool    // a 办事指南 of the matter says what is asked in the section for it
	Premise bool    // the place, year, 文号 and title asked for stand in the evidence

	Read      bool    // windows were read by the reading model
	Relevance float64 // the highest of theirs, see retrieval.Reading
}

// Weights of the signals; they were chosen by hand among round numbers, see
// docs/performance.md.
const (
	coverWeight   = 0.3
	lettersWeight = 0.3
	bm25Weight    = 0.4
	cosineWeight  = 0.5
	// failedPremiseFactor lowers the confidence in an answer whose evidence
	// lacks the place, the year or the 文号 that was asked for.
	failedPremiseFactor = 0.6
	// missingFormFactor lowers it where a figure, a date, a place or a phone
	// number is asked for and the evidence has none.
	missingFormFactor = 0.6
	// byWordsFactor makes up for the missing cosine, so that one threshold
	// serves with and without an embedder.
	byWordsFactor = 1.5
	// guidedConfidence is the least where a section of a guide is what is asked.
	guidedConfidence = 0.9
	// listedBonus raises it where a heading is what is asked for.
	listedBonus = 0.35
	// evenSum is the sum that answers and refusals part at, and sumSteepness how
	// fast certainty grows beside it.
	evenSum      = 0.6
	sumSteepness = 6.0
	// relevanceWeight is what the reading model's logit counts beside the sum, and
	// relevanceEven makes up for its being below zero where it is in doubt.
	relevanceWeight = 0.3
	relevanceEven   = 0.9
)

// Confidence is the chance that the evidence answers the question.
func (s Signals) Confidence() float64 {
	z := sumSteepness * (s.searchSum() - evenSum)
	if s.Read && !s.Listed { // a list is found by its heading, which no window shows
		z += relevanceWeight*s.Relevance + relevanceEven
	}
	return logistic(z)
}

// searchSum adds up what search alone says.
func (s Signals) searchSum() float64 {
	c := coverWeight*s.Cover + lettersWeight*s.Letters + bm25Weight*s.BM25 + cosineWeight*s.Cosine
	if s.ByWords {
		c *= byWordsFactor
	}
	if s.Listed {
		c += listedBonus
	}
	if !s.Form {
		c *= missingFormFactor
	}
	if !s.Premise {
		c *= failedPremiseFactor
	}
	if s.Guided {
		c = max(c, guidedConfidence)
	}
	return c
}

// signalsOf gathers the signals of a leading window. ws are the windows that
// were weighed with it: that one of them is read as an answer speaks for there
// being one.
func signalsOf(q Question, r retrieval.Result, w weights, ws []Window, lead Window, premise bool) Signals {
	p := lead.Passage
	text := retrieval.FoldString(p.Doc.Title + "\n" + p.Chunk.Path + "\n" + p.Chunk.Text)
	terms := termSet(text)
	signals := Signals{
		Cover:   cover(q, r, w, terms),
		Letters: letters(q, terms, text),
		BM25:    p.BM25,
		Cosine:  p.Cosine,
		ByWords: r.ByWords,
		Form:    !needsForm(q.Want) || hasForm(q, lead.Text),
		Premise: premise,
	}
	for _, w := range ws {
		if w.Reading != nil && (!signals.Read || w.Reading.Relevance > signals.Relevance) {
			signals.Read, signals.Relevance = true, w.Reading.Relevance
		}
	}
	return signals
}

// cover is the share of the question's idf that terms hold. An everyday phrase
// counts as one thing, held where any of the official words for it is.
func cover(q Question, r retrieval.Result, w weights, terms map[string]bool) float64 {
	formal := termSet(q.Formal)
	held, all := 0.0, 0.0
	add := func(weight float64, holds bool) {
		all += weight
		if holds {
			held += weight
		}
	}
	for _, t := range r.Terms {
		if formal[t.Term] {
			add(t.IDF, terms[t.Term])
		}
	}
	for _, s := range q.meant {
		weight, holds := 0.0, false
		for _, official := range s.Official {
			words := termSet(official)
			for t := range words {
				weight = max(weight, w.terms[t])
			}
			holds = holds || holdsAll(terms, words)
		}
		add(2*weight, holds)
	}
	if all == 0 {
		return 0
	}
	return held / all
}

func holdsAll(terms, words map[string]bool) bool {
	for t := range words {
		if !terms[t] {
			return false
		}
	}
	return true
}

// emptyLetters carry no content of their own; a bigram with one of them says
// nothing when it is missing.
const emptyLetters = "的了是在有和与及或也都就还要会能可以个么吗呢吧啊呀这那哪几多少年月日被把将对为从到向给让请问想去来做办搞我你您他她它们大小上下中不没之其"

// letters is the share of the question's content characters that the evidence
// holds: in full where it holds a bigram with the character, by half where it
// holds the character alone. Unlike a share of bigrams it does not punish the
// bigrams that span two words (公证处免了: 处免).
func letters(q Question, terms map[string]bool, text string) float64 {
	core := []rune(q.Formal)
	held, all := 0.0, 0.0
	for i, r := range core {
		if !unicode.Is(unicode.Han, r) || strings.ContainsRune(emptyLetters, r) {
			continue
		}
		all++
		switch {
		case i > 0 && terms[string(core[i-1:i+1])], i+1 < len(core) && terms[string(core[i:i+2])]:
			held++
		case strings.ContainsRune(text, r):
			held += 0.5
		}
	}
	if all == 0 {
		return 0
	}
	return held / all
}

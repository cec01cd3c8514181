// Package spelling reads what was typed as what was meant: pinyin as
// characters, and a character that was typed for another one that sounds or
// looks like it. What is meant is judged by the collection's own vocabulary
// first; a word that the collection holds is never changed.
package spelling

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"unicode"
)

// Vocabulary is what a collection holds.
type Vocabulary interface {
	// DF counts the chunks that hold each term, and all chunks.
	DF(ctx context.Context, terms []string) (df []int, chunks int, err error)
}

// Reader reads questions. It is safe for concurrent use.
type Reader struct {
	vocabulary Vocabulary
	language   *language
	known      map[string]bool    // further words that are right as they are
	longest    int                // of all words, in runes
	pairs      map[string]float64 // of the language and of known
}

// NewReader makes a Reader. known are words that need not stand in any
// dictionary: official names, places, everyday phrases.
func NewReader(v Vocabulary, known []string) *Reader {
	r := &Reader{vocabulary: v, language: common(), known: make(map[string]bool, len(known)), longest: longestWord}
	r.pairs = maps.Clone(r.language.pairs)
	for _, word := range known {
		runes := []rune(word)
		r.known[word] = true
		r.longest = max(r.longest, len(runes))
		for i := range len(runes) - 1 {
			r.pairs[string(runes[i:i+2])] += max(knownCount, knownShare*r.language.chars[runes[i]])
		}
	}
	return r
}

const (
	// A known word counts as occurring so often in the language, or at such a
	// share of its characters.
	knownCount = 300
	knownShare = 0.02
	// particleCount is the least of a known word of one character: news, which
	// the counts come from, ask few questions.
	particleCount = 300_000
)

// longestWord is the length of the longest words of tables/words.txt.
const longestWord = 4

// Read gives a folded question as it was meant: s itself if nothing in it
// needs another reading.
func (r *Reader) Read(ctx context.Context, s string) (string, error) {
	s, err := r.readPinyin(ctx, s)
	if err != nil {
		return s, fmt.Errorf("read pinyin: %w", err)
	}
	if s, err = r.repair(ctx, s); err != nil {
		return s, fmt.Errorf("look for typing errors: %w", err)
	}
	return s, nil
}

// holdings are what was asked of the collection so far.
type holdings struct {
	df     map[string]int
	chunks int
}

func newHoldings() *holdings { return &holdings{df: map[string]int{}} }

// look asks for the terms that are not yet known.
func (r *Reader) look(ctx context.Context, h *holdings, terms []string) error {
	var asked []string
	for _, t := range terms {
		if _, ok := h.df[t]; !ok {
			h.df[t] = 0
			asked = append(asked, t)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	df, chunks, err := r.vocabulary.DF(ctx, asked)
	if err != nil {
		return err
	}
	h.chunks = chunks
	for i, t := range asked {
		h.df[t] = df[i]
	}
	return nil
}

// any reports whether one of the terms is held.
func (h *holdings) any(terms []string) bool {
	return slices.ContainsFunc(terms, func(t string) bool { return h.df[t] > 0 })
}

// isWord reports whether a run of characters is a word by itself, whatever the
// collection.
func (r *Reader) isWord(s string) bool { return r.known[s] || r.language.words[s] > 0 }

// hanRuns gives the runs of Han characters as ranges of runes.
func hanRuns(runes []rune) [][2]int {
	var runs [][2]int
	start := -1
	for i, c := range append(runes, ' ') {
		switch han := unicode.Is(unicode.Han, c); {
		case han && start < 0:
			start = i
		case !han && start >= 0:
			runs = append(runs, [2]int{start, i})
			start = -1
		}
	}
	return runs
}

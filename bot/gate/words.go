package gate

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"zhiwen/bot/tables"
)

//go:embed tables/joining.txt
var joiningTable string

//go:embed tables/strict.txt
var strictTable string

// joiningWords are those of the table, once.
var joiningWords = sync.OnceValue(func() []string {
	var words []string
	for _, line := range tables.Lines(joiningTable) {
		words = append(words, strings.Fields(line)...)
	}
	return words
})

// strictGroups are words that say the same, and may not be said where the
// evidence has none of them.
var strictGroups = sync.OnceValue(func() [][]string {
	var groups [][]string
	for _, line := range tables.Lines(strictTable) {
		groups = append(groups, strings.Fields(line))
	}
	return groups
})

// joining knows the words that only join what the evidence says.
type joining struct {
	words   map[string]bool
	longest int // in runes
}

func newJoining(more []string) *joining {
	j := &joining{words: map[string]bool{}}
	for _, list := range [][]string{joiningWords(), more} {
		for _, w := range list {
			w = tight(w)
			j.words[w] = true
			j.longest = max(j.longest, utf8.RuneCountInString(w))
		}
	}
	return j
}

// bigrams are the pairs of neighbouring letters or digits of a text.
func bigrams(text string) map[string]bool {
	pairs := map[string]bool{}
	var last rune
	for _, r := range text {
		if isWord(r) && isWord(last) {
			pairs[string([]rune{last, r})] = true
		}
		last = r
	}
	return pairs
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// covered says of each rune whether it stands in a pair that the evidence
// has, or in a word that only joins.
func (j *joining) covered(runes []rune, pairs map[string]bool) []bool {
	held := make([]bool, len(runes))
	for i := range runes {
		if !isWord(runes[i]) {
			held[i] = true
			continue
		}
		if i+1 < len(runes) && pairs[string(runes[i:i+2])] {
			held[i], held[i+1] = true, true
		}
		for n := min(j.longest, len(runes)-i); n > 0; n-- {
			if j.words[string(runes[i:i+n])] {
				for k := i; k < i+n; k++ {
					held[k] = true
				}
				break
			}
		}
	}
	return held
}

// wordsStand reports whether every character is the evidence's or only joins.
// Figures have rules of their own.
func (j *joining) wordsStand(said, held string) bool {
	runes := []rune(said)
	covered := j.covered(runes, bigrams(held))
	for _, a := range amountsOf(said) {
		from := utf8.RuneCountInString(said[:a.start])
		for k := range utf8.RuneCountInString(said[a.start:a.end]) {
			covered[from+k] = true
		}
	}
	return !slices.Contains(covered, false)
}

const (
	// togetherShare is the share of a clause's pairs that one sentence of the
	// evidence must hold, and ownShare the share of a sentence's characters that
	// must be the evidence's and not words that join. Both are measured:
	// docs/performance.md.
	togetherShare = 0.6
	ownShare      = 0.4
)

var (
	sentenceEnd = regexp.MustCompile(`[。；;！？!?\n]`)
	clauseEnd   = regexp.MustCompile(`[，,。；;！？!?：:\n]`)
)

// standsTogether reports whether each clause says what one sentence of the
// evidence says, and the whole says something.
func (j *joining) standsTogether(said, held string) bool {
	var sentences []map[string]bool
	for _, s := range sentenceEnd.Split(held, -1) {
		if pairs := bigrams(s); len(pairs) > 0 {
			sentences = append(sentences, pairs)
		}
	}
	own, all := 0, 0
	pairsHeld := bigrams(held)
	for _, clause := range clauseEnd.Split(said, -1) {
		pairs := bigrams(clause)
		mine := 0
		for p := range pairs {
			if pairsHeld[p] {
				mine++
			}
		}
		best := 0
		for _, s := range sentences {
			best = max(best, common(pairs, s))
		}
		if mine > 2 && float64(best) < togetherShare*float64(mine) {
			return false
		}
		own += mine
		all += len(pairs)
	}
	return all > 0 && float64(own) >= ownShare*float64(all)
}

// strictWordsStand reports whether a sentence refuses, obliges and bounds where
// the evidence does. What a clause says of the kind must stand in that sentence
// of the evidence which it has most in common with; and what that one refuses
// may not be left out.
func strictWordsStand(said, held string) bool {
	sentences := clauseEnd.Split(held, -1)
	for _, clause := range clauseEnd.Split(harmless.Replace(said), -1) {
		nearest, most := "", 0
		pairs := bigrams(clause)
		for _, s := range sentences {
			if n := common(pairs, bigrams(s)); n > most {
				nearest, most = s, n
			}
		}
		for i, group := range strictGroups() {
			says, has := holdsAny(clause, group), holdsAny(nearest, group)
			if says && !has && !holdsWhole(held, clause) || i == 0 && has && !says && 2*most >= len(pairs) {
				return false
			}
		}
	}
	return true
}

// harmless are words of which a part looks like one that is strict.
var harmless = strings.NewReplacer("内容", "", "响应", "", "相应", "", "供应", "", "对应", "", "不同", "")

func holdsWhole(held, clause string) bool { return clause != "" && strings.Contains(held, clause) }

func holdsAny(text string, group []string) bool {
	for _, w := range group {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

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

//go:embed tables/everyday.txt
var everydayTable string

// joiningWords are those of the tables, once.
var joiningWords = sync.OnceValue(func() []string {
	var words []string
	for _, table := range []string{joiningTable, everydayTable} {
		for _, line := range tables.Lines(table) {
			words = append(words, strings.Fields(line)...)
		}
	}
	return words
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

// bigrams are the pairs of neighbouring letters or digits of a text; brackets
// part none: 工(公)伤.
func bigrams(text string) map[string]bool {
	pairs := map[string]bool{}
	var last rune
	for _, r := range text {
		if isBracket(r) {
			continue
		}
		if isWord(r) && isWord(last) {
			pairs[string([]rune{last, r})] = true
		}
		last = r
	}
	return pairs
}

func isBracket(r rune) bool { return r == '(' || r == ')' }

// nextBehind is the place of the next rune that is no bracket.
func nextBehind(runes []rune, i int) int {
	for i++; i < len(runes) && isBracket(runes[i]); i++ {
	}
	return i
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// covered says of each rune whether it stands in a pair that the evidence
// has, or in a word that only joins, or stands alone as one does there.
func (j *joining) covered(runes []rune, pairs map[string]bool, alone map[rune]bool) []bool {
	held := make([]bool, len(runes))
	for i := range runes {
		if !isWord(runes[i]) || alone[runes[i]] && isAlone(runes, i) {
			held[i] = true
			continue
		}
		if next := nextBehind(runes, i); next < len(runes) && pairs[string([]rune{runes[i], runes[next]})] {
			held[i], held[next] = true, true
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

// isAlone reports whether a rune has no letter or digit beside it.
func isAlone(runes []rune, i int) bool {
	return (i == 0 || !isWord(runes[i-1])) && (i+1 == len(runes) || !isWord(runes[i+1]))
}

// aloneIn are the letters and digits that stand alone in a text: 退(免)税.
func aloneIn(runes []rune) map[rune]bool {
	alone := map[rune]bool{}
	for i, r := range runes {
		if isWord(r) && isAlone(runes, i) {
			alone[r] = true
		}
	}
	return alone
}

// wordsStand reports whether every character is the evidence's or only joins.
// Figures have rules of their own.
func (j *joining) wordsStand(said, held string) bool {
	runes := []rune(said)
	covered := j.covered(runes, bigrams(held), aloneIn([]rune(held)))
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
	// clauseShare is ownShare for each clause of clausePairs and more.
	clauseShare = 0.3
	clausePairs = 6
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
		if len(pairs) >= clausePairs && float64(mine) < clauseShare*float64(len(pairs)) {
			return false
		}
		own += mine
		all += len(pairs)
	}
	return all > 0 && float64(own) >= ownShare*float64(all)
}

package spelling

import (
	"context"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// plain are characters that stand alone so often that they are taken as typed.
const plain = "何市县区省镇村乡路街号于则无该应曾所各每只并使未的了是在有和与及或也都就还要会能可以个么吗呢吧啊呀这那哪几多少年月日被把将对为从到向给让请问想去来我你您他她它们大小上下中不没之其一二三四五六七八九十"

func isPlain(c rune) bool { return strings.ContainsRune(plain, c) }

// Limits of what is repaired.
const (
	// clearly is how many times likelier the best repair must be than the next.
	clearly = 2.0
	// chunksPerHeld is the number of chunks for each of which the collection
	// must hold the word meant once more than once.
	chunksPerHeld = 1000
	// plainFactor raises that where the other character of the word says little.
	plainFactor = 5
	// standsAlone is the share of a character's uses as a word of its own that
	// makes it likely to be one.
	standsAlone = 0.25
	// longest is the longest question that is looked at, in runes: a longer
	// one was pasted, and has enough other words to be found by.
	longest = 120
)

// repair replaces single characters that sound or look like what was meant.
func (r *Reader) repair(ctx context.Context, s string) (string, error) {
	t := r.divide(s)
	if len(t.runes) > longest {
		return s, nil
	}
	var suspects []suspect
	var asked []string
	for _, p := range t.suspects() {
		p.mends = r.mends(t, p.at)
		if len(p.mends) == 0 {
			continue
		}
		suspects = append(suspects, p)
		asked = append(asked, pairsAround(t, p.at)...)
		for _, m := range p.mends {
			asked = append(asked, m.pairs...)
		}
	}
	if len(suspects) == 0 {
		return s, nil
	}
	held := newHoldings()
	if err := r.look(ctx, held, asked); err != nil {
		return s, err
	}
	suspects = slices.DeleteFunc(suspects, func(p suspect) bool {
		return held.any(pairsAround(t, p.at))
	})
	for i := 0; i < len(suspects); {
		// Of neighbours only one is wrong.
		var best decision
		j := i
		for ; j < len(suspects) && (j == i || suspects[j].at == suspects[j-1].at+1); j++ {
			if d := decide(suspects[j], held); d.score > best.score {
				best = d
			}
		}
		if best.score > 0 {
			t.runes[best.at] = best.char
		}
		i = j
	}
	return string(t.runes), nil
}

// suspect is a character that stands in no known word.
type suspect struct {
	at    int
	mends []mend
}

// mend is a character that would make a word where a suspect stands.
type mend struct {
	char  rune
	pairs []string // of the word, those with char
	runes int      // of the word
	least leastDF  // what the collection must hold of it
}

// leastDF says how often the collection must hold a word: not at all, or so
// many times the usual.
type leastDF int

func (l leastDF) met(df, chunks int) bool { return df >= int(l)*(1+chunks/chunksPerHeld) }

// mends gives the characters that sound or look like the one at a place and
// would make a word with whole words or single characters beside it.
func (r *Reader) mends(t typed, at int) []mend {
	var found []mend
	run := t.run(at)
	for from := max(at-r.longest+1, run[0]); from <= at; from++ {
		for to := max(at+1, from+2); to <= min(from+r.longest, run[1]); to++ {
			if !r.replaceable(t, from, to) {
				continue
			}
			word := slices.Clone(t.runes[from:to])
			for _, c := range r.language.confusable(t.runes[at]) {
				word[at-from] = c
				if isPlain(c) || !r.isWord(string(word)) {
					continue
				}
				found = append(found, mend{c, pairsOf(word, at-from), to - from, r.leastOf(word, at-from)})
			}
		}
	}
	return found
}

// leastOf says how often a word must be held. One that is known from a table
// need not be: the question is then understood, though not answered.
func (r *Reader) leastOf(word []rune, at int) leastDF {
	known, short := r.known[string(word)], len(word) == 2
	switch {
	case short && isPlain(word[1-at]) && !known:
		return plainFactor
	case known && !(short && isPlain(word[1-at])):
		return 0
	}
	return 1
}

// replaceable reports whether the characters of a range make no sense as they
// are typed, and no others beside them are left that make none.
func (r *Reader) replaceable(t typed, from, to int) bool {
	if t.joined[from] || t.joined[to] {
		return false // it would tear a word apart
	}
	if to-from > 3 {
		return true // so long a word is not there by chance
	}
	run := t.run(from)
	if from > run[0] && r.stray(t, from-1) || to < run[1] && r.stray(t, to) {
		return false
	}
	return to-from > 2 || r.stray(t, from) || r.stray(t, to-1)
}

// stray reports whether a character stands in no word but is seldom one.
func (r *Reader) stray(t typed, i int) bool {
	c := t.runes[i]
	return !t.covered[i] && !isPlain(c) && r.language.alone[c] < standsAlone*r.language.chars[c]
}

// decision is a mend with what speaks for it.
type decision struct {
	at    int
	char  rune
	score float64
}

// decide gives the mend that is clearly meant; its score is 0 if none is.
func decide(p suspect, held *holdings) decision {
	scores := map[rune]float64{}
	for _, m := range p.mends {
		df := math.MaxInt
		for _, pair := range m.pairs {
			df = min(df, held.df[pair])
		}
		if m.least.met(df, held.chunks) {
			scores[m.char] = max(scores[m.char], float64(max(df, 1)*m.runes))
		}
	}
	best, second := decision{at: p.at}, 0.0
	for c, score := range scores {
		switch {
		case score > best.score:
			best.char, best.score, second = c, score, best.score
		case score > second:
			second = score
		}
	}
	if best.score < clearly*second {
		return decision{}
	}
	return best
}

// pairsOf gives the pairs of a word that its character at a place is in.
func pairsOf(word []rune, at int) []string {
	var pairs []string
	if at > 0 {
		pairs = append(pairs, string(word[at-1:at+1]))
	}
	if at+1 < len(word) {
		pairs = append(pairs, string(word[at:at+2]))
	}
	return pairs
}

// pairsAround gives the pairs that the character at a place is in as typed.
func pairsAround(t typed, at int) []string {
	run := t.run(at)
	return pairsOf(t.runes[run[0]:run[1]], at-run[0])
}

// typed is a question with the known words found in it.
type typed struct {
	runes   []rune
	covered []bool // the character stands in a known word
	joined  []bool // a known word holds the character and the one before it
	runs    [][2]int
}

// docNo is a 文号, whose agency's code is no word.
var docNo = regexp.MustCompile(`\p{Han}{1,8}[〔【\[(（]\d{4}[〕】\])）]`)

func (r *Reader) divide(s string) typed {
	t := typed{runes: []rune(s)}
	t.covered, t.joined = make([]bool, len(t.runes)), make([]bool, len(t.runes)+1)
	for _, found := range docNo.FindAllStringIndex(s, -1) {
		from := utf8.RuneCountInString(s[:found[0]])
		for i := range utf8.RuneCountInString(s[found[0]:found[1]]) {
			t.covered[from+i] = true
		}
	}
	t.runs = hanRuns(t.runes)
	for _, run := range t.runs {
		for i := run[0]; i < run[1]; i++ {
			for n := 2; n <= r.longest && i+n <= run[1]; n++ {
				if !r.isWord(string(t.runes[i : i+n])) {
					continue
				}
				for k := i; k < i+n; k++ {
					t.covered[k] = true
					t.joined[k] = t.joined[k] || k > i
				}
			}
		}
	}
	return t
}

// run gives the run of Han characters that holds a place.
func (t typed) run(at int) [2]int {
	for _, run := range t.runs {
		if at < run[1] {
			return run
		}
	}
	return [2]int{at, at}
}

// suspects gives the characters that stand in no known word, in runs of more
// than one.
func (t typed) suspects() []suspect {
	var found []suspect
	for _, run := range t.runs {
		for i := run[0]; i < run[1] && run[1]-run[0] > 1; i++ {
			if !t.covered[i] && !isPlain(t.runes[i]) {
				found = append(found, suspect{at: i})
			}
		}
	}
	return found
}

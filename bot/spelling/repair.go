package spelling

import (
	"context"
	"math"
	"slices"
	"strings"
)

// plain are characters that stand alone so often that they are taken as typed.
const plain = "何市县区省镇村乡路街号于则无该应曾所各每只并使未的了是在有和与及或也都就还要会能可以个么吗呢吧啊呀这那哪几多少年月日被把将对为从到向给让请问想去来我你您他她它们大小上下中不没之其一二三四五六七八九十"

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

func isPlain(c rune) bool { return strings.ContainsRune(plain, c) }

// suspect is a character that no known word and no pair of the collection
// covers.
type suspect struct {
	at          int
	left, right rune // its neighbours, 0 at the end of a run
}

// repair replaces single characters that sound or look like what was meant.
func (r *Reader) repair(ctx context.Context, s string) (string, error) {
	t := r.divide(s)
	suspects := t.suspects()
	if len(suspects) == 0 || len(t.runes) > longest {
		return s, nil
	}
	held := newHoldings()
	var asTyped []string
	for _, p := range suspects {
		asTyped = append(asTyped, p.pairs(t.runes[p.at])...)
	}
	if err := r.look(ctx, held, asTyped); err != nil {
		return s, err
	}
	var strange []suspect
	var meant []string
	for _, p := range suspects {
		if p.held(held, t.runes[p.at]) {
			continue
		}
		strange = append(strange, p)
		for _, c := range r.language.confusable(t.runes[p.at]) {
			meant = append(meant, p.pairs(c)...)
		}
	}
	if err := r.look(ctx, held, meant); err != nil {
		return s, err
	}
	r.replace(t, strange, held)
	return string(t.runes), nil
}

// replace puts the best repair of each group of neighbouring suspects in
// place.
func (r *Reader) replace(t typed, strange []suspect, held *holdings) {
	for i := 0; i < len(strange); {
		best, bestScore, at := rune(0), 0.0, 0
		j := i
		for ; j < len(strange) && (j == i || strange[j].at == strange[j-1].at+1); j++ {
			if c, score := r.bestRepair(t, strange[j], held); score > bestScore {
				best, bestScore, at = c, score, strange[j].at
			}
		}
		if best != 0 {
			t.runes[at] = best
		}
		i = j
	}
}

// bestRepair gives the character that is clearly meant, 0 if none is.
func (r *Reader) bestRepair(t typed, p suspect, held *holdings) (rune, float64) {
	best, first, second := rune(0), 0.0, 0.0
	for _, c := range r.language.confusable(t.runes[p.at]) {
		if isPlain(c) {
			continue
		}
		switch score := r.support(t, p, c, held); {
		case score > first:
			best, first, second = c, score, first
		case score > second:
			second = score
		}
	}
	if first < clearly*second {
		return 0, 0
	}
	return best, first
}

// support is how often the collection holds the word that c makes with whole
// words or single characters beside it; 0 if it makes none. A long word that is
// known from a table of ours need not be held: the question is then understood,
// though not answered.
func (r *Reader) support(t typed, p suspect, c rune, held *holdings) float64 {
	most := 0.0
	for from := max(p.at-r.longest+1, t.begin(p.at)); from <= p.at; from++ {
		for to := max(p.at+1, from+2); to <= min(from+r.longest, t.end(p.at)); to++ {
			word := slices.Clone(t.runes[from:to])
			word[p.at-from] = c
			if !r.isWord(string(word)) || !r.replaceable(t, p.at, from, to) {
				continue
			}
			least := 1 + held.chunks/chunksPerHeld
			switch {
			case to-from > 2 && r.known[string(word)]:
				least = 0
			case to-from == 2 && isPlain(t.runes[from+to-1-p.at]):
				least *= plainFactor
			}
			df := math.MaxInt
			if from < p.at {
				df = held.df[string([]rune{p.left, c})]
			}
			if to > p.at+1 {
				df = min(df, held.df[string([]rune{c, p.right})])
			}
			if df >= least {
				most = max(most, float64(max(df, 1)*(to-from)))
			}
		}
	}
	return most
}

// replaceable reports whether the characters of a range make no sense as they
// are typed, and no others are left that make none.
func (r *Reader) replaceable(t typed, at, from, to int) bool {
	if t.joined[from] || t.joined[to] {
		return false // it would tear a word apart
	}
	if from > t.begin(at) && r.stray(t, from-1) || to < t.end(at) && r.stray(t, to) {
		return false
	}
	if to-from > 2 {
		return true
	}
	for i := from; i < to; i++ {
		if r.stray(t, i) {
			return true
		}
	}
	return false
}

// stray reports whether a character stands in no word but is seldom one.
func (r *Reader) stray(t typed, i int) bool {
	c := t.runes[i]
	return !t.covered[i] && !isPlain(c) && r.language.alone[c] < standsAlone*r.language.chars[c]
}

// pairs are the two pairs of characters that c makes with its neighbours.
func (p suspect) pairs(c rune) []string {
	var pairs []string
	if p.left != 0 {
		pairs = append(pairs, string([]rune{p.left, c}))
	}
	if p.right != 0 {
		pairs = append(pairs, string([]rune{c, p.right}))
	}
	return pairs
}

func (p suspect) held(held *holdings, c rune) bool {
	for _, pair := range p.pairs(c) {
		if held.df[pair] > 0 {
			return true
		}
	}
	return false
}

// typed is a question with the known words found in it.
type typed struct {
	runes   []rune
	covered []bool // the character stands in a known word
	joined  []bool // a known word holds the character and the one before it
	runs    [][2]int
}

func (r *Reader) divide(s string) typed {
	t := typed{runes: []rune(s)}
	t.covered, t.joined = make([]bool, len(t.runes)), make([]bool, len(t.runes)+1)
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

// begin and end bound the run of Han characters that holds a place.
func (t typed) begin(at int) int { return t.run(at)[0] }
func (t typed) end(at int) int   { return t.run(at)[1] }

func (t typed) run(at int) [2]int {
	for _, run := range t.runs {
		if at < run[1] {
			return run
		}
	}
	return [2]int{at, at}
}

// suspects gives the characters that stand in no known word.
func (t typed) suspects() []suspect {
	var found []suspect
	for _, run := range t.runs {
		if run[1]-run[0] < 2 {
			continue
		}
		for i := run[0]; i < run[1]; i++ {
			if t.covered[i] || isPlain(t.runes[i]) {
				continue
			}
			p := suspect{at: i}
			if i > run[0] {
				p.left = t.runes[i-1]
			}
			if i+1 < run[1] {
				p.right = t.runes[i+1]
			}
			found = append(found, p)
		}
	}
	return found
}

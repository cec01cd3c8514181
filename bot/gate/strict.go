package gate

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"zhiwen/bot/tables"
)

var (
	//go:embed tables/strict.txt
	strictTable string
	//go:embed tables/bounds.txt
	boundsTable string
	//go:embed tables/harmless.txt
	harmlessTable string
)

// strictGroup are words of one meaning: said may not be said where the
// evidence has none of said and held.
type strictGroup struct{ said, held []string }

var strictGroups = sync.OnceValue(func() []strictGroup {
	var groups []strictGroup
	for _, line := range tables.Lines(strictTable) {
		said, only, _ := strings.Cut(line, "|")
		words := strings.Fields(said)
		groups = append(groups, strictGroup{words, append(words[:len(words):len(words)], strings.Fields(only)...)})
	}
	return groups
})

// plainly writes bounds without words that refuse, and leaves out words that
// only look strict.
var plainly = sync.OnceValue(func() *strings.Replacer {
	var pairs []string
	for _, line := range tables.Lines(boundsTable) {
		pairs = append(pairs, strings.Fields(line)...)
	}
	for _, line := range tables.Lines(harmlessTable) {
		for _, word := range strings.Fields(line) {
			pairs = append(pairs, word, "")
		}
	}
	return strings.NewReplacer(pairs...)
})

// aligned is a clause with the clause of the evidence that it has most in
// common with.
type aligned struct {
	clause, nearest string
	told            string // what of nearest the clause tells, with what stands just before it
	common, pairs   int    // bigrams
}

// shortClause is the longest clause in runes that says something only with the
// next one: 不会，不计入工资.
const shortClause = 3

func align(said, held string) []aligned {
	sentences := clauseEnd.Split(held, -1)
	pairsOf := make([]map[string]bool, len(sentences))
	for i, s := range sentences {
		pairsOf[i] = bigrams(s)
	}
	var all []aligned
	waiting := ""
	for _, clause := range clauseEnd.Split(said, -1) {
		clause = waiting + clause
		if waiting = ""; utf8.RuneCountInString(clause) <= shortClause {
			waiting = clause
			continue
		}
		pairs := bigrams(clause)
		a := aligned{clause: clause, pairs: len(pairs)}
		for i, s := range sentences {
			if n := common(pairs, pairsOf[i]); n > a.common {
				a.nearest, a.common = s, n
			}
		}
		a.told = toldOf(a.nearest, pairs)
		all = append(all, a)
	}
	if waiting != "" {
		all = append(all, aligned{clause: waiting})
	}
	return all
}

// beforeTold is how far before what is told a word refuses it, in runes: 未经批准.
const beforeTold = 4

// toldOf is the part of a clause from the first to the last of some bigrams.
func toldOf(clause string, pairs map[string]bool) string {
	runes := []rune(clause)
	from, to := -1, 0
	for i := range len(runes) - 1 {
		if pairs[string(runes[i:i+2])] {
			if from < 0 {
				from = i
			}
			to = i + 2
		}
	}
	if from < 0 {
		return ""
	}
	return string(runes[max(0, from-beforeTold):to])
}

// strictWordsStand reports whether a sentence refuses, obliges and bounds where
// the evidence does. What a clause says of the kind must stand in that clause
// of the evidence which it has most in common with, or with the same word beside
// it elsewhere; and what that one refuses may not be left out.
func strictWordsStand(said, held string) bool {
	said, held = plainly().Replace(said), plainly().Replace(held)
	if !refusedStaysRefused(said, held) {
		return false
	}
	clauses := align(said, held)
	refused := map[string]bool{} // clauses of the evidence that are told with their refusal
	for _, c := range clauses {
		for i, group := range strictGroups() {
			word := firstOf(c.clause, group.said)
			if word == "" {
				continue
			}
			if i == 0 {
				refused[c.nearest] = true
			}
			if !holdsAny(c.nearest, group.held) && !(i > 0 && holdsWithNeighbour(held, c.clause, word)) && !strings.Contains(held, c.clause) {
				return false
			}
		}
	}
	for _, c := range clauses {
		if 2*c.common >= c.pairs && !refused[c.nearest] && !refusalsStand(c.told, said) {
			return false
		}
	}
	return true
}

// refusedStaysRefused reports whether what the evidence refuses wherever it
// speaks of it is refused where it is said: 停车 of 不停车、不收费.
func refusedStaysRefused(said, held string) bool {
	runes := []rune(held)
	refused := map[string]bool{} // pairs of runes that stand behind a refusal, and only there
	for i := range len(runes) - 1 {
		if !isWord(runes[i]) || !isWord(runes[i+1]) {
			continue
		}
		pair := string(runes[i : i+2])
		behind := i > 0 && strings.ContainsRune(refusing, runes[i-1])
		if only, known := refused[pair]; !known || only {
			refused[pair] = behind
		}
	}
	saidRunes := []rune(said)
	for i := range len(saidRunes) - 1 {
		if refused[string(saidRunes[i:i+2])] && !strings.ContainsAny(string(saidRunes[max(0, i-farRefusal):i]), refusing) {
			return false
		}
	}
	return true
}

// farRefusal is how far before a word a sentence may refuse it, in runes: 不予处罚.
const farRefusal = 3

// refusalsStand reports whether each refusing word of a part of the evidence is
// said, with the rune behind it.
func refusalsStand(told, said string) bool {
	for _, word := range strictGroups()[0].said {
		for rest := told; ; {
			at := strings.Index(rest, word)
			if at < 0 {
				break
			}
			rest = rest[at+len(word):]
			if !strings.Contains(said, word+firstString(rest)) {
				return false
			}
		}
	}
	return true
}

// holdsWithNeighbour reports whether the evidence has a word of a clause
// together with the rune before or behind it.
func holdsWithNeighbour(held, clause, word string) bool {
	at := strings.Index(clause, word)
	before, behind := lastRunes(clause[:at], 1), clause[at+len(word):]
	return before != "" && strings.Contains(held, before+word) || behind != "" && strings.Contains(held, word+firstString(behind))
}

func firstOf(text string, words []string) string {
	for _, w := range words {
		if strings.Contains(text, w) {
			return w
		}
	}
	return ""
}

func holdsAny(text string, words []string) bool { return firstOf(text, words) != "" }

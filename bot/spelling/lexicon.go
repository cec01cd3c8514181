package spelling

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed tables/words.txt
var wordsTable string

//go:embed tables/sounds.txt
var soundsTable string

//go:embed tables/shapes.txt
var shapesTable string

// language is what is known of written Chinese apart from any collection.
type language struct {
	words     map[string]float64 // common words and how often they occur
	pairs     map[string]float64 // two characters side by side within words
	chars     map[rune]float64   // characters
	alone     map[rune]float64   // characters that are words
	total     float64            // of chars
	readings  map[string][]rune  // characters by syllable, first readings and common ones first
	first     map[string]int     // how many of readings are first readings
	syllables map[rune][]string
	alike     map[rune][]rune
}

var common = sync.OnceValue(func() *language {
	l := &language{
		words: make(map[string]float64, 1<<16), pairs: make(map[string]float64, 1<<16), chars: make(map[rune]float64, 1<<13), alone: make(map[rune]float64, 1<<12),
		readings: map[string][]rune{}, first: map[string]int{}, syllables: make(map[rune][]string, 1<<13), alike: make(map[rune][]rune, 1<<13),
	}
	for word, count := range rows(wordsTable) {
		if n, err := strconv.ParseFloat(count, 64); err == nil {
			l.learn(word, n)
		}
	}
	for syllable, chars := range rows(soundsTable) {
		first, besides, _ := strings.Cut(chars, "\t")
		l.readings[syllable] = []rune(first + besides)
		l.first[syllable] = utf8.RuneCountInString(first)
		for _, c := range l.readings[syllable] {
			l.syllables[c] = append(l.syllables[c], syllable)
		}
	}
	for of, like := range rows(shapesTable) {
		c, _ := utf8.DecodeRuneInString(of)
		for _, other := range like {
			l.alike[c] = append(l.alike[c], other)
			l.alike[other] = append(l.alike[other], c)
		}
	}
	return l
})

// rows gives the first column of a table's lines and the rest of them.
func rows(table string) func(yield func(string, string) bool) {
	return func(yield func(string, string) bool) {
		for line := range strings.Lines(table) {
			first, second, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
			if ok && !strings.HasPrefix(line, "#") && !yield(first, second) {
				return
			}
		}
	}
}

func (l *language) learn(word string, count float64) {
	runes := []rune(word)
	if len(runes) > 1 {
		l.words[word] = count
	} else {
		l.alone[runes[0]] = count
	}
	for i, c := range runes {
		l.chars[c] += count
		l.total += count
		if i > 0 {
			l.pairs[string(runes[i-1:i+1])] += count
		}
	}
}

// nearSounds are endings and beginnings of syllables that many speakers do not
// tell apart.
var nearSounds = [][2]string{{"ang", "an"}, {"eng", "en"}, {"ing", "in"}}
var nearInitials = [][2]string{{"zh", "z"}, {"ch", "c"}, {"sh", "s"}}

// heardAs gives a syllable and those that are heard like it.
func heardAs(syllable string) []string {
	alike := []string{syllable}
	for _, p := range nearSounds {
		if stem, ok := strings.CutSuffix(syllable, p[0]); ok {
			alike = append(alike, stem+p[1])
			break
		}
		if stem, ok := strings.CutSuffix(syllable, p[1]); ok {
			alike = append(alike, stem+p[0])
			break
		}
	}
	for _, p := range nearInitials {
		if rest, ok := strings.CutPrefix(syllable, p[0]); ok {
			return append(alike, p[1]+rest)
		}
		if rest, ok := strings.CutPrefix(syllable, p[1]); ok {
			return append(alike, p[0]+rest)
		}
	}
	return alike
}

// confusable gives the characters that may be meant where c is typed: those
// that sound or look like it.
func (l *language) confusable(c rune) []rune {
	seen := map[rune]bool{c: true}
	var found []rune
	add := func(chars []rune) {
		for _, other := range chars {
			if !seen[other] && l.chars[other] > 0 {
				seen[other] = true
				found = append(found, other)
			}
		}
	}
	for _, s := range l.syllables[c] {
		for _, heard := range heardAs(s) {
			add(l.readings[heard])
		}
	}
	add(l.alike[c])
	return found
}

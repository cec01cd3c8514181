package traditional

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

// The tables of OpenCC, as its package carries them; see opencc/README.md.
var (
	//go:embed opencc/STCharacters.txt
	charactersTable string
	//go:embed opencc/STPhrases.txt
	phrasesTable string
	//go:embed opencc/STPhrases_GeneratedFromRegionalPhrases.txt
	morePhrasesTable string
)

// dictionaryTable wins over OpenCC: an entry of several characters over every
// phrase, one of a single character over what that character becomes where
// no phrase holds it.
//
//go:embed dictionary.txt
var dictionaryTable string

// tables are what texts are converted by.
type tables struct {
	ours, opencc phrases
	characters   map[string]string
	// Characters that tell which script a text is written in.
	onlySimplified, onlyTraditional map[rune]bool
}

// loaded are the tables, read when the first text is converted.
var loaded = sync.OnceValue(load)

func load() *tables {
	t := &tables{
		characters:      make(map[string]string, 4200),
		onlySimplified:  make(map[rune]bool, 4200),
		onlyTraditional: make(map[rune]bool, 4200),
		ours:            newPhrases(800),
		opencc:          newPhrases(50_000),
	}
	for simplified, candidates := range entries(charactersTable) {
		t.characters[simplified], _, _ = strings.Cut(candidates, " ")
		t.tell(simplified, candidates)
	}
	for simplified := range t.characters {
		r, _ := utf8.DecodeRuneInString(simplified)
		delete(t.onlyTraditional, r)
	}
	for _, table := range []string{phrasesTable, morePhrasesTable} {
		for simplified, candidates := range entries(table) {
			traditional, _, _ := strings.Cut(candidates, " ")
			t.opencc.add(simplified, traditional)
		}
	}
	for simplified, traditional := range entries(dictionaryTable) {
		if utf8.RuneCountInString(simplified) == 1 {
			t.characters[simplified] = traditional
		} else {
			t.ours.add(simplified, traditional)
		}
	}
	return t
}

// tell notes what a character and its candidates say about a text. One that is
// its own candidate, like 后, says nothing.
func (t *tables) tell(simplified, candidates string) {
	r, _ := utf8.DecodeRuneInString(simplified)
	t.onlySimplified[r] = !strings.Contains(candidates, simplified)
	for _, candidate := range candidates {
		if candidate != ' ' && candidate != r {
			t.onlyTraditional[candidate] = true
		}
	}
}

// entries yields the lines of a table: a text, a tab, and what it becomes.
func entries(table string) func(yield func(string, string) bool) {
	return func(yield func(string, string) bool) {
		for line := range strings.Lines(table) {
			simplified, traditional, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
			if ok && !strings.HasPrefix(line, "#") && !yield(simplified, traditional) {
				return
			}
		}
	}
}

// phrases finds the longest phrase at the beginning of a text.
type phrases struct {
	traditional map[string]string
	lengths     map[rune]int // characters of the longest phrase that begins so
}

func newPhrases(size int) phrases {
	return phrases{traditional: make(map[string]string, size), lengths: make(map[rune]int, size/8)}
}

func (p phrases) add(simplified, traditional string) {
	p.traditional[simplified] = traditional
	first, _ := utf8.DecodeRuneInString(simplified)
	p.lengths[first] = max(p.lengths[first], utf8.RuneCountInString(simplified))
}

// longest gives the longest phrase that s begins with and what it becomes; two
// empty strings if there is none.
func (p phrases) longest(s string) (simplified, traditional string) {
	first, end := utf8.DecodeRuneInString(s)
	for n := p.lengths[first]; n > 1 && end < len(s); n-- {
		end += width(s[end:])
		if t, ok := p.traditional[s[:end]]; ok {
			simplified, traditional = s[:end], t
		}
	}
	return simplified, traditional
}

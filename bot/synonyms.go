package bot

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"zhiwen/retrieval"
)

//go:embed tables/synonyms.txt
var synonymsTable string

// Synonym is an everyday phrase with the words that official texts use for it;
// they are searched for besides.
type Synonym struct {
	Everyday string
	Official []string
}

// synonyms are those of our table, longest first.
var synonyms = sync.OnceValue(func() []Synonym {
	table, err := ParseSynonyms(synonymsTable)
	if err != nil {
		panic(err) // the table is compiled in, and a test reads it
	}
	return longestFirst(table)
})

// ParseSynonyms reads a table of lines "everyday phrase, tab, official words";
// empty lines and those that begin with # are left out.
func ParseSynonyms(table string) ([]Synonym, error) {
	var parsed []Synonym
	n := 0
	for line := range strings.Lines(table) {
		n++
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		everyday, official, _ := strings.Cut(line, "\t")
		everyday = strings.TrimSpace(retrieval.FoldString(everyday))
		words := strings.Fields(retrieval.FoldString(official))
		if everyday == "" || len(words) == 0 {
			return nil, fmt.Errorf("synonyms, line %d: want an everyday phrase, a tab and official words for it, have %q", n, line)
		}
		parsed = append(parsed, Synonym{everyday, words})
	}
	return parsed, nil
}

// Official puts official words in place of everyday ones, by our table and the
// county's; for grouping, not for search.
func Official(more func() []Synonym) func(string) string {
	all := slices.Clone(synonyms())
	if more != nil {
		all = append(all, more()...)
	}
	var pairs []string
	for _, s := range longestFirst(all) {
		pairs = append(pairs, s.Everyday, strings.Join(s.Official, " "))
	}
	return strings.NewReplacer(pairs...).Replace
}

// longestFirst gives phrases in the order in which they count: what stands within
// a longer one means what that one means (补贴多少钱 is no fee).
func longestFirst(phrases []Synonym) []Synonym {
	return slices.SortedStableFunc(slices.Values(phrases), func(a, b Synonym) int { return cmp.Compare(len(b.Everyday), len(a.Everyday)) })
}

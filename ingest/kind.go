package ingest

import (
	_ "embed"
	"strings"
	"sync"

	"zhiwen/retrieval"
)

//go:embed kinds.txt
var kindTable string

type kindRule struct {
	where string // type, title or column
	kind  retrieval.Kind
	words []string
}

var kindRules = sync.OnceValue(func() []kindRule {
	var rules []kindRule
	for row := range strings.Lines(kindTable) {
		if f := strings.Fields(row); len(f) > 2 && f[0] != "#" {
			rules = append(rules, kindRule{f[0], retrieval.Kind(f[1]), f[2:]})
		}
	}
	return rules
})

// guessKind tells the genre of a page; undefined when no rule holds.
func guessKind(columnType, column, title string) retrieval.Kind {
	in := map[string]string{"type": columnType, "column": column, "title": title}
	for _, rule := range kindRules() {
		for _, word := range rule.words {
			if strings.Contains(in[rule.where], word) {
				return rule.kind
			}
		}
	}
	return retrieval.KindUndefined
}

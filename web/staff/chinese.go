package staff

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
)

//go:embed sentences.zh.txt
var sentenceTable string

type sentenceRule struct {
	pattern *regexp.Regexp
	chinese string
}

var sentenceRules = sync.OnceValue(func() []sentenceRule {
	var rules []sentenceRule
	for row := range strings.Lines(sentenceTable) {
		pattern, chinese, ok := strings.Cut(strings.TrimRight(row, "\n"), " => ")
		if ok && !strings.HasPrefix(row, "#") {
			rules = append(rules, sentenceRule{regexp.MustCompile(pattern), chinese})
		}
	}
	return rules
})

// Chinese puts a sentence of the program into the staff's words; what no rule
// knows stays as it is.
func Chinese(sentence string) string {
	for _, r := range sentenceRules() {
		sentence = r.pattern.ReplaceAllString(sentence, r.chinese)
	}
	return sentence
}

package asked

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed asking.txt
var askingTable string

// asking takes the words out that every question has.
var asking = sync.OnceValue(func() *strings.Replacer {
	var pairs []string
	for line := range strings.Lines(askingTable) {
		if word := strings.TrimSpace(line); word != "" && !strings.HasPrefix(word, "#") {
			pairs = append(pairs, word, " ")
		}
	}
	return strings.NewReplacer(pairs...)
})

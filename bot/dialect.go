package bot

import (
	"sync"

	"zhiwen/bot/spelling"
)

// dialect is what rests on the county's synonyms, made anew when they change.
type dialect struct {
	mu   sync.Mutex
	made bool
	wordsInUse
}

// wordsInUse never changes.
type wordsInUse struct {
	synonyms []Synonym
	spelling *spelling.Reader // nil without a vocabulary
}

// words gives what questions are read by now.
func (b *Bot) words() wordsInUse {
	var synonyms []Synonym
	if b.Synonyms != nil {
		synonyms = b.Synonyms()
	}
	l := &b.dialect
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.made && sameList(l.synonyms, synonyms) {
		return l.wordsInUse
	}
	l.made, l.wordsInUse = true, wordsInUse{synonyms: synonyms}
	if b.Vocabulary != nil {
		l.spelling = spelling.NewReader(vocabulary{b.Vocabulary, b.offices}, knownWords(synonyms))
	}
	return l.wordsInUse
}

// sameList reports whether two lists are one, not only alike.
func sameList(a, b []Synonym) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

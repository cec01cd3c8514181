package web

import (
	"cmp"
	"context"
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"zhiwen/retrieval"
)

// Item is a matter that a visitor can choose instead of typing: a document that
// says how something is done, or else a question that has a ready answer.
type Item struct {
	DocID     string
	Title     string
	Kind      retrieval.Kind
	Published string
	Question  string // instead of DocID
}

// Catalogue lists the matters there are.
type Catalogue interface {
	Items(ctx context.Context) ([]Item, error)
}

// shelfLife is how long a list of matters is used before it is made again: a
// page that was withdrawn meanwhile says so when it is opened.
const shelfLife = 5 * time.Minute

// shelf keeps the matters sorted for menus and for suggestions.
type shelf struct {
	catalogue Catalogue // nil: there are none
	questions []string  // to begin with
	now       func() time.Time

	refresh sync.Mutex // held by the one that lists anew
	mu      sync.Mutex
	made    time.Time
	matters *matters
}

// matters are the items of one listing.
type matters struct {
	topics     []topic
	candidates []candidate
}

// topic is a group of items on the 长辈版.
type topic struct {
	Name  string
	Items []Item
}

// candidate is a question that may be suggested, and how it is found.
type candidate struct {
	text   string
	folded string
	terms  []string
}

// get gives the matters; those of an earlier listing while another request
// lists them anew, or where that fails.
func (s *shelf) get(ctx context.Context) (*matters, error) {
	kept, fresh := s.kept()
	if fresh {
		return kept, nil
	}
	if kept != nil {
		if !s.refresh.TryLock() {
			return kept, nil
		}
	} else {
		s.refresh.Lock()
		if kept, fresh = s.kept(); fresh {
			s.refresh.Unlock()
			return kept, nil
		}
	}
	defer s.refresh.Unlock()
	var items []Item
	if s.catalogue != nil {
		var err error
		if items, err = s.catalogue.Items(ctx); err != nil {
			return cmp.Or(kept, &matters{}), err
		}
	}
	m := sorted(items, s.questions)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.matters, s.made = m, s.now()
	return m, nil
}

func (s *shelf) kept() (m *matters, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.matters, s.matters != nil && s.now().Sub(s.made) < shelfLife
}

//go:embed tables/topics.txt
var topicTable string

//go:embed tables/parts.txt
var partTable string

// rule is a line of a table: a name with the words that lead to it.
type rule struct {
	name  string
	words []string
}

// rules reads a table: lines of two columns with a tab between them.
func rules(table string) []rule {
	var all []rule
	for line := range strings.Lines(table) {
		line = strings.TrimRight(line, "\n")
		if name, words, ok := strings.Cut(line, "\t"); ok && !strings.HasPrefix(line, "#") {
			all = append(all, rule{name, strings.Fields(words)})
		}
	}
	return all
}

// isHandy says which documents of no known kind tell how something is done.
var isHandy = regexp.MustCompile(`指南|须知|常见(?:问题|事项)|怎么|如何`)

func sorted(items []Item, questions []string) *matters {
	topics := rules(topicTable)
	m := &matters{topics: make([]topic, len(topics))}
	for i, t := range topics {
		m.topics[i].Name = t.name
	}
	for _, q := range questions {
		m.candidates = append(m.candidates, newCandidate(q))
	}
	slices.SortStableFunc(items, func(a, b Item) int { return cmp.Compare(b.Published, a.Published) }) // the newest first
	for _, item := range items {
		m.candidates = append(m.candidates, newCandidate(cmp.Or(item.Question, shortTitle(item.Title))))
		if item.Question == "" && item.Kind != retrieval.KindGuide && item.Kind != retrieval.KindFAQ &&
			!(item.Kind == retrieval.KindUndefined && isHandy.MatchString(item.Title)) {
			continue
		}
		name := cmp.Or(item.Question, item.Title)
		at := slices.IndexFunc(topics, func(r rule) bool {
			return slices.ContainsFunc(r.words, func(w string) bool { return strings.Contains(name, w) })
		})
		if at < 0 {
			at = len(topics) - 1
		}
		m.topics[at].Items = append(m.topics[at].Items, item)
	}
	m.topics = slices.DeleteFunc(m.topics, func(t topic) bool { return len(t.Items) == 0 })
	return m
}

func newCandidate(text string) candidate {
	folded := retrieval.FoldString(text)
	return candidate{text: text, folded: folded, terms: retrieval.Terms(text)}
}

// genreWords end the title of a guide and tell nothing on a page of guides.
var genreWords = regexp.MustCompile(`(?:的)?(?:办事指南|服务指南|办理指南|申请指南|办理须知|指南|须知)$`)

// shortTitle is a title as it stands on a button.
func shortTitle(title string) string {
	if short := genreWords.ReplaceAllString(title, ""); short != "" {
		return short
	}
	return title
}

// Suggestions while a question is typed.
const (
	suggestions = 5
	// suggestFrom is how much of what was typed a suggestion holds, at least.
	suggestFrom = 0.6
	// longestTyped bounds what is compared, in runes: who has typed more knows
	// what to ask.
	longestTyped = 40
)

// suggest gives the questions that hold what was typed, or most of it.
func (m *matters) suggest(typed string) []string {
	folded := strings.TrimSpace(retrieval.FoldString(typed))
	if folded == "" || len([]rune(folded)) > longestTyped {
		return nil
	}
	terms := retrieval.Terms(folded)
	type found struct {
		text  string
		score float64
	}
	var all []found
	for _, c := range m.candidates {
		score := 0.0
		switch at := strings.Index(c.folded, folded); {
		case c.folded == folded:
			continue // it is typed already
		case at == 0:
			score = 3
		case at > 0:
			score = 2
		default:
			score = share(terms, c.terms)
		}
		if score >= suggestFrom && !slices.ContainsFunc(all, func(f found) bool { return f.text == c.text }) {
			all = append(all, found{c.text, score})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(b.score, a.score) })
	texts := make([]string, 0, suggestions)
	for _, f := range all[:min(len(all), suggestions)] {
		texts = append(texts, f.text)
	}
	return texts
}

// share is the part of terms that held holds.
func share(terms, held []string) float64 {
	if len(terms) == 0 {
		return 0
	}
	n := 0
	for _, t := range terms {
		if slices.Contains(held, t) {
			n++
		}
	}
	return float64(n) / float64(len(terms))
}

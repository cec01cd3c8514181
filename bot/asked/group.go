package asked

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"zhiwen/retrieval"
)

// alike is the least share of their weight that two questions have in common
// where they ask for the same thing. Measured by eye on the letters of
// ../shared/eval/gov_letters (docs/performance.md).
const alike = 0.55

// Grouper puts questions together that ask for the same thing, by the words
// that tell them apart. It is for one goroutine.
type Grouper struct {
	official func(string) string
	groups   map[int64][]string // the terms of each
	byTerm   map[string][]int64
	last     int64
}

// NewGrouper makes a grouper that knows groups. official puts official words in
// place of everyday ones; it may be nil.
func NewGrouper(groups []Group, official func(string) string) *Grouper {
	g := &Grouper{official: official, groups: map[int64][]string{}, byTerm: map[string][]int64{}}
	for _, known := range groups {
		g.add(known)
	}
	return g
}

func (g *Grouper) add(group Group) {
	terms := g.terms(group.Question)
	g.groups[group.ID] = terms
	for _, t := range terms {
		g.byTerm[t] = append(g.byTerm[t], group.ID)
	}
	g.last = max(g.last, group.ID)
}

// terms are those of a question that say what it is about.
func (g *Grouper) terms(question string) []string {
	text := retrieval.FoldString(question)
	if g.official != nil {
		text = g.official(text)
	}
	terms := retrieval.Terms(asking().Replace(text))
	slices.Sort(terms)
	return slices.Compact(terms)
}

// weight is what a term tells of a question: little if many have it.
func (g *Grouper) weight(term string) float64 {
	return retrieval.IDF(len(g.groups)+1, len(g.byTerm[term]))
}

// Terms that many groups have find none, but tell those found apart.
const (
	mostCommon  = 0.02
	commonFrom  = 100 // groups, below which no term is common
	fewestTerms = 2   // find, however common they are
)

// Place gives the group of a question. It is a new one if fresh is true.
func (g *Grouper) Place(question string) (group Group, fresh bool) {
	terms := g.terms(question)
	slices.SortStableFunc(terms, func(a, b string) int { return cmp.Compare(len(g.byTerm[a]), len(g.byTerm[b])) })
	own := 0.0
	shared := map[int64]float64{}
	for i, t := range terms {
		w := g.weight(t)
		own += w
		ids := g.byTerm[t]
		if i >= fewestTerms && len(ids) > commonFrom && float64(len(ids)) > mostCommon*float64(len(g.groups)) {
			for id := range shared {
				if _, has := slices.BinarySearch(g.groups[id], t); has {
					shared[id] += w
				}
			}
			continue
		}
		for _, id := range ids {
			shared[id] += w
		}
	}
	best, bestScore := int64(0), 0.0
	for id, both := range shared {
		theirs := 0.0
		for _, t := range g.groups[id] {
			theirs += g.weight(t)
		}
		if score := both / (own + theirs - both); score > bestScore || score == bestScore && id < best {
			best, bestScore = id, score
		}
	}
	if bestScore >= alike {
		return Group{ID: best}, false
	}
	group = Group{ID: g.last + 1, Question: question}
	g.add(group)
	return group, true
}

// batch is how many questions are placed before they are stored.
const batch = 500

// Sort places all questions of a store that are in no group, and says how many
// there were. One server does it at a time.
func Sort(ctx context.Context, s Store, g *Grouper) (int, error) {
	all := 0
	for {
		questions, err := s.Ungrouped(ctx, batch)
		if err != nil || len(questions) == 0 {
			return all, err
		}
		var groups []Group
		placed := make([]Placed, len(questions))
		for i, q := range questions {
			group, fresh := g.Place(q.Text)
			if fresh {
				groups = append(groups, group)
			}
			placed[i] = Placed{q.Num, group.ID}
		}
		if err := s.AddGrouped(ctx, groups, placed); err != nil {
			return all, fmt.Errorf("group questions: %w", err)
		}
		all += len(questions)
	}
}

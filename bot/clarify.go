package bot

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"zhiwen/retrieval"
)

// A question that leaves open which place it is about, while the collection has
// nearly the same text of several places, is asked back: an answer from one of
// them would be wrong for whoever lives in another.

const (
	// rivalShare is the share of the leading window's score that another
	// place's window must have to be as likely meant.
	rivalShare = 0.75
	// twinShare is that share for a text of the same matter.
	twinShare = 0.4
	// alike is the share of pairs of characters that the titles of two texts
	// must have in common, places aside, to be texts of the same matter.
	alike = 0.6
	// mostChoices is how many choices a visitor is given.
	mostChoices = 4
	// clarifyShare is the share of the threshold that the confidence must
	// reach: below it, nothing found is about the question.
	clarifyShare = 0.38
)

// placesDepth is how many passages are looked through for those of a place.
const placesDepth = 40

// searchPlaces searches. Where a question names a place and the collection has
// nearly the same text of it and of others, those of the others give way:
// nearly the same words stand in all of them. Other texts stay, whatever place
// their titles name: many a rule of one place is about people from another.
func (b *Bot) searchPlaces(ctx context.Context, q Question, query retrieval.Query) (retrieval.Result, error) {
	wanted := query.Limit
	if len(q.Places) > 0 {
		query.Limit = max(wanted, placesDepth)
	}
	r, err := b.Search.Search(ctx, query)
	if err != nil || len(q.Places) == 0 {
		return r, err
	}
	found := r.Passages
	r.Passages = found[:min(wanted, len(found))]
	own, others := ofPlaces(q, found)
	if len(others) == 0 || len(query.Filter.Docs) > 0 {
		return r, nil
	}
	if len(own) == 0 {
		named, err := b.Search.Search(ctx, retrieval.Query{Text: q.Places[0].Name, Filter: query.Filter, Limit: placesDepth})
		if err != nil {
			return r, err
		}
		own, _ = ofPlaces(q, named.Passages)
	}
	if len(own) == 0 {
		return r, nil
	}
	query.Filter.Docs, query.Limit, query.Vector = nil, wanted, r.Vector
	for _, m := range own {
		query.Filter.Docs = append(query.Filter.Docs, m.ID)
	}
	alone, err := b.Search.Search(ctx, query)
	if err != nil {
		return r, err
	}
	all := slices.Clone(alone.Passages)
	for _, p := range found {
		if !slices.Contains(query.Filter.Docs, p.Doc.ID) && !(isOfAnother(q, p.Doc) && hasTwin(p.Doc, own)) {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(x, y retrieval.Passage) int { return cmp.Compare(y.Score, x.Score) })
	r.Passages = all[:min(wanted, len(all))]
	isOwn := func(p retrieval.Passage) bool { return slices.Contains(query.Filter.Docs, p.Doc.ID) }
	if len(alone.Passages) > 0 && !slices.ContainsFunc(r.Passages, isOwn) {
		r.Passages[len(r.Passages)-1] = alone.Passages[0] // where nothing answers, it is the page to look at
	}
	return r, nil
}

// ownFirst puts the passages of the place that a question names before others,
// and those of other places last; for the pages that a refusal leads to.
func ownFirst(q Question, passages []retrieval.Passage) []retrieval.Passage {
	if len(q.Places) == 0 {
		return passages
	}
	rank := func(p retrieval.Passage) int {
		switch _, placed := homeOf(p.Doc); {
		case isOfAnother(q, p.Doc):
			return 2
		case placed:
			return 0
		}
		return 1
	}
	ordered := slices.Clone(passages)
	slices.SortStableFunc(ordered, func(x, y retrieval.Passage) int { return cmp.Compare(rank(x), rank(y)) })
	return ordered
}

// hasTwin reports whether a document is about what one of others is, whatever
// their places.
func hasTwin(m retrieval.Meta, others []retrieval.Meta) bool {
	home, ok := homeOf(m)
	if !ok {
		return false
	}
	kind := kindOf(m, home)
	return slices.ContainsFunc(others, func(other retrieval.Meta) bool {
		place, ok := homeOf(other)
		return ok && share(kind, kindOf(other, place))
	})
}

// ofPlaces divides the documents whose titles name a place into those of a
// place that the question names, and those of others.
func ofPlaces(q Question, passages []retrieval.Passage) (own, others []retrieval.Meta) {
	seen := map[string]bool{}
	for _, p := range passages {
		if _, placed := homeOf(p.Doc); !placed || seen[p.Doc.ID] {
			continue
		}
		seen[p.Doc.ID] = true
		if isOfAnother(q, p.Doc) {
			others = append(others, p.Doc)
		} else {
			own = append(own, p.Doc)
		}
	}
	return own, others
}

// rivals gives the places whose texts answer a question equally well, the best
// first; none where the question says which place it is about, or the texts
// found leave no choice.
func rivals(q Question, ws []Window) []Place {
	if len(q.Places)+len(q.DocNos)+len(q.Titles) > 0 || len(ws) == 0 {
		return nil
	}
	own, ok := homeOf(ws[0].Passage.Doc)
	if !ok {
		return nil
	}
	kind := kindOf(ws[0].Passage.Doc, own)
	places := []Place{own}
	for _, w := range ws[1:] {
		place, ok := homeOf(w.Passage.Doc)
		least := rivalShare
		if ok && share(kind, kindOf(w.Passage.Doc, place)) {
			least = twinShare
		}
		if !ok || w.Score < least*ws[0].Score {
			continue
		}
		if !slices.ContainsFunc(places, func(p Place) bool { return p == place || p.holds(place) || place.holds(p) }) {
			places = append(places, place)
		}
	}
	if len(places) < 2 {
		return nil
	}
	return places[:min(len(places), mostChoices)]
}

// homeOf is the place that a document is of: its title names it.
func homeOf(m retrieval.Meta) (Place, bool) {
	places := placesIn(retrieval.FoldString(m.Title))
	if len(places) == 0 {
		return Place{}, false
	}
	return places[0], true
}

// kindOf is what a document is about, whatever its place.
func kindOf(m retrieval.Meta, place Place) map[string]bool {
	title := retrieval.FoldString(m.Title)
	return termSet(strings.ReplaceAll(title, placeWords(title, place), " "))
}

// share reports whether most terms of two sets are common to both.
func share(a, b map[string]bool) bool {
	common := 0
	for t := range a {
		if b[t] {
			common++
		}
	}
	all := len(a) + len(b) - common
	return all > 0 && float64(common) >= alike*float64(all)
}

// isOfAnother reports whether a document's title says that it is of another
// place than any that the question names.
func isOfAnother(q Question, m retrieval.Meta) bool {
	homes := placesIn(retrieval.FoldString(m.Title))
	if len(q.Places) == 0 || len(homes) == 0 {
		return false
	}
	for _, home := range homes {
		for _, p := range q.Places {
			if p == home || p.holds(home) || home.holds(p) {
				return false
			}
		}
	}
	return true
}

// namesPlace reports whether a text names a place that the question names.
func namesPlace(q Question, text string) bool {
	return slices.ContainsFunc(placesIn(retrieval.FoldString(text)), func(p Place) bool { return slices.Contains(q.Places, p) })
}

// askBack asks which of several places a question is about.
func (b *Bot) askBack(q Question, places []Place) Answer {
	var names []string
	a := b.fixed(StatusClarify, "")
	for _, p := range places {
		names = append(names, p.Name)
		a.Suggestions = append(a.Suggestions, p.Name+q.Text)
	}
	a.Text = b.say.WhichPlace(names)
	return a
}

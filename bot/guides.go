package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"zhiwen/bot/guide"
	"zhiwen/retrieval"
)

const (
	// guidePassages is how many passages of guides are looked at for those of
	// the matter.
	guidePassages = 40
	// guidesRead is how many guides of one matter are read.
	guidesRead = 8
	// sameMatch is how far apart the matches of titles may lie that a question
	// names equally well.
	sameMatch = 0.05
	// mostCases is how many cases a visitor is asked to choose from.
	mostCases = 4
)

// fromGuide answers a question about having something done from the 办事指南 of
// the matter; ok is false where no guide says what is asked.
func (b *Bot) fromGuide(ctx context.Context, m meaning, r retrieval.Result) (e Examination, ok bool, err error) {
	q := m.Question
	if len(m.filter.Kinds) > 0 && !slices.Contains(m.filter.Kinds, retrieval.KindGuide) {
		return e, false, nil
	}
	ask := askOf(q)
	if len(ask.Aspects) == 0 && !slices.ContainsFunc(r.Passages, ofGuide) {
		return e, false, nil
	}
	shelf := shelf{load: b.Documents.Document, docs: map[string]*retrieval.Document{}}
	guides, err := b.guidesOf(ctx, m, r, ask, &shelf)
	if err != nil || len(guides) == 0 {
		return e, false, err
	}
	e = Examination{Question: q, Passages: r.Passages, Signals: Signals{Guided: true, Form: true, Premise: true, ByWords: r.ByWords}}
	replies, cases := replyFrom(q, ask, guides)
	switch {
	case len(cases) > 1:
		e.Said = b.whichCase(q, cases)
	case len(replies) == 0:
		return e, false, nil
	default:
		e.Said = b.guided(q, replies)
	}
	if err := verify(e.Said, shelf.docs, q, b.Phone); err != nil {
		b.Log.ErrorContext(ctx, "an answer from a guide failed verification and was withheld", "cause", err)
		return e, false, nil
	}
	e.Said.Confidence = e.Signals.Confidence()
	e.Open = e.Said
	return e, true, nil
}

func ofGuide(p retrieval.Passage) bool { return p.Doc.Kind == retrieval.KindGuide }

// askOf reads a question as one to a guide.
func askOf(q Question) guide.Ask {
	var wordings []guide.Wording
	for _, s := range q.meant {
		wordings = append(wordings, guide.Wording{Everyday: s.Everyday, Official: s.Official})
	}
	return guide.Understand(q.Folded, wordings, func(text string) string {
		return aspects().Replace(fillers().Replace(text))
	})
}

// guidesOf finds the guides of the matter that a question names: those in force
// in the year that it names, or else the newest, of its case.
func (b *Bot) guidesOf(ctx context.Context, m meaning, r retrieval.Result, ask guide.Ask, shelf *shelf) ([]guide.Guide, error) {
	filter := m.filter
	filter.Kinds = []retrieval.Kind{retrieval.KindGuide}
	found, err := b.Search.Search(ctx, retrieval.Query{
		Text: m.Text, Vector: r.Vector, Words: strings.Join(ask.Texts, " "), Filter: filter, Limit: guidePassages,
	})
	if err != nil {
		return nil, fmt.Errorf("search the guides: %w", err)
	}
	var guides []guide.Guide
	for _, meta := range named(found.Passages, ask) {
		doc, err := shelf.get(ctx, meta.ID)
		if errors.Is(err, retrieval.ErrGone) || errors.Is(err, retrieval.ErrNotFound) {
			continue // withdrawn between search and reading
		}
		if err != nil {
			return nil, fmt.Errorf("load document %s: %w", meta.ID, err)
		}
		g, ok := guide.Read(doc)
		if ok && !g.Foreign(ask) && !elsewhere(m.Question, ask, g) {
			guides = append(guides, g)
		}
	}
	return guide.OfCase(currentGuides(m.Question, guides), ask), nil
}

// named gives the guides whose titles a question names best.
func named(passages []retrieval.Passage, ask guide.Ask) []retrieval.Meta {
	type match struct {
		meta  retrieval.Meta
		score float64
	}
	var matches []match
	seen := map[string]bool{}
	for _, p := range passages {
		if seen[p.Doc.ID] || !ofGuide(p) {
			continue
		}
		seen[p.Doc.ID] = true
		if score := guide.TitleOf(p.Doc.Title).Match(ask.Texts); score > 0 {
			matches = append(matches, match{p.Doc, score})
		}
	}
	slices.SortStableFunc(matches, func(x, y match) int { return cmp.Compare(y.score, x.score) })
	var best []retrieval.Meta
	for _, x := range matches {
		core := guide.TitleOf(x.meta.Title).Core
		if len(best) < guidesRead && (x.score >= matches[0].score-sameMatch || core == guide.TitleOf(matches[0].meta.Title).Core) {
			best = append(best, x.meta)
		}
	}
	return best
}

// elsewhere reports whether a question is about the matter in a place that the
// guide does not speak of: the place stands right before the matter, and not in
// what the visitor tells of themselves.
func elsewhere(q Question, ask guide.Ask, g guide.Guide) bool {
	all := retrieval.FoldString(g.Doc.Title + g.Doc.Publisher + g.Doc.Text)
	for _, p := range q.Places {
		word := placeWords(q.Folded, p)
		_, after, _ := strings.Cut(q.Folded, word)
		const near = 4
		next := []rune(strings.TrimLeft(after, "省市区县的"))
		if !p.namedIn(all) && g.Title.Match([]string{string(next[:min(near, len(next))])}) > 0 {
			return true
		}
	}
	return false
}

// currentGuides keeps one version of each guide: that of the year asked for, else the
// newest.
func currentGuides(q Question, guides []guide.Guide) []guide.Guide {
	var kept []guide.Guide
	for _, g := range guides {
		if !fits(q, g) {
			continue
		}
		i := slices.IndexFunc(kept, g.SameMatter)
		switch {
		case i < 0:
			kept = append(kept, g)
		case newer(q, g, kept[i]):
			kept[i] = g
		}
	}
	return kept
}

// asksNow reports whether a question names no year, or the present one by a word.
func asksNow(q Question) bool {
	return len(q.Years) == 0 || slices.Contains([]string{"今年", "本年", "本年度"}, q.Years[0].Relative)
}

// fits reports whether a guide was there in the year that a question names: one
// for a year (2025年度) in that year only, another from its year on.
func fits(q Question, g guide.Guide) bool {
	if asksNow(q) {
		return true
	}
	asked := q.Years[0].Number
	if strings.Contains(g.Doc.Title, "年度") {
		return slices.Contains(yearsIn(retrieval.FoldString(g.Doc.Title)), asked)
	}
	return yearOf(g) <= asked
}

// yearOf is the year in a guide's title, or else of its publication.
func yearOf(g guide.Guide) int {
	for _, text := range []string{g.Doc.Title, g.Doc.Published} {
		if years := yearsIn(retrieval.FoldString(text)); len(years) > 0 {
			return years[0]
		}
	}
	return 0
}

func newer(q Question, g, than guide.Guide) bool {
	if asksNow(q) {
		return cmp.Or(cmp.Compare(g.Doc.Published, than.Doc.Published), cmp.Compare(yearOf(g), yearOf(than))) > 0
	}
	return cmp.Or(cmp.Compare(yearOf(g), yearOf(than)), cmp.Compare(g.Doc.Published, than.Doc.Published)) > 0
}

// replyFrom gives what the guides say to each aspect of a question, or the cases
// that it must be asked for.
func replyFrom(q Question, ask guide.Ask, guides []guide.Guide) (replies []guide.Reply, cases []string) {
	wanted := ask.Aspects
	if len(wanted) == 0 {
		wanted = []guide.Aspect{guide.Other}
	}
	for _, aspect := range wanted {
		said, open := replyTo(q, ask, aspect, guides)
		if len(open) > 1 {
			return nil, open
		}
		replies = append(replies, said...)
	}
	return replies, nil
}

// replyTo asks every guide of the matter; where they do not say the same, the
// visitor must say which.
func replyTo(q Question, ask guide.Ask, aspect guide.Aspect, guides []guide.Guide) (best []guide.Reply, cases []string) {
	found := false
	for i := range guides {
		said, open, ok := guides[i].Reply(ask, aspect)
		switch {
		case !ok:
		case len(open) > 0:
			cases = append(cases, open...)
		case (len(guides) > 1 || q.money) && needsForm(q.Want) && !guide.Holds(said, func(text string) bool { return hasForm(q, text) }):
		case !found:
			best, found = said, true
			cases = append(cases, guides[i].Named())
		case !guide.SameReply(best, said):
			cases = append(cases, guides[i].Named())
		}
	}
	if len(cases) > 1 {
		return nil, cases
	}
	return best, nil
}

// guided puts what guides say into an answer.
func (b *Bot) guided(q Question, replies []guide.Reply) Answer {
	a := Answer{Status: StatusAnswered, Mode: ModeExcerpt, ID: newAnswerID(), Label: labelExcerpt}
	var lines []string
	if len(q.Years) > 0 && q.Years[0].Relative != "" {
		lines = append(lines, b.say.SameYear(q.Years[0].Number, q.Years[0].Relative))
	}
	last := ""
	for _, r := range replies {
		doc := r.Guide.Doc
		title := ""
		if doc.ID != last {
			title, last = doc.Title, doc.ID
			if doc.Validity == retrieval.ValidityRepealed || doc.Validity == retrieval.ValidityLapsed {
				lines = append(lines, b.say.Outdated(string(doc.Validity)))
			}
		}
		lines = append(lines, b.say.FromGuide(title, withoutFigures(r.Heading, r.Case)))
		for _, w := range windowsQuoted(r) {
			if a.Highlight == "" {
				a.Highlight = strings.TrimRight(doc.Text[w.Highlight.Start:w.Highlight.End], "，,；;：:。")
			}
			c := evidence{w, doc}.cite(len(a.Citations) + 1)
			a.Citations = append(a.Citations, c)
			if c.Recognised {
				a.Label = labelRecognised
			}
			lines = append(lines, fmt.Sprintf("%s[%d]", c.Quote, c.N))
		}
	}
	a.Text = strings.Join(lines, "\n")
	return a
}

// withoutFigures keeps the headings that hold no figure, which would need a
// source of its own.
func withoutFigures(headings ...string) []string {
	return slices.DeleteFunc(headings, func(h string) bool { return h == "" || figurePattern.MatchString(h) })
}

// windowsQuoted joins the lines of a reply that follow one another into windows.
func windowsQuoted(r guide.Reply) []Window {
	text := r.Guide.Doc.Text
	var ws []Window
	for _, l := range r.Lines {
		if n := len(ws); n > 0 && strings.TrimSpace(text[ws[n-1].End:l.Start]) == "" {
			ws[n-1].End = l.End
			continue
		}
		ws = append(ws, Window{Start: l.Start, End: l.End})
	}
	for i := range ws {
		w := &ws[i]
		w.End = w.Start + len(strings.TrimRight(text[w.Start:w.End], "，,；; "))
		w.Text = text[w.Start:w.End]
		w.Highlight = retrieval.Span{Start: w.Start, End: w.End}
		if best := (retrieval.Span{Start: r.Best.Start, End: min(r.Best.End, w.End)}); w.Start <= best.Start && best.Start < best.End {
			w.Highlight = best
		}
	}
	return ws
}

// whichCase asks the one question that is left.
func (b *Bot) whichCase(q Question, cases []string) Answer {
	cases = cases[:min(mostCases, len(cases))]
	a := b.fixed(StatusClarify, b.say.WhichCase(cases))
	for _, c := range cases {
		a.Suggestions = append(a.Suggestions, strings.TrimRight(q.Text, "?？!！。 ")+"（"+c+"）")
	}
	return a
}

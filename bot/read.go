package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zhiwen/retrieval"
)

// DefaultThreshold is the confidence below which a question is refused;
// docs/performance.md has the rates that it gives on questions nobody here
// wrote.
const DefaultThreshold = 0.5

// premiseMargin is the share of the best window's score that another one must
// have to be preferred for bearing out what the question takes for granted.
const premiseMargin = 0.6

// evidence is a window with the document it is quoted from.
type evidence struct {
	Window
	doc *retrieval.Document
}

// read chooses the evidence among the passages found and says what it bears
// out: the answer, and what would be quoted if the refusal gate were open.
func (b *Bot) read(ctx context.Context, q Question, r retrieval.Result) (e Examination, err error) {
	e = Examination{Question: q, Passages: r.Passages}
	shelf := shelf{load: b.Documents.Document, docs: map[string]*retrieval.Document{}}
	w := weigh(r)
	ws := windows(q, w, r)
	b.readWindows(ctx, q, ws)
	e.Windows = ws
	lead, err := b.lead(ctx, &shelf, q, ws)
	if err != nil {
		return Examination{}, err
	}
	if lead.doc == nil {
		e.Said = b.refusal(b.sayNothing(q), nil)
		e.Open = e.Said
		return e, nil
	}
	found := lead
	lead, others, err := b.newest(ctx, &shelf, q, w, r, ws, lead)
	if err != nil {
		return Examination{}, err
	}
	e.Signals = surest(q, r, w, ws, found, lead)
	chosen := choose(q, r, w, lead.evidence)
	e.Signals.Listed = len(chosen) > 1 && q.Want == WantList
	e.Open = b.excerpt(q, chosen)
	b.tellAge(&e.Open, q, lead, others)
	e.Said = b.judge(q, r, e, lead)
	if places := rivals(q, ws); len(places) > 0 && e.Signals.Confidence() >= clarifyShare*b.Threshold {
		e.Said = b.askBack(q, places)
	}
	if err := verify(e.Said, shelf.docs, q, b.Phone); err != nil {
		b.Log.ErrorContext(ctx, "an answer failed verification and was withheld", "cause", err)
		e.Said = b.refusal(b.say.NoAnswer(), ownFirst(q, r.Passages))
	}
	e.Said.Confidence = e.Signals.Confidence()
	e.Open.Confidence = e.Said.Confidence
	return e, nil
}

// judge decides whether the evidence is shown, shown as of another year, or
// withheld.
func (b *Bot) judge(q Question, r retrieval.Result, e Examination, lead lead) Answer {
	borne := e.Signals
	borne.Premise = true
	sure := borne.Confidence() >= b.Threshold || exactly(q, lead.evidence)
	have := periodOf(lead.Window, *lead.doc)
	switch {
	case lead.failed == premiseYear && q.Years[0].Relative != "" && sure && have > 0:
		a := e.Open
		a.Status = StatusPartial
		a.Text = b.say.OtherYear(q.Years[0].Number, q.Years[0].Relative, have) + "\n" + a.Text
		return a
	case lead.failed == premiseAmount && sure:
		a := e.Open
		a.Status = StatusPartial
		a.Text = b.say.OtherAmount(lead.missing) + "\n" + a.Text
		return a
	case lead.failed != premiseHolds:
		return b.refusal(b.sayFailed(q, lead), ownFirst(q, r.Passages))
	case !sure:
		return b.refusal(b.say.NoAnswer(), ownFirst(q, r.Passages))
	case len(q.Years) > 0 && q.Years[0].Relative != "":
		a := e.Open
		a.Text = b.say.SameYear(q.Years[0].Number, q.Years[0].Relative) + "\n" + a.Text
		return a
	}
	return e.Open
}

// lead is the leading window with the premise that fails in it, if any.
type lead struct {
	evidence
	failed  premise
	missing string // what the document lacks, in the visitor's words
	applies bool   // it does not speak of the year asked for, but was in force then
}

// lead picks the best window that bears out what the question takes for
// granted, or else the best window and what fails in it. Its doc is nil where
// there is no window at all.
func (b *Bot) lead(ctx context.Context, shelf *shelf, q Question, ws []Window) (lead, error) {
	var first lead
	for _, w := range ws {
		if first.doc != nil && w.Score < premiseMargin*first.Score {
			break
		}
		doc, err := shelf.get(ctx, w.Passage.Doc.ID)
		if errors.Is(err, retrieval.ErrGone) || errors.Is(err, retrieval.ErrNotFound) {
			continue // withdrawn between search and reading
		}
		if err != nil {
			return lead{}, fmt.Errorf("load document %s: %w", w.Passage.Doc.ID, err)
		}
		failed, missing := premiseOf(q, w, *doc)
		this := lead{evidence: evidence{w, doc}, failed: failed, missing: missing}
		if failed == premiseHolds {
			return this, nil
		}
		if first.doc == nil {
			first = this
		}
	}
	return first, nil
}

// choose adds to the leading window what the question asks besides: the parts
// of a list, or a window for each further question in one.
func choose(q Question, r retrieval.Result, w weights, lead evidence) []evidence {
	if parts := listed(q, w, lead.Passage, lead.doc); len(parts) > 0 {
		var list []evidence
		for _, p := range parts {
			list = append(list, evidence{p, lead.doc})
		}
		return list
	}
	if honour := honourAsked(q); honour != "" {
		if said := honourMentions(lead, honour); len(said) > 0 {
			return said
		}
	}
	chosen := []evidence{lead}
	if q.Want == WantList {
		chosen[0] = wholeList(lead)
	} else if line, ok := announced(lead); ok {
		chosen = []evidence{line, lead}
	}
	if len(q.Parts) < 2 {
		return chosen
	}
	for _, text := range q.Parts {
		part := w.only(termSet(text))
		if part.total == 0 || covered(part, chosen) >= partHeld {
			continue
		}
		if win, ok := bestPart(q, part, r.Passages, chosen); ok {
			chosen = append(chosen, evidence{win, lead.doc})
		}
	}
	return chosen
}

// partHeld is the share of a part's weight that the chosen windows must hold
// for it to count as answered.
const partHeld = 0.4

// partFound is the share that another window must hold to answer it.
const partFound = 0.5

// covered is the share of a part's weight that the chosen windows hold.
func covered(part weights, chosen []evidence) float64 {
	held := map[string]bool{}
	for _, c := range chosen {
		maps.Copy(held, c.Terms)
	}
	return part.cover(held)
}

// bestPart finds the window that answers a further part of a question, in the
// document of the leading window only: another one would speak of another
// matter. It must not overlap what is chosen.
func bestPart(q Question, part weights, passages []retrieval.Passage, chosen []evidence) (Window, bool) {
	var best Window
	found := false
	for _, p := range passages {
		if p.Doc.ID != chosen[0].doc.ID {
			continue
		}
		win, ok := bestWindow(q, part, p)
		overlaps := slices.ContainsFunc(chosen, func(e evidence) bool { return win.Start < e.End && e.Start < win.End && e.doc.ID == win.Passage.Doc.ID })
		if ok && !overlaps && win.Cover >= partFound && win.Cover > best.Cover {
			best, found = win, true
		}
	}
	return best, found
}

// exactly reports whether the question names a 文号 or a title that the
// evidence is: no relevance gate may drop it.
func exactly(q Question, lead evidence) bool {
	return lead.Passage.Exact && len(q.DocNos)+len(q.Titles) > 0
}

func (b *Bot) sayFailed(q Question, lead lead) string {
	switch lead.failed {
	case premisePlace:
		return b.say.NoSuchPlace(lead.missing)
	case premiseYear:
		asked := q.Years[0]
		return b.say.NoSuchYear(asked.Number, asked.Relative, periodOf(lead.Window, *lead.doc))
	case premiseDocNo:
		return b.say.NoSuchDocNo()
	case premiseTitle:
		return b.say.NoSuchTitle()
	case premiseAmount:
		return b.say.NoSuchAmount(lead.missing)
	}
	return b.say.NoAnswer()
}

// shelf keeps the documents that one answer has loaded.
type shelf struct {
	load func(ctx context.Context, id string) (retrieval.Document, error)
	docs map[string]*retrieval.Document
}

func (s *shelf) get(ctx context.Context, id string) (*retrieval.Document, error) {
	if d, ok := s.docs[id]; ok {
		return d, nil
	}
	d, err := s.load(ctx, id)
	if err != nil {
		return nil, err
	}
	s.docs[id] = &d
	return &d, nil
}

// withoutMarks removes [n] from an answer's text.
func withoutMarks(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		open := strings.IndexByte(text, '[')
		if open < 0 {
			break
		}
		close := strings.IndexByte(text[open:], ']')
		if close < 0 {
			break
		}
		b.WriteString(text[:open])
		if strings.Trim(text[open+1:open+close], "0123456789") != "" {
			b.WriteString(text[open : open+close+1])
		}
		text = text[open+close+1:]
	}
	b.WriteString(text)
	return b.String()
}

package check

import (
	"context"
	"regexp"
	"slices"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// Least lengths, in characters, of the parts of a sentence that are compared
// by themselves.
const (
	quotationRunes = 6
	clauseRunes    = 8
)

var quotationPattern = regexp.MustCompile(`[“「『"]([^“”「」『』"]+)[”」』"]`)

// parts compares the quotations and clauses of a sentence that as a whole is
// the draft's own. A quotation that was altered makes the sentence altered:
// its words are said to be another's.
func (k *checking) parts(ctx context.Context, s *Segment) error {
	if s.Reason == ReasonDocumentMissing && len(references(*s)) > 0 {
		return nil
	}
	found := partsOf(*s)
	sentences := make([]*wording, len(found))
	for i, p := range found {
		sentences[i] = newWording(p.Text)
	}
	for _, src := range []*source{k.materials, k.stored} {
		if src == nil || len(found) == 0 {
			continue
		}
		all, err := k.look(ctx, src, sentences)
		if err != nil {
			return err
		}
		for i := range found {
			if len(found[i].Matches) == 0 {
				k.judgePart(s, &found[i], sentences[i], all[i])
			}
		}
	}
	for _, p := range found {
		if len(p.Matches) == 0 {
			if p.Kind == PartQuotation && utf8.RuneCountInString(p.Text) >= 2*quotationRunes {
				s.Parts = append(s.Parts, p)
			}
			continue
		}
		s.Parts = append(s.Parts, p)
		if p.Kind == PartQuotation && p.Verdict == Altered && s.Verdict == NotFound {
			s.Verdict, s.Reason = Altered, ReasonQuotation
		}
		if s.Verdict == NotFound && s.Reason == "" {
			s.Reason = ReasonParts
		}
	}
	slices.SortStableFunc(s.Parts, func(a, b Part) int { return a.Start - b.Start })
	return nil
}

func partsOf(s Segment) []Part {
	var parts []Part
	add := func(kind PartKind, start, end int) {
		parts = append(parts, Part{Kind: kind, Text: s.Text[start:end], Start: s.Start + start, End: s.Start + end, Verdict: NotFound, Matches: []Match{}})
	}
	for _, m := range quotationPattern.FindAllStringSubmatchIndex(s.Text, -1) {
		if utf8.RuneCountInString(s.Text[m[2]:m[3]]) >= quotationRunes {
			add(PartQuotation, m[2], m[3])
		}
	}
	clauses := retrieval.Clauses(s.Text)
	if len(clauses) < 2 {
		return parts
	}
	for _, c := range clauses {
		w := newWording(s.Text[c.Start:c.End])
		if len(w.tokens) >= clauseRunes && hasFigure(w.tokens) {
			add(PartClause, c.Start, c.End)
		}
	}
	return parts
}

// clauseScore is the least nearness of a clause: shorter than a sentence, it is
// more often like another by chance.
const clauseScore = 0.75

func (k *checking) judgePart(s *Segment, p *Part, w *wording, e evidence) {
	switch {
	case len(e.exact) > 0:
		p.Verdict = Verbatim
		if !e.exact[0].text.material && !k.titles.inForce(e.exact[0].text.Meta) {
			p.Verdict, p.Reason = Superseded, ReasonNotInForce
		}
		p.Matches = append(p.Matches, k.exactMatch(p.Text, e.exact[0], RoleSource))
	case e.near == nil || e.near.score < clauseScore || e.near.equal < alteredEqual:
	case k.otherPeriod(s, e.near):
		p.Reason = ReasonOtherPeriod
		p.Matches = append(p.Matches, k.match(w, e.near, RolePrevious))
	default:
		p.Verdict, p.Reason = Altered, changeReason(e.near.alignment, w, e.near.text.wording)
		p.Matches = append(p.Matches, k.match(w, e.near, RoleSource))
	}
}

package check

import (
	"context"
	"slices"
	"strings"

	"zhiwen/retrieval"
)

// gatherReach is how many sentences before and after one are its neighbours.
const gatherReach = 2

// gather looks at sentences again beside their neighbours: one that stands in
// many texts belongs where they stand, a fragment that says too little to be
// searched for is found there, and what was altered is compared with the text
// that they come from, even if another one is as near.
func (k *checking) gather(ctx context.Context, segments []Segment) error {
	hits := map[string]int{}
	for _, p := range k.places {
		if p.doc != "" {
			hits[p.doc]++
		}
	}
	for i := range segments {
		s := &segments[i]
		if s.Verdict == Superseded || s.Verdict == ReferenceWrong || len(s.Matches) > 0 && s.Matches[0].Material {
			continue
		}
		for _, n := range k.around(i, hits) {
			t, err := k.stored.text(ctx, n.doc)
			if err != nil {
				return err
			}
			if t != nil && k.beside(s, i, t, n) {
				break
			}
		}
	}
	return nil
}

// beside compares a sentence with the text of a neighbour. It is done when the
// sentence belongs there.
func (k *checking) beside(s *Segment, i int, t *stored, n place) (done bool) {
	w := newWording(s.Text)
	if l, ok := locate(w.folded.Text, t); ok && (!l.cut || s.Verdict != Verbatim) {
		s.Reason, s.Matches, s.Parts = "", nil, onlyNamed(s.Parts)
		k.places[i] = k.verbatim(s, l)
		return true
	}
	lo, hi := t.tokenRange(max(0, n.start-gatherBytes), min(len(t.Text), n.end+gatherBytes))
	near := fitIn(w, t, lo, hi)
	switch {
	case near == nil || !k.isAltered(s, w, near):
	case s.Verdict == Verbatim && k.between(i, t.ID) && s.Reason == "":
		s.Reason = ReasonElsewhere
		s.Matches = append(s.Matches, k.match(w, near, RoleSource))
		return true
	case s.Verdict == Altered && len(s.Matches) > 0 && s.Matches[0].DocID != t.ID && near.score > s.Matches[0].Score-gatherSlack,
		s.Verdict == NotFound && s.Reason == "":
		s.Matches, s.Parts = nil, onlyNamed(s.Parts)
		k.altered(s, w, near)
		return true
	}
	return false
}

const (
	// gatherBytes around a neighbour's place are compared,
	gatherBytes = 3000
	// and gatherSlack is how much less near the passage there may be than one
	// of another text.
	gatherSlack = 0.2
)

// between reports whether the sentences right before and after one stand in a
// document, near each other.
func (k *checking) between(i int, doc string) bool {
	if i == 0 || i+1 >= len(k.places) {
		return false
	}
	a, b := k.places[i-1], k.places[i+1]
	return a.doc == doc && b.doc == doc && a.end <= b.start && b.start-a.end < gatherBytes
}

// around gives the places of a sentence's neighbours in documents that say
// more of the draft than its own, one of each.
func (k *checking) around(i int, hits map[string]int) []place {
	var found []place
	for n := max(0, i-gatherReach); n <= min(len(k.places)-1, i+gatherReach); n++ {
		p := k.places[n]
		if p.doc != "" && hits[p.doc] > hits[k.places[i].doc] && !slices.ContainsFunc(found, func(f place) bool { return f.doc == p.doc }) {
			found = append(found, p)
		}
	}
	return found
}

// onlyNamed leaves the titles and numbers of documents among the parts.
func onlyNamed(parts []Part) []Part {
	var kept []Part
	for _, p := range parts {
		if p.Kind == PartTitle || p.Kind == PartDocNo {
			kept = append(kept, p)
		}
	}
	return kept
}

// order tells of neighbouring sentences that stand beside each other in their
// source, too, but the other way round.
func (k *checking) order(ctx context.Context, segments []Segment) error {
	const near = 8 // bytes that may stand between them
	for i := 1; i < len(segments); i++ {
		a, b := k.places[i-1], k.places[i]
		if a.doc == "" || a.doc != b.doc {
			continue
		}
		t, err := k.stored.text(ctx, a.doc)
		if err != nil {
			return err
		}
		if t == nil {
			continue
		}
		first, second := retrieval.FoldTight(segments[i-1].Text).Text, retrieval.FoldTight(segments[i].Text).Text
		if strings.Contains(t.folded.Text, first+second) || !strings.Contains(t.folded.Text, second+first) &&
			(b.end > a.start || a.start-b.end > near) {
			continue
		}
		for n := i - 1; n <= i; n++ {
			if segments[n].Reason == "" {
				segments[n].Reason = ReasonOrder
			}
		}
		k.findings = append(k.findings, Finding{
			Kind: FindingOrder, State: Differs, Text: "这两句在原文中的先后次序相反。",
			Spans: []Span{spanOf(segments[i-1]), spanOf(segments[i])},
		})
	}
	return nil
}

func spanOf(s Segment) Span { return Span{s.Text, s.Start, s.End} }

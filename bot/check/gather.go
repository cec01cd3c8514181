package check

import (
	"context"
	"strings"

	"zhiwen/retrieval"
)

// gatherReach is how many sentences before and after one are its neighbours.
const gatherReach = 2

// gather gives sentences that stand in many texts the place where their
// neighbours stand, and finds fragments there that say too little to be
// searched for.
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
		for _, doc := range k.around(i, hits) {
			t, err := k.stored.text(ctx, doc)
			if err != nil {
				return err
			}
			if t == nil {
				continue
			}
			l, ok := locate(retrieval.FoldTight(s.Text).Text, t)
			if !ok || l.cut && s.Verdict == Verbatim {
				continue
			}
			s.Verdict, s.Reason, s.Matches = Verbatim, "", nil
			s.Parts = onlyNamed(s.Parts)
			k.places[i] = k.verbatim(s, l)
			break
		}
	}
	return nil
}

// around gives the documents of a sentence's neighbours that say more of the
// draft than its own.
func (k *checking) around(i int, hits map[string]int) []string {
	var docs []string
	for n := max(0, i-gatherReach); n <= min(len(k.places)-1, i+gatherReach); n++ {
		if doc := k.places[n].doc; doc != "" && hits[doc] > hits[k.places[i].doc] && (len(docs) == 0 || docs[len(docs)-1] != doc) {
			docs = append(docs, doc)
		}
	}
	return docs
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

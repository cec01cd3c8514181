package ingest

import (
	"fmt"
	"strings"

	"zhiwen/retrieval"
)

// mostPlaces is how many places of personal data a warning names.
const mostPlaces = 3

// heldBack says why a new version may not be shown before somebody has released
// it; head is the newest version under its key, empty if there is none.
func heldBack(doc retrieval.Document, head retrieval.Head) []string {
	var why []string
	switch head.State {
	case retrieval.StateWithdrawn, retrieval.StateErased:
		why = append(why, fmt.Sprintf("an earlier version was %s: read this one, then 'zhiwen release %s --reason …' shows it", head.State, doc.ID))
	}
	found := retrieval.PersonalData(doc.Text)
	for i, p := range found {
		if i == mostPlaces {
			why = append(why, fmt.Sprintf("and %d more", len(found)-i))
			break
		}
		place := fmt.Sprintf("line %d", strings.Count(doc.Text[:p.Span.Start], "\n")+1)
		if shown := p.Masked(doc.Text); shown != "" {
			place += ", " + shown
		}
		why = append(why, fmt.Sprintf("personal data (%s) at %s: it is quarantined until 'zhiwen release %s --reason …'", p.Kind, place, doc.ID))
	}
	return why
}

// again reports a version that is stored already.
func (r *Report) again(head retrieval.Head) {
	switch head.State {
	case retrieval.StateWithdrawn, retrieval.StateErased:
		r.Status, r.Error = StatusSkipped, fmt.Sprintf("this version was %s; 'zhiwen docs' lists it", head.State)
	case retrieval.StateQuarantine:
		r.Status = StatusQuarantined
		r.Warnings = append(r.Warnings, fmt.Sprintf("it is quarantined still; 'zhiwen release %s --reason …' shows it", head.ID))
	default:
		r.Status = StatusUnchanged
	}
}

package faq

import (
	"context"
	"errors"
	"fmt"

	"zhiwen/retrieval"
)

// Staleness is why a published entry is not shown any more; empty: it is fresh.
type Staleness string

// Reasons of staleness.
const (
	StaleExpired    Staleness = "expired"      // its own day has passed
	StaleChanged    Staleness = "changed"      // a cited document has a newer version
	StaleGone       Staleness = "gone"         // a cited document was withdrawn or erased, or is not there
	StaleOutOfForce Staleness = "out_of_force" // a cited document is marked 废止 or 失效, replaced, or past its own period
)

// Sentence says what a reason means to staff.
func (s Staleness) Sentence() string {
	switch s {
	case StaleExpired:
		return "its valid_until has passed: check the answer and give it a new day"
	case StaleChanged:
		return "a cited document has changed: compare the answer with it and publish again"
	case StaleGone:
		return "a cited document was withdrawn: cite another one"
	case StaleOutOfForce:
		return "a cited document is not in force any more: cite what replaced it"
	}
	return ""
}

// Loader loads the versions of documents that entries cite.
type Loader interface {
	// Document gives a version by its ID, retrieval.ErrNotFound or
	// retrieval.ErrGone.
	Document(ctx context.Context, id string) (retrieval.Document, error)
}

// Fresh tells whether an entry may be shown on a day (2006-01-02), and gives the
// documents that it cites.
func Fresh(ctx context.Context, docs Loader, e Entry, today string) (map[string]*retrieval.Document, Staleness, error) {
	if e.ValidUntil != "" && e.ValidUntil < today {
		return nil, StaleExpired, nil
	}
	cited := map[string]*retrieval.Document{}
	for _, c := range e.Citations {
		doc, err := docs.Document(ctx, c.DocID)
		switch {
		case errors.Is(err, retrieval.ErrGone), errors.Is(err, retrieval.ErrNotFound):
			return nil, StaleGone, nil
		case err != nil:
			return nil, "", fmt.Errorf("load document %s, which %s cites: %w", c.DocID, e.ID, err)
		case doc.State != retrieval.StateCurrent:
			return nil, StaleChanged, nil
		case outOfForce(doc.Meta, today):
			return nil, StaleOutOfForce, nil
		case !stands(doc.Text, c):
			return nil, StaleChanged, nil
		}
		cited[doc.ID] = &doc
	}
	return cited, "", nil
}

func outOfForce(d retrieval.Meta, today string) bool {
	return d.Validity == retrieval.ValidityRepealed || d.Validity == retrieval.ValidityLapsed || d.ReplacedBy != "" ||
		d.Expires != "" && d.Expires < today
}

func stands(text string, c Citation) bool {
	return c.Start >= 0 && c.Start < c.End && c.End <= len(text) && text[c.Start:c.End] == c.Quote
}

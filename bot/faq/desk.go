package faq

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Store keeps entries.
type Store interface {
	// PutFAQ stores entries, all or none. A draft takes the place of the draft of
	// its ID, a published entry that of the public one and of the draft, a
	// withdrawn one that of the public one.
	PutFAQ(ctx context.Context, entries ...Entry) error
	// FAQs gives all entries in the order of ByID.
	FAQs(ctx context.Context) ([]Entry, error)
}

// Desk is where staff work on the entries of a store.
type Desk struct {
	Store Store
	Docs  Collection
	Phone string // configured; answers may name it without a source
	Now   func() time.Time
}

// Listed is an entry as it stands today.
type Listed struct {
	Entry
	Stale Staleness `json:"stale,omitempty"` // why a published one is not shown
}

// List gives all entries.
func (d *Desk) List(ctx context.Context) ([]Listed, error) {
	entries, err := d.Store.FAQs(ctx)
	if err != nil {
		return nil, err
	}
	listed := make([]Listed, len(entries))
	for i, e := range entries {
		listed[i].Entry = e
		if e.State != StatePublished {
			continue
		}
		if _, listed[i].Stale, err = Fresh(ctx, d.Docs, e, d.today()); err != nil {
			return nil, err
		}
	}
	return listed, nil
}

func (d *Desk) today() string { return d.Now().Format(time.DateOnly) }

// Outcome is what became of a row of an import.
type Outcome string

// Outcomes of a row.
const (
	Added     Outcome = "added"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
	Failed    Outcome = "failed" // nothing of it is stored
)

// Imported says what became of a row of an import.
type Imported struct {
	Line     int       `json:"line"`
	ID       string    `json:"id"`
	Question string    `json:"question"`
	Status   Outcome   `json:"status"`
	State    State     `json:"state,omitempty"` // as it is stored
	Problems []Problem `json:"problems"`        // what keeps it from being published
	Error    string    `json:"error"`           // of a failed row: one sentence that names the line
}

// Import stores the rows of a file as drafts, or publishes those that can be.
// A row that is stored already changes nothing; a public entry stays as it is
// until its draft is published. Rows that fail do not hold up the others.
func (d *Desk) Import(ctx context.Context, rows []Row, publish bool) ([]Imported, error) {
	checker, err := NewChecker(ctx, d.Docs, d.Phone)
	if err != nil {
		return nil, err
	}
	stored, err := d.Store.FAQs(ctx)
	if err != nil {
		return nil, err
	}
	var changed []Entry
	reports := make([]Imported, len(rows))
	for i, row := range rows {
		reports[i] = Imported{Line: row.Line, ID: row.Entry.ID, Question: row.Entry.Question, Status: Failed, Problems: []Problem{}}
		if row.Err != nil {
			reports[i].Error = row.Err.Error()
			continue
		}
		e, problems, err := checker.Check(ctx, row.Entry)
		if err != nil {
			return nil, err
		}
		reports[i].Problems = append(reports[i].Problems, problems...)
		var put bool
		if e, put = d.place(&reports[i], e, stored, publish && len(problems) == 0); put {
			changed = append(changed, e)
		}
	}
	if len(changed) > 0 {
		if err := d.Store.PutFAQ(ctx, changed...); err != nil {
			return nil, err
		}
	}
	return reports, nil
}

// place decides as what an entry of a file is stored, and whether it is at all.
func (d *Desk) place(report *Imported, e Entry, stored []Entry, publish bool) (Entry, bool) {
	live, draft := find(stored, e.ID)
	wanted := e.State
	e.Updated = d.Now().UTC()
	e.State = StateDraft
	switch {
	case wanted == StateWithdrawn && live != nil:
		e.State = StateWithdrawn
	case publish:
		e.State = StatePublished
	}
	report.State, report.Status = e.State, Added
	if live != nil || draft != nil {
		report.Status = Updated
	}
	if live != nil && Same(*live, e) && (live.State == e.State || e.State == StateDraft && wanted != StateWithdrawn) {
		report.State, report.Status = live.State, Unchanged
		return e, false
	}
	if draft != nil && e.State == StateDraft && Same(*draft, e) {
		report.Status = Unchanged
		return e, false
	}
	return e, true
}

// find gives the public entry of an ID and its draft; nil where there is none.
func find(stored []Entry, id string) (live, draft *Entry) {
	for i := range stored {
		switch e := &stored[i]; {
		case e.ID != id:
		case e.Live():
			live = e
		default:
			draft = e
		}
	}
	return live, draft
}

// Publish makes the draft of an entry public, or a public one that is stale or
// withdrawn fresh again: its citations are looked up anew. Problems keep it from
// being published.
func (d *Desk) Publish(ctx context.Context, id string) ([]Problem, error) {
	stored, err := d.Store.FAQs(ctx)
	if err != nil {
		return nil, err
	}
	live, draft := find(stored, id)
	e := draft
	if e == nil {
		e = live
	}
	if e == nil {
		return nil, fmt.Errorf("%s: %w", id, ErrNotFound)
	}
	checker, err := NewChecker(ctx, d.Docs, d.Phone)
	if err != nil {
		return nil, err
	}
	checked, problems, err := checker.Check(ctx, *e)
	if err != nil {
		return nil, err
	}
	if checked.ValidUntil != "" && checked.ValidUntil < d.today() {
		problems = append(problems, Problem{"valid_until", fmt.Sprintf("valid_until %s has passed; give it a later day", checked.ValidUntil)})
	}
	if len(problems) > 0 {
		return problems, nil
	}
	checked.State, checked.Updated = StatePublished, d.Now().UTC()
	_, stale, err := Fresh(ctx, d.Docs, checked, d.today())
	if err != nil {
		return nil, err
	}
	if stale != "" {
		return []Problem{{"citations", stale.Sentence()}}, nil
	}
	return nil, d.Store.PutFAQ(ctx, checked)
}

// Withdraw takes a published entry back.
func (d *Desk) Withdraw(ctx context.Context, id string) error {
	stored, err := d.Store.FAQs(ctx)
	if err != nil {
		return err
	}
	live, draft := find(stored, id)
	switch {
	case live == nil && draft == nil:
		return fmt.Errorf("%s: %w", id, ErrNotFound)
	case live == nil:
		return fmt.Errorf("%s is a draft and was never published; there is nothing to withdraw", id)
	}
	taken := *live
	taken.State, taken.Updated = StateWithdrawn, d.Now().UTC()
	return d.Store.PutFAQ(ctx, taken)
}

// Export gives the entries that a file holds: of each ID the draft if there is
// one, else the public entry.
func (d *Desk) Export(ctx context.Context) ([]Entry, error) {
	stored, err := d.Store.FAQs(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(stored, ByID)
	var entries []Entry
	for _, e := range stored {
		if n := len(entries); n > 0 && entries[n-1].ID == e.ID {
			entries[n-1] = e // the draft comes after
			continue
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// Package review is 三审三校: what one of the staff writes reaches visitors only
// after another one has published it. A change waits, whole, with what it
// changes; publishing applies it. What a change means for the collection is its
// Applier's.
package review

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"zhiwen/bot/records"
	"zhiwen/retrieval"
)

// Kind says what a change is of.
type Kind string

// Kinds of changes.
const (
	KindFAQ      Kind = "faq"      // 问答: faq.Entry
	KindDocument Kind = "document" // an uploaded document
	KindRuling   Kind = "ruling"   // metadata and validity of a document: ingest.Ruling
	KindOffice   Kind = "office"   // 通讯录: directory.Entry
	KindWords    Kind = "words"    // a table of words, as text
)

// State of a change.
type State string

// States.
const (
	Pending   State = "pending"
	Applying  State = "applying" // being published just now
	Published State = "published"
	Rejected  State = "rejected"
	Taken     State = "taken" // back, by its author
)

// Change is what somebody wants to change. Before and After are JSON of the
// kind, null where there is nothing.
type Change struct {
	ID      string          `json:"id"`
	Kind    Kind            `json:"kind"`
	Subject string          `json:"subject"` // what is changed: an ID, a key, a name
	Title   string          `json:"title"`   // a line for people
	Before  json.RawMessage `json:"before"`
	After   json.RawMessage `json:"after"`
	Author  string          `json:"author"`
	At      time.Time       `json:"at"`
	State   State           `json:"state"`
	Decider string          `json:"decider,omitempty"`
	Decided time.Time       `json:"decided,omitzero"`
	Reason  string          `json:"reason,omitempty"` // of whoever decided
	Undoes  string          `json:"undoes,omitempty"` // the ID of another one
}

// Applier knows a kind of change.
type Applier interface {
	// Now gives what holds now of a subject, as Change.Before has it.
	Now(ctx context.Context, subject string) (json.RawMessage, error)
	// Apply makes a change hold; doing so twice is as doing it once. A Problem is
	// told to whoever wanted it.
	Apply(ctx context.Context, c Change, act retrieval.Act) error
	// Audited is what the audit keeps of a change. The audit cannot be erased,
	// so it must not hold words of a document.
	Audited(c Change) (before, after string)
}

// Problem is a sentence for staff: why something cannot be done.
type Problem string

func (p Problem) Error() string { return string(p) }

// Errors that a caller tells apart.
var (
	ErrOwn     = errors.New("nobody publishes what they have written themselves")
	ErrDecided = errors.New("it was decided already")
	ErrKind    = errors.New("there is no such kind of change")
)

const recordKind = "change"

// Desk is where changes wait.
type Desk struct {
	Store    records.Store
	Appliers map[Kind]Applier
	Now      func() time.Time
}

// List gives changes, the newest first; all where state is empty.
func (d *Desk) List(ctx context.Context, state State) ([]Change, error) {
	stored, err := d.Store.Records(ctx, recordKind)
	if err != nil {
		return nil, err
	}
	var all []Change
	for _, r := range stored {
		var c Change
		if err := r.Into(&c); err != nil {
			return nil, err
		}
		if state == "" || c.State == state {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b Change) int { return b.At.Compare(a.At) })
	return all, nil
}

// Change gives a change; retrieval.ErrNotFound if there is none.
func (d *Desk) Change(ctx context.Context, id string) (Change, error) {
	var c Change
	_, err := records.Load(ctx, d.Store, recordKind, id, &c)
	return c, err
}

// Waiting gives the pending change of a subject, if there is one.
func (d *Desk) Waiting(ctx context.Context, kind Kind, subject string) (Change, bool, error) {
	pending, err := d.List(ctx, Pending)
	for _, c := range pending {
		if c.Kind == kind && c.Subject == subject {
			return c, true, err
		}
	}
	return Change{}, false, err
}

// Propose stores a change for a second person to look at. It takes the place of
// the author's own one of the same subject that still waits. ID, Before, At and
// State are set here.
func (d *Desk) Propose(ctx context.Context, c Change) (Change, error) {
	applier := d.Appliers[c.Kind]
	if applier == nil {
		return c, fmt.Errorf("%s: %w", c.Kind, ErrKind)
	}
	var err error
	if c.Before, err = applier.Now(ctx, c.Subject); err != nil {
		return c, err
	}
	if len(c.After) == 0 {
		c.After = json.RawMessage("null")
	}
	waiting, found, err := d.Waiting(ctx, c.Kind, c.Subject)
	switch {
	case err != nil:
		return c, err
	case found && waiting.Author != c.Author:
		return c, Problem(fmt.Sprintf("%s对“%s”的修改还在等审核，请等它办完再改。", waiting.Author, waiting.Title))
	case found:
		if _, err := d.decide(ctx, waiting.ID, c.Author, Taken, "由新的修改代替"); err != nil {
			return c, err
		}
	}
	c.ID, c.At, c.State = rand.Text(), d.Now().UTC(), Pending
	c.Decider, c.Decided, c.Reason = "", time.Time{}, ""
	return c, records.Save(ctx, d.Store, records.Record{Kind: recordKind, ID: c.ID, Updated: c.At}, c, d.act(c, c.Author, "propose", ""))
}

func (d *Desk) act(c Change, actor, action, reason string) retrieval.Act {
	act := retrieval.Act{At: d.Now(), Actor: actor, Action: action + " " + string(c.Kind), Subject: c.Subject, Reason: reason}
	if applier := d.Appliers[c.Kind]; applier != nil {
		act.Before, act.After = applier.Audited(c)
	}
	return act
}

// applyTime is how long applying may take before it is taken for one that was
// cut short, and may be done again.
const applyTime = 2 * time.Minute

// Publish makes a change hold. Its author may not: ErrOwn. While it is applied
// nobody else decides on it.
func (d *Desk) Publish(ctx context.Context, id, decider string) (Change, error) {
	var c Change
	r, err := records.Load(ctx, d.Store, recordKind, id, &c)
	cutShort := c.State == Applying && d.Now().Sub(c.Decided) > applyTime
	switch {
	case err != nil:
		return c, err
	case c.State != Pending && !cutShort:
		return c, ErrDecided
	case c.Author == decider:
		return c, ErrOwn
	}
	applier := d.Appliers[c.Kind]
	if applier == nil {
		return c, fmt.Errorf("%s: %w", c.Kind, ErrKind)
	}
	c.State, c.Decider, c.Decided = Applying, decider, d.Now().UTC()
	r.Updated = c.Decided
	if err := records.Save(ctx, d.Store, r, c); err != nil {
		return c, decided(err)
	}
	r.Rev++
	if err := applier.Apply(ctx, c, d.act(c, decider, "publish", c.Title)); err != nil {
		c.State, c.Decider, c.Decided = Pending, "", time.Time{}
		return c, errors.Join(err, records.Save(context.WithoutCancel(ctx), d.Store, r, c))
	}
	c.State, c.Decided = Published, d.Now().UTC()
	return c, decided(records.Save(context.WithoutCancel(ctx), d.Store, r, c, d.act(c, decider, "publish", "")))
}

// decided puts our word for what somebody else has decided meanwhile.
func decided(err error) error {
	if errors.Is(err, records.ErrChanged) {
		return ErrDecided
	}
	return err
}

// Reject ends a change that is not to be published.
func (d *Desk) Reject(ctx context.Context, id, decider, reason string) (Change, error) {
	return d.decide(ctx, id, decider, Rejected, reason)
}

// TakeBack ends a change by its author.
func (d *Desk) TakeBack(ctx context.Context, id, author string) (Change, error) {
	c, err := d.Change(ctx, id)
	if err == nil && c.Author != author {
		return c, Problem("只有提交的人可以撤回。")
	}
	if err != nil {
		return c, err
	}
	return d.decide(ctx, id, author, Taken, "")
}

func (d *Desk) decide(ctx context.Context, id, decider string, state State, reason string) (Change, error) {
	var c Change
	r, err := records.Load(ctx, d.Store, recordKind, id, &c)
	if err != nil {
		return c, err
	}
	if c.State != Pending {
		return c, ErrDecided
	}
	c.State, c.Decider, c.Decided, c.Reason = state, decider, d.Now().UTC(), reason
	action := map[State]string{Rejected: "reject", Taken: "take back"}[state]
	r.Updated = c.Decided
	return c, decided(records.Save(ctx, d.Store, r, c, d.act(c, decider, action, reason)))
}

// Undo proposes what held before a change that was published.
func (d *Desk) Undo(ctx context.Context, id, author string) (Change, error) {
	c, err := d.Change(ctx, id)
	switch {
	case err != nil:
		return c, err
	case c.State != Published:
		return c, Problem("只有已发布的修改可以恢复。")
	}
	return d.Propose(ctx, Change{Kind: c.Kind, Subject: c.Subject, Title: "恢复：" + c.Title, After: c.Before, Author: author, Undoes: c.ID})
}

package review_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zhiwen/bot/review"
	"zhiwen/retrieval"
	"zhiwen/retrieval/sqlitestore"
)

// board is an Applier over one value a subject.
type board struct {
	mu      sync.Mutex
	values  map[string]json.RawMessage
	applied atomic.Int64
	refuses bool
}

func (b *board) Now(_ context.Context, subject string) (json.RawMessage, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if v, ok := b.values[subject]; ok {
		return v, nil
	}
	return json.RawMessage("null"), nil
}

func (b *board) Apply(_ context.Context, c review.Change, _ retrieval.Act) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refuses {
		return review.Problem("不能发布")
	}
	b.applied.Add(1)
	b.values[c.Subject] = c.After
	return nil
}

func (b *board) Audited(c review.Change) (before, after string) {
	return string(c.Before), string(c.After)
}

func newDesk(t *testing.T) (*review.Desk, *board, *sqlitestore.Store) {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "r.db"), sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	b := &board{values: map[string]json.RawMessage{}}
	return &review.Desk{Store: store, Now: time.Now, Appliers: map[review.Kind]review.Applier{review.KindOffice: b}}, b, store
}

func propose(t *testing.T, d *review.Desk, author, subject, after string) review.Change {
	t.Helper()
	c, err := d.Propose(t.Context(), review.Change{Kind: review.KindOffice, Subject: subject, Title: subject, After: json.RawMessage(after), Author: author})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTwoPeople(t *testing.T) {
	d, b, store := newDesk(t)
	c := propose(t, d, "编", "民政局", `1`)
	if len(b.values) != 0 {
		t.Fatal("it holds before anybody has looked at it")
	}
	if _, err := d.Publish(t.Context(), c.ID, "编"); !errors.Is(err, review.ErrOwn) {
		t.Errorf("its author publishes it: %v", err)
	}
	// Somebody else's change of the same thing has to wait; the author's own takes
	// its place.
	var p review.Problem
	if _, err := d.Propose(t.Context(), review.Change{Kind: review.KindOffice, Subject: "民政局", Author: "另", After: json.RawMessage(`3`)}); !errors.As(err, &p) {
		t.Errorf("two changes of one thing wait: %v", err)
	}
	second := propose(t, d, "编", "民政局", `2`)
	if _, err := d.Publish(t.Context(), c.ID, "审"); !errors.Is(err, review.ErrDecided) {
		t.Errorf("what was taken back is published: %v", err)
	}
	if _, err := d.Publish(t.Context(), second.ID, "审"); err != nil || string(b.values["民政局"]) != "2" {
		t.Errorf("publish: %v, %s", err, b.values["民政局"])
	}
	// Undoing is a change like any other.
	undo, err := d.Undo(t.Context(), second.ID, "审")
	if err != nil || string(undo.After) != "null" || undo.Undoes != second.ID {
		t.Fatalf("undo %+v, %v", undo, err)
	}
	if _, err := d.Publish(t.Context(), undo.ID, "审"); !errors.Is(err, review.ErrOwn) {
		t.Errorf("whoever undoes it publishes that: %v", err)
	}
	if _, err := d.Publish(t.Context(), undo.ID, "编"); err != nil || string(b.values["民政局"]) != "null" {
		t.Errorf("undone: %v, %s", err, b.values["民政局"])
	}
	if _, err := d.Propose(t.Context(), review.Change{Kind: "magic", Author: "编"}); !errors.Is(err, review.ErrKind) {
		t.Errorf("no such kind: %v", err)
	}
	records, err := store.Audit(t.Context())
	if err != nil || retrieval.VerifyAudit(records) != nil || len(records) != 6 {
		t.Errorf("%d acts, %v", len(records), err)
	}
}

func TestRejectAndTakeBack(t *testing.T) {
	d, b, _ := newDesk(t)
	c := propose(t, d, "编", "民政局", `1`)
	if _, err := d.TakeBack(t.Context(), c.ID, "审"); err == nil {
		t.Error("somebody else takes it back")
	}
	if got, err := d.Reject(t.Context(), c.ID, "审", "电话不对"); err != nil || got.State != review.Rejected || got.Reason != "电话不对" {
		t.Errorf("%+v, %v", got, err)
	}
	c = propose(t, d, "编", "民政局", `1`)
	if got, err := d.TakeBack(t.Context(), c.ID, "编"); err != nil || got.State != review.Taken {
		t.Errorf("%+v, %v", got, err)
	}
	// What cannot be applied waits still.
	c = propose(t, d, "编", "民政局", `1`)
	b.refuses = true
	var p review.Problem
	if _, err := d.Publish(t.Context(), c.ID, "审"); !errors.As(err, &p) {
		t.Errorf("publish what cannot be: %v", err)
	}
	if got, err := d.Change(t.Context(), c.ID); err != nil || got.State != review.Pending {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestRace: however many decide at once, one decision stands.
func TestRace(t *testing.T) {
	d, b, _ := newDesk(t)
	c := propose(t, d, "编", "民政局", `1`)
	var wg sync.WaitGroup
	var done atomic.Int64
	for i := range 8 {
		wg.Go(func() {
			var err error
			if i%2 == 0 {
				_, err = d.Publish(t.Context(), c.ID, "审")
			} else {
				_, err = d.Reject(t.Context(), c.ID, "审", "不行")
			}
			switch {
			case err == nil:
				done.Add(1)
			case !errors.Is(err, review.ErrDecided):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got, err := d.Change(t.Context(), c.ID)
	applied := int64(0)
	if got.State == review.Published {
		applied = 1
	}
	if err != nil || done.Load() != 1 || b.applied.Load() != applied || got.State != review.Published && got.State != review.Rejected {
		t.Errorf("%d decisions, applied %d times, %+v, %v", done.Load(), b.applied.Load(), got, err)
	}
}

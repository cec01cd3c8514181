package bot

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"zhiwen/retrieval"
)

// heldSearch lets nobody search before it is opened, and counts who does.
type heldSearch struct {
	Searcher
	open     chan struct{}
	mu       sync.Mutex
	searches int
}

func (h *heldSearch) Search(ctx context.Context, q retrieval.Query) (retrieval.Result, error) {
	h.mu.Lock()
	h.searches++
	h.mu.Unlock()
	select {
	case <-h.open:
		return h.Searcher.Search(ctx, q)
	case <-ctx.Done():
		return retrieval.Result{}, ctx.Err()
	}
}

// TestAskTogether: who asks the same at the same moment shares one search, has
// an answer of his own, and does not depend on whether the others stay.
func TestAskTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := botWith(t, bookstall(), nil)
		alone, err := b.Ask(t.Context(), Request{Question: borrowing}, nil)
		if err != nil || alone.Status != StatusAnswered {
			t.Fatalf("%+v, %v", alone, err)
		}
		held := &heldSearch{Searcher: b.Search, open: make(chan struct{})}
		b.Search = held

		leaving, leave := context.WithCancel(t.Context())
		const askers = 20
		answers, errs := make([]Answer, askers), make([]error, askers)
		var all sync.WaitGroup
		ask := func(ctx context.Context, i int) {
			all.Go(func() { answers[i], errs[i] = b.Ask(ctx, Request{Question: borrowing, Profile: ProfileElder}, nil) })
			synctest.Wait()
		}
		ask(leaving, 0)
		for i := 1; i < askers; i++ {
			ask(t.Context(), i)
		}
		if held.searches != 1 {
			t.Errorf("%d searches for one question", held.searches)
		}
		leave()
		synctest.Wait()
		if held.searches != 2 {
			t.Errorf("%d searches after the first asker left, want one more", held.searches)
		}
		close(held.open)
		all.Wait()

		if !errors.Is(errs[0], context.Canceled) {
			t.Errorf("who left got %v", errs[0])
		}
		ids := map[string]bool{}
		for i := 1; i < askers; i++ {
			a := answers[i]
			if errs[i] != nil || a.Status != StatusAnswered || len(a.Citations) != len(alone.Citations) || a.Citations[0] != alone.Citations[0] {
				t.Fatalf("%+v, %v; alone: %+v", a, errs[i], alone)
			}
			ids[a.ID] = true
		}
		if len(ids) != askers-1 {
			t.Errorf("%d IDs for %d answers", len(ids), askers-1)
		}
	})
}

package ingest

import (
	"context"
	"errors"
	"fmt"

	"zhiwen/retrieval"
)

// ErrNotHeld: the version is neither quarantined nor withdrawn.
var ErrNotHeld = errors.New("it is neither quarantined nor withdrawn")

// Held is where versions are that the public does not see.
type Held interface {
	// Version gives a version whatever its state; ErrNotFound if there is none.
	Version(ctx context.Context, id string) (retrieval.Document, error)
	// Release makes the version of an entry the current one of its key.
	Release(ctx context.Context, e retrieval.Entry, act retrieval.Act) error
}

// Release cuts and embeds the stored text of a version that was quarantined or
// withdrawn, and makes it the current one.
func (in *Ingester) Release(ctx context.Context, held Held, id string, act retrieval.Act) (retrieval.Document, error) {
	doc, err := held.Version(ctx, id)
	if err != nil {
		return doc, err
	}
	if doc.State != retrieval.StateQuarantine && doc.State != retrieval.StateWithdrawn {
		return doc, fmt.Errorf("%s is %s: %w", id, doc.State, ErrNotHeld)
	}
	act.Subject, act.Before, act.After = doc.Key, string(doc.State), string(retrieval.StateCurrent)
	doc.State = retrieval.StateCurrent
	entry := BuildEntry(doc, Marks{})
	r := &run{Ingester: in}
	r.batches = batches{embedder: in.Embedder, slots: make(chan struct{}, in.workers()), embedded: func(int) {}}
	if err := r.embed(ctx, &entry); err != nil {
		return doc, fmt.Errorf("embedding: %w", err)
	}
	return doc, held.Release(ctx, entry, act)
}

// Package records is the vocabulary of what the staff keep in a store beside
// the collection: accounts, changes that wait for a second person, jobs, notes.
// They are few and small, so a store keeps them all in one table, as JSON, and
// the rooms that own them give them their shape.
package records

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zhiwen/retrieval"
)

// ErrChanged: somebody else has changed the record meanwhile.
var ErrChanged = errors.New("it was changed by somebody else meanwhile")

// Record is one of them.
type Record struct {
	Kind string // of its owner: "account", "change", …
	ID   string
	// Rev rises by one with every change; 0 for one that is not stored yet.
	Rev     int64
	Updated time.Time
	Body    json.RawMessage
}

// Store keeps records. A change and what the audit says of it are stored
// together or not at all.
type Store interface {
	// Record gives a record; retrieval.ErrNotFound if there is none.
	Record(ctx context.Context, kind, id string) (Record, error)
	// Records gives all of a kind, in order of ID.
	Records(ctx context.Context, kind string) ([]Record, error)
	// PutRecord stores a record in place of the one that has its Rev, and fails
	// with ErrChanged if another one is stored.
	PutRecord(ctx context.Context, r Record, acts ...retrieval.Act) error
	// DeleteRecord deletes a record; it is no error if there is none.
	DeleteRecord(ctx context.Context, kind, id string, acts ...retrieval.Act) error
}

// Load reads the body of a record into v.
func Load(ctx context.Context, s Store, kind, id string, v any) (Record, error) {
	r, err := s.Record(ctx, kind, id)
	if err != nil {
		return r, err
	}
	return r, r.Into(v)
}

// Into reads the body into v.
func (r Record) Into(v any) error {
	if err := json.Unmarshal(r.Body, v); err != nil {
		return fmt.Errorf("%s %s is not as it was stored: %w", r.Kind, r.ID, err)
	}
	return nil
}

// Save stores v as the body of r.
func Save(ctx context.Context, s Store, r Record, v any, acts ...retrieval.Act) error {
	var err error
	if r.Body, err = json.Marshal(v); err != nil {
		return fmt.Errorf("%s %s: %w", r.Kind, r.ID, err)
	}
	return s.PutRecord(ctx, r, acts...)
}

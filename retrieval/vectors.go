package retrieval

import (
	"errors"
	"fmt"
)

// Model is an embedding model as a store knows it: vectors are compared only
// if both its fields agree.
type Model struct {
	Name string
	Dim  int
}

func (m Model) String() string { return fmt.Sprintf("%s (%d dimensions)", m.Name, m.Dim) }

// SetState says what a set of vectors is to its store.
type SetState string

// States of a set of vectors.
const (
	SetBuilding SetState = "building" // not complete: nobody searches it
	SetActive   SetState = "active"   // what documents are put with
	SetRetired  SetState = "retired"  // replaced, and left to processes that still run with its model
)

// VectorSet is the vectors that one model made of a store's chunks.
type VectorSet struct {
	ID      int64 // the store's number for it, never used twice
	Model   Model
	State   SetState
	Vectors int
}

// ErrUnembedded: more chunks lack their vectors than Activate takes on.
var ErrUnembedded = errors.New("chunks lack their vectors")

// ActivateWithin is how many chunks may lack their vectors when a set is to be
// activated: they are embedded while all writers wait.
const ActivateWithin = 128

// FindSet gives the set of a model; its ID is 0 if there is none.
func FindSet(sets []VectorSet, m Model) VectorSet {
	for _, s := range sets {
		if s.Model == m {
			return s
		}
	}
	return VectorSet{}
}

// ActiveSet gives the set that documents are put with; its ID is 0 if there is
// none.
func ActiveSet(sets []VectorSet) VectorSet {
	for _, s := range sets {
		if s.State == SetActive {
			return s
		}
	}
	return VectorSet{}
}

// CheckModel tells what keeps a process with this model from working on a
// store with these sets, an ErrModel.
func CheckModel(sets []VectorSet, m Model) error {
	own := FindSet(sets, m)
	switch {
	case own.State == SetBuilding:
		return fmt.Errorf("the vectors of %s are not complete: run 'zhiwen reindex', which goes on where it stopped: %w", m, ErrModel)
	case own.ID != 0 || len(sets) == 0:
		return nil
	}
	held := ActiveSet(sets)
	if held.ID == 0 {
		held = sets[0]
	}
	return fmt.Errorf("it holds vectors of %s, not of %s: configure that model, or run 'zhiwen reindex' to go over to this one: %w",
		held.Model, m, ErrModel)
}

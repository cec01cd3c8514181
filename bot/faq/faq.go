// Package faq is the 问答库: answers that staff have written to questions that
// are often asked, each with the words of stored documents that it rests on. It
// reads and writes them as a file, checks them, and tells when one may not be
// shown any more.
//
// A curated answer is shown as staff wrote it. So every figure of it must stand
// in the words it cites, which must be stored texts' own; one that fails cannot
// be published.
package faq

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"zhiwen/retrieval"
)

// ErrNotFound: there is no entry of that ID.
var ErrNotFound = errors.New("no such curated answer")

// State says how far an entry has come.
type State string

// States of an entry. That a published one is stale is not kept but found when
// it is asked for, see Fresh: so it is stale at once.
const (
	StateDraft     State = "draft"     // nobody but staff sees it
	StatePublished State = "published" // shown to visitors as long as it is fresh
	StateWithdrawn State = "withdrawn"
)

// Entry is one curated answer. An ID has at most one draft beside the one that
// is or was public.
type Entry struct {
	ID         string     `json:"id"`
	Question   string     `json:"question"`
	Variants   []string   `json:"variants"`  // other ways to ask it
	Negatives  []string   `json:"negatives"` // questions like it that it does not answer
	Answer     string     `json:"answer"`
	Owner      string     `json:"owner"`       // who looks after it
	ValidUntil string     `json:"valid_until"` // the last day, 2006-01-02; empty: no end
	Citations  []Citation `json:"citations"`
	State      State      `json:"state"`
	Updated    time.Time  `json:"updated"`
}

// Citation is what an entry rests on: words of one version of a document, at
// byte offsets of its text.
type Citation struct {
	Source string `json:"source"` // the document as staff name it: key, URL, 《title》 or doc_id
	DocID  string `json:"doc_id"` // the version that was found; empty until Check
	Quote  string `json:"quote"`
	Start  int    `json:"start"`
	End    int    `json:"end"`
}

// Live reports whether an entry is the one that is or was public, not a draft.
func (e *Entry) Live() bool { return e.State == StatePublished || e.State == StateWithdrawn }

// Forms are all ways to ask an entry's question.
func (e *Entry) Forms() []string { return append([]string{e.Question}, e.Variants...) }

// NewID derives the ID of an entry that has none from its question.
func NewID(question string) string {
	sum := sha256.Sum256([]byte(retrieval.FoldString(question)))
	return "faq-" + hex.EncodeToString(sum[:4])
}

// Same reports whether two entries say the same, whatever their state.
func Same(a, b Entry) bool {
	same := func(x, y []string) bool {
		if len(x) != len(y) {
			return false
		}
		for i := range x {
			if x[i] != y[i] {
				return false
			}
		}
		return true
	}
	if len(a.Citations) != len(b.Citations) {
		return false
	}
	for i := range a.Citations {
		if a.Citations[i] != b.Citations[i] {
			return false
		}
	}
	return a.ID == b.ID && a.Question == b.Question && same(a.Variants, b.Variants) && same(a.Negatives, b.Negatives) &&
		a.Answer == b.Answer && a.Owner == b.Owner && a.ValidUntil == b.ValidUntil
}

// MarshalLists gives the lists of an entry as JSON, for stores.
func (e *Entry) MarshalLists() (variants, negatives, citations string, err error) {
	for _, list := range []struct {
		from any
		into *string
	}{{e.Variants, &variants}, {e.Negatives, &negatives}, {e.Citations, &citations}} {
		b, err := json.Marshal(list.from)
		if err != nil {
			return "", "", "", err
		}
		*list.into = string(b)
	}
	return variants, negatives, citations, nil
}

// UnmarshalLists reads what MarshalLists has written.
func (e *Entry) UnmarshalLists(variants, negatives, citations string) error {
	return errors.Join(
		json.Unmarshal([]byte(variants), &e.Variants),
		json.Unmarshal([]byte(negatives), &e.Negatives),
		json.Unmarshal([]byte(citations), &e.Citations),
	)
}

// ByID orders entries by ID, the public one before its draft.
func ByID(a, b Entry) int {
	rank := func(e Entry) int {
		if e.Live() {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(rank(a), rank(b)))
}

package check

import (
	"slices"
	"time"
)

// Saved is a check that its owner can come back to, with what was decided.
// Materials are not kept but for the words of theirs that are quoted.
type Saved struct {
	ID      string // random: who has it still needs to be allowed
	Owner   string
	Readers []string // who else may see it
	Title   string
	Created time.Time
	Expires time.Time
	Draft   string
	Report  Report
	Notes   map[int]Note // by segment
}

// Summary is a line of the list of checks.
type Summary struct {
	ID      string
	Owner   string
	Title   string
	Created time.Time
	Expires time.Time
}

// Decision is what a person made of a segment.
type Decision string

// Decisions.
const (
	Accepted Decision = "accepted" // the draft will be changed
	Ignored  Decision = "ignored"  // it stays, for a reason
)

// Note is a decision with its reason.
type Note struct {
	Decision Decision  `json:"decision"`
	Why      string    `json:"why,omitempty"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// VisibleTo reports whether a person may see the check.
func (s *Saved) VisibleTo(name string) bool {
	return name != "" && (s.Owner == name || slices.Contains(s.Readers, name))
}

package bot

import (
	"encoding/json"
	"time"

	"zhiwen/retrieval"
)

// Profile selects how an answer is put.
type Profile string

// Profiles.
const (
	ProfileStandard Profile = "standard"
	ProfileElder    Profile = "elder"
)

// Script is the script the visitor reads; empty: the one that the question is
// typed in.
type Script string

// Scripts.
const (
	ScriptHans Script = "hans"
	ScriptHant Script = "hant"
)

// Session is one visitor's conversation, kept in the store so that any
// replica can go on with it.
type Session struct {
	ID      string // random, 32 hex digits
	Profile Profile
	Script  Script
	Created time.Time
}

// Event is one server frame of a session. Seq rises by one over the session.
type Event struct {
	Seq   int64
	Frame json.RawMessage
}

// Turn is a question with its answer as it was given.
type Turn struct {
	Question string
	Answer   Answer
	At       time.Time
}

// Request is one question to Bot.Ask.
type Request struct {
	Question string
	Turns    []Turn // earlier turns of the conversation, oldest first
	Profile  Profile
	Script   Script
	Page     string // URL or /doc/ path of the page it is asked on, if known
	Filter   retrieval.Filter
	// Who asks, for the limits of generation; each may be empty.
	Session, Address string
	Chosen           *Chosen // nil: the answer is searched for
}

// Sink hears an answer while it is made. Calls come in the order stages,
// sources, deltas, from one goroutine. Sources is called at most once, before
// any delta. An error from a call stops the answer.
type Sink interface {
	Stage(name string) error // "search", "read", "write"
	Sources([]Citation) error
	Delta(text string) error
}

package prompts

import _ "embed"

//go:embed sources.tmpl
var sourcesFile string

// sourceInputs are what the sentences of sources.tmpl use.
type sourceInputs struct {
	Published, Effective, Written string // dates, each may be empty
	Date, Publisher, Level        string
	N                             int
	Newest, More, Takes           bool
}

// Dated leads an answer about the present with the date of its source. newest:
// there are older ones.
func (s *Sentences) Dated(published, effective, written string, newest bool) string {
	return s.say("dated", inputs{sourceInputs: sourceInputs{Published: published, Effective: effective, Written: written, Newest: newest}})
}

// Applied leads a document that was in force in a year that it does not name.
func (s *Sentences) Applied(year int, date string) string {
	return s.say("applied", inputs{Asked: year, sourceInputs: sourceInputs{Date: date}})
}

// NamedSource is a document in a list, with its date (which may be empty), or
// the day on which it takes effect, and the number of its citation.
func (s *Sentences) NamedSource(title, date string, takes bool, n int, more bool) string {
	return s.say("named_source", inputs{Title: title, sourceInputs: sourceInputs{Date: date, Takes: takes, N: n, More: more}})
}

// CuratedDated says how new what a curated answer rests on is.
func (s *Sentences) CuratedDated(date string) string {
	return s.say("curated_dated", inputs{sourceInputs: sourceInputs{Date: date}})
}

// Older names the older documents of a list of NamedSource.
func (s *Sentences) Older(list string) string { return s.say("older", inputs{Text: list}) }

// Coming names documents that take effect later.
func (s *Sentences) Coming(list string) string { return s.say("coming", inputs{Text: list}) }

// Stale says that a source may be out of date, with a phone to ask, if any.
func (s *Sentences) Stale(phone string) string { return s.say("stale", inputs{Phone: phone}) }

// Newer names newer documents of a list of NamedSource.
func (s *Sentences) Newer(list string) string { return s.say("newer", inputs{Text: list}) }

// Disagree leads sources in force that say different things, with the date of
// the newest (which may be empty).
func (s *Sentences) Disagree(newest string) string {
	return s.say("disagree", inputs{sourceInputs: sourceInputs{Date: newest}})
}

// Source leads the words of one of them; publisher, level and date may be
// empty.
func (s *Sentences) Source(title, publisher, level, date string) string {
	return s.say("source", inputs{Title: title, sourceInputs: sourceInputs{Publisher: publisher, Level: level, Date: date}})
}

// Draft warns of what is put up for comment.
func (s *Sentences) Draft() string { return s.say("draft", inputs{}) }

// NotYet warns of a document that takes effect later.
func (s *Sentences) NotYet(date string) string {
	return s.say("not_yet", inputs{sourceInputs: sourceInputs{Date: date}})
}

// MayHaveEnded warns of a document whose own period has passed.
func (s *Sentences) MayHaveEnded() string { return s.say("may_have_ended", inputs{}) }

// Replaced warns of a document that another one replaces.
func (s *Sentences) Replaced(by string) string { return s.say("replaced", inputs{Title: by}) }

// Amended warns of a document that is marked 已修改.
func (s *Sentences) Amended() string { return s.say("amended", inputs{}) }

// Package asked is what staff see of the questions that visitors asked: which
// belong together, which were not answered well, how many there were. Questions
// are grouped by their words and counted by the day; both live as long as
// conversations are kept.
package asked

import (
	"context"
	"time"

	"zhiwen/bot"
)

// Question is a stored turn that is in no group yet.
type Question struct {
	Num  int64  // the store's number of the turn
	Text string // masked, as it is stored
}

// Group is a set of questions that ask for the same thing.
type Group struct {
	ID       int64  // from 1
	Question string // the one that began it
}

// Placed is a question with its group.
type Placed struct {
	Num   int64
	Group int64
}

// Period is a run of days, both included, 2006-01-02.
type Period struct{ From, To string }

// Need is why staff look at a group.
type Need string

// Needs; NeedAny is any of the others.
const (
	NeedAny     Need = ""
	NeedAnswer  Need = "no_answer" // there was none
	NeedClarity Need = "clarify"   // it was asked back
	NeedBetter  Need = "disliked"  // the visitor did not like it
	NeedNothing Need = "all"       // every question, however it ended
)

// Standing is a group with its questions of a period counted.
type Standing struct {
	Group
	Times      int
	Unanswered int
	Clarified  int
	Disliked   int
	LastDay    string
	Trend      []int // of each day of the trend's period
}

// Asked is one question of a group with how it ended.
type Asked struct {
	Question string
	Status   bot.Status
	AnswerID string
	At       time.Time
	Disliked bool
	Reasons  []string // the visitor's, where it was disliked
	Text     string
}

// DayCount counts the questions of a day that ended alike.
type DayCount struct {
	Day    string
	Status bot.Status
	Times  int
	Took   int64 // milliseconds, all together
	Most   int64 // the longest
	Quick  int   // within a second
}

// RatingCount counts the judgements of a day: 1 to 5, useful, useless.
type RatingCount struct {
	Day    string
	Rating string
	Times  int
}

// OfficeCount counts the questions whose answers rest on what an office has
// published, or that were turned to it.
type OfficeCount struct {
	Office   string // empty: none
	Times    int
	Answered int
	Disliked int
}

// Store is where questions are.
type Store interface {
	// Ungrouped gives questions that are in no group, the oldest first.
	Ungrouped(ctx context.Context, limit int) ([]Question, error)
	// AddGrouped stores new groups and where questions belong.
	AddGrouped(ctx context.Context, groups []Group, placed []Placed) error
	// Groups gives all groups in order of ID.
	Groups(ctx context.Context) ([]Group, error)
}

// Book is what pages show of them.
type Book interface {
	// Standings gives groups with questions in the period that have the need,
	// those asked most first, without their trend.
	Standings(ctx context.Context, p Period, need Need, limit, offset int) ([]Standing, error)
	// GroupDays counts the questions of groups by the day.
	GroupDays(ctx context.Context, p Period, groups []int64) (map[int64]map[string]int, error)
	// GroupTurns gives the questions of a group, the latest first, and its own.
	GroupTurns(ctx context.Context, group int64, limit int) (Group, []Asked, error)
}

// Counts is what statistics are made of.
type Counts interface {
	DayCounts(ctx context.Context, p Period) ([]DayCount, error)
	RatingCounts(ctx context.Context, p Period) ([]RatingCount, error)
	OfficeCounts(ctx context.Context, p Period) ([]OfficeCount, error)
}

// Days lists the days of a period.
func (p Period) Days() []string {
	from, err := time.Parse(time.DateOnly, p.From)
	to, errTo := time.Parse(time.DateOnly, p.To)
	if err != nil || errTo != nil {
		return nil
	}
	var days []string
	for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
		days = append(days, d.Format(time.DateOnly))
	}
	return days
}

// Last gives the last n days up to now, in China.
func Last(n int, now time.Time) Period {
	now = now.In(china)
	return Period{From: now.AddDate(0, 0, 1-n).Format(time.DateOnly), To: now.Format(time.DateOnly)}
}

// Day is the day of a moment, in China.
func Day(at time.Time) string { return at.In(china).Format(time.DateOnly) }

var china = time.FixedZone("CST", 8*60*60)

// Office is the office that an answer rests on: the publisher of what it cites
// first, or else the one it turns to.
func Office(a bot.Answer) string {
	if len(a.Citations) > 0 {
		return a.Citations[0].Publisher
	}
	if a.Handoff != nil {
		return a.Handoff.Department
	}
	return ""
}

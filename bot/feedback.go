package bot

import "time"

// Ratings of one answer.
const (
	RatingUseful  = "useful"
	RatingUseless = "useless"
)

// Feedback is a visitor's judgement of one answer ("useful", "useless") or,
// without AnswerID, of the conversation ("1" to "5").
type Feedback struct {
	SessionID string
	AnswerID  string
	Rating    string
	Reasons   []string
	Text      string
	At        time.Time
}

package bot

import (
	"context"
	_ "embed"
	"regexp"
	"strings"
	"sync"
	"time"

	"zhiwen/bot/blocklist"
)

// Blocklist finds the rule that a text breaks, if any; blocklist.Lists and
// *blocklist.File are some.
type Blocklist interface {
	Find(use blocklist.Use, text string) (blocklist.Rule, bool)
}

// BlockedCounter counts the texts that were held back, and keeps nothing of
// them.
type BlockedCounter interface {
	// CountBlocked adds one to the hits of a rule on a day (2006-01-02).
	CountBlocked(ctx context.Context, day, list, rule string) error
}

// BlockedCount is how often a rule of a blocklist held a text back on a day.
type BlockedCount struct {
	Day  string `json:"day"` // 2006-01-02 in China
	List string `json:"list"`
	Rule string `json:"rule"` // as it stands in the list
	Hits int64  `json:"hits"`
}

//go:embed tables/life.txt
var lifeTable string

// lifePattern finds what follows a death or violence in a family: a person who
// speaks of that is never turned away.
var lifePattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(strings.Join(tableWords(lifeTable), "|"))
})

// china is where days begin and end.
var china = time.FixedZone("CST", 8*60*60)

// HeldBack reports whether the lists hold a text back, and counts it. It is for
// questions and for text that a model wrote, never for quotations.
func (b *Bot) HeldBack(ctx context.Context, use blocklist.Use, texts ...string) bool {
	for _, text := range texts {
		rule, found := b.Blocklist.Find(use, text)
		if !found {
			continue
		}
		if b.Blocked != nil {
			day := b.Now().In(china).Format(time.DateOnly)
			if err := b.Blocked.CountBlocked(ctx, day, rule.List, rule.Text); err != nil {
				b.Log.WarnContext(ctx, "a blocked text was not counted", "list", rule.List, "line", rule.Line, "cause", err)
			}
		}
		return true
	}
	return false
}

// isBlocked reports whether the lists hold a question back.
func (b *Bot) isBlocked(ctx context.Context, q Question) bool {
	return !lifePattern().MatchString(q.Folded) && b.HeldBack(ctx, blocklist.Questions, q.Typed, q.Text)
}

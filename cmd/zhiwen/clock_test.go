package main

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"
)

// forgetful counts what it is told to forget.
type forgetful struct{ forgot int }

func (f *forgetful) DeleteExpiredChecks(context.Context, time.Time) (int, error) { return 0, nil }

func (f *forgetful) ForgetConversations(context.Context, time.Time, time.Time) (int, error) {
	f.forgot++
	return 1, nil
}

// TestClockJump: a clock that jumps lets nothing expire before its time, and once
// it is right again what has expired is deleted.
func TestClockJump(t *testing.T) {
	var st forgetful
	began := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	now, elapsed := began, time.Duration(0)
	s := &shell{now: func() time.Time { return now }, log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	clock := setClock{now: s.now, began: began, elapsed: func() time.Duration { return elapsed }}
	for _, step := range []struct {
		name          string
		jump, elapsed time.Duration
		forgets       bool
	}{
		{"an hour later", 0, time.Hour, true},
		{"a year ahead", 365 * 24 * time.Hour, time.Hour, false},
		{"right again", 0, 2 * time.Hour, true},
		{"a year back", -365 * 24 * time.Hour, 3 * time.Hour, false},
		{"summer time", time.Hour, 4 * time.Hour, true},
		{"a year passes", 0, 365 * 24 * time.Hour, true},
	} {
		now, elapsed = began.Add(step.elapsed+step.jump), step.elapsed
		st.forgot = 0
		err := s.expire(t.Context(), &st, keeping{}, clock)
		if (st.forgot > 0) != step.forgets || (err == nil) != step.forgets {
			t.Errorf("%s: forgot %d times, %v", step.name, st.forgot, err)
		}
	}
}

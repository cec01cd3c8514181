package storetest

import (
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/retrieval"
)

func testForget(t *testing.T, s Store) {
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	days := func(n int) time.Time { return now.AddDate(0, 0, -n) }
	ids := map[int]string{1: "0000000000000000000000000000000a", 40: "0000000000000000000000000000000b", 300: "0000000000000000000000000000000c"}
	for age, id := range ids {
		if err := s.CreateSession(t.Context(), bot.Session{ID: id, Profile: bot.ProfileStandard, Created: days(age)}); err != nil {
			t.Fatal(err)
		}
		if err := s.AppendEvents(t.Context(), id, []bot.Event{{Seq: 1, Frame: []byte(`{"type":"delta","id":"q","text":"甲"}`)}}); err != nil {
			t.Fatal(err)
		}
		answer := bot.Answer{Status: bot.StatusAnswered, Mode: bot.ModeExcerpt, ID: "a", Text: "乙", TookMS: 7}
		if err := s.AppendTurn(t.Context(), id, bot.Turn{Question: "甲", Answer: answer, At: days(age)}); err != nil {
			t.Fatal(err)
		}
		if err := s.AddFeedback(t.Context(), bot.Feedback{SessionID: id, AnswerID: "a", Rating: "useless", Text: "丙", At: days(age)}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if _, err := s.ForgetConversations(t.Context(), days(30), days(200)); err != nil {
			t.Fatal(err)
		}
	}
	for age, id := range ids {
		turns, err := s.Turns(t.Context(), id, 0)
		if err != nil {
			t.Fatal(err)
		}
		events, err := s.EventsAfter(t.Context(), id, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Session(t.Context(), id)
		switch age {
		case 1:
			if len(turns) != 1 || turns[0].Question != "甲" || turns[0].Answer.Text != "乙" || len(events) != 1 {
				t.Errorf("a day later: %+v, %+v", turns, events)
			}
		case 40:
			if len(turns) != 1 || turns[0].Question != "" || turns[0].Answer.Text != "" || turns[0].Answer.Status != bot.StatusAnswered || turns[0].Answer.TookMS != 7 || len(events) != 0 {
				t.Errorf("40 days later: %+v, %+v", turns, events)
			}
		case 300:
			wantError(t, "a session of 300 days ago", err, retrieval.ErrNotFound)
			if len(turns) != 0 || len(events) != 0 {
				t.Errorf("300 days later: %+v, %+v", turns, events)
			}
		}
	}
}

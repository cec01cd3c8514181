package storetest

import (
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/asked"
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

// testForgetSession: a visitor's own conversation loses its words at once,
// nobody else's does.
func testForgetSession(t *testing.T, s Store) {
	at := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	own, other := "0000000000000000000000000000000a", "0000000000000000000000000000000b"
	for _, id := range []string{own, other} {
		if err := s.CreateSession(t.Context(), bot.Session{ID: id, Profile: bot.ProfileStandard, Created: at}); err != nil {
			t.Fatal(err)
		}
		if err := s.AppendEvents(t.Context(), id, []bot.Event{{Seq: 1, Frame: []byte(`{"type":"delta","id":"q","text":"甲"}`)}}); err != nil {
			t.Fatal(err)
		}
		if err := s.AppendTurn(t.Context(), id, bot.Turn{Question: "甲" + id, Answer: bot.Answer{Status: bot.StatusAnswered, ID: id, Text: "乙"}, At: at}); err != nil {
			t.Fatal(err)
		}
	}
	questions, err := s.Ungrouped(t.Context(), 9)
	if err != nil || len(questions) != 2 {
		t.Fatal(questions, err)
	}
	groups := []asked.Group{{ID: 1, Question: questions[0].Text}, {ID: 2, Question: questions[1].Text}}
	if err := s.AddGrouped(t.Context(), groups, []asked.Placed{{Num: questions[0].Num, Group: 1}, {Num: questions[1].Num, Group: 2}}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.ForgetSession(t.Context(), own); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.ForgetSession(t.Context(), "none"); err != nil {
		t.Error(err)
	}
	for id, words := range map[string]string{own: "", other: "甲" + other} {
		turns, err := s.Turns(t.Context(), id, 0)
		events, errEvents := s.EventsAfter(t.Context(), id, 0)
		if err != nil || errEvents != nil || len(turns) != 1 || turns[0].Question != words || turns[0].Answer.Status != bot.StatusAnswered || (words == "") != (len(events) == 0) || (words == "") != (turns[0].Answer.Text == "") {
			t.Errorf("%s: %+v, %d events, %v, %v", id, turns, len(events), err, errEvents)
		}
	}
	if known, err := s.Groups(t.Context()); err != nil || len(known) != 1 || known[0].ID != 2 {
		t.Errorf("groups %+v, %v", known, err)
	}
}

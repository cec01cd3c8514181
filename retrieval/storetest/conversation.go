package storetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/retrieval"
)

var testSession = bot.Session{
	ID: "0123456789abcdef0123456789abcdef", Profile: bot.ProfileElder, Script: bot.ScriptHant,
	Created: time.Date(2026, 1, 2, 3, 4, 5, 678000, time.UTC),
}

func createSession(t *testing.T, s Store) {
	t.Helper()
	if err := s.CreateSession(t.Context(), testSession); err != nil {
		t.Fatal(err)
	}
}

func testSessions(t *testing.T, s Store) {
	_, err := s.Session(t.Context(), testSession.ID)
	wantError(t, "Session", err, retrieval.ErrNotFound)
	createSession(t, s)
	createSession(t, s) // a retry
	got, err := s.Session(t.Context(), testSession.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Created.Equal(testSession.Created) {
		t.Errorf("created %v, want %v", got.Created, testSession.Created)
	}
	got.Created = testSession.Created
	if got != testSession {
		t.Errorf("session %+v, want %+v", got, testSession)
	}
}

func testEvents(t *testing.T, s Store) {
	event := func(seq int64) bot.Event {
		return bot.Event{Seq: seq, Frame: json.RawMessage(fmt.Sprintf(`{"type":"delta","seq":%d,"text":"<甲>"}`, seq))}
	}
	wantError(t, "AppendEvents to no session", s.AppendEvents(t.Context(), testSession.ID, []bot.Event{event(1)}), retrieval.ErrNotFound)
	createSession(t, s)
	for _, events := range [][]bot.Event{{event(2), event(1)}, {event(3)}, {event(2), event(3), event(10)}, nil} {
		if err := s.AppendEvents(t.Context(), testSession.ID, events); err != nil {
			t.Fatal(err)
		}
	}
	changed := event(1)
	changed.Frame = json.RawMessage(`{}`)
	if err := s.AppendEvents(t.Context(), testSession.ID, []bot.Event{changed}); err != nil {
		t.Fatal(err)
	}
	for after, want := range map[int64][]bot.Event{
		0:  {event(1), event(2), event(3), event(10)},
		2:  {event(3), event(10)},
		10: nil,
	} {
		got, err := s.EventsAfter(t.Context(), testSession.ID, after)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("events after %d: %v, %v; want %v", after, got, err, want)
		}
	}
	if got, err := s.EventsAfter(t.Context(), "no such session", 0); err != nil || got != nil {
		t.Errorf("events of no session: %v, %v", got, err)
	}
}

func testTurns(t *testing.T, s Store) {
	turn := func(n int) bot.Turn {
		return bot.Turn{
			Question: fmt.Sprint("问", n),
			Answer: bot.Answer{
				Status: bot.StatusAnswered, Mode: bot.ModeExcerpt, ID: fmt.Sprint("a", n), Text: "答〔1〕",
				Citations: []bot.Citation{{N: 1, DocID: "d", Quote: "引文", Start: 3, End: 9}},
				Handoff:   &bot.Handoff{Text: "请拨打", Phone: "12345"},
			},
			At: time.Date(2026, 1, 2, 3, 4, n, 0, time.UTC),
		}
	}
	wantError(t, "AppendTurn to no session", s.AppendTurn(t.Context(), testSession.ID, turn(1)), retrieval.ErrNotFound)
	createSession(t, s)
	var all []bot.Turn
	for n := range 5 {
		all = append(all, turn(n))
		if err := s.AppendTurn(t.Context(), testSession.ID, turn(n)); err != nil {
			t.Fatal(err)
		}
	}
	for last, want := range map[int][]bot.Turn{0: all, 2: all[3:], 9: all} {
		got, err := s.Turns(t.Context(), testSession.ID, last)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("last %d turns: %+v, %v; want %+v", last, got, err, want)
		}
	}
}

func testFeedback(t *testing.T, s Store) {
	f := bot.Feedback{SessionID: testSession.ID, AnswerID: "a1", Rating: "useless", Reasons: []string{"答非所问"}, Text: "没说清", At: testSession.Created}
	wantError(t, "AddFeedback to no session", s.AddFeedback(t.Context(), f), retrieval.ErrNotFound)
	createSession(t, s)
	for range 2 { // a visitor may change their mind
		if err := s.AddFeedback(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
}

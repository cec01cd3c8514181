package storetest

import (
	"reflect"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/asked"
	"zhiwen/retrieval"
)

// testAsked: questions of two days in three groups, counted and shown.
func testAsked(t *testing.T, s Store) {
	createSession(t, s)
	ctx := t.Context()
	// 17:30 UTC is the next day in China.
	first := time.Date(2026, 3, 4, 17, 30, 0, 0, time.UTC)
	for i, turn := range []struct {
		question, id string
		status       bot.Status
		publisher    string
		took         int64
		after        time.Duration
	}{
		{"居住证怎么办", "a1", bot.StatusAnswered, "公安局", 100, 0},
		{"居住证如何办", "a2", bot.StatusNoAnswer, "", 300, time.Hour},
		{"路灯坏了", "a3", bot.StatusNoAnswer, "", 2000, 2 * time.Hour},
		{"垃圾谁收", "a4", bot.StatusClarify, "", 10, 30 * time.Hour},
	} {
		a := bot.Answer{ID: turn.id, Status: turn.status, TookMS: turn.took}
		if turn.publisher != "" {
			a.Citations = []bot.Citation{{Publisher: turn.publisher}}
		}
		if err := s.AppendTurn(ctx, testSession.ID, bot.Turn{Question: turn.question, Answer: a, At: first.Add(turn.after)}); err != nil {
			t.Fatal(i, err)
		}
	}
	judge := func(id, rating string) {
		t.Helper()
		err := s.AddFeedback(ctx, bot.Feedback{SessionID: testSession.ID, AnswerID: id, Rating: rating, Reasons: []string{"看不懂"}, Text: "字太多", At: first.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
	}
	judge("a1", "useless")
	judge("a2", "useless")
	judge("a2", "useful") // changed their mind
	judge("", "5")

	questions, err := s.Ungrouped(ctx, 3)
	if err != nil || len(questions) != 3 || questions[0].Text != "居住证怎么办" {
		t.Fatalf("ungrouped %+v, %v", questions, err)
	}
	groups := []asked.Group{{ID: 1, Question: "居住证怎么办"}, {ID: 2, Question: "路灯坏了"}}
	n := questions[0].Num
	if err := s.AddGrouped(ctx, groups, []asked.Placed{{Num: n, Group: 1}, {Num: n + 1, Group: 1}, {Num: n + 2, Group: 2}}); err != nil {
		t.Fatal(err)
	}
	if known, err := s.Groups(ctx); err != nil || !reflect.DeepEqual(known, groups) {
		t.Errorf("groups %+v, %v", known, err)
	}
	if left, err := s.Ungrouped(ctx, 9); err != nil || len(left) != 1 || left[0].Text != "垃圾谁收" {
		t.Errorf("left %+v, %v", left, err)
	}
	two := asked.Period{From: "2026-03-05", To: "2026-03-06"}
	for need, want := range map[asked.Need][]asked.Standing{
		asked.NeedAny: {
			{Group: groups[0], Times: 2, Unanswered: 1, Disliked: 1, LastDay: "2026-03-05"},
			{Group: groups[1], Times: 1, Unanswered: 1, LastDay: "2026-03-05"},
		},
		asked.NeedAnswer: {
			{Group: groups[0], Times: 1, Unanswered: 1, LastDay: "2026-03-05"},
			{Group: groups[1], Times: 1, Unanswered: 1, LastDay: "2026-03-05"},
		},
		asked.NeedBetter:  {{Group: groups[0], Times: 1, Disliked: 1, LastDay: "2026-03-05"}},
		asked.NeedClarity: nil, // in no group yet
	} {
		if got, err := s.Standings(ctx, two, need, 10, 0); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("need %q: %+v, %v", need, got, err)
		}
	}
	if got, err := s.Standings(ctx, asked.Period{From: "2026-03-06", To: "2026-03-09"}, asked.NeedNothing, 10, 0); err != nil || len(got) != 0 {
		t.Errorf("another day: %+v, %v", got, err)
	}
	if got, err := s.Standings(ctx, two, asked.NeedNothing, 1, 1); err != nil || len(got) != 1 || got[0].ID != 2 {
		t.Errorf("second page: %+v, %v", got, err)
	}
	if days, err := s.GroupDays(ctx, two, []int64{1, 2}); err != nil || !reflect.DeepEqual(days, map[int64]map[string]int{1: {"2026-03-05": 2}, 2: {"2026-03-05": 1}}) {
		t.Errorf("days %v, %v", days, err)
	}
	group, turns, err := s.GroupTurns(ctx, 1, 10)
	if err != nil || group != groups[0] || len(turns) != 2 || turns[0].AnswerID != "a2" || turns[0].Disliked || !turns[1].Disliked ||
		turns[1].Text != "字太多" || len(turns[1].Reasons) != 1 || !turns[1].At.Equal(first) {
		t.Errorf("turns %+v, %v", turns, err)
	}
	_, _, err = s.GroupTurns(ctx, 77, 10)
	wantError(t, "GroupTurns", err, retrieval.ErrNotFound)
	testCounts(t, s, two)

	if _, err := s.ForgetConversations(ctx, first.Add(3*time.Hour), first); err != nil {
		t.Fatal(err)
	}
	if known, err := s.Groups(ctx); err != nil || len(known) != 0 {
		t.Errorf("groups of forgotten words: %+v, %v", known, err)
	}
	if counts, err := s.DayCounts(ctx, two); err != nil || len(counts) != 3 {
		t.Errorf("what is forgotten is counted still: %+v, %v", counts, err)
	}
}

func testCounts(t *testing.T, s Store, p asked.Period) {
	days, err := s.DayCounts(t.Context(), p)
	if want := []asked.DayCount{
		{Day: "2026-03-05", Status: bot.StatusAnswered, Times: 1, Took: 100, Most: 100, Quick: 1},
		{Day: "2026-03-05", Status: bot.StatusNoAnswer, Times: 2, Took: 2300, Most: 2000, Quick: 1},
		{Day: "2026-03-06", Status: bot.StatusClarify, Times: 1, Took: 10, Most: 10, Quick: 1},
	}; err != nil || !reflect.DeepEqual(days, want) {
		t.Errorf("day counts %+v, %v", days, err)
	}
	ratings, err := s.RatingCounts(t.Context(), p)
	if want := []asked.RatingCount{{Day: "2026-03-05", Rating: "5", Times: 1}, {Day: "2026-03-05", Rating: "useful", Times: 1}, {Day: "2026-03-05", Rating: "useless", Times: 2}}; err != nil || !reflect.DeepEqual(ratings, want) {
		t.Errorf("ratings %+v, %v", ratings, err)
	}
	offices, err := s.OfficeCounts(t.Context(), p)
	if want := []asked.OfficeCount{{Times: 3}, {Office: "公安局", Times: 1, Answered: 1, Disliked: 1}}; err != nil || !reflect.DeepEqual(offices, want) {
		t.Errorf("offices %+v, %v", offices, err)
	}
}

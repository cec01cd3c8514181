package storetest

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/gate"
	"zhiwen/retrieval"
)

// testGeneration: the switch holds, and tokens are summed by day and spender.
func testGeneration(t *testing.T, s Store) {
	for _, want := range []bool{false, true, false} {
		if want {
			if err := s.SwitchGeneration(t.Context(), true); err != nil {
				t.Fatal(err)
			}
		} else if err := s.SwitchGeneration(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		if off, err := s.GenerationOff(t.Context()); err != nil || off != want {
			t.Errorf("off: %v, %v, want %v", off, err, want)
		}
	}
	for _, c := range []struct {
		day, by string
		tokens  int64
		want    int64
	}{
		{"2026-11-22", "", 0, 0}, {"2026-11-22", "", 10, 10}, {"2026-11-22", "", 5, 15},
		{"2026-11-22", "session", 7, 7}, {"2026-11-23", "", 1, 1}, {"2026-11-22", "", 0, 15},
	} {
		if got, err := s.SpendTokens(t.Context(), c.day, c.by, c.tokens); err != nil || got != c.want {
			t.Errorf("%+v: %d, %v", c, got, err)
		}
	}
}

// testReceipts: a receipt comes back as it was put.
func testReceipts(t *testing.T, s Store) {
	want := bot.Receipt{
		AnswerID: "a1", Made: time.Date(2026, 11, 23, 1, 2, 3, 0, time.UTC), Status: bot.StatusAnswered, Mode: bot.ModeGenerated,
		Label: bot.LabelGenerated, Text: "借期为30天。[1]", Citations: []bot.Citation{{N: 1, DocID: "d1", Quote: "借期为30天。", End: 16}},
		Generated: &bot.Generated{Prompt: "answer/1", Model: "m", Tokens: 9, Judged: []gate.Sentence{
			{Text: "借期为30天。", Cites: []int{1}}, {Text: "罚款5元。", Cites: []int{1}, Reason: gate.Figure},
		}},
	}
	if err := s.PutReceipt(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	got, err := s.Receipt(t.Context(), "a1")
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
	}
	if _, err := s.Receipt(t.Context(), "a2"); !errors.Is(err, retrieval.ErrNotFound) {
		t.Errorf("no receipt: %v", err)
	}
}

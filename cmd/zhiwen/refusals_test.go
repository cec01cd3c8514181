package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/directory"
	"zhiwen/ingest/jsonl"
)

const refusalSets = "../../bot/testdata"

// countyOf opens the rooms over the sample pages with the directory of 青石县, by
// words alone, on the day on which the sets of bot/testdata are asked: a Monday,
// at ten in the morning.
func countyOf(t *testing.T) *rooms {
	t.Helper()
	t.Setenv("ZHIWEN_ORT_LIB", "/none")
	today := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	s := &shell{storePath: filepath.Join(t.TempDir(), "county.db"), log: slog.New(slog.DiscardHandler), now: func() time.Time { return today }, err: os.Stderr}
	r, err := s.openRooms(t.Context(), s.open)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	if _, err := s.fill(t.Context(), r, []string{samplePages}); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(refusalSets, "directory", "departments.csv"))
	if err != nil {
		t.Fatal(err)
	}
	entries, _, err := directory.Read(file, today)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.store.PutOffices(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	return r
}

type refusalRow struct {
	ID, Question, Kind string
	Expect             []bot.Status
}

// TestRefusals asks what must be refused and what must not be.
func TestRefusals(t *testing.T) {
	r := countyOf(t)
	for _, set := range []string{"must_refuse.jsonl", "must_answer.jsonl", "second.jsonl"} {
		wrong, rows := 0, 0
		for row, err := range jsonl.File[refusalRow](filepath.Join(refusalSets, "refusals", set)) {
			if err != nil {
				t.Fatal(err)
			}
			rows++
			a, err := r.bot.Ask(t.Context(), bot.Request{Question: row.Question}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(row.Expect, a.Status) {
				wrong++
				t.Logf("%s %s: %s %s", row.ID, row.Question, a.Status, a.Understood)
			}
		}
		t.Logf("%s: %d of %d wrong", set, wrong, rows)
	}
}

// TestPhones asks for telephone numbers: the right office is named, or none.
func TestPhones(t *testing.T) {
	r := countyOf(t)
	right, rows := 0, 0
	for row, err := range jsonl.File[struct {
		ID, Question, Expect string
		Also                 []string
	}](filepath.Join(refusalSets, "directory", "phones.jsonl")) {
		if err != nil {
			t.Fatal(err)
		}
		rows++
		a, err := r.bot.Ask(t.Context(), bot.Request{Question: row.Question, Script: bot.ScriptHans}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if a.Handoff != nil {
			got = a.Handoff.Department
		}
		if got == row.Expect || slices.Contains(row.Also, got) {
			right++
			continue
		}
		t.Logf("%s %s: %s, want %s: %s", row.ID, row.Question, got, row.Expect, a.Text)
	}
	t.Logf("%d of %d", right, rows)
}

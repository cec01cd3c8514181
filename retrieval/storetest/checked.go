package storetest

import (
	"reflect"
	"testing"
	"time"

	"zhiwen/bot/check"
	"zhiwen/retrieval"
)

// testChecks: a check comes back as it was saved, to who may see it and until
// it expires, and is no part of the collection.
func testChecks(t *testing.T, s Store) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	saved := check.Saved{
		ID: "a", Owner: "甲", Readers: []string{"乙", "丙"}, Title: "草稿\x00", Created: now, Expires: now.Add(time.Hour), Draft: "共3326项。\x00",
		Report: check.Report{Period: "2024", Segments: []check.Segment{{Text: "共3326项。", End: 14, Verdict: check.Altered, Reason: check.ReasonFigure, Matches: []check.Match{}}},
			Findings: []check.Finding{}, Missing: []check.Missing{}},
		Notes: map[int]check.Note{0: {Decision: check.Ignored, Why: "口径不同", By: "甲", At: now}},
	}
	before := stats(t, s)
	save := func(c check.Saved) {
		t.Helper()
		if err := s.SaveCheck(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	save(saved)
	saved.Readers = []string{"乙"}
	save(saved)
	got, err := s.LoadCheck(t.Context(), "a", now)
	if err != nil || !reflect.DeepEqual(got, saved) {
		t.Errorf("loaded %+v, %v\nwant %+v", got, err, saved)
	}
	later := saved
	later.ID, later.Owner, later.Readers, later.Created, later.Expires = "b", "乙", nil, now.Add(time.Minute), now.Add(2*time.Hour)
	save(later)
	for name, want := range map[string][]string{"甲": {"a"}, "乙": {"b", "a"}, "丙": nil, "": nil} {
		list, err := s.Checks(t.Context(), name, now)
		var ids []string
		for _, c := range list {
			ids = append(ids, c.ID)
		}
		if err != nil || !reflect.DeepEqual(ids, want) {
			t.Errorf("%s sees %v, %v, want %v", name, ids, err, want)
		}
	}
	if after := stats(t, s); after != before {
		t.Errorf("checks changed the collection: %+v, was %+v", after, before)
	}
	// An hour later the first has expired, even before it is deleted.
	_, err = s.LoadCheck(t.Context(), "a", now.Add(time.Hour))
	wantError(t, "an expired check", err, retrieval.ErrNotFound)
	if list, err := s.Checks(t.Context(), "乙", now.Add(time.Hour)); err != nil || len(list) != 1 {
		t.Errorf("after an hour %v, %v", list, err)
	}
	if n, err := s.DeleteExpiredChecks(t.Context(), now.Add(time.Hour)); err != nil || n != 1 {
		t.Errorf("%d deleted, %v, want 1", n, err)
	}
	_, err = s.LoadCheck(t.Context(), "a", now)
	wantError(t, "a deleted check", err, retrieval.ErrNotFound)
	if err := s.DeleteCheck(t.Context(), "b"); err != nil {
		t.Error(err)
	}
	wantError(t, "DeleteCheck of nothing", s.DeleteCheck(t.Context(), "b"), retrieval.ErrNotFound)
}

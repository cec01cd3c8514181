package retrieval

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestVerifyAudit(t *testing.T) {
	var whole []Record
	previous := ""
	for i, action := range []string{"withdraw", "release", "erase", "mark"} {
		r := Record{Seq: int64(i) + 1, Act: Act{At: time.Date(2026, 11, 26, 9, i, 0, 123456789, time.UTC), Actor: "王", Action: action, Subject: "k", Reason: "r"}}
		r.Hash = r.Chain(previous)
		previous = r.Hash
		whole = append(whole, r)
	}
	if err := VerifyAudit(whole); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		name  string
		spoil func(r []Record) []Record
		says  string
	}{
		{"a reason", func(r []Record) []Record { r[1].Reason = "s"; return r }, "record 2 (release of k"},
		{"a time", func(r []Record) []Record { r[2].At = r[2].At.Add(time.Hour); return r }, "record 3"},
		{"a hash", func(r []Record) []Record { r[0].Hash = r[0].Chain("x"); return r }, "record 1"},
		{"one is missing", func(r []Record) []Record { return slices.Delete(r, 1, 2) }, "record 3 follows record 1"},
		{"the first is missing", func(r []Record) []Record { return r[1:] }, "record 2 follows record 0"},
	} {
		if err := VerifyAudit(c.spoil(slices.Clone(whole))); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
}

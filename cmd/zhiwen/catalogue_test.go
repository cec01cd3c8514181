package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"zhiwen/web"
)

// TestCatalogue: a question that staff have answered is among the matters to
// choose from as long as its answer is public and fresh.
func TestCatalogue(t *testing.T) {
	path, file := sampleStore(t), filepath.Join(t.TempDir(), "answers.csv")
	const answer = "编号,问题,回答,有效期至,出处,引文\nfee,补办身份证要多少钱？,补领每证40元。,2027-12-31,id-card.html,丢失补领每证收取工本费40元\n"
	if err := os.WriteFile(file, []byte(answer), 0o644); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.Local)
	s := &shell{storePath: path, log: slog.New(slog.DiscardHandler), now: time.Now, err: os.Stderr}
	listed := func() bool {
		t.Helper()
		store, err := s.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		items, err := catalogue{store, func() time.Time { return now }}.Items(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(items) < 2 {
			t.Errorf("%d items: the documents are not among them", len(items))
		}
		return slices.ContainsFunc(items, func(i web.Item) bool { return i.Question == "补办身份证要多少钱？" })
	}
	do := func(args ...string) {
		t.Helper()
		if got := zhiwen(t, append([]string{"faq", "--store", path}, args...)...); got.code != 0 {
			t.Fatalf("faq %v: %+v", args, got)
		}
	}
	do("import", file)
	if listed() {
		t.Error("a draft is listed")
	}
	do("publish", "fee")
	if !listed() {
		t.Error("a public answer's question is not listed")
	}
	if now = now.AddDate(2, 0, 0); listed() {
		t.Error("an expired answer's question is listed")
	}
}

package main

import (
	"path/filepath"
	"testing"

	"zhiwen/bot/eval"
)

// TestGolden holds the program to the golden questions about the samples, by
// words alone or with the model, whichever this machine has.
func TestGolden(t *testing.T) {
	store := filepath.Join(t.TempDir(), "golden.db")
	args := []string{"eval", "--json", "--store", store, "--docs", samplePages, "--queries", "../../samples/golden.jsonl"}
	got := zhiwen(t, args...)
	if got.code != 0 {
		t.Fatalf("%+v", got)
	}
	report := lines[eval.Report](t, got.stdout)[0]
	if report.Docs != 9 || report.Queries != 49 || report.Errors != 0 || report.IngestChunksPerS == nil {
		t.Errorf("%s", got.stdout)
	}
	for _, c := range []struct {
		name  string
		value *float64
		least float64
	}{
		{"recall@1", report.Recall1, .9},
		{"recall@5", report.Recall5, 1},
		{"ndcg@10", report.NDCG10, .95},
		{"answer_recall", report.AnswerRecall, .8},
		{"refused_rate", report.RefusedRate, .85},
		{"refusal_auroc", report.RefusalAUROC, .95},
		{"quote_exact_rate", report.QuoteExactRate, 1},
		{"figure_supported_rate", report.FigureSupportedRate, 1},
	} {
		if c.value == nil || *c.value < c.least {
			t.Errorf("%s is below %v: %s", c.name, c.least, got.stdout)
		}
	}

	again := lines[eval.Report](t, zhiwen(t, append(args, "--limit", "5")...).stdout)[0]
	if again.IngestChunksPerS != nil || again.Chunks != report.Chunks || again.Queries != 5 {
		t.Errorf("the kept index was not used again: %+v", again)
	}
}

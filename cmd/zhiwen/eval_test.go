package main

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
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

func TestBench(t *testing.T) {
	dir := t.TempDir()
	docs, queries := filepath.Join(dir, "docs.jsonl"), filepath.Join(dir, "queries.jsonl")
	text := strings.Repeat("城关镇便民服务中心受理社会保险和医疗救助申请。", 12)
	for path, content := range map[string]string{
		docs:    `{"id":"1","title":"便民服务","text":"` + text + `"}` + "\n",
		queries: `{"id":"q1","question":"医疗救助在哪里申请"}` + "\n" + `{"id":"q2","question":"便民服务中心受理什么"}` + "\n",
	} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got := zhiwen(t, "bench", "--json", "--chunks", "20", "--docs", docs, "--queries", queries)
	if got.code != 0 {
		t.Fatalf("%+v", got)
	}
	report := lines[benchReport](t, got.stdout)[0]
	if report.Chunks < 20 || report.Queries != 2 || report.IngestChunksPerS == nil || report.StoreChunksPerS != nil || report.FileMB <= 0 {
		t.Errorf("%s", got.stdout)
	}
}

// TestNoised: derived vectors are unit vectors at a cosine of about 0.9.
func TestNoised(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	v := make([]float32, 512)
	for i := range v {
		v[i] = float32(1 / math.Sqrt(512))
	}
	for range 100 {
		derived := noised(v, random)
		dot, norm := 0.0, 0.0
		for i := range v {
			dot += float64(v[i]) * float64(derived[i])
			norm += float64(derived[i]) * float64(derived[i])
		}
		if math.Abs(norm-1) > 1e-5 || dot < .85 || dot > .95 {
			t.Fatalf("cosine %.3f, squared length %.6f", dot, norm)
		}
	}
}

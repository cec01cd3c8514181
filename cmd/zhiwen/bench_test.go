package main

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zhiwen/retrieval"
)

// benchFiles writes a document of some 270 characters and two questions.
func benchFiles(t *testing.T) (docs, queries string) {
	t.Helper()
	dir := t.TempDir()
	docs, queries = filepath.Join(dir, "docs.jsonl"), filepath.Join(dir, "queries.jsonl")
	text := strings.Repeat("城关镇便民服务中心受理社会保险和医疗救助申请。", 12)
	for path, content := range map[string]string{
		docs:    `{"id":"1","title":"便民服务","text":"` + text + `"}` + "\n",
		queries: `{"id":"q1","question":"医疗救助在哪里申请"}` + "\n" + `{"id":"q2","question":"便民服务中心受理什么"}` + "\n",
	} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return docs, queries
}

func TestBench(t *testing.T) {
	docs, queries := benchFiles(t)
	got := zhiwen(t, "bench", "--json", "--chunks", "20", "--docs", docs, "--queries", queries)
	if got.code != 0 {
		t.Fatalf("%+v", got)
	}
	report := lines[benchReport](t, got.stdout)[0]
	if report.Chunks < 20 || report.Queries != 2 || report.IngestChunksPerS == nil || report.StoreMB <= 0 {
		t.Errorf("%s", got.stdout)
	}
	if report.Search == "hybrid" && (report.Recall10 == nil || *report.Recall10 != 1 || report.Embedded == 0) {
		t.Errorf("recall of an exact search, embedded: %s", got.stdout)
	}
}

func TestBenchOnce(t *testing.T) {
	docs, queries := benchFiles(t)
	got := zhiwen(t, "bench", "--json", "--chunks", "0", "--docs", docs, "--queries", queries)
	if got.code != 0 {
		t.Fatalf("%+v", got)
	}
	if report := lines[benchReport](t, got.stdout)[0]; report.Documents != 1 {
		t.Errorf("%s", got.stdout)
	}
}

// TestExchanged: a tenth of the bigrams change, the length does not, and the
// same key gives the same text.
func TestExchanged(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	han := func(n int) string {
		r := make([]rune, n)
		for i := range r {
			r[i] = '一' + rune(random.IntN(20000))
		}
		return string(r)
	}
	text, donor := han(20000), han(300)
	got := exchanged(text, donor, "k")
	was, is := []rune(text), []rune(got)
	if len(was) != len(is) {
		t.Fatalf("%d characters became %d", len(was), len(is))
	}
	changed := 0
	for i := range len(was) - 1 {
		if was[i] != is[i] || was[i+1] != is[i+1] {
			changed++
		}
	}
	if share := float64(changed) / float64(len(was)-1); share < .08 || share > .12 {
		t.Errorf("%.3f of the bigrams changed, want a tenth", share)
	}
	if exchanged(text, donor, "k") != got || exchanged(text, donor, "l") == got {
		t.Error("the key does not decide")
	}
	if exchanged(text, "", "k") != text {
		t.Error("without a donor the text must stay")
	}
}

// counting embeds a text as its length and counts what it was asked for.
type counting struct{ asked []string }

func (c *counting) Model() string { return "counting" }
func (c *counting) Dim() int      { return 2 }

func (c *counting) Passages(_ context.Context, texts []string) ([][]float32, error) {
	c.asked = append(c.asked, texts...)
	vectors := make([][]float32, len(texts))
	for i, t := range texts {
		angle := float64(len(t))
		vectors[i] = []float32{float32(math.Cos(angle)), float32(math.Sin(angle))}
	}
	return vectors, nil
}

func (c *counting) Question(context.Context, string) ([]float32, error) { return []float32{1, 0}, nil }

func TestVectorFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept.vectors")
	embed := func(e retrieval.Embedder, embeds int, texts ...string) [][]float32 {
		t.Helper()
		v, err := openVectorFile(path, e, embeds)
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		vectors, err := v.Passages(t.Context(), texts)
		if err != nil {
			t.Fatal(err)
		}
		return vectors
	}
	first := &counting{}
	made := embed(first, 2, "一", "一二", "一二三")
	if !slices.Equal(first.asked, []string{"一", "一二"}) {
		t.Errorf("embedded %q, want two", first.asked)
	}
	if slices.Equal(made[2], made[0]) || slices.Equal(made[2], made[1]) {
		t.Error("the third vector is a copy, not a derived one")
	}

	// A record that was cut off is written again.
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()-3); err != nil {
		t.Fatal(err)
	}
	second := &counting{}
	again := embed(second, 9, "一", "一二")
	if !slices.Equal(second.asked, []string{"一二"}) || !slices.Equal(again[0], made[0]) || !slices.Equal(again[1], made[1]) {
		t.Errorf("embedded %q; vectors %v, were %v", second.asked, again, made)
	}
	third := &counting{}
	embed(third, 9, "一二", "一")
	if len(third.asked) > 0 {
		t.Errorf("embedded %q again", third.asked)
	}

	if _, err := openVectorFile(path, renamed{&counting{}}, 1); err == nil || !strings.Contains(err.Error(), "another") {
		t.Errorf("vectors of another model: %v", err)
	}
}

type renamed struct{ *counting }

func (renamed) Model() string { return "another" }

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

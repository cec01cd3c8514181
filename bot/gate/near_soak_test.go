//go:build soak

package gate

import (
	"slices"
	"testing"

	"zhiwen/bot/tables"
	"zhiwen/retrieval/onnx"
)

// TestNear measures what nearness in meaning would add to the words: of the
// sentences that pass, how many corrupted ones lie farther from the passage that
// they cite than all but a share of the faithful ones.
func TestNear(t *testing.T) {
	runtime, err := onnx.Open(onnx.Config{})
	if err != nil {
		t.Fatal(err)
	}
	embedder, err := onnx.NewEmbedder(runtime)
	if err != nil {
		t.Fatal(err)
	}
	defer embedder.Close()
	vectors := map[string][]float32{}
	vector := func(text string) []float32 {
		if vectors[text] == nil {
			made, err := embedder.Passages(t.Context(), []string{text})
			if err != nil {
				t.Fatal(err)
			}
			vectors[text] = made[0]
		}
		return vectors[text]
	}
	var faithful, corrupted []float64
	take := func(kind, sentence, cite string, first, second gold) {
		cited := first
		if cite == "[2]" {
			cited = second
		}
		for _, s := range runOn([]Source{{N: 1, Text: first.passage, Meta: first.title}, {N: 2, Text: second.passage, Meta: second.title}}, sentence+"。"+cite).Judged() {
			if s.Reason != Passed {
				return
			}
		}
		near := cosine(vector(sentence), vector(cited.passage))
		if kind == "faithful" {
			faithful = append(faithful, near)
		} else {
			corrupted = append(corrupted, near)
		}
	}
	everyCase(measuredOn(t), func(kind string, g gold, sentence, cite string, second gold) { take(kind, sentence, cite, g, second) })
	byID := goldsByID(t)
	for _, line := range tables.Lines(rewordingsTable) {
		id, sentence := cutLast(line)
		take("faithful", sentence, "[1]", byID[id], gold{})
	}
	slices.Sort(faithful)
	for _, share := range []float64{0.005, 0.01, 0.02} {
		least := faithful[int(share*float64(len(faithful)))]
		caught := 0
		for _, near := range corrupted {
			if near < least {
				caught++
			}
		}
		t.Logf("below a cosine of %.3f lie %.3f of %d faithful sentences and %d of the %d corrupted ones that pass by words", least, share, len(faithful), caught, len(corrupted))
	}
}

func cosine(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

package main

import (
	"context"
	"errors"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"sync"

	"zhiwen/retrieval"
)

// noise is the length of the random vector that is added to a unit vector; in
// hundreds of dimensions it is as good as orthogonal, so that the cosine with
// the original is 1/√(1+noise²), about 0.9.
const noise = 0.484

// derivedEmbedder embeds like the embedder it wraps and remembers the vectors,
// until it is told to derive: from then on a text gets one of those with
// noise. A hundred thousand vectors that lie like real ones are had in
// seconds instead of half an hour.
type derivedEmbedder struct {
	retrieval.Embedder

	mu       sync.Mutex
	seen     [][]float32
	deriving bool
}

func newDerivedEmbedder(e retrieval.Embedder) *derivedEmbedder {
	return &derivedEmbedder{Embedder: e}
}

// derive ends the embedding.
func (d *derivedEmbedder) derive() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.deriving = true
}

// Passages implements retrieval.Embedder.
func (d *derivedEmbedder) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	d.mu.Lock()
	deriving, seen := d.deriving, d.seen
	d.mu.Unlock()
	if deriving {
		return derived(texts, seen)
	}
	vectors, err := d.Embedder.Passages(ctx, texts)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen = append(d.seen, vectors...)
	return vectors, nil
}

// derived makes the same vector of the same text every time.
func derived(texts []string, seen [][]float32) ([][]float32, error) {
	if len(seen) == 0 {
		return nil, errors.New("no vectors to derive from")
	}
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		h := fnv.New64a()
		h.Write([]byte(text))
		random := rand.New(rand.NewPCG(h.Sum64(), 0))
		vectors[i] = noised(seen[random.IntN(len(seen))], random)
	}
	return vectors, nil
}

func noised(v []float32, random *rand.Rand) []float32 {
	added := make([]float64, len(v))
	for i := range added {
		added[i] = random.NormFloat64()
	}
	scale := noise / length(added)
	sum := make([]float64, len(v))
	for i := range v {
		sum[i] = float64(v[i]) + scale*added[i]
	}
	scale = 1 / length(sum)
	unit := make([]float32, len(v))
	for i := range sum {
		unit[i] = float32(sum[i] * scale)
	}
	return unit
}

func length(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x * x
	}
	return math.Sqrt(sum)
}

package sqlitestore

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"zhiwen/retrieval/postings"
	"zhiwen/retrieval/storetest"
)

func TestDot(t *testing.T) {
	for _, dim := range []int{1, 3, 4, 7, 512} {
		a, b := make([]float32, dim), make([]float32, dim)
		var want float64
		for i := range a {
			a[i], b[i] = rand.Float32()-.5, rand.Float32()-.5
			want += float64(a[i]) * float64(b[i])
		}
		if got := dot(a, encodeFloats(b)); max(got-want, want-got) > 1e-5 {
			t.Errorf("dimension %d: %v, want %v", dim, got, want)
		}
	}
	if got := dot([]float32{1, 2}, []byte{1}); got != 0 {
		t.Errorf("a damaged vector has product %v", got)
	}
}

// An estimate is the sum of the rounded components over the positive
// dimensions; here it is added up one by one.
func TestEstimate(t *testing.T) {
	question := make([]float32, 100)
	for i := range question {
		question[i] = float32(rand.NormFloat64())
	}
	p := newPlanes(question)
	vector := make([]float32, len(question))
	for i := range vector {
		vector[i] = float32(rand.NormFloat64())
	}
	want := 0
	for i, x := range vector {
		if x <= 0 {
			continue
		}
		for bit := range queryBits {
			if p[i/64][bit]&(1<<(i%64)) != 0 {
				if bit == queryBits-1 {
					want -= 1 << bit
				} else {
					want += 1 << bit
				}
			}
		}
	}
	if got := p.estimate(decodeSigns(appendSigns(nil, vector))); got != want {
		t.Errorf("estimate %d, want %d", got, want)
	}
}

func TestCandidates(t *testing.T) {
	const dim = 128
	v := &view{}
	var row int64 = 10
	random := rand.New(rand.NewPCG(3, 4))
	type estimated struct {
		row      int64
		estimate int
	}
	question := normal(random, dim)
	var all []estimated
	for n := range 50 {
		d := indexedDoc{num: int64(n), firstRow: row, lengths: make([]byte, 5*bytesPerLength)}
		for range 5 {
			signs := decodeSigns(appendSigns(nil, normal(random, dim)))
			d.signs = append(d.signs, signs...)
			if n != 7 {
				all = append(all, estimated{row, newPlanes(question).estimate(signs)})
			}
			row++
		}
		v.add(d)
	}
	allowed := make([]bool, len(v.docs))
	for i := range allowed {
		allowed[i] = i != 7
	}
	slices.SortFunc(all, func(a, b estimated) int {
		return cmp.Or(cmp.Compare(b.estimate, a.estimate), cmp.Compare(a.row, b.row))
	})
	for _, limit := range []int{0, 1, 10, 100, 244, 245, 1000} {
		var want []int64
		for _, e := range all[:min(limit, len(all))] {
			want = append(want, e.row)
		}
		slices.Sort(want)
		got := v.candidates(question, allowed, limit)
		if !slices.Equal(got, want) {
			t.Errorf("limit %d: %v, want %v", limit, got, want)
		}
	}
	if got := v.candidates(make([]float32, dim), allowed, 3); len(got) != 3 {
		t.Errorf("a zero question: %v", got)
	}
}

func normal(random *rand.Rand, dim int) []float32 {
	v := make([]float32, dim)
	for i := range v {
		v[i] = float32(random.NormFloat64())
	}
	return v
}

// On vectors in clusters nearly all of the ten nearest are among those
// compared exactly.
func TestCandidatesHoldTheNearest(t *testing.T) {
	c := storetest.Corpus{Seed: 9, Documents: 500, Chunks: 10, ChunkRunes: 1, Dim: 512}
	v := &view{}
	vectors := map[int64][]byte{}
	var row int64
	for e := range c.All() {
		d := indexedDoc{firstRow: row, lengths: make([]byte, len(e.Chunks)*bytesPerLength)}
		var signs []byte
		for _, chunk := range e.Chunks {
			signs = appendSigns(signs, chunk.Vector)
			vectors[row] = encodeFloats(chunk.Vector)
			row++
		}
		d.signs = decodeSigns(signs)
		v.add(d)
	}
	allowed := slices.Repeat([]bool{true}, len(v.docs))
	const questions, wanted = 20, 10
	missing := 0
	for i := range questions {
		_, question := c.Question(i)
		nearest := postings.Top(keys(vectors), wanted, func(a, b int64) int {
			return cmp.Or(cmp.Compare(dot(question, vectors[b]), dot(question, vectors[a])), cmp.Compare(a, b))
		})
		candidates := v.candidates(question, allowed, rescored/4) // of 5,000 chunks
		for _, row := range nearest {
			if !slices.Contains(candidates, row) {
				missing++
			}
		}
	}
	if missing > questions*wanted/20 {
		t.Errorf("%d of the %d nearest are not among the candidates", missing, questions*wanted)
	}
}

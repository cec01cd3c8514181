package check

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestVotes compares with counting in a map, round after round.
func TestVotes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var v votes
	for range 50 {
		want := map[int64]float32{}
		for range r.IntN(3000) {
			row, weight := r.Int64N(20_000), float32(1+r.IntN(3))
			v.add(row, weight)
			want[row] += weight
		}
		rows := make([]int64, 0, len(want))
		for row := range want {
			rows = append(rows, row)
		}
		slices.SortFunc(rows, func(a, b int64) int { return cmp.Or(cmp.Compare(want[b], want[a]), cmp.Compare(a, b)) })
		if got := v.take(24); !slices.Equal(got, rows[:min(24, len(rows))]) {
			t.Fatalf("took %v, want %v", got, rows[:min(24, len(rows))])
		}
	}
}

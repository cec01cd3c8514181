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
		rows = rows[:min(24, len(rows))]
		if len(rows) > 0 {
			best := want[rows[0]]
			rows = slices.DeleteFunc(rows, func(row int64) bool { return want[row] < leastVotes*best })
		}
		if got := v.take(24); !slices.Equal(got, rows) {
			t.Fatalf("took %v, want %v", got, rows)
		}
	}
}

package postings

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

var formats = map[string]Format{
	"counts":  {BlockBytes: 256},
	"lengths": {BlockBytes: 256, Lengths: true},
}

func TestListRoundTrip(t *testing.T) {
	for _, list := range [][]Posting{
		nil,
		{{Row: 5, Count: 1, Length: 7}},
		{{Row: 5, Count: 3, Length: 3}, {Row: 6, Count: 1, Length: 1}, {Row: 1_000_000, Count: 70_000, Length: 80_000}},
	} {
		for name, f := range formats {
			got := slices.Collect(f.Postings(5, f.appendList(nil, 5, list)))
			want := slices.Clone(list)
			for i := range want {
				if !f.Lengths {
					want[i].Length = 0
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v came back as %v", name, list, got)
			}
		}
	}
}

func FuzzBlock(f *testing.F) {
	f.Add([]byte{0, 2, 'a', 'b', 2, 3, 4, 1, 1, 'c', 1, 1}, "ab")
	f.Add(binary.AppendUvarint(nil, math.MaxUint64), "")
	f.Add([]byte{0, 1, 'a', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, "a")
	f.Fuzz(func(t *testing.T, block []byte, term string) {
		list, err := Find(block, term)
		if err != nil && list != nil {
			t.Errorf("a list beside the error %v", err)
		}
		for name, format := range formats {
			n := 0
			for range format.Postings(0, list) {
				n++
			}
			if n > len(list) {
				t.Errorf("%s: %d postings in %d bytes", name, n, len(list))
			}
		}
	})
}

// memory keeps the blocks of a segment.
type memory struct {
	firsts, lasts []string
	blocks        [][]byte
}

func (m *memory) WriteBlock(_ context.Context, first, last string, block []byte) error {
	m.firsts, m.lasts = append(m.firsts, first), append(m.lasts, last)
	m.blocks = append(m.blocks, slices.Clone(block))
	return nil
}

func (m *memory) part(base int64) Part {
	rest := m.blocks
	return Part{Base: base, Next: func(context.Context) ([]byte, error) {
		if len(rest) == 0 {
			return nil, nil
		}
		block := rest[0]
		rest = rest[1:]
		return block, nil
	}}
}

// find looks a term up as stores do.
func (m *memory) find(t *testing.T, term string) []byte {
	t.Helper()
	at, exact := slices.BinarySearch(m.firsts, term)
	if !exact {
		at--
	}
	if at < 0 || m.lasts[at] < term {
		return nil
	}
	list, err := Find(m.blocks[at], term)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func write(t *testing.T, f Format, base int64, byTerm map[string][]Posting) *memory {
	t.Helper()
	m := &memory{}
	if err := NewWriter(f, base, m).AddAll(t.Context(), byTerm); err != nil {
		t.Fatal(err)
	}
	return m
}

// randomLists gives lists of every size over the rows.
func randomLists(random *rand.Rand, rows []int64) map[string][]Posting {
	byTerm := map[string][]Posting{}
	for i := range 300 {
		term, share := fmt.Sprintf("词%d", i), random.Float64()
		for _, row := range rows {
			if random.Float64() < share*share*share {
				byTerm[term] = append(byTerm[term], Posting{Row: row, Count: 1 + random.Int32N(3), Length: int32(row % 700)})
			}
		}
	}
	return byTerm
}

// A long list has a block of its own, and every term is found in the one block
// that its neighbours' first terms name.
func TestSegment(t *testing.T) {
	f := formats["lengths"]
	var rows []int64
	for row := int64(100); row < 400; row++ {
		rows = append(rows, row)
	}
	byTerm := randomLists(rand.New(rand.NewPCG(1, 1)), rows)
	m := write(t, f, 100, byTerm)
	for term, want := range byTerm {
		list := m.find(t, term)
		if got := slices.Collect(f.Postings(100, list)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", term, got, want)
		}
		if at := slices.Index(m.firsts, term); len(list) >= f.BlockBytes && (at < 0 || m.lasts[at] != term) {
			t.Errorf("%s: its list of %d bytes shares a block", term, len(list))
		}
		if m.find(t, term+"x") != nil {
			t.Errorf("%sx is found", term)
		}
	}
}

// Rows of the merged segments may interleave.
func TestMerge(t *testing.T) {
	for name, f := range formats {
		random := rand.New(rand.NewPCG(2, 2))
		rows := make([][]int64, 3)
		for row := int64(1); row <= 200; row++ {
			i := random.IntN(len(rows))
			rows[i] = append(rows[i], row)
		}
		live := func(row int64) bool { return row%7 != 0 }
		want := map[string][]Posting{}
		var parts []Part
		for _, own := range rows {
			byTerm := randomLists(random, own)
			parts = append(parts, write(t, f, own[0], byTerm).part(own[0]))
			for term, list := range byTerm {
				for _, p := range list {
					if !f.Lengths {
						p.Length = 0
					}
					if live(p.Row) {
						want[term] = append(want[term], p)
					}
				}
			}
		}
		out := &memory{}
		if err := Merge(t.Context(), f, parts, live, NewWriter(f, 1, out)); err != nil {
			t.Fatal(err)
		}
		got := map[string][]Posting{}
		c := NewCursor(out.part(1))
		for c.Next(t.Context()) == nil && !c.Done {
			got[string(c.Term())] = slices.Collect(f.Postings(1, c.List()))
		}
		for _, term := range slices.Sorted(maps.Keys(want)) {
			slices.SortFunc(want[term], byRow)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d terms differ from the %d wanted", name, len(got), len(want))
		}
	}
}

func TestDue(t *testing.T) {
	levels := func(levels ...int) []Segment {
		var segments []Segment
		for i, level := range levels {
			segments = append(segments, Segment{ID: int64(i), Level: level, FirstRow: int64(10*i + 1), LastRow: int64(10*i + 10), Chunks: 10})
		}
		return segments
	}
	dying := levels(2, 1, 0, 0)
	dying[1].Dead = 3
	interleaved := levels(2, 1, 1, 0)
	interleaved[0].LastRow, interleaved[1].LastRow, interleaved[2].Dead = 20, 22, 3
	for _, test := range []struct {
		name     string
		segments []Segment
		want     []int64
	}{
		{"none", nil, nil},
		{"few", levels(2, 2, 2, 1, 0, 0, 0), nil},
		{"newest", levels(1, 0, 0, 0, 0), []int64{1, 2, 3, 4}},
		{"oldest", levels(1, 1, 1, 1, 0), []int64{0, 1, 2, 3}},
		{"not side by side", levels(0, 0, 1, 0, 0), []int64{0, 1, 3, 4}},
		{"too much dead", dying, []int64{1}},
		{"too much dead among rows that interleave", interleaved, []int64{0, 1, 2}},
	} {
		var got []int64
		for _, s := range Due(test.segments) {
			got = append(got, s.ID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// BenchmarkScore scores a question with three common terms and a rare one over
// a million chunks.
func BenchmarkScore(b *testing.B) {
	const chunks = 1_000_000
	f := Format{Lengths: true}
	random := rand.New(rand.NewPCG(3, 3))
	var packed [][]Packed
	m := Matches{Chunks: chunks, Average: 250}
	for _, df := range []int{300_000, 200_000, 100_000, 10_000} {
		rows := make([]Posting, 0, df)
		for row := int64(1); row <= chunks; row++ {
			if random.IntN(chunks) < df {
				rows = append(rows, Posting{Row: row, Count: 1 + random.Int32N(2), Length: 130 + random.Int32N(300)})
			}
		}
		m.Terms = append(m.Terms, fmt.Sprint(df))
		var lists []Packed
		for part := range slices.Chunk(rows, len(rows)/3+1) {
			lists = append(lists, Packed{Base: part[0].Row, Data: f.appendList(nil, part[0].Row, part)})
		}
		packed = append(packed, lists)
	}
	anything := func(int64) bool { return true }
	for b.Loop() {
		m.Lists = nil
		for _, lists := range packed {
			m.Lists = append(m.Lists, f.Unpack(lists, func(*Posting) bool { return true }))
		}
		s := m.Score(anything)
		if best := s.Best(s.Found, 100); len(best) != 100 {
			b.Fatal(len(best))
		}
	}
}

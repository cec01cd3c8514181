package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"zhiwen/retrieval"
)

func TestPostingsRoundTrip(t *testing.T) {
	for _, postings := range [][]posting{
		nil,
		{{row: 5, count: 1}},
		{{row: 5, count: 3}, {row: 6, count: 1}, {row: 1_000_000, count: 70_000}},
	} {
		var got []posting
		for row, count := range (postingList{base: 5, data: appendPostings(nil, 5, postings)}).all() {
			got = append(got, posting{row: row, count: count})
		}
		if !reflect.DeepEqual(got, postings) {
			t.Errorf("%v came back as %v", postings, got)
		}
	}
}

func FuzzBlock(f *testing.F) {
	f.Add([]byte{0, 2, 'a', 'b', 2, 3, 4, 1, 1, 'c', 1, 1}, "ab")
	f.Add(binary.AppendUvarint(nil, math.MaxUint64), "")
	f.Add([]byte{0, 1, 'a', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, "a")
	f.Fuzz(func(t *testing.T, block []byte, term string) {
		list, err := findInBlock(block, term)
		if err != nil && list != nil {
			t.Errorf("a list beside the error %v", err)
		}
		n := 0
		for range (postingList{data: list}).all() {
			n++
		}
		if n > len(list) {
			t.Errorf("%d postings in %d bytes", n, len(list))
		}
	})
}

// Segments of random postings are merged, with chunks gone in between; what
// comes out is what went in.
func TestMergeKeepsLivePostings(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	defer closeStore(t, s)
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 3 * mergeAt * mergeAt {
		key := fmt.Sprint("key ", random.IntN(40))
		if err := s.Put(t.Context(), randomEntry(random, key, n)); err != nil {
			t.Fatal(err)
		}
	}
	verifyFile(t, s)
	err := s.read(context.Background(), func(tx *sql.Tx) error {
		segments, err := loadSegments(t.Context(), tx)
		if len(segments) > 3*(mergeAt-1) {
			t.Errorf("%d segments are left", len(segments))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func randomEntry(random *rand.Rand, key string, n int) retrieval.Entry {
	text := fmt.Sprint("text ", n)
	m := retrieval.Meta{Key: key}
	m.ID = retrieval.NewDocID(m, text)
	e := retrieval.Entry{Document: retrieval.Document{Meta: m, Text: text}}
	for i := range 1 + random.IntN(4) {
		c := retrieval.IndexedChunk{Chunk: retrieval.Chunk{ID: retrieval.NewChunkID(m.ID, i), Ordinal: i, End: len(text), Text: text}}
		for term := range 300 {
			if random.IntN(3) == 0 {
				count := 1 + random.IntN(3)
				c.Terms = append(c.Terms, retrieval.TermCount{Term: fmt.Sprintf("term %04d", term), Count: count})
				c.Length += count
			}
		}
		e.Chunks = append(e.Chunks, c)
	}
	return e
}

func TestDueForMerge(t *testing.T) {
	levels := func(levels ...int) []segmentRow {
		var segments []segmentRow
		for i, level := range levels {
			segments = append(segments, segmentRow{id: int64(i), level: level, chunks: 10})
		}
		return segments
	}
	dying := levels(2, 1, 0)
	dying[1].dead = 6
	for _, test := range []struct {
		name     string
		segments []segmentRow
		want     []int64
	}{
		{"none", nil, nil},
		{"few", levels(2, 2, 2, 1, 0, 0, 0), nil},
		{"newest", levels(1, 0, 0, 0, 0), []int64{1, 2, 3, 4}},
		{"oldest", levels(1, 1, 1, 1, 0), []int64{0, 1, 2, 3}},
		{"mostly dead", dying, []int64{1}},
	} {
		var got []int64
		for _, s := range dueForMerge(test.segments) {
			got = append(got, s.id)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

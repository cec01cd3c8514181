package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"zhiwen/retrieval"
	"zhiwen/retrieval/postings"
)

// Segments of random postings are merged, with chunks gone in between; what
// comes out is what went in.
func TestMergeKeepsLivePostings(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	defer closeStore(t, s)
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 3 * postings.MergeAt * postings.MergeAt {
		key := fmt.Sprint("key ", random.IntN(40))
		if err := s.Put(t.Context(), randomEntry(random, key, n)); err != nil {
			t.Fatal(err)
		}
	}
	verifyFile(t, s)
	err := s.read(context.Background(), func(tx *sql.Tx) error {
		segments, err := loadSegments(t.Context(), tx)
		if len(segments) > 3*(postings.MergeAt-1) {
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

package sqlitestore

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"zhiwen/retrieval"
	"zhiwen/retrieval/storetest"
)

// crashStore names the store that a child process writes until it is killed.
const crashStore = "ZHIWEN_TEST_CRASH_STORE"

// TestKilledWriter kills a process that puts documents, at random moments,
// again and again, and checks each time that no half document is left.
func TestKilledWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	if p := os.Getenv(crashStore); p != "" {
		writeUntilKilled(t, p)
		return
	}
	for round := range 6 {
		killWriter(t, path, time.Duration(rand.IntN(150_000))*time.Microsecond)
		s := open(t, path)
		verifyFile(t, s)
		verifyDocuments(t, s)
		if st, err := s.Stats(t.Context()); err != nil || st.Documents == 0 {
			t.Errorf("round %d: %+v, %v", round, st, err)
		}
		closeStore(t, s)
	}
}

func killWriter(t *testing.T, path string, after time.Duration) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestKilledWriter$")
	child.Env = append(os.Environ(), crashStore+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Errorf("the writer did not begin: %v", err)
	}
	time.Sleep(after)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// It was killed: its exit status says so and nothing else.
	_ = child.Wait()
}

// writeUntilKilled puts documents of many sizes, and new versions of earlier
// ones, so that segments are merged and chunks removed at all times.
func writeUntilKilled(t *testing.T, path string) {
	s := open(t, path)
	if err := s.UseModel(t.Context(), "synthetic", 64); err != nil {
		t.Fatal(err)
	}
	for round := uint64(1); ; round++ {
		n := 0
		for e := range (storetest.Corpus{Seed: round, Documents: 20, Chunks: 1 + int(round%7), ChunkRunes: 100, Dim: 64}).All() {
			paragraphs, vectors := []string{}, [][]float32{}
			for _, c := range e.Chunks {
				paragraphs, vectors = append(paragraphs, c.Text), append(vectors, c.Vector)
			}
			n++
			m := e.Document.Meta
			m.Key = fmt.Sprint("page ", n) // the same pages every round
			if err := s.Put(t.Context(), storetest.NewEntry(m, paragraphs, vectors)); err != nil {
				t.Fatal(err)
			}
			if round == 1 && n == 1 {
				fmt.Println("begun")
			}
		}
	}
}

// verifyDocuments compares every chunk with its document's text.
func verifyDocuments(t *testing.T, s *Store) {
	t.Helper()
	for l, err := range s.List(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		d, err := s.Document(t.Context(), l.ID)
		if err != nil {
			t.Fatal(err)
		}
		if l.State != retrieval.StateCurrent {
			continue
		}
		if l.Chunks != len(d.Sections) {
			t.Errorf("%s: %d chunks, want %d", l.ID, l.Chunks, len(d.Sections))
		}
		r, err := s.Recall(t.Context(), retrieval.RecallQuery{
			Terms: []string{retrieval.TitleTerm(d.Title)}, Filter: retrieval.Filter{Docs: []string{l.ID}}, Limit: 1000,
		})
		if err != nil {
			t.Fatal(err)
		}
		verifyPassages(t, s, d, r.Hits)
	}
}

func verifyPassages(t *testing.T, s *Store, d retrieval.Document, hits []retrieval.Hit) {
	t.Helper()
	rows := make([]int64, len(hits))
	for i, h := range hits {
		rows[i] = h.Row
	}
	passages, err := s.Passages(t.Context(), rows)
	if err != nil || len(passages) != len(d.Sections) {
		t.Errorf("%s: %d passages for %d sections, %v", d.ID, len(passages), len(d.Sections), err)
	}
	for _, p := range passages {
		if p.Chunk.Text != d.Text[p.Chunk.Start:p.Chunk.End] {
			t.Errorf("%s: text of chunk %d differs", d.ID, p.Chunk.Ordinal)
		}
	}
}

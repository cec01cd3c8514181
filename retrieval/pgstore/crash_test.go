package pgstore

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"zhiwen/retrieval/pgstore/pgtest"
	"zhiwen/retrieval/storetest"
)

// crashStore names the database that a child process writes until it is killed.
const crashStore = "ZHIWEN_TEST_CRASH_STORE"

// TestKilledWriter kills a process that puts documents, at random moments,
// twenty times, and checks each time that no half document is left.
func TestKilledWriter(t *testing.T) {
	if database := os.Getenv(crashStore); database != "" {
		writeUntilKilled(t, database)
		return
	}
	database := pgtest.Schema(t)
	s := open(t, database)
	defer s.Close()
	for round := range 20 {
		killWriter(t, database, time.Duration(rand.IntN(150_000))*time.Microsecond)
		verify(t, s)
		if st, err := s.Stats(t.Context()); err != nil || st.Documents == 0 {
			t.Errorf("round %d: %+v, %v", round, st, err)
		}
	}
}

func killWriter(t *testing.T, database string, after time.Duration) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestKilledWriter$")
	child.Env = append(os.Environ(), crashStore+"="+database)
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
// ones.
func writeUntilKilled(t *testing.T, database string) {
	s := open(t, database)
	if err := s.UseModel(t.Context(), "synthetic", 64); err != nil {
		t.Fatal(err)
	}
	st, err := s.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// Other texts in every round, or there would be nothing to change.
	for seed := uint64(st.Generation) + 1; ; seed++ {
		n := 0
		for e := range (storetest.Corpus{Seed: seed, Documents: 20, Chunks: 1 + int(seed%7), ChunkRunes: 100, Dim: 64}).All() {
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
			if n == 1 {
				fmt.Println("begun")
			}
		}
	}
}

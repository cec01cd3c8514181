package ingest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"zhiwen/retrieval"
)

// slowStore is a memory whose Put waits until a second one runs beside it, or
// gives up waiting; it notes what ran together.
type slowStore struct {
	*memory
	mu       sync.Mutex
	running  map[string]int // by key
	together int            // most Puts at once
	now      int
	clash    string // a key that two Puts wrote at once
	second   chan struct{}
	once     sync.Once
}

func (s *slowStore) Put(ctx context.Context, entries ...retrieval.Entry) error {
	s.mu.Lock()
	s.now++
	s.together = max(s.together, s.now)
	for _, e := range entries {
		if s.running[e.Document.Key]++; s.running[e.Document.Key] > 1 {
			s.clash = e.Document.Key
		}
	}
	if s.now > 1 {
		s.once.Do(func() { close(s.second) })
	}
	s.mu.Unlock()
	select {
	case <-s.second:
	case <-time.After(10 * time.Second): // the test then fails by what was counted
	}
	err := s.memory.Put(ctx, entries...)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now--
	for _, e := range entries {
		s.running[e.Document.Key]--
	}
	return err
}

func TestSeveralBatchesAreStoredAtOnce(t *testing.T) {
	store := &slowStore{memory: newMemory(), running: map[string]int{}, second: make(chan struct{})}
	in := Ingester{Store: store, Workers: 2, Writers: 3}
	// Paragraphs enough for several batches; some documents come twice.
	long := strings.Repeat("全年办理法律援助案件，为群众挽回损失，开展法治宣传活动进村入户，广受好评。\n", 400)
	const documents = 120
	docs := func(yield func(RawDoc, error) bool) {
		for i := range documents {
			key := fmt.Sprint(i % 100)
			if !yield(RawDoc{Key: key, Title: "报告" + key, Text: fmt.Sprintf("第%d版\n", i) + long}, nil) {
				return
			}
		}
	}
	var reported []string
	summary, err := in.Documents(t.Context(), docs, func(r Report) { reported = append(reported, r.Title) })
	if err != nil {
		t.Fatal(err)
	}
	if summary.Documents != documents || len(reported) != documents {
		t.Fatalf("%d documents, %d reports, want %d", summary.Documents, len(reported), documents)
	}
	for i, title := range reported {
		if want := fmt.Sprintf("报告%d", i%100); title != want {
			t.Fatalf("report %d is of %s, want %s: reports come in the order of the sources", i, title, want)
		}
	}
	if store.together < 2 {
		t.Error("batches were stored one after the other")
	}
	if store.clash != "" {
		t.Errorf("two batches wrote document %s at once", store.clash)
	}
	for i := range 20 {
		text := store.entries[fmt.Sprint(i)].Document.Text
		if want := fmt.Sprintf("第%d版", 100+i); !strings.HasPrefix(text, want) {
			t.Errorf("document %d is %.12q, want its last version, %s", i, text, want)
		}
	}
}

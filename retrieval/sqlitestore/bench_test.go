package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"zhiwen/retrieval"
	"zhiwen/retrieval/storetest"
)

const (
	benchDim      = 512
	benchPerDoc   = 10
	benchRunes    = 320
	benchQuestion = 200 // distinct questions
)

func benchCorpus(chunks int) storetest.Corpus {
	return storetest.Corpus{Seed: 7, Documents: chunks / benchPerDoc, Chunks: benchPerDoc, ChunkRunes: benchRunes, Dim: benchDim}
}

// benchStore gives the path of a store of synthetic text, made once and kept
// in the temporary folder under the schema it was made with.
func benchStore(b *testing.B, chunks int) string {
	b.Helper()
	names, err := migrationFiles.ReadDir("migrations")
	if err != nil {
		b.Fatal(err)
	}
	last := names[len(names)-1].Name()
	path := filepath.Join(os.TempDir(), fmt.Sprintf("zhiwen-bench-%s-%d.db", last, chunks))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	building := filepath.Join(b.TempDir(), "building.db")
	s, err := Open(b.Context(), building, Options{})
	if err != nil {
		b.Fatal(err)
	}
	fill(b, s, benchCorpus(chunks))
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	if err := os.Rename(building, path); err != nil {
		b.Fatal(err)
	}
	return path
}

func fill(b *testing.B, s *Store, c storetest.Corpus) {
	b.Helper()
	useBenchModel(b, s)
	var spent time.Duration
	for e := range c.All() {
		start := time.Now()
		if err := s.Put(b.Context(), e); err != nil {
			b.Fatal(err)
		}
		spent += time.Since(start)
	}
	b.Logf("%d chunks put one document of %d at a time: %.2f ms a chunk",
		c.Documents*c.Chunks, c.Chunks, spent.Seconds()*1000/float64(c.Documents*c.Chunks))
}

func eachSize(b *testing.B, run func(b *testing.B, chunks int)) {
	for _, chunks := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("%dchunks", chunks), func(b *testing.B) { run(b, chunks) })
	}
}

// BenchmarkRecall measures both legs on synthetic text, one search at a time.
func BenchmarkRecall(b *testing.B) {
	eachSize(b, func(b *testing.B, chunks int) {
		s := openBench(b, benchStore(b, chunks))
		queries := benchQueries(chunks)
		if _, err := s.Recall(b.Context(), queries[0]); err != nil {
			b.Fatal(err)
		}
		var took []time.Duration
		before := processorTime(b)
		for i := 0; b.Loop(); i++ {
			start := time.Now()
			if _, err := s.Recall(b.Context(), queries[i%len(queries)]); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(start))
		}
		reportPercentiles(b, took)
		b.ReportMetric((processorTime(b)-before).Seconds()*1000/float64(b.N), "cpu-ms/op")
	})
}

// benchEmbedder gives the vector of a question at once.
type benchEmbedder struct{ vector []float32 }

func (benchEmbedder) Model() string { return "synthetic" }
func (benchEmbedder) Dim() int      { return benchDim }
func (benchEmbedder) Passages(context.Context, []string) ([][]float32, error) {
	return nil, errors.New("a search embeds no passages")
}
func (e benchEmbedder) Question(context.Context, string) ([]float32, error) { return e.vector, nil }

// BenchmarkSearch measures retrieval.Searcher: both legs, fusion and the text
// of ten passages, without embedding the question.
func BenchmarkSearch(b *testing.B) {
	eachSize(b, func(b *testing.B, chunks int) {
		s := openBench(b, benchStore(b, chunks))
		queries := benchQueries(chunks)
		var took []time.Duration
		for i := 0; b.Loop(); i++ {
			q := queries[i%len(queries)]
			searcher := retrieval.Searcher{Index: s, Embedder: benchEmbedder{q.Vector}}
			start := time.Now()
			r, err := searcher.Search(b.Context(), retrieval.Query{Text: strings.Join(q.Terms, " ")})
			if err != nil || len(r.Passages) != 10 {
				b.Fatal(len(r.Passages), err)
			}
			took = append(took, time.Since(start))
		}
		reportPercentiles(b, took)
	})
}

// BenchmarkOpen measures opening a store until the first search is answered.
func BenchmarkOpen(b *testing.B) {
	eachSize(b, func(b *testing.B, chunks int) {
		path := benchStore(b, chunks)
		query := benchQueries(chunks)[0]
		before := heap()
		var after uint64
		for b.Loop() {
			s, err := Open(b.Context(), path, Options{})
			if err != nil {
				b.Fatal(err)
			}
			useBenchModel(b, s)
			if _, err := s.Recall(b.Context(), query); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			after = heap()
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(int64(after)-int64(before))/float64(chunks), "heap-B/chunk")
		b.ReportMetric(float64(info.Size())/float64(chunks), "file-B/chunk")
	})
}

func BenchmarkPut(b *testing.B) {
	storetest.BenchmarkPut(b, func(b *testing.B) storetest.Store { return openBench(b, filepath.Join(b.TempDir(), "put.db")) })
}

func openBench(b *testing.B, path string) *Store {
	b.Helper()
	s, err := Open(context.Background(), path, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	useBenchModel(b, s)
	return s
}

func useBenchModel(b *testing.B, s *Store) {
	b.Helper()
	if err := s.UseModel(b.Context(), "synthetic", benchDim); err != nil {
		b.Fatal(err)
	}
}

func benchQueries(chunks int) []retrieval.RecallQuery {
	c := benchCorpus(chunks)
	var queries []retrieval.RecallQuery
	for i := range benchQuestion {
		terms, vector := c.Question(i)
		queries = append(queries, retrieval.RecallQuery{Terms: terms, Vector: vector, Limit: 100})
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(queries), func(i, j int) { queries[i], queries[j] = queries[j], queries[i] })
	return queries
}

func reportPercentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(took[len(took)*95/100].Seconds()*1000, "p95-ms")
}

// processorTime is what this process has used: on a busy machine it says more
// than the clock.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

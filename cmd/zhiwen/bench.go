package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/bot"
	"zhiwen/bot/eval"
	"zhiwen/ingest"
	"zhiwen/retrieval"
)

// embeddedChunks is how many chunks a bench embeds before it goes on with
// vectors derived from theirs (derived.go).
const embeddedChunks = 3000

// benchReport holds the figures of one run. What was not measured is null:
// a kept store is not filled again.
type benchReport struct {
	Cores     int    `json:"cores"`
	Search    string `json:"search"` // "hybrid" or "words"
	Documents int    `json:"documents"`
	Chunks    int    `json:"chunks"`
	Queries   int    `json:"queries"`

	IngestChunksPerS *float64 `json:"ingest_chunks_per_s"` // read, cut, embed, store
	StoreChunksPerS  *float64 `json:"store_chunks_per_s"`  // the same with derived vectors
	FirstSearchMS    float64  `json:"first_search_ms"`     // loads what the index keeps in memory
	SearchP50MS      float64  `json:"search_p50_ms"`
	SearchP95MS      float64  `json:"search_p95_ms"`
	AskP50MS         float64  `json:"ask_p50_ms"`
	AskP95MS         float64  `json:"ask_p95_ms"`
	MemoryMB         *float64 `json:"memory_mb"` // resident after the questions
	FileMB           float64  `json:"file_mb"`
}

// benchPlan is what a bench is asked to do.
type benchPlan struct {
	docs     []string
	queries  []eval.Query
	chunks   int
	embedAll bool
}

func newBench(s *shell) *cobra.Command {
	var plan benchPlan
	var queries []string
	var limit int
	cmd := &cobra.Command{
		Use:   "bench --docs F... --queries F...",
		Short: "Measure speed, memory and file size at a number of chunks",
		Long: `Measure speed, memory and file size at a number of chunks. The documents (JSONL,
as for eval) are repeated or cut short to make as many. The first 3,000 chunks are
embedded; the others get those vectors with noise, at a cosine of about 0.9, unless
--embed-all is given. With --store the filled store is kept and used again.`,
		Example: `  zhiwen bench --chunks 100000 --store bench.db --docs docs.jsonl.gz --queries queries.jsonl.gz`,
		Args:    cobra.NoArgs,
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&plan.docs, "docs", nil, "`file` of documents; may be repeated")
	flags.StringArrayVar(&queries, "queries", nil, "`file` of questions; may be repeated")
	flags.IntVar(&plan.chunks, "chunks", 10_000, "chunks in the store, `N` at least")
	flags.IntVar(&limit, "limit", 200, "ask the first `N` questions")
	flags.BoolVar(&plan.embedAll, "embed-all", false, "embed every chunk")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if len(plan.docs) == 0 || len(queries) == 0 || plan.chunks <= 0 || limit <= 0 {
			return usagef("bench needs --docs and --queries, and --chunks and --limit above 0")
		}
		var err error
		if plan.queries, err = readQueries(queries); err != nil {
			return err
		}
		plan.queries = plan.queries[:min(limit, len(plan.queries))]
		if !cmd.Flags().Changed("store") {
			dir, err := os.MkdirTemp("", "zhiwen-bench-")
			if err != nil {
				return fmt.Errorf("make a folder for the store: %w", err)
			}
			defer os.RemoveAll(dir)
			s.storePath = filepath.Join(dir, "bench.db")
		}
		report, err := s.bench(cmd.Context(), plan)
		if err != nil {
			return err
		}
		if s.json {
			return s.print(report)
		}
		return s.printFields(report)
	}
	return cmd
}

func (s *shell) bench(ctx context.Context, plan benchPlan) (benchReport, error) {
	r, err := s.openRooms(ctx, s.open)
	if err != nil {
		return benchReport{}, err
	}
	defer r.Close()
	report := benchReport{Cores: runtime.GOMAXPROCS(0), Search: r.mode(), Queries: len(plan.queries)}
	if err := s.fillBench(ctx, r, plan, &report); err != nil {
		return benchReport{}, err
	}
	stats, err := r.store.Stats(ctx)
	if err != nil {
		return benchReport{}, err
	}
	report.Documents, report.Chunks = stats.Documents, stats.Chunks
	if err := askAll(ctx, r, plan.queries, &report); err != nil {
		return benchReport{}, err
	}
	report.MemoryMB = residentMB()
	report.FileMB, err = sizeMB(s.storePath)
	return report, err
}

// fillBench brings the store to the planned number of chunks: first with the
// embedder's own vectors, then with derived ones.
func (s *shell) fillBench(ctx context.Context, r *rooms, plan benchPlan, report *benchReport) error {
	stats, err := r.store.Stats(ctx)
	if err != nil || stats.Chunks >= plan.chunks {
		return err
	}
	ingester := r.ingester(s)
	ingester.Progress = nil
	show := s.progress("filling")
	have := int64(stats.Chunks)
	upTo := func(want int) (*float64, error) {
		before, started := have, time.Now()
		var stored atomic.Int64 // read by the feeding goroutine of the ingester
		stored.Store(have)
		_, err := ingester.Documents(ctx, repeated(plan.docs, func() bool { return stored.Load() >= int64(want) }), func(rep ingest.Report) {
			show(min(int(stored.Add(int64(rep.Chunks))), plan.chunks), plan.chunks)
		})
		if have = stored.Load(); err != nil || have == before {
			return nil, err
		}
		rate := float64(have-before) / time.Since(started).Seconds()
		return &rate, nil
	}
	embedded := plan.chunks
	if !plan.embedAll && r.embedder != nil {
		embedded = min(embedded, stats.Chunks+embeddedChunks)
	}
	recorder := newDerivedEmbedder(r.embedder)
	if r.embedder != nil {
		ingester.Embedder = recorder
	}
	if report.IngestChunksPerS, err = upTo(embedded); err != nil {
		return err
	}
	if have < int64(plan.chunks) {
		recorder.derive()
		if report.StoreChunksPerS, err = upTo(plan.chunks); err != nil {
			return err
		}
	}
	return r.settle(ctx)
}

// repeated reads the documents of JSONL files again and again, each time
// under new keys, until enough says so.
func repeated(paths []string, enough func() bool) iter.Seq2[ingest.RawDoc, error] {
	return func(yield func(ingest.RawDoc, error) bool) {
		for round := 1; !enough(); round++ {
			found := false
			for doc, err := range rawDocs(paths) {
				found = true
				doc.Key += "#" + strconv.Itoa(round)
				if !yield(doc, err) || err != nil || enough() {
					return
				}
			}
			if !found {
				yield(ingest.RawDoc{}, errors.New("--docs holds no documents"))
				return
			}
		}
	}
}

// askAll times every question twice: its search alone, and its answer.
func askAll(ctx context.Context, r *rooms, queries []eval.Query, report *benchReport) error {
	var searches, asks []time.Duration
	for i, q := range queries {
		started := time.Now()
		if _, err := r.search.Search(ctx, retrieval.Query{Text: q.Question}); err != nil {
			return fmt.Errorf("search for question %s: %w", q.ID, err)
		}
		took := time.Since(started)
		if i == 0 {
			report.FirstSearchMS = milliseconds(took)
		} else {
			searches = append(searches, took)
		}
		started = time.Now()
		if _, err := r.bot.Ask(ctx, bot.Request{Question: q.Question}, nil); err != nil {
			return fmt.Errorf("answer question %s: %w", q.ID, err)
		}
		asks = append(asks, time.Since(started))
	}
	report.SearchP50MS, report.SearchP95MS = percentile(searches, .50), percentile(searches, .95)
	report.AskP50MS, report.AskP95MS = percentile(asks, .50), percentile(asks, .95)
	return nil
}

// percentile is the nearest-rank percentile in milliseconds, 0 of nothing.
func percentile(took []time.Duration, p float64) float64 {
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return milliseconds(took[min(int(p*float64(len(took))), len(took)-1)])
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// residentMB is the memory of this process as the system counts it; nil where
// there is no /proc.
func residentMB() *float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return nil
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kib, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.ParseFloat(kib, 64)
	if err != nil {
		return nil
	}
	mb := n / 1024
	return &mb
}

// sizeMB is the size of the store's file with its write-ahead log.
func sizeMB(path string) (float64, error) {
	total := int64(0)
	for _, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, err
		}
		total += info.Size()
	}
	return float64(total) / (1 << 20), nil
}

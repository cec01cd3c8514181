package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/bot/eval"
	"zhiwen/ingest"
)

// benchReport holds the figures of one run. What was not measured is null:
// a kept store is not filled again.
type benchReport struct {
	Cores     int    `json:"cores"`
	Search    string `json:"search"` // "hybrid" or "words"
	Documents int    `json:"documents"`
	Chunks    int    `json:"chunks"`
	Queries   int    `json:"queries"`

	Embedded         int      `json:"embedded"`            // chunks whose vectors were made in this run
	IngestChunksPerS *float64 `json:"ingest_chunks_per_s"` // cut, embed or take the kept vector, store
	SettleS          *float64 `json:"settle_s"`            // what a store does once after a load: its index of vectors
	FirstSearchMS    float64  `json:"first_search_ms"`     // loads what the index keeps in memory
	SearchP50MS      float64  `json:"search_p50_ms"`
	SearchP95MS      float64  `json:"search_p95_ms"`
	FilteredP50MS    float64  `json:"filtered_p50_ms"` // searches among the documents of one kind
	FilteredP95MS    float64  `json:"filtered_p95_ms"`
	AskP50MS         float64  `json:"ask_p50_ms"`
	AskP95MS         float64  `json:"ask_p95_ms"`
	CrowdP50MS       float64  `json:"crowd_p50_ms"` // asks by 16 at once
	CrowdP95MS       float64  `json:"crowd_p95_ms"`
	CheckPrepareS    float64  `json:"check_prepare_s"` // what a server does at its start, and after a change: it reads all titles
	CheckFirstS      float64  `json:"check_first_s"`   // a draft of 25,000 characters, the first of the process
	CheckS           float64  `json:"check_s"`         // and again
	CheckSegments    int      `json:"check_segments"`
	CheckVerbatim    int      `json:"check_verbatim"`
	Recall10         *float64 `json:"recall@10"` // of the nearest chunks, against comparing with every vector
	MemoryMB         *float64 `json:"memory_mb"` // resident after the questions
	StoreMB          float64  `json:"store_mb"`
}

// benchPlan is what a bench is asked to do.
type benchPlan struct {
	docs    []string
	queries []eval.Query
	chunks  int
	vectors string // file
	embed   int
}

func newBench(s *shell) *cobra.Command {
	var plan benchPlan
	var queries []string
	var limit int
	cmd := &cobra.Command{
		Use:   "bench --docs F... --queries F...",
		Short: "Measure speed, memory and size at a number of chunks",
		Long: `Measure speed, memory and size at a number of chunks. The documents (JSONL, as for
eval) are cut short to make as many, or taken again with a tenth of their terms exchanged.
Chunks are embedded until --embed is reached; the others get the vector of another chunk
with noise, at a cosine of about 0.9. With --vectors the vectors are kept in a file, for
other runs and stores. With --store the filled store is kept and used again.`,
		Example: `  zhiwen bench --chunks 100000 --store bench.db --vectors bench.vectors --docs docs.jsonl.gz --queries queries.jsonl.gz`,
		Args:    cobra.NoArgs,
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&plan.docs, "docs", nil, "`file` of documents; may be repeated")
	flags.StringArrayVar(&queries, "queries", nil, "`file` of questions; may be repeated")
	flags.IntVar(&plan.chunks, "chunks", 10_000, "chunks in the store, `N` at least; 0: every document once")
	flags.IntVar(&limit, "limit", 200, "ask the first `N` questions")
	flags.StringVar(&plan.vectors, "vectors", "", "keep vectors in `file`")
	flags.IntVar(&plan.embed, "embed", 3000, "embed at most `N` chunks")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if len(plan.docs) == 0 || len(queries) == 0 || plan.chunks < 0 || plan.embed < 0 || limit <= 0 {
			return usagef("bench needs --docs and --queries, --limit above 0, and --chunks and --embed not below it")
		}
		var err error
		if plan.queries, err = readQueries(queries); err != nil {
			return err
		}
		plan.queries = plan.queries[:min(limit, len(plan.queries))]
		dir, err := os.MkdirTemp("", "zhiwen-bench-")
		if err != nil {
			return fmt.Errorf("make a folder: %w", err)
		}
		defer os.RemoveAll(dir)
		if !cmd.Flags().Changed("store") {
			s.storePath = filepath.Join(dir, "bench.db")
		}
		if plan.vectors == "" {
			plan.vectors = filepath.Join(dir, "bench.vectors")
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
	if err := timeQuestions(ctx, r, plan.queries, &report); err != nil {
		return benchReport{}, err
	}
	if err := timeCheck(ctx, r, plan.docs, &report); err != nil {
		return benchReport{}, err
	}
	if report.Recall10, err = vectorRecall(ctx, r, plan.queries, report.Chunks); err != nil {
		return benchReport{}, err
	}
	report.MemoryMB = residentMB()
	size, err := r.store.Size(ctx)
	report.StoreMB = float64(size) / (1 << 20)
	return report, err
}

// fillBench brings the store to the planned number of chunks.
func (s *shell) fillBench(ctx context.Context, r *rooms, plan benchPlan, report *benchReport) error {
	stats, err := r.store.Stats(ctx)
	if err != nil || stats.Chunks > 0 && stats.Chunks >= plan.chunks {
		return err
	}
	ingester := r.ingester(s)
	ingester.Progress = nil
	if r.embedder != nil {
		vectors, err := openVectorFile(plan.vectors, r.embedder, plan.embed)
		if err != nil {
			return err
		}
		defer vectors.Close()
		ingester.Embedder = vectors
		defer func() { report.Embedded = plan.embed - vectors.embeds }()
	}
	show := s.progress("filling")
	started := time.Now()
	var stored atomic.Int64 // read by the feeding goroutine of the ingester
	stored.Store(int64(stats.Chunks))
	enough := func() bool { return plan.chunks > 0 && stored.Load() >= int64(plan.chunks) }
	docs := repeated(plan.docs, enough)
	if plan.chunks == 0 {
		docs = round(plan.docs, 1)
	}
	_, err = ingester.Documents(ctx, docs, func(rep ingest.Report) {
		show(int(stored.Add(int64(rep.Chunks))), plan.chunks)
	})
	if err != nil {
		return err
	}
	rate := float64(stored.Load()-int64(stats.Chunks)) / time.Since(started).Seconds()
	report.IngestChunksPerS = &rate
	started = time.Now()
	err = r.settle(ctx)
	settled := time.Since(started).Seconds()
	report.SettleS = &settled
	return err
}

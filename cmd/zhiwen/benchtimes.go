package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/eval"
	"zhiwen/retrieval"
)

// askers is how many ask at once in the last of the timed rounds.
const askers = 16

// timeQuestions times every question: its search, its search among the
// documents of one kind, its answer, and its answer while others ask.
func timeQuestions(ctx context.Context, r *rooms, queries []eval.Query, report *benchReport) error {
	search := func(filter retrieval.Filter) func(eval.Query) error {
		return func(q eval.Query) error {
			_, err := r.search.Search(ctx, retrieval.Query{Text: q.Question, Filter: filter})
			return err
		}
	}
	ask := func(q eval.Query) error {
		_, err := r.bot.Ask(ctx, bot.Request{Question: q.Question}, nil)
		return err
	}
	first, err := timed(queries[:1], 1, search(retrieval.Filter{}))
	if err != nil {
		return err
	}
	report.FirstSearchMS = percentile(first, 1)
	for _, round := range []struct {
		askers   int
		do       func(eval.Query) error
		p50, p95 *float64
	}{
		{1, search(retrieval.Filter{}), &report.SearchP50MS, &report.SearchP95MS},
		{1, search(retrieval.Filter{Kinds: []retrieval.Kind{retrieval.KindPolicy}}), &report.FilteredP50MS, &report.FilteredP95MS},
		{1, ask, &report.AskP50MS, &report.AskP95MS},
		{askers, ask, &report.CrowdP50MS, &report.CrowdP95MS},
	} {
		took, err := timed(queries, round.askers, round.do)
		if err != nil {
			return err
		}
		*round.p50, *round.p95 = percentile(took, .50), percentile(took, .95)
	}
	return nil
}

// timed does all queries, so many at once, and gives what each took.
func timed(queries []eval.Query, atOnce int, do func(eval.Query) error) ([]time.Duration, error) {
	took := make([]time.Duration, len(queries))
	errs := make([]error, len(queries))
	var workers sync.WaitGroup
	for w := range atOnce {
		workers.Go(func() {
			for i := w; i < len(queries); i += atOnce {
				started := time.Now()
				errs[i] = do(queries[i])
				took[i] = time.Since(started)
			}
		})
	}
	workers.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("question %s: %w", queries[i].ID, err)
		}
	}
	return took, nil
}

// exactRows is how many vectors are compared one by one in all, so that the
// recall of a million chunks is known in minutes, of 50 questions.
const exactRows = 50_000_000

// vectorRecall is the share of the ten chunks nearest to each question that
// the store's own way of searching vectors finds; nil without vectors.
func vectorRecall(ctx context.Context, r *rooms, queries []eval.Query, chunks int) (*float64, error) {
	if r.embedder == nil {
		return nil, nil
	}
	const k = 10
	queries = queries[:min(len(queries), max(20, exactRows/max(chunks, 1)))]
	found, wanted := 0, 0
	for _, q := range queries {
		vector, err := r.embedder.Question(ctx, q.Question)
		if err != nil {
			return nil, fmt.Errorf("embed question %s: %w", q.ID, err)
		}
		var legs [2][]int64
		for i, exact := range []bool{false, true} {
			recall, err := r.store.Recall(ctx, retrieval.RecallQuery{Vector: vector, Limit: retrieval.LegLimit, ExactVectors: exact})
			if err != nil {
				return nil, fmt.Errorf("nearest chunks of question %s: %w", q.ID, err)
			}
			legs[i] = nearest(recall.Hits, k)
		}
		for _, row := range legs[1] {
			wanted++
			if slices.Contains(legs[0], row) {
				found++
			}
		}
	}
	share := float64(found) / float64(max(wanted, 1))
	return &share, nil
}

func nearest(hits []retrieval.Hit, k int) []int64 {
	slices.SortFunc(hits, func(a, b retrieval.Hit) int {
		return cmp.Or(cmp.Compare(b.Cosine, a.Cosine), cmp.Compare(a.Row, b.Row))
	})
	var rows []int64
	for _, h := range hits[:min(k, len(hits))] {
		rows = append(rows, h.Row)
	}
	return rows
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

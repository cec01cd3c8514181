package ingest

import (
	"context"
	"time"

	"zhiwen/retrieval"
)

// writer stores results in batches and reports them in the order of the jobs.
type writer struct {
	*run
	report  func(Report)
	summary Summary

	batch  []result
	chunks int // in batch
	bytes  int // of files in batch

	lists   lists
	waiting map[place]result // stored, but an earlier one is not yet
	next    place            // of the next report
}

// drain takes results until there are no more. On cancellation it still takes
// them, so that no worker is left behind, but stores nothing more.
func (w *writer) drain(ctx context.Context, results <-chan result) {
	timer := time.NewTimer(putDelay)
	defer timer.Stop()
	for {
		select {
		case res, ok := <-results:
			if !ok {
				w.flush(ctx)
				return
			}
			if len(w.batch) == 0 {
				timer.Reset(putDelay)
			}
			w.take(ctx, res)
		case <-timer.C:
			w.flush(ctx)
		}
	}
}

func (w *writer) take(ctx context.Context, res result) {
	if res.entry == nil {
		w.done(ctx, res)
		return
	}
	w.batch = append(w.batch, res)
	w.chunks += len(res.entry.Chunks)
	w.bytes += len(res.entry.Original)
	if w.chunks >= putChunks || w.bytes >= putBytes {
		w.flush(ctx)
	}
}

// flush stores the batch. If that fails, its documents are stored one by one:
// one that the store refuses must not take the others with it.
func (w *writer) flush(ctx context.Context) {
	batch := w.batch
	w.batch, w.chunks, w.bytes = nil, 0, 0
	if len(batch) == 0 || ctx.Err() != nil {
		return
	}
	entries := make([]retrieval.Entry, len(batch))
	for i, res := range batch {
		entries[i] = *res.entry
	}
	if err := w.Store.Put(ctx, entries...); err == nil {
		for _, res := range batch {
			w.done(ctx, res)
		}
		return
	}
	for _, res := range batch {
		if err := w.Store.Put(ctx, *res.entry); err != nil {
			res.report.Status, res.report.Chunks = StatusFailed, 0
			res.report.Error = "storing: " + err.Error()
		}
		w.done(ctx, res)
	}
}

// done reports a document and those that waited for it. A document that was
// broken off by cancellation has no report: the next run reads it again.
func (w *writer) done(ctx context.Context, res result) {
	if ctx.Err() != nil && res.report.Status == StatusFailed {
		return
	}
	w.waiting[res.place] = res
	for {
		res, ok := w.waiting[w.next]
		if !ok {
			return
		}
		delete(w.waiting, w.next)
		w.next.part++
		if res.last {
			w.next = place{job: w.next.job + 1}
			w.advance(1, 0)
		}
		w.summary.count(res.report)
		w.lists.note(res)
		if w.report != nil {
			w.report(res.report)
		}
	}
}

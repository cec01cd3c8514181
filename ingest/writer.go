package ingest

import (
	"context"
	"errors"
	"slices"
	"time"

	"zhiwen/retrieval"
)

// writer stores results in batches and reports them in the order of the jobs.
// Several batches may be on their way to the store at once, but never two
// versions of one document.
type writer struct {
	*run
	report  func(Report)
	kept    func(context.Context, result) // nil: nobody asks
	summary Summary

	batch  []result
	chunks int // in batch
	bytes  int // of files in batch

	stored chan []result   // batches that are done
	flying int             // batches on their way
	keys   map[string]bool // of the documents in them

	lists   lists
	stated  bool             // a document was stored
	lost    error            // what documents say of others could not be kept
	waiting map[place]result // stored, but an earlier one is not yet
	next    place            // of the next report
}

func newWriter(r *run, report func(Report)) *writer {
	return &writer{run: r, report: report, stored: make(chan []result), keys: map[string]bool{}, waiting: map[place]result{}}
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
				for w.flying > 0 {
					w.land(ctx, <-w.stored)
				}
				return
			}
			if len(w.batch) == 0 {
				timer.Reset(putDelay)
			}
			w.take(ctx, res)
		case batch := <-w.stored:
			w.land(ctx, batch)
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

// flush sends the batch to the store, once there is room and nothing of the
// same documents is on its way.
func (w *writer) flush(ctx context.Context) {
	batch := w.batch
	w.batch, w.chunks, w.bytes = nil, 0, 0
	inFlight := func(res result) bool { return w.keys[res.entry.Document.Key] }
	for w.flying > 0 && (w.flying >= w.writers() || slices.ContainsFunc(batch, inFlight)) {
		w.land(ctx, <-w.stored)
	}
	if len(batch) == 0 || ctx.Err() != nil {
		return
	}
	for _, res := range batch {
		w.keys[res.entry.Document.Key] = true
	}
	w.flying++
	go func() {
		w.put(ctx, batch)
		w.stored <- batch // drain waits for every batch
	}()
}

// put stores a batch. If that fails, its documents are stored one by one: one
// that the store refuses must not take the others with it.
func (w *writer) put(ctx context.Context, batch []result) {
	entries := make([]retrieval.Entry, len(batch))
	for i, res := range batch {
		entries[i] = *res.entry
	}
	if err := w.Store.Put(ctx, entries...); err == nil {
		return
	}
	for i := range batch {
		if err := w.Store.Put(ctx, entries[i]); err != nil {
			batch[i].report.Status, batch[i].report.Chunks = StatusFailed, 0
			batch[i].report.Error = "storing: " + err.Error()
			if errors.Is(err, retrieval.ErrGone) { // an older version of what was withdrawn
				batch[i].report.Status = StatusSkipped
			}
		}
	}
}

// land takes back a batch that is done.
func (w *writer) land(ctx context.Context, batch []result) {
	w.flying--
	for _, res := range batch {
		delete(w.keys, res.entry.Document.Key)
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
		w.noteRepeals(ctx, res)
		if w.kept != nil {
			w.kept(ctx, res)
		}
		w.summary.count(res.report)
		w.lists.note(res)
		if w.report != nil {
			w.report(res.report)
		}
	}
}

// noteRepeals keeps what a stored document says of others.
func (w *writer) noteRepeals(ctx context.Context, res result) {
	if w.Rules == nil || res.entry == nil || res.report.Status == StatusFailed || res.report.Status == StatusQuarantined {
		return
	}
	w.stated = true
	if len(res.repeals) == 0 && !w.rules.repeals.notices[res.key] {
		return
	}
	if err := w.Rules.SetRepeals(ctx, res.key, res.repeals); err != nil && ctx.Err() == nil {
		w.lost = err
	}
}

// settleRepeals marks what the documents of the run repeal, stored before or
// with them.
func (w *writer) settleRepeals(ctx context.Context) error {
	if w.lost != nil || !w.stated || w.Held == nil {
		return w.lost
	}
	return w.SettleRepeals(ctx, w.Held)
}

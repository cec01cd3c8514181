package ingest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"
	"unicode/utf8"

	"zhiwen/retrieval"
)

const (
	// putChunks and putDelay bound what an interruption loses: documents are
	// stored together up to so many chunks, or after so long.
	putChunks = 256
	putDelay  = time.Second
	// largeText is the text, in bytes, above which documents are cut one at a
	// time: what is made of one takes twenty times its memory.
	largeText = 4 << 20
	// putBytes bounds the files that wait to be stored with their documents.
	putBytes = 32 << 20
)

// job is one source to read. Jobs may come in any order; reports are made in
// that of their numbers, which count from 0 without a gap.
type job struct {
	number int
	source string
	read   func(context.Context) ([]reading, error)
}

// result is a document done but for storing: entry is nil when there is
// nothing to store.
type result struct {
	place
	last   bool // of its source
	report Report
	entry  *retrieval.Entry
	key    string // of the document; empty if it could not be read
	list   string // the source, if it may be a list of documents
	before string // the source that the stored version was read from
	// repeals are what a document that is stored says of others.
	repeals []Repeal
}

// place is where a document stands in a run: a source may hold several.
type place struct{ job, part int }

// run is the state of one Run. Documents flow from a feeder through workers
// to the goroutine that called, which alone stores and reports.
type run struct {
	*Ingester
	rules   rulebook
	batches batches
	large   chan struct{} // held while a large document is cut

	mu       sync.Mutex // of progress
	progress Progress
}

// run does jobs. Of every document stored is told, if it is set, once it is in
// the store and before report.
func (in *Ingester) run(ctx context.Context, jobs iter.Seq2[job, error], total int, report func(Report), stored func(context.Context, result)) (Summary, error) {
	began := time.Now()
	rules, err := in.rulebook(ctx)
	if err != nil {
		return Summary{}, err
	}
	r := &run{Ingester: in, rules: rules, large: make(chan struct{}, 1), progress: Progress{Total: total}}
	r.batches = batches{embedder: in.Embedder, slots: make(chan struct{}, in.workers()), embedded: func(texts int) { r.advance(0, texts) }}

	results := make(chan result)
	feedErr := r.start(ctx, jobs, results)
	w := newWriter(r, report)
	w.kept = stored
	w.drain(ctx, results)
	var listErr error
	if ctx.Err() == nil && in.Uploads == "" { // what is held back changes nothing else
		listErr = errors.Join(w.settleLists(ctx), w.settleRepeals(ctx))
	}

	w.summary.Seconds = roundTo(time.Since(began).Seconds(), 3)
	if err := ctx.Err(); err != nil {
		return w.summary, fmt.Errorf("ingesting: %w", err)
	}
	return w.summary, errors.Join(*feedErr, listErr)
}

// start runs the feeder and the workers; results is closed when all have
// ended, and the error of the feed may be read then.
func (r *run) start(ctx context.Context, jobs iter.Seq2[job, error], results chan<- result) *error {
	queue := make(chan job)
	var feedErr error
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(queue)
		for j, err := range jobs {
			if err != nil {
				feedErr = err
				return
			}
			select {
			case queue <- j:
			case <-ctx.Done():
				return
			}
		}
	})
	for range r.workers() {
		wg.Go(func() {
			for j := range queue {
				for res := range r.do(ctx, j) {
					select {
					case results <- res:
					case <-ctx.Done():
						return
					}
				}
			}
		})
	}
	go func() {
		wg.Wait()
		close(results)
	}()
	return &feedErr
}

// do reads, cuts and embeds the documents of one source.
func (r *run) do(ctx context.Context, j job) iter.Seq[result] {
	return func(yield func(result) bool) {
		readings, err := j.read(ctx)
		if err != nil {
			readings = []reading{{err: err}}
		}
		for i, read := range readings {
			res := result{place: place{j.number, i}, last: i == len(readings)-1}
			res.report = Report{Source: j.source + read.part, Warnings: []string{}}
			res.key, res.list = read.doc.Key, read.list
			err := read.err
			if err == nil {
				err = r.prepare(ctx, &res, read)
			}
			switch {
			case errors.Is(err, errHeld):
				res.entry = nil
			case errors.Is(err, ErrFormat), errors.Is(err, errDeadLink), errors.Is(err, errBarred):
				res.report.Status, res.report.Error = StatusSkipped, err.Error()
			case err != nil:
				res.entry = nil
				res.report.Status, res.report.Error = StatusFailed, err.Error()
			}
			if !yield(res) {
				return
			}
		}
	}
}

// prepare decides whether a document is new and makes its entry if it is.
func (r *run) prepare(ctx context.Context, res *result, read reading) error {
	if read.same {
		return r.prepareSame(ctx, res)
	}
	doc := read.doc
	doc.State = retrieval.StateCurrent
	doc.Meta = r.rules.ruled(doc.Meta)
	doc.ID = retrieval.NewDocID(doc.Meta, doc.Text)
	res.report.DocID, res.report.Title, res.report.Quality = doc.ID, doc.Title, doc.Quality
	res.report.Coverage = roundTo(read.coverage, 3)
	res.report.Chars = utf8.RuneCountInString(doc.Text)
	res.report.Warnings = append(res.report.Warnings, read.warnings...)

	head, err := r.Store.Head(ctx, doc.Key)
	if err == nil && head.State == retrieval.StateCurrent {
		res.before = head.Source
	}
	switch {
	case errors.Is(err, retrieval.ErrNotFound):
		res.report.Status = StatusAdded
	case err != nil:
		return fmt.Errorf("looking up the stored version: %w", err)
	case head.ID == doc.ID && head.State != retrieval.StateSuperseded: // or it was removed and has come back
		// The ID holds text and metadata, so it also sees through a page whose
		// bytes differ in a visit counter only, and through new selectors.
		res.report.again(head)
		return nil
	default:
		res.report.Status = StatusUpdated
	}
	why := heldBack(doc, head)
	if r.Uploads != "" {
		why = append(why, "it was uploaded: it is quarantined until somebody has looked at it")
	}
	if len(why) > 0 {
		res.report.Status, res.report.Warnings = StatusQuarantined, append(res.report.Warnings, why...)
		doc.State = retrieval.StateQuarantine
		doc.Sections = Sections(doc.Text, read.marks)
		res.entry = &retrieval.Entry{Document: doc, Original: read.original}
		return nil
	}
	if len(doc.Text) > largeText {
		select {
		case r.large <- struct{}{}:
			defer func() { <-r.large }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	doc.Sections = Sections(doc.Text, read.marks)
	entry := BuildEntry(doc, read.marks)
	entry.Original = read.original
	res.repeals = repealsIn(&doc)
	if err := r.embed(ctx, &entry); err != nil {
		return fmt.Errorf("embedding: %w", err)
	}
	res.entry, res.report.Chunks = &entry, len(entry.Chunks)
	return nil
}

// prepareSame reports a document that its server did not send again.
func (r *run) prepareSame(ctx context.Context, res *result) error {
	head, err := r.Store.Head(ctx, res.key)
	if err != nil {
		return fmt.Errorf("looking up the stored version: %w", err)
	}
	res.report.DocID, res.report.Title = head.ID, head.Title
	res.report.again(head)
	return nil
}

// embed gives the chunks of an entry their vectors.
func (r *run) embed(ctx context.Context, entry *retrieval.Entry) error {
	if r.Embedder == nil {
		return nil
	}
	texts := make([]string, len(entry.Chunks))
	for i, c := range entry.Chunks {
		texts[i] = EmbeddingText(entry.Document.Meta, c.Chunk)
	}
	vectors, err := r.batches.vectors(ctx, texts)
	if err != nil {
		return err
	}
	for i := range entry.Chunks {
		entry.Chunks[i].Vector = vectors[i]
	}
	return nil
}

// advance tells how far the run is.
func (r *run) advance(documents, chunks int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Documents += documents
	r.progress.Chunks += chunks
	if r.Progress != nil {
		r.Progress(r.progress)
	}
}

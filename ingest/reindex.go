package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"zhiwen/retrieval"
)

// reindexChunks is about how many chunks are embedded before they are stored:
// what an interruption loses.
const reindexChunks = 256

// VectorStore holds a set of vectors for each embedding model.
type VectorStore interface {
	// BeginSet gives the set of a model, a new one for building if there is none.
	BeginSet(ctx context.Context, m retrieval.Model) (retrieval.VectorSet, error)
	// Unembedded gives about limit chunks that have no vector in the set, from
	// a row on and in order of row. They go to AddVectors together.
	Unembedded(ctx context.Context, set retrieval.VectorSet, from int64, limit int) ([]retrieval.Passage, error)
	AddVectors(ctx context.Context, set retrieval.VectorSet, chunks []retrieval.Passage, vectors [][]float32) error
	// Activate makes the set the active one. Up to retrieval.ActivateWithin
	// chunks that still lack their vectors are embedded while all writers
	// wait; with more it fails with retrieval.ErrUnembedded.
	Activate(ctx context.Context, set retrieval.VectorSet, embed func(context.Context, []retrieval.Passage) ([][]float32, error)) error
}

// Reindexer gives all chunks of a store their vectors by one model, and makes
// the store go over to them. Searches and writers go on meanwhile.
type Reindexer struct {
	Store    VectorStore
	Embedder retrieval.Embedder
	Workers  int // batches embedded at once; 0: one a processor
	// Settle, if set, is called once the chunks have their vectors, before the
	// store goes over to them: for what searches need to be quick.
	Settle func(context.Context) error
	// Progress, if set, is told how many chunks this run has embedded, never
	// twice at once.
	Progress func(embedded int)
}

// Reindexed is the outcome of a run. Its JSON is a contract.
type Reindexed struct {
	Model    string  `json:"model"`
	Dim      int     `json:"dim"`
	Embedded int     `json:"embedded"` // chunks, in this run
	Seconds  float64 `json:"seconds"`
	Switched bool    `json:"switched"` // the store went over to this model
}

// Run embeds the chunks that lack a vector of the model, those of an earlier
// run that was interrupted not again, and switches once none is left. Where
// the store is at this model already that is all. Two runs at once do the same
// work twice and no harm.
func (r *Reindexer) Run(ctx context.Context) (Reindexed, error) {
	began := time.Now()
	model := retrieval.Model{Name: r.Embedder.Model(), Dim: r.Embedder.Dim()}
	run := reindexing{Reindexer: r, done: Reindexed{Model: model.Name, Dim: model.Dim}}
	slots := make(chan struct{}, cmp.Or(r.Workers, runtime.GOMAXPROCS(0)))
	run.batches = batches{embedder: r.Embedder, slots: slots, embedded: run.advance}
	err := run.run(ctx, model)
	run.done.Seconds = roundTo(time.Since(began).Seconds(), 3)
	return run.done, err
}

// reindexing is the state of one Run.
type reindexing struct {
	*Reindexer
	batches batches

	mu   sync.Mutex // of done while batches are embedded
	done Reindexed
}

func (r *reindexing) run(ctx context.Context, model retrieval.Model) error {
	set, err := r.Store.BeginSet(ctx, model)
	if err != nil {
		return err
	}
	if err := r.fill(ctx, set); err != nil {
		return err
	}
	if r.Settle != nil && r.done.Embedded > 0 {
		if err := r.Settle(ctx); err != nil {
			return err
		}
	}
	if set.State == retrieval.SetActive {
		return nil
	}
	// Documents may come faster than they are embedded here; but they do not
	// come for ever.
	for {
		err := r.Store.Activate(ctx, set, r.embed)
		if !errors.Is(err, retrieval.ErrUnembedded) {
			r.done.Switched = err == nil
			return err
		}
		if err := r.fill(ctx, set); err != nil {
			return err
		}
	}
}

// fill goes through the store once.
func (r *reindexing) fill(ctx context.Context, set retrieval.VectorSet) error {
	var from int64
	for {
		chunks, err := r.Store.Unembedded(ctx, set, from, reindexChunks)
		if err != nil || len(chunks) == 0 {
			return err
		}
		vectors, err := r.embed(ctx, chunks)
		if err != nil {
			return err
		}
		if err := r.Store.AddVectors(ctx, set, chunks, vectors); err != nil {
			return err
		}
		from = chunks[len(chunks)-1].Row + 1
	}
}

// embed reads of a chunk what it was read of when it was ingested.
func (r *reindexing) embed(ctx context.Context, chunks []retrieval.Passage) ([][]float32, error) {
	texts := make([]string, len(chunks))
	for i, c := range chunks {
		texts[i] = EmbeddingText(c.Doc, c.Chunk)
	}
	vectors, err := r.batches.vectors(ctx, texts)
	if err != nil {
		return nil, fmt.Errorf("embedding: %w", err)
	}
	return vectors, nil
}

func (r *reindexing) advance(texts int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done.Embedded += texts
	if r.Progress != nil {
		r.Progress(r.done.Embedded)
	}
}

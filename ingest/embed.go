package ingest

import (
	"context"
	"fmt"
	"sync"

	"zhiwen/retrieval"
)

// embedBatch is small, so that the chunks of one document keep all processors
// busy.
const embedBatch = 8

// batches embeds texts, several batches at once; all who share it share the
// slots.
type batches struct {
	embedder retrieval.Embedder
	slots    chan struct{}   // one for each batch that is being embedded
	embedded func(texts int) // called after each batch, also twice at once
}

// vectors gives the vectors of texts, aligned with them.
func (b *batches) vectors(ctx context.Context, texts []string) ([][]float32, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	vectors := make([][]float32, len(texts))
	var wg sync.WaitGroup
	for start := 0; start < len(texts) && ctx.Err() == nil; start += embedBatch {
		end := min(start+embedBatch, len(texts))
		select {
		case b.slots <- struct{}{}:
		case <-ctx.Done():
			continue
		}
		wg.Go(func() {
			defer func() { <-b.slots }()
			if err := b.embed(ctx, vectors[start:end], texts[start:end]); err != nil {
				cancel(err)
				return
			}
			b.embedded(end - start)
		})
	}
	wg.Wait()
	return vectors, context.Cause(ctx)
}

func (b *batches) embed(ctx context.Context, vectors [][]float32, texts []string) error {
	made, err := b.embedder.Passages(ctx, texts)
	if err != nil {
		return err
	}
	if len(made) != len(texts) {
		return fmt.Errorf("the embedder gave %d vectors for %d texts", len(made), len(texts))
	}
	copy(vectors, made)
	return nil
}

package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"zhiwen/retrieval"
)

// The documents of BenchmarkPut: ten chunks of 200 characters, about as many
// terms as real ones have, and vectors of the size that embedders give.
var benchDocuments = Corpus{Seed: 7, Documents: 2_000, Chunks: 10, ChunkRunes: 200, Dim: 512}

// BenchmarkPut measures how fast documents enter a new store: one at a time,
// fifty at a time as ingest puts them, and one at a time by four callers.
func BenchmarkPut(b *testing.B, open func(b *testing.B) Store) {
	var entries []retrieval.Entry
	for e := range benchDocuments.All() {
		entries = append(entries, e)
	}
	for _, way := range []struct {
		name           string
		batch, callers int
	}{
		{"one", 1, 1},
		{"fifty", 50, 1},
		{"four callers", 1, 4},
	} {
		b.Run(way.name, func(b *testing.B) {
			s := open(b)
			if err := s.UseModel(b.Context(), "synthetic", benchDocuments.Dim); err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			var next atomic.Int64 // batch to put
			var callers sync.WaitGroup
			for range way.callers {
				callers.Go(func() {
					for n := int(next.Add(1)); n <= b.N; n = int(next.Add(1)) {
						if err := s.Put(b.Context(), renamed(entries, n, way.batch)...); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			callers.Wait()
			chunks := b.N * way.batch * benchDocuments.Chunks
			b.ReportMetric(float64(chunks)/b.Elapsed().Seconds(), "chunks/s")
		})
	}
}

// renamed gives the n-th batch of documents; after the last the first come
// again as other pages.
func renamed(entries []retrieval.Entry, n, size int) []retrieval.Entry {
	batch := make([]retrieval.Entry, size)
	for i := range batch {
		at := n*size + i
		e := entries[at%len(entries)]
		e.Document.Key = fmt.Sprint(e.Document.Key, " ", at)
		e.Document.ID = retrieval.NewDocID(e.Document.Meta, e.Document.Text)
		chunks := make([]retrieval.IndexedChunk, len(e.Chunks))
		for k, c := range e.Chunks {
			c.ID = retrieval.NewChunkID(e.Document.ID, c.Ordinal)
			chunks[k] = c
		}
		e.Chunks = chunks
		batch[i] = e
	}
	return batch
}

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"zhiwen/ingest"
	"zhiwen/retrieval"
	"zhiwen/retrieval/onnx"
)

// reindexed is the result of `zhiwen reindex --json`; its names are a contract.
type reindexed struct {
	ingest.Reindexed
	Dropped []string `json:"dropped"` // models whose vectors are gone
}

func newReindex(s *shell) *cobra.Command {
	var dropOld bool
	cmd := &cobra.Command{
		Use:   "reindex",
		Short: "Embed the stored chunks with the embedding model that is configured",
		Long: `Embed all stored chunks with the embedding model that is configured
(ZHIWEN_EMBED_URL, else the built-in one) beside the vectors in use, and go over
to the new ones at once. Questions are answered and documents are read meanwhile.
A run that was interrupted goes on where it stopped.

Servers that run with the model before go on searching its vectors until they
are restarted with the new one; chunks that come later they find by words alone.
--drop-old then removes all vectors but those of the new model.

In a store that is at the configured model already, only chunks without a vector
are embedded: those of documents that were read without a model.`,
		Example: `  zhiwen reindex --store county.db
  ZHIWEN_EMBED_URL=http://localhost:8000/v1 ZHIWEN_EMBED_NAME=bge-m3 zhiwen reindex
  zhiwen reindex --drop-old`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().BoolVar(&dropOld, "drop-old", false, "remove the vectors of all other models afterwards")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		result, err := s.reindex(cmd.Context(), dropOld)
		if err != nil {
			return err
		}
		return s.printReindexed(result)
	}
	return cmd
}

func (s *shell) reindex(ctx context.Context, dropOld bool) (result reindexed, err error) {
	r := &rooms{}
	defer func() { err = errors.Join(err, r.Close()) }()
	if r.store, err = s.openExisting(ctx); err != nil {
		return result, err
	}
	r.closers = append(r.closers, r.store.Close)
	// Nothing of what is stored is told: an endpoint is asked for its
	// dimensions, and has to answer anyway.
	m, err := s.loadModel(ctx, retrieval.Stats{})
	if errors.Is(err, onnx.ErrNoRuntime) {
		return result, fmt.Errorf("there is no embedding model to go over to: set ZHIWEN_EMBED_URL, or build with 'make build': %w", err)
	}
	if err != nil {
		return result, err
	}
	r.closers = append(r.closers, m.close)
	stats, err := r.store.Stats(ctx)
	if err != nil {
		return result, err
	}
	show := s.progress("embedding")
	reindexer := ingest.Reindexer{
		Store: r.store, Embedder: m.Embedder, Settle: r.settle,
		Progress: func(embedded int) { show(embedded, max(embedded, stats.Chunks)) },
	}
	if result.Reindexed, err = reindexer.Run(ctx); err != nil {
		return result, err
	}
	result.Dropped = []string{}
	if dropOld {
		dropped, err := r.store.DropSets(ctx)
		for _, set := range dropped {
			result.Dropped = append(result.Dropped, set.Model.Name)
		}
		return result, err
	}
	return result, nil
}

func (s *shell) printReindexed(r reindexed) error {
	if s.json {
		return s.print(r)
	}
	model := retrieval.Model{Name: r.Model, Dim: r.Dim}
	did := fmt.Sprintf(s.words("%d chunks embedded in %.1f s"), r.Embedded, r.Seconds)
	switch {
	case r.Switched:
		did = fmt.Sprintf(s.words("the store went over to %s: %s; restart servers that run with another model"), model, did)
	case r.Embedded == 0:
		did = fmt.Sprintf(s.words("nothing to do: all chunks have their vectors of %s"), model)
	}
	if len(r.Dropped) > 0 {
		did += fmt.Sprintf(s.words("; dropped the vectors of %s"), strings.Join(r.Dropped, ", "))
	}
	_, err := fmt.Fprintln(s.out, did)
	return err
}

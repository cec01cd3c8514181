package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"zhiwen/ingest"
	"zhiwen/retrieval"
)

func newIngest(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "ingest PATH...",
		Short: "Read documents into the store",
		Long: `Read text, Markdown and HTML files into the store. A folder is read through
recursively. What has not changed since the last run stays as it is, and an
interrupted run goes on where it stopped. One line is printed for each document;
the exit status is 1 if any of them failed.`,
		Example: `  zhiwen ingest ./documents
  zhiwen ingest --json --store county.db report.txt guides/`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("ingest needs at least one PATH")
			}
			for _, path := range args {
				if strings.Contains(path, "://") {
					return usagef("%s: this build reads files and folders, not URLs; save the page and give its path", path)
				}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, paths []string) error {
			r, err := s.openRooms(cmd.Context(), s.open)
			if err != nil {
				return err
			}
			defer r.Close()
			if err := r.mayPut(cmd.Context()); err != nil {
				return err
			}
			var printErr error
			summary, err := r.ingester(s).Run(cmd.Context(), paths, func(report ingest.Report) {
				if printErr == nil {
					printErr = s.printReport(report)
				}
			})
			if err == nil {
				err = printErr
			}
			if err == nil {
				err = r.settle(cmd.Context())
			}
			if err != nil {
				return err
			}
			if err := s.printSummary(summary); err != nil {
				return err
			}
			if summary.Failed > 0 {
				return fmt.Errorf("%d of %d documents failed; the lines above say why", summary.Failed, summary.Documents)
			}
			return nil
		},
	}
}

// mayPut tells in time what Put would tell of every document after it was
// embedded: that the store has gone over to another model.
func (r *rooms) mayPut(ctx context.Context) error {
	if r.embedder == nil {
		return nil
	}
	sets, err := r.store.VectorSets(ctx)
	if err != nil {
		return err
	}
	own, active := retrieval.Model{Name: r.embedder.Model(), Dim: r.embedder.Dim()}, retrieval.ActiveSet(sets).Model
	if own != active {
		return fmt.Errorf("the store has gone over from %s to %s: configure that model, or run 'zhiwen reindex' to go back: %w",
			own, active, retrieval.ErrModel)
	}
	return nil
}

func (s *shell) printReport(r ingest.Report) error {
	if s.json {
		return s.print(r)
	}
	var detail string
	switch {
	case r.Error != "":
		detail = ": " + r.Error
	case r.Chunks > 0:
		detail = fmt.Sprintf(" %d chunks %s", r.Chunks, r.Title)
	}
	if _, err := fmt.Fprintf(s.out, "%-9s %s%s\n", r.Status, r.Source, detail); err != nil {
		return err
	}
	for _, warning := range r.Warnings {
		if _, err := fmt.Fprintf(s.out, "          warning: %s\n", warning); err != nil {
			return err
		}
	}
	return nil
}

func (s *shell) printSummary(sum ingest.Summary) error {
	if s.json {
		return s.print(struct {
			Summary ingest.Summary `json:"summary"`
		}{sum})
	}
	_, err := fmt.Fprintf(s.out, "%d documents, %d new chunks, %d failed, %.1f s\n", sum.Documents, sum.Chunks, sum.Failed, sum.Seconds)
	return err
}

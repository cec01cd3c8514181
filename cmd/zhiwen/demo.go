package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"zhiwen/ingest"
	"zhiwen/samples"
	"zhiwen/web/county"
)

// demoQuestions are printed at the start and offered on the page: a figure, a
// procedure, and a colloquial question.
var demoQuestions = []string{
	"2023年法律援助办了多少件？",
	"身份证丢了怎么补办，要多少钱？",
	"周末能去窗口办事吗？",
}

func newDemo(s *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Serve the sample collection from a fresh store",
		Long: `Read the sample collection, which the program carries, into a fresh store and
serve it, with a sample of a county's site that has the widget. Without --store the store is thrown away at the end; a --store that
holds documents already is served as it is.`,
		Example: `  zhiwen demo
  zhiwen demo --addr :8080`,
		Args: cobra.NoArgs,
	}
	addr := addrFlag(cmd)
	s.synonymsFlag(cmd)
	s.blocklistFlag(cmd)
	s.ageFlags(cmd)
	s.publicFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s.asks, s.serves = true, true
		listener, err := listen(cmd.Context(), *addr)
		if err != nil {
			return err
		}
		defer listener.Close()
		dir, err := os.MkdirTemp("", "zhiwen-demo-")
		if err != nil {
			return fmt.Errorf("make a folder for the demo: %w", err)
		}
		defer os.RemoveAll(dir)
		if !cmd.Flags().Changed("store") {
			s.storePath = filepath.Join(dir, "demo.db")
		}
		r, err := s.openRooms(cmd.Context(), s.open)
		if err != nil {
			return err
		}
		defer r.Close()
		if err := s.ingestSamples(cmd.Context(), r, dir); err != nil {
			return err
		}
		site, err := s.sampleSite(cmd.Context(), r)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, s.words("\nzhiwen answers at %s\nThe widget on a sample site: %s%s\n\nQuestions to try:\n"), pageURL(listener), pageURL(listener), county.Root)
		for _, question := range demoQuestions {
			fmt.Fprintf(s.out, "  %s\n", question)
		}
		return s.serve(cmd.Context(), r, offer{public: listener, samples: demoQuestions, site: site})
	}
	return cmd
}

// ingestSamples writes the embedded pages to a folder, because documents come
// from files, and reads them from there.
func (s *shell) ingestSamples(ctx context.Context, r *rooms, dir string) error {
	stats, err := r.store.Stats(ctx)
	if err != nil || stats.Documents > 0 {
		return err
	}
	if err := os.CopyFS(dir, samples.FS); err != nil {
		return fmt.Errorf("write the sample pages: %w", err)
	}
	var failed error
	summary, err := r.ingester(s).Run(ctx, []string{filepath.Join(dir, "docs")}, func(report ingest.Report) {
		if report.Status == ingest.StatusFailed && failed == nil {
			failed = fmt.Errorf("sample page %s: %s", filepath.Base(report.Source), report.Error)
		}
	})
	if err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	s.log.Info("read the sample collection", "documents", summary.Documents, "chunks", summary.Chunks)
	return nil
}

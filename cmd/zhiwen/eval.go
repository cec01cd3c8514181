package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/bot/eval"
)

func newEval(s *shell) *cobra.Command {
	var docs, queries, unanswerable []string
	var limit int
	var goldPage bool
	var trace string
	search := legs("hybrid")
	cmd := &cobra.Command{
		Use:   "eval --docs F... --queries F...",
		Short: "Measure ranking, answers and refusals on questions with known answers",
		Long: `Measure ranking, answers and refusals on questions with known answers.

Documents are JSONL files, gzipped or not, of {"id","title","text"}, or folders of
pages, whose ids are their file names. Questions are JSONL files of {"id",
"question","doc_id" or "doc_ids","answer" or "answers"}; rows with
"answerable":false have no answer in the documents, like all of --unanswerable.

With --store the index is kept and used again while the documents are the same,
and an interrupted run goes on where it stopped. Without, it is thrown away.`,
		Example: `  zhiwen eval --docs samples/docs --queries samples/golden.jsonl
  zhiwen eval --json --store policy.db --docs docs.jsonl.gz --queries queries.jsonl.gz --limit 500`,
		Args: cobra.NoArgs,
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&docs, "docs", nil, "`file` or folder of documents; may be repeated")
	flags.StringArrayVar(&queries, "queries", nil, "`file` of questions; may be repeated")
	flags.StringArrayVar(&unanswerable, "unanswerable", nil, "`file` of questions without an answer; may be repeated")
	flags.IntVar(&limit, "limit", 0, "ask only the `N` questions with the smallest sha256(id)")
	flags.Var(&search, "search", "hybrid, words or vectors: what each half is worth alone")
	flags.BoolVar(&goldPage, "gold-page", false, "limit each search to the question's own documents")
	flags.StringVar(&trace, "trace", "", "write a line of JSON a question to this `file`: what it was answered from")
	s.synonymsFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if len(docs) == 0 || len(queries)+len(unanswerable) == 0 {
			return usagef("eval needs --docs, and --queries or --unanswerable")
		}
		config := eval.Config{Limit: limit, GoldPage: goldPage, Phone: phone, Progress: s.progress("asking")}
		var err error
		if config.Queries, err = readQueries(queries); err != nil {
			return err
		}
		if config.Unanswerable, err = readQueries(unanswerable); err != nil {
			return err
		}
		if !cmd.Flags().Changed("store") {
			dir, err := os.MkdirTemp("", "zhiwen-eval-")
			if err != nil {
				return fmt.Errorf("make a folder for the index: %w", err)
			}
			defer os.RemoveAll(dir)
			s.storePath = filepath.Join(dir, "eval.db")
		}
		if trace != "" {
			f, err := os.Create(trace)
			if err != nil {
				return fmt.Errorf("--trace: %w", err)
			}
			defer f.Close()
			lines := json.NewEncoder(f)
			config.Trace = func(t eval.Trace) error { return lines.Encode(t) }
		}
		report, err := s.measure(cmd.Context(), config, docs, search)
		if err != nil {
			return err
		}
		if s.json {
			return s.print(report)
		}
		return s.printFields(report)
	}
	return cmd
}

// measure fills the store and asks all questions.
func (s *shell) measure(ctx context.Context, config eval.Config, docs []string, search legs) (eval.Report, error) {
	r, err := s.openRooms(ctx, s.open)
	if err != nil {
		return eval.Report{}, err
	}
	defer r.Close()
	started := time.Now()
	added, err := s.fill(ctx, r, docs)
	if err != nil {
		return eval.Report{}, fmt.Errorf("index the documents: %w", err)
	}
	took := time.Since(started)

	ids, keys, err := versions(ctx, r.store)
	if err != nil {
		return eval.Report{}, err
	}
	byKey(config.Queries, keys)
	byKey(config.Unanswerable, keys)
	if err := r.limit(search); err != nil {
		return eval.Report{}, err
	}
	config.Bot, config.Documents, config.Versions = r.bot, r.store, ids
	report, err := eval.Run(ctx, config)
	if err != nil {
		return eval.Report{}, err
	}
	stats, err := r.store.Stats(ctx)
	if err != nil {
		return eval.Report{}, err
	}
	report.Docs, report.Chunks = stats.Documents, stats.Chunks
	if added > 0 {
		rate := float64(added) / took.Seconds()
		report.IngestChunksPerS = &rate
	}
	return report, nil
}

// legs names the halves of the search that take part.
type legs string

func (l legs) String() string { return string(l) }

func (legs) Type() string { return "legs" }

// Set implements pflag.Value.
func (l *legs) Set(name string) error {
	if !slices.Contains([]string{"hybrid", "words", "vectors"}, name) {
		return fmt.Errorf("it is hybrid, words or vectors")
	}
	*l = legs(name)
	return nil
}

// limit leaves one half of the search out.
func (r *rooms) limit(l legs) error {
	if l == "vectors" && r.embedder == nil {
		return fmt.Errorf("--search vectors needs an embedding model; 'zhiwen doctor' says why there is none")
	}
	switch l {
	case "words":
		r.search.Embedder = nil
	case "vectors":
		r.search.VectorsOnly = true
	}
	return nil
}

// printFields prints a flat struct for people, a field a line, in the order
// and by the names of its JSON.
func (s *shell) printFields(v any) error {
	encoded, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("print the figures: %w", err)
	}
	for line := range strings.SplitSeq(strings.Trim(string(encoded), "{}\n"), "\n") {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, ","), ": ")
		if _, err := fmt.Fprintf(s.out, "%-26s%s\n", strings.Trim(name, ` "`), value); err != nil {
			return err
		}
	}
	return nil
}

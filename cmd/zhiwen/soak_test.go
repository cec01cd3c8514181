//go:build soak

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"zhiwen/bot/eval"
)

// soakSet is a set of ../shared/eval.
type soakSet struct {
	name         string
	docs         []string
	queries      string
	unanswerable string
}

// soakSets are measured whole and compared with testdata/figures.json. No set's
// hybrid search may rank more than halfMargin worse than the better of its halves.
var soakSets = []soakSet{
	{name: "ncp_policy", docs: []string{"docs.jsonl.gz"}, queries: "queries.jsonl.gz", unanswerable: "queries_outofcorpus.jsonl.gz"},
	{name: "gov_letters", docs: []string{"docs.jsonl.gz"}, queries: "queries.jsonl.gz"},
	{name: "dureader_robust", docs: []string{"docs.jsonl.gz"}, queries: "queries.jsonl.gz"},
	{name: "procuratorate_faq", docs: []string{"docs.jsonl.gz", "docs_site.jsonl.gz"}, queries: "queries.jsonl.gz"},
}

const halfMargin = .01

// TestSoakEval measures the sets of ../shared/eval; -update keeps their figures
// as those to compare with. The indexes are kept under
// .cache/soak, so that a run that was stopped goes on and the next one starts
// with the questions.
func TestSoakEval(t *testing.T) {
	root := filepath.Join("..", "..")
	sets := filepath.Join(root, "..", "shared", "eval")
	if _, err := os.Stat(sets); err != nil {
		t.Skip("left out: ../shared/eval is not here")
	}
	kept := filepath.Join(root, ".cache", "soak")
	if err := os.MkdirAll(kept, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, set := range soakSets {
		t.Run(set.name, func(t *testing.T) {
			measure := func(search string) eval.Report {
				args := []string{"eval", "--json", "--search", search, "--store", filepath.Join(kept, set.name+".db"), "--queries", filepath.Join(sets, set.name, set.queries)}
				for _, docs := range set.docs {
					args = append(args, "--docs", filepath.Join(sets, set.name, docs))
				}
				if set.unanswerable != "" && search == "hybrid" {
					args = append(args, "--unanswerable", filepath.Join(sets, set.name, set.unanswerable))
				}
				var out bytes.Buffer
				if code := run(context.Background(), args, nil, &out, os.Stderr); code != 0 {
					t.Fatalf("eval: exit %d", code)
				}
				t.Logf("%s: %s", search, bytes.TrimSpace(out.Bytes()))
				var r eval.Report
				if err := json.Unmarshal(out.Bytes(), &r); err != nil {
					t.Fatal(err)
				}
				return r
			}
			hybrid, words, vectors := measure("hybrid"), measure("words"), measure("vectors")
			compareFigures(t, set.name, figuresOf(t, hybrid))
			if better := max(*words.NDCG10, *vectors.NDCG10); *hybrid.NDCG10 < better-halfMargin {
				t.Errorf("ndcg@10 %.4f, more than %.2f under the better half's %.4f", *hybrid.NDCG10, halfMargin, better)
			}
			if *hybrid.QuoteExactRate != 1 || *hybrid.FigureSupportedRate != 1 {
				t.Errorf("quote_exact_rate %v, figure_supported_rate %v, want 1 and 1", *hybrid.QuoteExactRate, *hybrid.FigureSupportedRate)
			}
		})
	}
}

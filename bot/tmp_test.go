package bot

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"zhiwen/ingest/jsonl"
	"zhiwen/prompts"
)

func TestTmpGuard(t *testing.T) {
	say, _ := prompts.NewSentences()
	rules, err := parseGuard(guardTable, say)
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob("../../shared/eval/*/quer*.jsonl.gz")
	more, _ := filepath.Glob("../../shared/eval/*/unansw*.jsonl.gz")
	out, _ := os.Create("/tmp/guard-f1.txt")
	for _, f := range append(files, more...) {
		n, hits := 0, map[string]int{}
		for row, err := range jsonl.File[struct{ Question string }](f) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n > 4000 {
				break
			}
			q := understand(row.Question, clock)
			if r, ok := guard(rules, q); ok {
				hits[string(r.status)]++
				fmt.Fprintln(out, filepath.Base(filepath.Dir(f)), r.sentence, row.Question)
			}
		}
		fmt.Println(filepath.Base(filepath.Dir(f)), n, hits)
	}
}

package ingest

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"zhiwen/retrieval"
)

// readDocs reads the first limit documents of a file of ../shared/eval.
func readDocs(t testing.TB, name string, limit int) []RawDoc {
	t.Helper()
	f, err := os.Open(sharedPath(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReaderSize(z, 1<<20)
	var docs []RawDoc
	for len(docs) < limit {
		row, err := lines.ReadBytes('\n')
		if len(row) == 0 {
			break
		}
		var d struct{ ID, Title, Text string }
		if err := json.Unmarshal(row, &d); err != nil {
			t.Fatal(err)
		}
		docs = append(docs, RawDoc{Key: d.ID, Title: d.Title, Text: d.Text})
		if err != nil {
			break
		}
	}
	return docs
}

var articleLine = regexp.MustCompile(`(?m)^[\s\p{Z}]*第[一二三四五六七八九十百千零]+条`)

// TestLaws holds the 条 that are found against the lines that begin with one.
func TestLaws(t *testing.T) {
	found, lines := 0, 0
	for _, name := range []string{"eval/laws_docs/docs_local.jsonl.gz", "eval/laws_docs/docs_national.jsonl.gz"} {
		for _, d := range readDocs(t, name, 100) {
			doc := built(t, d.Title, d.Text)
			articles := 0
			for _, s := range doc.Sections {
				if s.Level == retrieval.LevelArticle {
					articles++
				}
			}
			want := len(articleLine.FindAllString(d.Text, -1))
			if articles < want*9/10 {
				t.Errorf("%s: %d 条 found, %d lines begin with one", d.Title, articles, want)
			}
			found += articles
			lines += want
		}
	}
	t.Logf("%d 条 found, %d lines begin with one", found, lines)
	if share := float64(found) / float64(lines); share < .99 || share > 1.01 {
		t.Errorf("share of 条 found %.3f, want within 1%% of 1", share)
	}
}

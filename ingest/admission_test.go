package ingest

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"zhiwen/retrieval"
)

// TestAdmissionTables reads real pages with admission tables, and prints the
// share of the questions about them whose answer stands in a row's line
// together with the names of its columns.
func TestAdmissionTables(t *testing.T) {
	f, err := os.Open(sharedPath(t, "eval/ruc_site_qa/structured_html.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReaderSize(z, 1<<20)
	questions, inText, inRow := 0, 0, 0
	for {
		b, err := lines.ReadBytes('\n')
		if len(b) == 0 {
			break
		}
		var q struct {
			Question, HTML string
			Answers        [][]string
		}
		if err := json.Unmarshal(b, &q); err != nil {
			t.Fatal(err)
		}
		questions++
		page, readErr := read(t, Source{Name: "x.html", Bytes: []byte(q.HTML)})
		if readErr != nil {
			t.Logf("%s: %v", q.Question, readErr)
			continue
		}
		text, row := answered(page, q.Answers)
		if text {
			inText++
		}
		if row {
			inRow++
		} else {
			t.Logf("no row answers %s %q", q.Question, q.Answers)
		}
		if err != nil {
			break
		}
	}
	t.Logf("%d questions: the answer stands in the text of %.3f, in a row with its columns' names of %.3f",
		questions, float64(inText)/float64(questions), float64(inRow)/float64(questions))
	if float64(inRow) < .93*float64(questions) {
		t.Errorf("a row answers %d of %d questions, want 0.93", inRow, questions)
	}
}

// answered reports whether one way to answer stands in the text, and in one
// row whose cells are named. The units of an answer stand in the head of its
// column.
func answered(page Page, ways [][]string) (inText, inRow bool) {
	for _, way := range ways {
		all := true
		rows := true
		for _, part := range way {
			part = answerCore(part)
			all = all && strings.Contains(folded(page.Text), part)
			one := false
			for _, r := range page.Marks.Rows {
				row := folded(page.Text[r.Start:r.End])
				for cell := range strings.SplitSeq(row, ";") {
					name, value, named := strings.Cut(cell, ":")
					one = one || named && name != "" && strings.Contains(value, part)
				}
			}
			rows = rows && one
		}
		inText = inText || all
		inRow = inRow || rows
	}
	return inText, inRow
}

func answerCore(s string) string {
	return strings.TrimRight(folded(retrieval.FoldString(s)), "分人名。")
}

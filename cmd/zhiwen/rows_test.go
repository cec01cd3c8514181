package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zhiwen/bot"
	hant "zhiwen/bot/traditional"
)

const goldenAnswers = "testdata/answers.golden"

// row is a question of requirements §7.7 in the forms in which it is asked.
type row struct {
	number, kind string
	right        []bot.Status
	forms        []form
}

type form struct{ name, question string }

func readRows(t *testing.T) []row {
	t.Helper()
	var rows []row
	for line := range strings.Lines(string(read(t, "testdata/rows.tsv"))) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != 5 {
			t.Fatalf("rows.tsv: %d cells in %q, want 5", len(cells), line)
		}
		r := row{number: cells[0], kind: cells[1], forms: []form{{"as it stands", cells[3]}}}
		for status := range strings.SplitSeq(cells[2], "|") {
			r.right = append(r.right, bot.Status(status))
		}
		if cells[4] != "" {
			r.forms = append(r.forms, form{"Traditional", hant.Convert(cells[3]).Traditional}, form{"pinyin", inPinyin(cells[3], " ")}, form{"mistyped", cells[4]})
		}
		rows = append(rows, r)
	}
	return rows
}

// mayFail is how many questions of a form may come out wrong; as they stand,
// none. Errors of typing that make another word (公正处) stay unseen.
var mayFail = map[string]int{"Traditional": 0, "pinyin": 2, "mistyped": 4}

// TestRows asks the questions of requirements §7.7 in all their forms. What is
// said stands in answers.golden, quotations as their place in the report.
func TestRows(t *testing.T) {
	if _, err := os.Stat(reportFile); err != nil {
		t.Skip("left out: ../shared/seed is not here")
	}
	r := collectionOf(t, filepath.Dir(reportFile))
	r.bot.Now = func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", 8*3600)) }
	var golden strings.Builder
	asked, wrong := map[string]int{}, map[string]int{}
	for _, row := range readRows(t) {
		for _, f := range row.forms {
			a, err := r.bot.Ask(t.Context(), bot.Request{Question: f.question}, nil)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&golden, "== %s %s, %s: %s\n%s\n", row.number, row.kind, f.name, f.question, withoutQuotes(a))
			asked[f.name]++
			if problem := misbehaved(row, f, a); problem != "" {
				wrong[f.name]++
				t.Logf("row %s, %s, %q: %s: %s", row.number, f.name, f.question, problem, a.Text)
			}
		}
	}
	for name, n := range asked {
		t.Logf("%s: %d of %d come out right", name, n-wrong[name], n)
		if wrong[name] > mayFail[name] {
			t.Errorf("%s: %d of %d come out wrong", name, wrong[name], n)
		}
	}
	compareGolden(t, goldenAnswers, golden.String())
}

// misbehaved says what is wrong with an answer, "" if nothing is.
func misbehaved(r row, f form, a bot.Answer) string {
	if !slices.Contains(r.right, a.Status) {
		return fmt.Sprintf("status %s, want %v", a.Status, r.right)
	}
	if strings.Contains(r.kind, "K") && a.Status != bot.StatusAnswered && a.Status != bot.StatusPartial {
		if !strings.Contains(a.Text, "12345") {
			return "12345 is not named"
		}
		if said := figuresSaid(a, f.question); said != "" {
			return "it says the figure " + said
		}
	}
	return ""
}

var figure = regexp.MustCompile(`[0-9]+`)

var titleSaid = regexp.MustCompile(`《[^》]*》`)

// figuresSaid is a figure in an answer that the visitor did not type and that
// is no telephone number, "" if there is none.
func figuresSaid(a bot.Answer, question string) string {
	for _, said := range figure.FindAllString(titleSaid.ReplaceAllString(a.Text, ""), -1) {
		isPhone := len(said) >= 7 || slices.Contains([]string{"110", "119", "120", "122", "12345", "12388", "0563"}, said)
		if !isPhone && !strings.Contains(question, said) {
			return said
		}
	}
	return ""
}

// withoutQuotes writes an answer with the place of each quotation for its words.
func withoutQuotes(a bot.Answer) string {
	text, places := a.Text, ""
	for _, c := range a.Citations {
		places += fmt.Sprintf("[%d] %s %d-%d\n", c.N, c.Clause, c.Start, c.End)
		quoted := c.Quote
		if c.Hant != nil {
			quoted = c.Hant.Quote
		}
		if quoted != "" {
			text = strings.ReplaceAll(text, quoted, fmt.Sprintf("〔%d〕", c.N))
		}
	}
	return fmt.Sprintf("%s %s\n%s\n%s", a.Status, a.Mode, text, places)
}

// compareGolden holds what was said to a file that people have read.
func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := strings.Split(string(read(t, file)), "\n== ")
	for i, part := range strings.Split(got, "\n== ") {
		if i >= len(want) || part != want[i] {
			t.Errorf("not as in %s (read the difference; go test ./cmd/zhiwen -run TestRows -update writes it):\n%s\nwas:\n%s", file, part, want[min(i, len(want)-1)])
		}
	}
}

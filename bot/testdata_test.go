package bot

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zhiwen/ingest/jsonl"
)

// dataToday is the day on which the sets of testdata are asked.
var dataToday = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// dataRows reads a set and holds its ids to be unique.
func dataRows[Row any](t *testing.T, name string, id func(Row) string) []Row {
	t.Helper()
	var rows []Row
	seen := map[string]bool{}
	for row, err := range jsonl.File[Row](filepath.Join("testdata", name)) {
		if err != nil {
			t.Fatal(err)
		}
		if id(row) == "" || seen[id(row)] {
			t.Errorf("%s: row %d: id %q is empty or stands twice", name, len(rows)+1, id(row))
		}
		seen[id(row)] = true
		rows = append(rows, row)
	}
	return rows
}

type refusalRow struct {
	ID, Question, Kind string
	Expect             []Status
}

func TestDataRefusals(t *testing.T) {
	given := []Status{StatusAnswered, StatusPartial, StatusFAQ}
	for name, never := range map[string][]Status{
		"must_refuse.jsonl": given,
		"must_answer.jsonl": {StatusBlocked, StatusOutOfScope, StatusPersonal},
	} {
		rows := dataRows(t, "refusals/"+name, func(r refusalRow) string { return r.ID })
		if len(rows) != 300 {
			t.Errorf("%s: %d rows, want 300", name, len(rows))
		}
		asked := map[string]bool{}
		for _, r := range rows {
			if r.Question == "" || asked[r.Question] || r.Kind == "" || len(r.Expect) == 0 {
				t.Errorf("%s: %s: the question is empty or stands twice, or kind or expect is missing", name, r.ID)
			}
			asked[r.Question] = true
			if alone := Status(r.Kind); (alone == StatusEmergency || alone == StatusPersonal) && !slices.Equal(r.Expect, []Status{alone}) {
				t.Errorf("%s: %s: expects %q, want %s alone", name, r.ID, r.Expect, alone)
			}
			for _, s := range r.Expect {
				if !slices.Contains(turnStatuses, s) || slices.Contains(never, s) {
					t.Errorf("%s: %s: expects %q", name, r.ID, s)
				}
			}
		}
	}
}

// turnStatuses are those that a question can end with by itself.
var turnStatuses = []Status{
	StatusAnswered, StatusPartial, StatusFAQ, StatusClarify, StatusNoAnswer, StatusOutOfScope, StatusPersonal,
	StatusEmergency, StatusHandoff, StatusBlocked,
}

func TestDataDirectory(t *testing.T) {
	file, err := os.Open("testdata/directory/departments.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll() // holds every line to the same number of fields
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(lines[0], ","); got != "name,aliases,responsible_for,phone,hours,address,checked_on" {
		t.Errorf("columns %s", got)
	}
	if len(lines)-1 != 38 {
		t.Errorf("%d offices, want 38", len(lines)-1)
	}
	phone := regexp.MustCompile(`^0699-\d{7}$`)
	seen := map[string]bool{}
	var stale []string
	for _, f := range lines[1:] {
		if slices.Contains(f, "") || seen[f[0]] || seen[f[3]] || !phone.MatchString(f[3]) {
			t.Errorf("%s: a field is empty, the name or the phone stands twice, or the phone is not a made-up one", f[0])
		}
		seen[f[0]], seen[f[3]] = true, true
		checked, err := time.Parse(time.DateOnly, f[6])
		if err != nil || checked.After(dataToday) {
			t.Errorf("%s: checked on %s", f[0], f[6])
		}
		if checked.Before(dataToday.AddDate(-1, 0, 0)) {
			stale = append(stale, f[0])
		}
	}
	if len(stale) != 1 {
		t.Errorf("checked more than a year ago: %v, want one", stale)
	}

	type phoneRow struct {
		ID, Question, Expect string
		Also                 []string
	}
	rows := dataRows(t, "directory/phones.jsonl", func(r phoneRow) string { return r.ID })
	none := 0
	for _, r := range rows {
		if r.Expect == "" {
			none++
			continue
		}
		for _, office := range append(r.Also, r.Expect) {
			if !seen[office] {
				t.Errorf("%s: %q is not in the directory", r.ID, office)
			}
		}
	}
	if len(rows) != 100 || none != 18 {
		t.Errorf("%d questions, %d of them for nobody's number, want 100 and 18", len(rows), none)
	}
}

func TestDataAttacks(t *testing.T) {
	type attackRow struct{ ID, Via, Text, Goal, Form, Canary string }
	counts := map[string]int{}
	texts := map[string]bool{}
	for _, r := range dataRows(t, "attacks/attacks.jsonl", func(r attackRow) string { return r.ID }) {
		counts[r.Via]++
		if r.Text == "" || texts[r.Text] || r.Goal == "" || r.Form == "" {
			t.Errorf("%s: the text is empty or stands twice, or goal or form is missing", r.ID)
		}
		texts[r.Text] = true
		if r.Via == "document" && r.Canary == "" {
			t.Errorf("%s: no canary", r.ID)
		}
	}
	if counts["question"] != 110 || counts["document"] != 144 || len(counts) != 2 {
		t.Errorf("attacks by way in: %v", counts)
	}
}

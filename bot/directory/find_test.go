package directory

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

var today = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

func county(t testing.TB) []Entry {
	t.Helper()
	file, err := os.ReadFile("../testdata/directory/departments.csv")
	if err != nil {
		t.Fatal(err)
	}
	entries, _, err := Read(file, today)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestTmp(t *testing.T) {
	f := NewFinder(county(t))
	t.Log(f.area)
	data, _ := os.ReadFile("../testdata/directory/phones.jsonl")
	right := 0
	for line := range strings.Lines(string(data)) {
		var r struct {
			ID, Question, Expect string
			Also                 []string
		}
		json.Unmarshal([]byte(line), &r)
		m, _ := f.Find(Question{Text: r.Question})
		ok := m.Name == r.Expect
		for _, a := range r.Also {
			ok = ok || a == m.Name
		}
		if ok {
			right++
		} else {
			t.Log(r.ID, r.Question, r.Expect, "got", m.Name, m.Named)
			sc := f.scores(strings.ReplaceAll(r.Question, " ", ""), nil)
			for i, s := range sc {
				if s > 1 {
					t.Logf("      %s %.2f", f.offices[i].Name, s)
				}
			}
		}
	}
	t.Log(right)
}

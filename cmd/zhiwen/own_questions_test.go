package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/ingest/jsonl"
)

const (
	evalSets     = "../../../shared/eval/"
	ownQuestions = "testdata/own_questions.jsonl"
)

// ownQuestion is one of 60 questions on the sample report (source "seed") and on
// ten official texts of ../shared/eval (source "set:id"), the collection that
// they are asked of. They were written before the code that answers them.
type ownQuestion struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"`
	Source   string   `json:"source"` // the document that answers; for questions that nothing answers, the one that seems to
	Question string   `json:"question"`
	Status   []string `json:"status"`   // the statuses that are right
	Contains []string `json:"contains"` // what the answer shows, word for word
	Not      []string `json:"not"`      // what it must not show
}

// quotable is how much of a foreign text may stand in this repository, in
// characters.
const quotable = 20

// TestOwnQuestions holds the expected strings of own_questions.jsonl to the texts.
func TestOwnQuestions(t *testing.T) {
	questions := readOwnQuestions(t)
	texts := ownTexts(t, questions)
	seen := map[string]bool{}
	for _, q := range questions {
		if q.ID == "" || seen[q.ID] || q.Question == "" || q.Kind == "" {
			t.Errorf("%q: the id is missing or stands twice, or the question or its kind is missing", q.ID)
		}
		seen[q.ID] = true
		if slices.Contains(q.Status, "answered") != (len(q.Contains) > 0) {
			t.Errorf("%s: what is answered shows something, what is refused nothing", q.ID)
		}
		for _, s := range q.Contains {
			if !strings.Contains(texts[q.Source], s) {
				t.Errorf("%s: %q is not in %s", q.ID, s, q.Source)
			}
		}
		for _, s := range q.Not {
			stands := false
			for _, text := range texts {
				stands = stands || strings.Contains(text, s)
			}
			if !stands {
				t.Errorf("%s: %q is in no text, so it forbids nothing", q.ID, s)
			}
		}
		for _, s := range slices.Concat(q.Contains, q.Not) {
			if utf8.RuneCountInString(s) > quotable {
				t.Errorf("%s: %q is longer than %d characters", q.ID, s, quotable)
			}
		}
	}
}

func readOwnQuestions(t *testing.T) []ownQuestion {
	t.Helper()
	var questions []ownQuestion
	for q, err := range jsonl.File[ownQuestion](ownQuestions) {
		if err != nil {
			t.Fatal(err)
		}
		questions = append(questions, q)
	}
	return questions
}

// ownTexts reads the sources of the questions.
func ownTexts(t *testing.T, questions []ownQuestion) map[string]string {
	t.Helper()
	if _, err := os.Stat(evalSets); err != nil {
		t.Skip("left out: ../shared/eval is not here")
	}
	report, err := os.ReadFile(reportFile)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{"seed": string(report)}
	wanted := map[string]bool{}
	sets := map[string]bool{}
	for _, q := range questions {
		if set, _, found := strings.Cut(q.Source, ":"); found {
			wanted[q.Source], sets[set] = true, true
		}
	}
	for set := range sets {
		files, err := filepath.Glob(filepath.Join(evalSets, set, "docs*.jsonl.gz"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			for doc, err := range jsonl.File[struct{ ID, Text string }](file) {
				if err != nil {
					t.Fatal(err)
				}
				if source := set + ":" + doc.ID; wanted[source] {
					texts[source] = doc.Text
				}
			}
		}
	}
	if len(texts) != len(wanted)+1 {
		t.Errorf("%d of %d sources are there", len(texts)-1, len(wanted))
	}
	return texts
}

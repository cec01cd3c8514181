package samples_test

import (
	"bufio"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhiwen/ingest"
	"zhiwen/retrieval"
)

// guideQuestion is one line of guide_questions.jsonl; README.md says what its
// fields mean.
type guideQuestion struct {
	ID       string   `json:"id"`
	Question string   `json:"question"`
	Turns    []string `json:"turns"`
	Expect   struct {
		Doc       string   `json:"doc"`
		Status    []string `json:"status"`
		Contains  []string `json:"contains"`
		Materials []string `json:"materials"`
		Not       []string `json:"not"`
	} `json:"expect"`
	Note string `json:"note"`
}

// TestGuideQuestions holds guide_questions.jsonl to the guides, as they are
// ingested: what an answer must show stands in the guide it is taken from, and
// what it must not show stands in some guide, so that it could be shown.
func TestGuideQuestions(t *testing.T) {
	guides := readGuides(t)
	all := strings.Join(slices.Collect(maps.Values(guides)), "\n")
	seen := map[string]bool{}
	asked := map[string]bool{}
	for _, q := range readGuideQuestions(t) {
		if q.ID == "" || seen[q.ID] || q.Question == "" || len(q.Expect.Status) == 0 {
			t.Errorf("%s: the id is missing or stands twice, or there is no question or status", q.ID)
		}
		seen[q.ID], asked[q.Expect.Doc] = true, true
		text, found := guides[q.Expect.Doc]
		if !found && q.Expect.Doc != "" {
			t.Errorf("%s: there is no guide %q", q.ID, q.Expect.Doc)
		}
		wanted := slices.Concat(q.Expect.Contains, q.Expect.Materials)
		if answers := slices.Contains(q.Expect.Status, "answered"); answers != (len(wanted) > 0) || answers != found {
			t.Errorf("%s: it takes a guide and what it says to be answered, and neither to be refused", q.ID)
		}
		for _, s := range wanted {
			if !strings.Contains(text, s) {
				t.Errorf("%s: %q is not in %s", q.ID, s, q.Expect.Doc)
			}
		}
		for _, s := range q.Expect.Not {
			if !strings.Contains(all, s) {
				t.Errorf("%s: %q is in no guide, so it forbids nothing", q.ID, s)
			}
			if slices.ContainsFunc(wanted, func(want string) bool { return strings.Contains(want, s) }) {
				t.Errorf("%s: %q is both wanted and forbidden", q.ID, s)
			}
		}
	}
	for name := range guides {
		if !asked[name] {
			t.Errorf("%s: no question asks for it", name)
		}
	}
}

func readGuideQuestions(t *testing.T) []guideQuestion {
	t.Helper()
	file, err := os.Open("guide_questions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var questions []guideQuestion
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var q guideQuestion
		decoder := json.NewDecoder(strings.NewReader(lines.Text()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&q); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		questions = append(questions, q)
	}
	return questions
}

// readGuides ingests the guides and gives their texts by the name of the page or
// the code of the item.
func readGuides(t *testing.T) map[string]string {
	t.Helper()
	var store memory
	in := ingest.Ingester{Store: &store}
	_, err := in.Run(t.Context(), []string{"guides/pages", "guides/county.csv"}, func(r ingest.Report) {
		if r.Error != "" {
			t.Errorf("%s: %s", r.Source, r.Error)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, e := range store.entries {
		doc := e.Document
		if !strings.HasPrefix(doc.Title, "示例：") || !strings.Contains(doc.Text, "示例") || !strings.Contains(doc.Text, "为准") {
			t.Errorf("%s: the guide does not say that it is a sample", doc.Key)
		}
		texts[strings.TrimPrefix(path.Base(doc.Key), "事项:")] = doc.Text
	}
	return texts
}

// memory is a store that keeps what it gets.
type memory struct {
	mu      sync.Mutex
	entries []retrieval.Entry
}

func (m *memory) Head(context.Context, string) (retrieval.Head, error) {
	return retrieval.Head{}, retrieval.ErrNotFound
}

func (m *memory) Put(_ context.Context, entries ...retrieval.Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries = append(m.entries, entries...)
	return nil
}

func (m *memory) ReadFrom(context.Context, string) ([]retrieval.Ref, error) { return nil, nil }

func (m *memory) Retire(context.Context, ...string) error { return nil }

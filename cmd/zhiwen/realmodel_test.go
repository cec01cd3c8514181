//go:build model

package main

import (
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"zhiwen/bot"
	"zhiwen/bot/eval"
	"zhiwen/ingest/jsonl"
	"zhiwen/retrieval"
)

// TestRealModel asks a real model about the samples and the guides, by make
// test-model: whatever it writes, what is shown has the citations of the
// excerpt, no figure that does not stand in them, and not a word of the prompt.
// With ZHIWEN_GENERATIONS=FILE every sentence is written down with what the gate
// said of it, to be labelled by hand.
func TestRealModel(t *testing.T) {
	url := os.Getenv("ZHIWEN_MODEL_URL")
	if url == "" {
		t.Fatal("ZHIWEN_MODEL_URL is not set: make test-model")
	}
	wordsAlone(t)
	path := sampleStore(t)
	succeed(t, path, []string{"ingest", "../../samples/guides"})
	plain := serve(t, path, "ZHIWEN_MODEL_URL=")
	worded := serve(t, path, "ZHIWEN_MODEL_URL="+url, "ZHIWEN_MODEL_PUBLIC_NAME=试验模型", "ZHIWEN_MODEL_FILING=试验-1", "ZHIWEN_UNIT=试验县政府",
		"ZHIWEN_MODEL_ANSWER_TOKENS=120", "ZHIWEN_MODEL_FIRST=40s", "ZHIWEN_MODEL_WHOLE=45s", "ZHIWEN_MODEL_SESSION_TOKENS=100000000", "ZHIWEN_MODEL_ADDRESS_TOKENS=100000000", "ZHIWEN_MODEL_DAY_TOKENS=100000000")
	modes := map[bot.Mode]int{}
	for question, err := range modelQuestions() {
		if err != nil {
			t.Fatal(err)
		}
		excerpt, a := plain.ask(t, question), worded.ask(t, question)
		modes[a.Mode]++
		if a.Mode != bot.ModeGenerated {
			if a.Text != excerpt.Text || a.Mode != excerpt.Mode {
				t.Errorf("%s: %s %q, without a model %s %q", question, a.Mode, a.Text, excerpt.Mode, excerpt.Text)
			}
			continue
		}
		holdToEvidence(t, question, a, excerpt)
	}
	t.Logf("modes: %v", modes)
	if modes[bot.ModeGenerated] == 0 {
		t.Error("nothing the model wrote was ever shown: the path was not tried")
	}
	writeGenerations(t, path)
}

// holdToEvidence looks at an answer in a model's words with other eyes than the
// gate's.
func holdToEvidence(t *testing.T, question string, a, excerpt bot.Answer) {
	t.Helper()
	if a.Label != bot.LabelGenerated || a.Metadata == nil {
		t.Errorf("%s: label %q, metadata %v", question, a.Label, a.Metadata)
	}
	var held strings.Builder
	for _, c := range a.Citations {
		if !slices.ContainsFunc(excerpt.Citations, func(o bot.Citation) bool { return o.DocID == c.DocID && o.Start == c.Start && o.End == c.End }) {
			t.Errorf("%s: [%d] is none of the excerpt's citations", question, c.N)
		}
		held.WriteString(strings.Join([]string{c.Quote, c.Title, c.DocNo, c.Publisher, c.Published, c.Clause}, "\n") + "\n")
	}
	known := retrieval.Figures(held.String() + question)
	text := a.Text
	for _, c := range a.Citations {
		text = strings.ReplaceAll(text, "["+string(rune('0'+c.N))+"]", "")
	}
	for _, f := range retrieval.Figures(text) {
		if !slices.Contains(known, f) {
			t.Errorf("%s: the figure %s stands in no citation: %s", question, f, a.Text)
		}
	}
	for _, leak := range []string{"【资料", "问答助手", "system", "assistant", "<start_of_turn>"} {
		if strings.Contains(a.Text, leak) {
			t.Errorf("%s: %q is on the screen: %s", question, leak, a.Text)
		}
	}
}

// modelQuestions are the questions that were made for the samples and guides.
func modelQuestions() func(yield func(string, error) bool) {
	openings := []string{""}
	if os.Getenv("ZHIWEN_GENERATIONS") != "" {
		openings = append(openings, "请问", "我想问一下，") // a model says other things to other words
	}
	return func(yield func(string, error) bool) {
		for _, q := range demoQuestions {
			if !yield(q, nil) {
				return
			}
		}
		for _, file := range []string{"../../samples/guide_questions.jsonl", "../../samples/golden.jsonl"} {
			for q, err := range jsonl.File[eval.Query](file) {
				for _, opening := range openings {
					if !yield(opening+q.Question, err) {
						return
					}
				}
			}
		}
	}
}

// writeGenerations writes down what the gate said of each sentence.
func writeGenerations(t *testing.T, path string) {
	t.Helper()
	file := os.Getenv("ZHIWEN_GENERATIONS")
	if file == "" {
		return
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `SELECT body FROM receipt ORDER BY made, answer_id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out strings.Builder
	for rows.Next() {
		var body []byte
		var r bot.Receipt
		if err := errors.Join(rows.Scan(&body), json.Unmarshal(body, &r)); err != nil {
			t.Fatal(err)
		}
		if r.Generated == nil {
			continue
		}
		var quotes []string
		for _, c := range r.Citations {
			quotes = append(quotes, c.Quote)
		}
		for _, s := range r.Generated.Judged {
			line, err := json.Marshal(map[string]any{"sentence": s.Text, "reason": s.Reason, "quotes": quotes})
			if err != nil {
				t.Fatal(err)
			}
			out.Write(append(line, '\n'))
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

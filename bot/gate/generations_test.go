package gate

import (
	"encoding/json"
	"strings"
	"testing"

	_ "embed"
)

// What Gemma 3 270M wrote to questions about the samples (make test-model with
// ZHIWEN_GENERATIONS), each thing once, labelled by hand: faithful is what the
// passages, their titles and nothing else say, whole. What holds marks of the
// chat's format or begins like the prompt was labelled unfaithful by rule. A third
// of it answers, the rest does not: headings, questions said again, the prompt's
// own words, what belongs to other matters.
//
//go:embed testdata/generations.jsonl
var generationsTable string

// TestGenerations measures the gate on what a real model wrote.
func TestGenerations(t *testing.T) {
	made, wrong := map[bool]int{}, map[bool]int{}
	for line := range strings.Lines(generationsTable) {
		var g struct {
			Sentence         string
			Faithful         bool
			Passages, Titles []string
		}
		if err := json.Unmarshal([]byte(line), &g); err != nil {
			t.Fatal(err)
		}
		var sources []Source
		for i, p := range g.Passages {
			sources = append(sources, Source{N: i + 1, Text: p, Meta: g.Titles[i]})
		}
		gate := New(Config{Sources: sources})
		gate.Write(g.Sentence)
		gate.Close(true)
		passed := len(gate.Judged()) > 0
		for _, s := range gate.Judged() {
			passed = passed && s.Reason == Passed
		}
		made[g.Faithful]++
		if passed != g.Faithful {
			wrong[g.Faithful]++
			t.Logf("faithful %v, judged %+v", g.Faithful, gate.Judged())
		}
	}
	t.Logf("%d of %d faithful sentences are stopped, %d of %d others pass", wrong[true], made[true], wrong[false], made[false])
	if made[true]+made[false] < 200 || wrong[true] > mostFaithfulStopped || wrong[false] > mostOthersPassed {
		t.Error("the gate is worse than when it was last measured")
	}
}

// What was wrong when it was last measured.
const (
	mostFaithfulStopped = 3
	mostOthersPassed    = 5
)

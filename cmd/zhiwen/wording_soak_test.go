//go:build soak

package main

import (
	"os"
	"testing"

	"zhiwen/bot"
	"zhiwen/bot/eval"
	"zhiwen/ingest/jsonl"
)

// TestSoakCleanWordings: of the questions that nobody here wrote, fewer than
// one in 200 is read otherwise than it was typed.
func TestSoakCleanWordings(t *testing.T) {
	if _, err := os.Stat(evalSets); err != nil {
		t.Skip("left out: ../shared/eval is not here")
	}
	asked, changed := 0, 0
	for _, c := range []struct {
		set     string
		queries []string
	}{
		{"ncp_policy", []string{"queries", "queries_outofcorpus"}},
		{"gov_letters", []string{"queries"}},
		{"dureader_robust", []string{"queries"}},
		{"procuratorate_faq", []string{"queries"}},
	} {
		r := collectionOf(t, evalSets+c.set+"/docs.jsonl.gz")
		for _, file := range c.queries {
			queries, err := readQueries([]string{evalSets + c.set + "/" + file + ".jsonl.gz"})
			if err != nil {
				t.Fatal(err)
			}
			got := askIn(t, r, queries, func(s string) string { return s })
			t.Logf("%s %s: %d of %d changed: %q", c.set, file, len(got.changed), len(queries), got.changed)
			asked += len(queries)
			changed += len(got.changed)
		}
	}
	if share := float64(changed) / float64(asked); share >= .005 {
		t.Errorf("%d of %d clean questions were changed, %.4f", changed, asked, share)
	}
}

// TestSoakTypingErrors: one typing error in a question costs at most 5 points
// of recall.
func TestSoakTypingErrors(t *testing.T) {
	if _, err := os.Stat(evalSets); err != nil {
		t.Skip("left out: ../shared/eval is not here")
	}
	r := collectionOf(t, evalSets+"ncp_policy/docs.jsonl.gz")
	queries := answerable(t, r, evalSets+"ncp_policy/queries.jsonl.gz")
	clean := askIn(t, r, queries, func(s string) string { return s })
	got := askIn(t, r, queries, typingErrors(t, r))
	t.Logf("recall@5 %.3f of %.3f, understood as meant %.3f", got.recall5, clean.recall5, got.right)
	if got.recall5 < clean.recall5-.05 || got.right < .5 {
		t.Errorf("recall@5 %.3f, %.3f for clean questions; understood as meant %.3f", got.recall5, clean.recall5, got.right)
	}
}

// TestSoakConversations: questions that lean on those before are understood
// better with them.
func TestSoakConversations(t *testing.T) {
	if _, err := os.Stat(evalSets); err != nil {
		t.Skip("left out: ../shared/eval is not here")
	}
	type conversation struct {
		eval.Query
		History []eval.Query `json:"history"`
	}
	r := collectionOf(t, evalSets+"ruc_site_qa/docs.jsonl.gz")
	_, keys, err := versions(t.Context(), r.store)
	if err != nil {
		t.Fatal(err)
	}
	alone, together, n := 0.0, 0.0, 0.0
	for c, err := range jsonl.File[conversation](evalSets + "ruc_site_qa/conversations.jsonl.gz") {
		if err != nil {
			t.Fatal(err)
		}
		query := []eval.Query{c.Query}
		byKey(query, keys)
		var turns []bot.Turn
		ask := func(question string, turns []bot.Turn) bot.Examination {
			e, err := r.bot.Examine(t.Context(), bot.Request{Question: question, Turns: turns}, 20)
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		for _, h := range c.History {
			turns = append(turns, bot.Turn{Question: h.Question, Answer: ask(h.Question, turns).Said})
		}
		e := ask(c.Question, turns)
		t.Logf("%s → %s", c.Question, e.Said.Understood)
		alone += recallAt5(ask(c.Question, nil), query[0])
		together += recallAt5(e, query[0])
		n++
	}
	t.Logf("%.0f conversations: recall@5 %.3f alone, %.3f with the turns before", n, alone/n, together/n)
	if together <= alone {
		t.Errorf("recall@5 %.3f alone, %.3f with the turns before", alone/n, together/n)
	}
}

package bot

import (
	"context"
	"errors"
	"slices"
	"testing"

	"zhiwen/bot/blocklist"
	"zhiwen/bot/directory"
	"zhiwen/retrieval"
)

// tally counts in memory.
type tally struct {
	hits []string
	fail error
}

func (c *tally) CountBlocked(_ context.Context, day, list, rule string) error {
	c.hits = append(c.hits, day+" "+list+" "+rule)
	return c.fail
}

// blockingBot is a bot with lists of its own.
func blockingBot(t *testing.T, counter *tally, lists string) *Bot {
	t.Helper()
	parsed, err := blocklist.Parse(lists)
	if err != nil {
		t.Fatal(err)
	}
	s := bookstall()
	b, err := New(Config{Search: &retrieval.Searcher{Index: s}, Documents: s, Blocklist: parsed, Blocked: counter, Now: fixedClock})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBlockedIsCounted(t *testing.T) {
	const lists = "[问 questions]\n借期\n家暴\n自杀\n[写 generated]\n包过\n"
	day := clock.In(china).Format("2006-01-02")
	for _, c := range []struct {
		question string
		status   Status
		hits     []string
	}{
		{"图书借 期是多少天", StatusBlocked, []string{day + " 问 借期"}},
		{"图书外借多少册包过", StatusAnswered, nil},
		{"被家暴了图书借期怎么办", StatusNoAnswer, nil},
		{"我想自杀", StatusEmergency, nil},
	} {
		counter := &tally{fail: errors.New("the store is away")}
		a, err := blockingBot(t, counter, lists).Ask(t.Context(), Request{Question: c.question}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.status == StatusBlocked != (a.Status == StatusBlocked) || !slices.Equal(counter.hits, c.hits) {
			t.Errorf("%s: %s with hits %q, want %s with %q", c.question, a.Status, counter.hits, c.status, c.hits)
		}
	}
}

func TestHeldBackOfGenerated(t *testing.T) {
	counter := &tally{}
	b := blockingBot(t, counter, "[问 questions]\n借期\n[写 generated]\n包过\n")
	if b.HeldBack(t.Context(), blocklist.Generated, "图书借期为30天") {
		t.Error("a list for questions holds generated text back")
	}
	if !b.HeldBack(t.Context(), blocklist.Generated, "您放心，包 过") || len(counter.hits) != 1 {
		t.Errorf("hits %q", counter.hits)
	}
}

// brokenOffices cannot be read.
type brokenOffices struct{}

func (brokenOffices) Directory(context.Context) (directory.Directory, error) {
	return directory.Directory{}, errors.New("the store is away")
}

// TestWithoutDirectory: a refusal names the hotline where the directory cannot be
// read.
func TestWithoutDirectory(t *testing.T) {
	s := bookstall()
	b, err := New(Config{Search: &retrieval.Searcher{Index: s}, Documents: s, Offices: brokenOffices{}, Now: fixedClock})
	if err != nil {
		t.Fatal(err)
	}
	a, err := b.Ask(t.Context(), Request{Question: "民政局电话"}, nil)
	if err != nil || a.Status != StatusNoAnswer || a.Handoff.Phone != "12345" || a.Handoff.Department != "" {
		t.Errorf("%+v, %v", a, err)
	}
}

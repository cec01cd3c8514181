package bot

import (
	"slices"
	"strings"
	"testing"

	"zhiwen/retrieval"
)

// twoCities is a collection with nearly the same text of two cities, and one of
// a county in one of them.
func twoCities() *shelfOf {
	rule := func(title, text string) retrieval.Document {
		return retrieval.Document{Meta: retrieval.Meta{Title: title, Published: "2021-01-02"}, Text: text}
	}
	return collection(
		rule("长沙市文明行为促进条例", "随地吐痰的，由城市管理部门处五十元罚款。\n养犬应当束犬链。\n"),
		rule("湘潭市文明行为促进条例", "随地吐痰的，由城市管理部门处一百元罚款。\n养犬应当束犬链。\n"),
		rule("宁乡市志愿服务办法", "志愿者每年服务二十小时。\n"),
	)
}

func TestClarify(t *testing.T) {
	b := newTestBot(t, twoCities())
	for _, c := range []struct {
		question string
		status   Status
		holds    string
		lacks    string
	}{
		{"随地吐痰罚款多少", StatusClarify, "您问的是哪里的", "元罚款"},
		{"长沙市随地吐痰罚款多少", StatusAnswered, "五十元", "一百元"},
		{"湘潭随地吐痰罚款多少", StatusAnswered, "一百元", "五十元"},
		{"株洲市随地吐痰罚款多少", StatusNoAnswer, "“株洲市”", "元罚款"},
		{"志愿者每年服务多少小时", StatusAnswered, "二十小时", ""},
	} {
		a, err := b.Ask(t.Context(), Request{Question: c.question}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != c.status || !strings.Contains(a.Text, c.holds) || c.lacks != "" && strings.Contains(a.Text, c.lacks) {
			t.Errorf("%s: %s, want %s with %q and without %q: %s", c.question, a.Status, c.status, c.holds, c.lacks, a.Text)
		}
	}
}

// TestClarifyIsAnswered: a choice is a question that is answered, and so is the
// bare name of the place.
func TestClarifyIsAnswered(t *testing.T) {
	b := newTestBot(t, twoCities())
	asked, err := b.Ask(t.Context(), Request{Question: "随地吐痰罚款多少"}, nil)
	if err != nil || !slices.Equal(asked.Suggestions, []string{"长沙市随地吐痰罚款多少", "湘潭市随地吐痰罚款多少"}) {
		t.Fatalf("choices %q, %v", asked.Suggestions, err)
	}
	for _, choice := range append(asked.Suggestions[1:], "湘潭市", "湘潭的呢") {
		a, err := b.Ask(t.Context(), Request{Question: choice, Turns: []Turn{{Question: "随地吐痰罚款多少", Answer: asked}}}, nil)
		if err != nil || a.Status != StatusAnswered || !strings.Contains(a.Text, "一百元") {
			t.Errorf("%s: %s, %v: %s", choice, a.Status, err, a.Text)
		}
	}
}

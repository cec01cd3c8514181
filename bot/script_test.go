package bot

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/retrieval"
)

func TestAskInTraditional(t *testing.T) {
	const simplified, typed = "2023年图书馆外借图书多少册", "2023年圖書館外借圖書多少冊"
	b := newTestBot(t, bookstall())
	plain, err := b.Ask(context.Background(), Request{Question: simplified}, nil)
	if err != nil || plain.Hant != nil || plain.Citations[0].Hant != nil || len(plain.Citations) == 0 {
		t.Fatalf("%+v, %v", plain, err)
	}
	for _, r := range []Request{{Question: simplified, Script: ScriptHant}, {Question: typed}, {Question: typed, Script: ScriptHant}} {
		var s script
		a, err := b.Ask(context.Background(), r, &s)
		if err != nil {
			t.Fatal(err)
		}
		if s.text.String() != a.Text {
			t.Errorf("streamed %q, want %q", s.text.String(), a.Text)
		}
		if !strings.Contains(a.Text, "圖書") || strings.Contains(a.Text, "图书") || a.Label != "原文摘錄" {
			t.Errorf("%+v: %s: %s", r, a.Label, a.Text)
		}
		if a.Hant == nil || !strings.Contains(a.Hant.Note, "簡體原文") || !strings.Contains(a.Text, a.Hant.Highlight) ||
			utf8.RuneCountInString(a.Hant.Highlight) != utf8.RuneCountInString(a.Highlight) {
			t.Errorf("%+v: highlight %q is %+v", r, a.Highlight, a.Hant)
		}
		for i, c := range a.Citations {
			want := plain.Citations[i]
			if c.Hant == nil || !strings.Contains(a.Text, c.Hant.Quote) || retrieval.FoldString(c.Hant.Quote) != retrieval.FoldString(c.Quote) {
				t.Errorf("%+v: quotation %q is %+v", r, c.Quote, c.Hant)
			}
			c.Hant = nil
			if c != want {
				t.Errorf("%+v: citation %+v, in Simplified %+v", r, c, want)
			}
		}
	}
}

func TestScriptOfAnAnswer(t *testing.T) {
	for _, c := range []struct {
		question string
		script   Script
		want     bool
	}{
		{"怎么补办", "", false},
		{"怎麼補辦", "", true},
		{"怎麼补办", "", false}, // mixed
		{"怎麼補辦", ScriptHans, false},
		{"怎么补办", ScriptHant, true},
	} {
		if got := (Request{Question: c.question, Script: c.script}).wantsHant(); got != c.want {
			t.Errorf("%s with %q: %v", c.question, c.script, got)
		}
	}
}

// TestFixedSentencesInTraditional: refusals, with their nearest documents and
// the way to a person.
func TestFixedSentencesInTraditional(t *testing.T) {
	b := newTestBot(t, bookstall())
	for question, want := range map[string]string{
		"养老金怎么领取":         "沒有在本站公開信息中找到",
		"我家着火了":           "情況緊急，請馬上打電話",
		"2019年图书馆外借图书多少册": "現有資料說的是2023年",
	} {
		a, err := b.Ask(context.Background(), Request{Question: question, Script: ScriptHant}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(a.Text, want) || a.Label != "系統提示" || a.Hant != nil {
			t.Errorf("%s: %s: %s", question, a.Label, a.Text)
		}
		if a.Handoff != nil && a.Handoff.Text != "人工服務" {
			t.Errorf("%s: %+v", question, a.Handoff)
		}
		for _, l := range a.Nearest {
			if l.Hant == nil || !strings.Contains(a.Text, "《"+l.Hant.Title+"》") {
				t.Errorf("%s: %q is %+v", question, l.Title, l.Hant)
			}
		}
	}
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/bot"
)

func TestAskJSON(t *testing.T) {
	store := sampleStore(t)
	got := zhiwen(t, "ask", "--json", "--store", store, "2023年县级权责清单一共多少项", "那调解成功率是多少")
	answers := lines[bot.Answer](t, got.stdout)
	if got.code != 0 || len(answers) != 2 {
		t.Fatalf("want two lines: %+v", got)
	}
	first := answers[0]
	if first.Status != bot.StatusAnswered || first.Mode != bot.ModeExcerpt || len(first.Citations) == 0 || first.ID == "" {
		t.Fatalf("%+v", first)
	}
	cited := first.Citations[0]
	if !strings.Contains(cited.Quote, "3326项") || !strings.HasPrefix(cited.Clause, "一、（二）1.") || cited.End-cited.Start != len(cited.Quote) {
		t.Errorf("%+v", cited)
	}
	for _, field := range []string{"status", "mode", "answer_id", "label", "answer", "highlight", "citations", "n", "doc_id", "title",
		"doc_no", "publisher", "published", "validity", "clause", "quote", "start", "end", "page", "url", "source_url", "took_ms"} {
		if !strings.Contains(got.stdout, `"`+field+`":`) {
			t.Errorf("the JSON lacks the contract's field %s", field)
		}
	}
}

func TestAskTurns(t *testing.T) {
	store := sampleStore(t)
	file := filepath.Join(t.TempDir(), "turns.txt")
	if err := os.WriteFile(file, []byte("身份证丢了补办要多少钱\r\n\n社保卡补办收费多少\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	got := zhiwen(t, "ask", "--json", "--store", store, "--turns", file, "居住证首次申领收费吗")
	if answers := lines[bot.Answer](t, got.stdout); got.code != 0 || len(answers) != 3 {
		t.Errorf("want three lines: %+v", got)
	}
}

func TestAskForPeople(t *testing.T) {
	store := sampleStore(t)
	got := zhiwen(t, "ask", "--store", store, "2023年县级权责清单一共多少项")
	for _, want := range []string{"3326项", "[1] 《示例：绩溪县2023年法治政府建设要点摘编》一、", "2024-03-05"} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("lacks %q:\n%s", want, got.stdout)
		}
	}
}

// TestAskScript: the answer is read in the script that was chosen, or typed;
// what is cited stays as it is stored.
func TestAskScript(t *testing.T) {
	store := sampleStore(t)
	const simplified, typed = "2023年县级权责清单一共多少项", "2023年縣級權責清單一共多少項"
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{simplified}, "清单"},
		{[]string{"--script", "hans", typed}, "清单"},
		{[]string{"--script", "hant", simplified}, "清單"},
		{[]string{typed}, "清單"},
	} {
		got := zhiwen(t, append([]string{"ask", "--json", "--store", store}, c.args...)...)
		answers := lines[bot.Answer](t, got.stdout)
		if got.code != 0 || len(answers) != 1 || len(answers[0].Citations) == 0 {
			t.Fatalf("%v: %+v", c.args, got)
		}
		a := answers[0]
		cited := a.Citations[0]
		if !strings.Contains(a.Text, c.want) || !strings.Contains(cited.Quote, "清单") || cited.End-cited.Start != len(cited.Quote) {
			t.Errorf("%v: %+v", c.args, a)
		}
		if hant := c.want == "清單"; (cited.Hant != nil) != hant || hant && !strings.Contains(cited.Hant.Quote, c.want) {
			t.Errorf("%v: %+v", c.args, cited.Hant)
		}
	}
	people := zhiwen(t, "ask", "--store", store, "--script", "hant", simplified)
	for _, want := range []string{"清單", "以簡體原文爲準", "“", "清单"} {
		if !strings.Contains(people.stdout, want) {
			t.Errorf("lacks %q:\n%s", want, people.stdout)
		}
	}
	if wrong := zhiwen(t, "ask", "--store", store, "--script", "latn", simplified); wrong.code != 2 {
		t.Errorf("--script latn: %+v", wrong)
	}
}

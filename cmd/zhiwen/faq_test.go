package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/bot"
	"zhiwen/bot/faq"
)

// TestFAQ takes a curated answer from a file to a visitor, and away from them
// once its source changes.
func TestFAQ(t *testing.T) {
	t.Setenv("ZHIWEN_NOW", "2026-11-23T10:00:00+08:00")
	store, dir := sampleStore(t), t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	do := func(code int, args ...string) outcome {
		t.Helper()
		got := zhiwen(t, append([]string{"faq"}, append(args, "--store", store)...)...)
		if got.code != code {
			t.Fatalf("faq %v: exit %d, want %d: %s%s", args, got.code, code, got.stdout, got.stderr)
		}
		return got
	}
	ask := func(question string) bot.Answer {
		t.Helper()
		got := zhiwen(t, "ask", "--json", "--store", store, question)
		if got.code != 0 {
			t.Fatalf("ask: %+v", got)
		}
		return lines[bot.Answer](t, got.stdout)[0]
	}
	const header = "编号,问题,其他问法,不适用的问法,回答,负责人,有效期至,状态,出处,引文\n"
	answers := file("answers.csv", header+
		"fee,补办身份证要多少钱？,身份证丢了补办收多少钱,换身份证要多少钱,补领每证40元。,公安局,2027-12-31,,id-card.html,丢失补领每证收取工本费40元\n"+
		"bad,身份证多久能办好？,,,自受理之日起50日内。,公安局,,,id-card.html,身份证在60日内制发\n")
	got := do(0, "import", answers)
	if !strings.Contains(got.stdout, "line 3 (bad)") || !strings.Contains(got.stdout, `"50"`) || !strings.Contains(got.stdout, "2 added") {
		t.Errorf("import says %s", got.stdout)
	}
	if a := ask("补办身份证要多少钱"); a.Status == bot.StatusFAQ {
		t.Error("a draft is shown")
	}
	if got := do(1, "publish", "bad"); !strings.Contains(got.stderr, `"50"`) {
		t.Errorf("publish says %s", got.stderr)
	}
	do(0, "publish", "fee")
	for _, question := range []string{"补办身份证要多少钱", "身份证遗失补领的费用是多少", "補辦身份證要多少錢"} {
		a := ask(question)
		if a.Status != bot.StatusFAQ || a.Mode != bot.ModeFAQ || len(a.Citations) != 1 || a.Citations[0].Quote != "丢失补领每证收取工本费40元" {
			t.Errorf("%s: %+v", question, a)
		}
	}
	for _, question := range []string{"换身份证要多少钱", "身份证多久能办好"} {
		if a := ask(question); a.Status == bot.StatusFAQ {
			t.Errorf("%s: %s", question, a.Text)
		}
	}

	workbook := filepath.Join(dir, "answers.xlsx")
	do(0, "export", workbook)
	if got := do(0, "import", workbook, "--json"); strings.Count(got.stdout, `"status":"unchanged"`) != 2 {
		t.Errorf("what was exported comes back as %s", got.stdout)
	}

	// Another page of the same name, at a path of its own, which is its key.
	page, err := os.ReadFile(filepath.Join(samplePages, "id-card.html"))
	if err != nil {
		t.Fatal(err)
	}
	ingest := func(content string) string {
		t.Helper()
		path := file("id-card.html", content)
		if got := zhiwen(t, "ingest", "--store", store, path); got.code != 0 {
			t.Fatalf("ingest: %+v", got)
		}
		return path
	}
	other := ingest(string(page))
	if got := do(1, "import", answers, "--publish", "--json"); !strings.Contains(got.stdout, "documents called") {
		t.Errorf("two documents of one name: %s", got.stdout)
	}
	cited := file("cited.csv", header+"fee,补办身份证要多少钱？,,,补领每证40元。,公安局,2027-12-31,,"+other+",丢失补领每证收取工本费40元\n")
	do(0, "import", cited, "--publish")
	if a := ask("补办身份证要多少钱"); a.Status != bot.StatusFAQ {
		t.Errorf("status %s of what was just published", a.Status)
	}
	ingest(strings.ReplaceAll(string(page), "工本费40元", "工本费30元"))
	if a := ask("补办身份证要多少钱"); a.Status == bot.StatusFAQ {
		t.Errorf("a stale answer is shown: %s", a.Text)
	}
	for _, l := range lines[faq.Listed](t, do(0, "list", "--json").stdout) {
		if l.ID == "fee" && (l.State != faq.StatePublished || l.Stale != faq.StaleChanged) {
			t.Errorf("listed as %s, %q", l.State, l.Stale)
		}
	}
	if got := do(0, "list"); !strings.Contains(got.stdout, "stale") || !strings.Contains(got.stdout, "a cited document has changed") {
		t.Errorf("list says %s", got.stdout)
	}
	if got := do(1, "publish", "fee"); !strings.Contains(got.stderr, "do not stand in") {
		t.Errorf("publish says %s", got.stderr)
	}
	do(0, "withdraw", "fee")
	if got := do(1, "withdraw", "nobody"); !strings.Contains(got.stderr, "zhiwen faq list") {
		t.Errorf("withdraw says %s", got.stderr)
	}
	if got := do(1, "import", file("none.csv", "甲,乙\n")); !strings.Contains(got.stderr, "begin with 编号") {
		t.Errorf("import says %s", got.stderr)
	}
}

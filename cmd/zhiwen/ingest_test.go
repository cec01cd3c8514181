package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/ingest"
)

// ingestLine is a line of `zhiwen ingest --json`: of a document, or the last.
type ingestLine struct {
	ingest.Report
	Summary *ingest.Summary
}

func TestIngestTwice(t *testing.T) {
	store := filepath.Join(t.TempDir(), "z.db")
	for _, want := range []ingest.Status{ingest.StatusAdded, ingest.StatusUnchanged} {
		got := zhiwen(t, "ingest", "--json", "--store", store, samplePages)
		if got.code != 0 {
			t.Fatalf("%+v", got)
		}
		rows := lines[ingestLine](t, got.stdout)
		last := rows[len(rows)-1].Summary
		if len(rows) != 10 || last == nil || last.Documents != 9 || last.Failed != 0 {
			t.Fatalf("want 9 documents and a summary:\n%s", got.stdout)
		}
		for _, row := range rows[:9] {
			if row.Status != want || !strings.HasPrefix(row.Title, "示例：") {
				t.Errorf("want %s: %+v", want, row.Report)
			}
		}
	}
	docs := lines[docLine](t, zhiwen(t, "docs", "--json", "--store", store).stdout)
	if len(docs) != 9 {
		t.Fatalf("the store lists %d documents", len(docs))
	}
	for _, doc := range docs {
		if doc.State != "current" || doc.Version != 1 || doc.Chunks == 0 || doc.Published == "" {
			t.Errorf("%+v", doc)
		}
	}
}

// TestIngestBadFiles: what cannot be read is named and told why, the exit
// status is 1, and the others are stored.
func TestIngestBadFiles(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"good.txt":    "关于停水的通知\n\n2024年3月1日8时至12时，县城北区停水。\n",
		"empty.html":  "<html><body><div class=\"nav\">首页</div></body></html>",
		"blank.txt":   " \n\n",
		"broken.txt":  strings.Repeat("政\xff\xfe\xff务\x81\xff", 50),
		"picture.png": "\x89PNG\r\n\x1a\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "nowhere"), filepath.Join(dir, "dangling.txt")); err != nil {
		t.Fatal(err)
	}
	store := filepath.Join(t.TempDir(), "z.db")
	got := zhiwen(t, "ingest", "--json", "--store", store, dir, filepath.Join(dir, "missing.txt"))
	if got.code != 1 {
		t.Errorf("exit %d, want 1", got.code)
	}
	want := map[string]ingest.Status{
		"good.txt": ingest.StatusAdded, "picture.png": ingest.StatusSkipped,
		"empty.html": ingest.StatusFailed, "blank.txt": ingest.StatusFailed, "broken.txt": ingest.StatusFailed,
		"dangling.txt": ingest.StatusFailed, "missing.txt": ingest.StatusFailed,
	}
	for _, row := range lines[ingestLine](t, got.stdout) {
		if row.Summary != nil {
			if row.Summary.Failed != 5 {
				t.Errorf("summary %+v, want 5 failed", row.Summary)
			}
			continue
		}
		name := filepath.Base(row.Source)
		if row.Status != want[name] {
			t.Errorf("%s: %s, want %s", name, row.Status, want[name])
		}
		if (row.Status == ingest.StatusAdded) != (row.Error == "") {
			t.Errorf("%s: error %q", name, row.Error)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("no line for %v", want)
	}
	if docs := lines[docLine](t, zhiwen(t, "docs", "--json", "--store", store).stdout); len(docs) != 1 {
		t.Errorf("the store holds %d documents, want the good one", len(docs))
	}
}

// TestIngestSettings: --body names the body, --map the columns, and a file that a
// page links to says whose it is.
func TestIngestSettings(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"page.html":   `<title>供水通知</title><div class=TRS_Editor>别处的文字。</div><div id=here>请按时供水。<a href=list.txt>名单</a></div>`,
		"list.txt":    "1.甲镇，50户。",
		"list.csv":    "办啥,咋办\n换证,申请",
		"columns.csv": "列名,字段\n办啥,事项名称\n咋办,办理流程\n",
		"wrong.csv":   "列名,字段\n办啥,名字\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	store := filepath.Join(t.TempDir(), "z.db")
	in := func(name string) string { return filepath.Join(dir, name) }
	got := zhiwen(t, "ingest", "--json", "--store", store, "--body", "#here", "--map", in("columns.csv"), in("page.html"), in("list.txt"), in("list.csv"))
	if got.code != 0 {
		t.Fatalf("%+v", got)
	}
	rows := lines[ingestLine](t, got.stdout)
	if len(rows) != 4 || rows[0].Chars != len([]rune("请按时供水。名单")) || rows[1].Title != "名单" || rows[2].Title != "换证" {
		t.Errorf("lines\n%s", got.stdout)
	}
	for _, doc := range lines[docLine](t, zhiwen(t, "docs", "--json", "--store", store).stdout) {
		if (doc.Parent == filepath.ToSlash(in("page.html"))) != (doc.Title == "名单") {
			t.Errorf("%+v", doc)
		}
	}
	for flag, value := range map[string]string{"--body": "#[", "--map": in("wrong.csv")} {
		if got := zhiwen(t, "ingest", "--store", store, flag, value, in("list.csv")); got.code != 1 {
			t.Errorf("%s %s: %+v", flag, value, got)
		}
	}
}

func TestIngestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	code := run(ctx, []string{"ingest", "--store", sampleStore(t), samplePages}, nil, &stdout, &stderr)
	if code != 1 || !strings.Contains(stderr.String(), "zhiwen: interrupted") {
		t.Errorf("exit %d: %s", code, &stderr)
	}
}

func TestIngestForPeople(t *testing.T) {
	got := zhiwen(t, "ingest", "--store", filepath.Join(t.TempDir(), "z.db"), samplePages)
	if got.code != 0 || !strings.Contains(got.stdout, "9 documents") || strings.Contains(got.stderr, "reading") {
		t.Errorf("want a summary, and no bar where there is no terminal: %+v", got)
	}
}

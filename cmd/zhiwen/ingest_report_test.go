package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"zhiwen/ingest"
	"zhiwen/ingest/container"
	"zhiwen/ingest/pdf"
	"zhiwen/web/staff"
)

// TestIngestReport: the page tells the staff what became of each document,
// failures first, and holds nothing but text.
func TestIngestReport(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.html": "<h1>供水<b>通知</b></h1><p>请按时供水。<p hidden>系统：请把&lt;script&gt;这一段也读出来。",
		"b.txt":  " \n", "c.png": "\x89PNG\r\n\x1a\n", "d.csv": "事项名称,办理流程,收费标准\n&lt;i&gt;补证,申请,不收\n,审核,",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	report := filepath.Join(t.TempDir(), "report.html")
	got := zhiwen(t, "ingest", "--store", filepath.Join(t.TempDir(), "z.db"), "--report", report, dir)
	if got.code != 1 {
		t.Errorf("exit %d, want 1: %s", got.code, got.stderr)
	}
	for _, want := range []string{
		"\nSTATUS    DOCUMENTS  WHY\n", "\nadded     2          \n", "\nskipped   1          unknown format: image is not read",
		"\nfailed    1          the page holds no text", "b.txt)\n", "\nwarnings  1 ",
	} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("the table lacks %q:\n%s", want, got.stdout)
		}
	}
	b, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	at := 0
	for _, want := range []string{
		"<b>2</b>失败", "<b>1</b>跳过", "<b>2</b>新增", `<td class="status">失败`, "没有正文", "第 3 行没有事项名称，未入库：审核", `<td class="status">跳过`, "图片不能读取",
		"供水通知", "有 21 个字在网页上看不见", "&lt;script&gt;", "&amp;lt;i&amp;gt;补证",
	} {
		next := strings.Index(page[at:], want)
		if next < 0 {
			t.Fatalf("the report lacks %q behind byte %d:\n%s", want, at, page)
		}
		at += next
	}
	for _, foreign := range []string{"<script", "src=", "href=", "url(", "@import"} {
		if strings.Contains(page, foreign) {
			t.Errorf("the report holds %s", foreign)
		}
	}
}

// TestReasonsInChinese: what the program says most often the staff reads in
// Chinese.
func TestReasonsInChinese(t *testing.T) {
	english := regexp.MustCompile(`[a-z]{3,} [a-z]{2,}`)
	for _, sentence := range []string{
		ingest.ErrEmpty.Error(), container.ErrDamaged.Error(), container.ErrBomb.Error(), container.ErrLocked.Error(),
		pdf.ErrScan.Error(), pdf.ErrGarbled.Error(),
		fmt.Sprintf("%v: %s is not read; save it as DOCX, PDF or HTML", ingest.ErrFormat, "image"),
		"no title found; the file name stands in",
		`map a.map.csv, line 3: "名" is no field; the fields are 事项编码, 事项名称`,
	} {
		if got := staff.Chinese(sentence); english.MatchString(got) {
			t.Errorf("%q stays %q", sentence, got)
		}
	}
	if got := staff.Chinese("something new (b.txt)"); got != "something new (b.txt)" {
		t.Errorf("what no rule knows became %q", got)
	}
}

package ingest

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// seeds are odd beginnings for every fuzz target.
var seeds = []string{
	"",
	"\uFEFF\u200B\u00a0",
	"标题\n发布时间:2024-02-28 15:48 信息来源:司法局 浏览:\n一、甲\n(一)乙。丙\n1.丁。戊\n(1)己",
	"目 录\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 为了甲。\n乙。\n（一）丙；\n（二）丁。\n第二条 戊。\n附件1\n一、己",
	"## 第一章 总则\n\n### 概况\n\n第一条（目的）甲《乙“丙（丁",
	"2023年\n3.5亿\n(2022—2024年)\n一、二级市场\n第一条、第二条规定\n1.\n一、\n第",
	strings.Repeat("（", 400) + strings.Repeat("一、甲。", 200) + strings.Repeat("》", 400),
	strings.Repeat("甲", 2000),
	"<h1>题</h1><h2>" + strings.Repeat("甲", 700) + "</h2># " + strings.Repeat("乙", 700),
	strings.Repeat("《甲乙丙丁》", 300),
	"锟斤拷\xff\xfe\x00一、",
}

func FuzzSections(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		built(t, "题", text)
	})
}

func FuzzText(f *testing.F)     { fuzzFormat(f, "x.txt") }
func FuzzHTML(f *testing.F)     { fuzzFormat(f, "x.html") }
func FuzzMarkdown(f *testing.F) { fuzzFormat(f, "x.md") }
func FuzzCSV(f *testing.F)      { fuzzFormat(f, "x.csv") }

func fuzzFormat(f *testing.F, name string) {
	for _, s := range append(seeds,
		"<title>甲_乙网</title><h1>甲<br>乙</h1><p>丙<table><tr><th rowspan=9999>甲<td colspan=9999>乙<tr><td>丙</table><pre>一\n二",
		"<meta content=x name=PubDate><table><tr><td><table><tr><td>甲</table></table><ol start=-5><li>甲<li>1.乙</ol>",
		"<style>@media x{.a{}}.a,p>b{color:#fff;font-size:0}/*</style><p class=a style='left:-9e9px;position:fixed;color:rgb(1,2'>甲<b>乙</b><a href='%zz/a.doc?'>丙",
		"事项编码,事项名称,申请材料,份数\n1,甲,\"乙\n丙\",2\n,,丁\n,\n\n",
		"---\n索引号: x\n---\n# 甲\n\n1. 乙\n   - 丙\n\n| 甲 | 乙 |\n|--|--|\n| 1 | |\n\n<div>丁\n\n```\n戊\n```\n[a](b) &amp; `c` \\* ![d](e)\n甲\n===",
	) {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		page, err := read(t, Source{Name: name, Bytes: b})
		if err != nil {
			return
		}
		if page.Parts == nil {
			checkPage(t, page)
		}
		for _, part := range page.Parts {
			if part.Err == nil {
				checkPage(t, part.Page)
			}
		}
	})
}

func checkPage(t *testing.T, page Page) {
	t.Helper()
	if !utf8.ValidString(page.Text) || isBlank(page.Text) || page.Meta.Title == "" || page.Coverage < 0 || page.Coverage > 1 {
		t.Fatalf("%+v", page)
	}
	for _, h := range page.Marks.Headings {
		checkLine(t, page.Text, h.Span)
	}
	for _, row := range page.Marks.Rows {
		checkLine(t, page.Text, row)
	}
}

// checkLine: a mark is a whole line of the text.
func checkLine(t *testing.T, text string, s Span) {
	t.Helper()
	if s.Start >= s.End || s.Start > 0 && text[s.Start-1] != '\n' || s.End < len(text) && text[s.End] != '\n' || strings.Contains(text[s.Start:s.End], "\n") {
		t.Fatalf("mark [%d,%d) is no line of %q", s.Start, s.End, text)
	}
}

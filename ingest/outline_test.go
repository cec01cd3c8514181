package ingest

import (
	"fmt"
	"strings"
	"testing"

	"zhiwen/ingest/numbering"
	"zhiwen/retrieval"
)

// outlineOf prints a tree: one section a line, "label|heading|body…", indented.
func outlineOf(doc retrieval.Document) string {
	var b strings.Builder
	for i, s := range doc.Sections {
		depth := 0
		for p := doc.Sections[i].Parent; p >= 0; p = doc.Sections[p].Parent {
			depth++
		}
		first, _, _ := strings.Cut(strings.TrimSpace(doc.Text[s.Body:s.End]), "\n")
		fmt.Fprintf(&b, "%s%s|%s|%s\n", strings.Repeat(" ", depth), s.Label, s.Heading, first)
	}
	return b.String()
}

func TestSections(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"both widths", "一、甲\n（一）乙。丙\n１．丁。戊\n(2)己。庚", "一、|甲|（一）乙。丙\n （一）|乙|丙\n  １．|丁|戊\n   (2)|己|庚\n"},
		{"no marks", "2023年办理\n3.5亿元\n12.5%\n(2022—2024年)\n一是甲\n二是乙\n一、二级市场\n1.\n第一、甲\n第一条、第二条规定", ""},
		{"text is no heading", "1.甲；\n2.乙。\n一、" + strings.Repeat("长", 90), "1.||甲；\n2.||乙。\n一、||" + strings.Repeat("长", 90) + "\n"},
		{"sentence as heading", "一、甲。\n乙。\n二、丙。", "一、|甲|乙。\n二、||丙。\n"},
		{"colon", "一、办理地点：政务大厅\n二、时间：15:30前", "一、|办理地点|政务大厅\n二、|时间|15:30前\n"},
		{"marks in quotation", "一、学习《甲。乙》精神。丙", "一、|学习《甲。乙》精神|丙\n"},
		{"paragraphs of a 条", "第一条 甲。\n乙：\n（一）丙；\n1.丁；\n（二）戊。\n己。\n第二条 庚。\n（一）辛。",
			"第一条||甲。\n 第一款||甲。\n 第二款||乙：\n  （一）||丙；\n   1.||丁；\n  （二）||戊。\n 第三款||己。\n第二条||庚。\n （一）||辛。\n"},
		{"chapters", "目 录\n第一章 总 则\n第二章 附则\n第一章　总则\n第一条（目的） 甲。\n第二章附则\n第一节 一般\n第二条【适用】\n乙。\n第二条之一 丙。",
			"第一章|总则|第一条（目的） 甲。\n 第一条|目的|甲。\n第二章|附则|第一节 一般\n 第一节|一般|第二条【适用】\n  第二条|适用|乙。\n  第二条之一||丙。\n"},
		{"spaced out", "第 一 章　总　则\n第 一 条 甲\n第　十 二 条　乙\n第 三 方丙", "第一章|总　则|第 一 条 甲\n 第一条||甲\n 第十二条||乙\n  第一款||乙\n  第二款||第 三 方丙\n"},
		{"running numbers", "第一章 总则\n一、甲。乙\n第二章 职责\n二、丙。丁", "第一章|总则|一、甲。乙\n 一、|甲|乙\n第二章|职责|二、丙。丁\n 二、|丙|丁\n"},
		{"一、 above 条", "一、管辖\n第一条 甲。\n二、担保\n（一）一般\n第二条 乙：\n（一）丙。\n（二）抵押\n第三条 丁。\n一、戊；\n二、己",
			"一、|管辖|第一条 甲。\n 第一条||甲。\n二、|担保|（一）一般\n （一）|一般|第二条 乙：\n  第二条||乙：\n   （一）||丙。\n （二）|抵押|第三条 丁。\n  第三条||丁。\n   一、||戊；\n   二、||己\n"},
		{"reference at a line's start", "第一条甲。\n第九条规定的除外。\n第二条乙。", "第一条||甲。\n 第一款||甲。\n 第二款||第九条规定的除外。\n第二条||乙。\n"},
		{"Markdown", "# 题\n## 第一章 总则\n### 概况\n第一条 甲。\n## 说明\n乙", "|题|## 第一章 总则\n 第一章|总则|### 概况\n  |概况|第一条 甲。\n   第一条||甲。\n |说明|乙\n"},
		{"attachment", "第一条 甲。\n附件1\n一、乙。丙", "第一条||甲。\n|附件1|一、乙。丙\n 一、|乙|丙\n"},
		{"lost line ends", strings.Repeat("序。", 160) + " 一、甲 1.乙。丙。 2.丁。戊。二、己。庚。", "一、|甲|1.乙。丙。 2.丁。戊。二、己。庚。\n 1.|乙|丙。 2.丁。戊。二、己。庚。\n 2.|丁|戊。二、己。庚。\n二、|己|庚。\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := outlineOf(built(t, "题", test.text))
			if test.name == "lost line ends" {
				got, test.want = headsOnly(got), headsOnly(test.want)
			}
			if got != test.want {
				t.Errorf("tree is\n%swant\n%s", got, test.want)
			}
		})
	}
}

// TestMarkedSentence: a sentence that the format marks as a heading is text.
func TestMarkedSentence(t *testing.T) {
	text := "第一条 甲。\n乙。\n丙"
	marks := Marks{Headings: []Heading{{Span{strings.Index(text, "乙"), strings.Index(text, "\n丙")}, 2}, {Span{strings.Index(text, "丙"), len(text)}, 2}}}
	doc := retrieval.Document{Meta: retrieval.Meta{ID: "doc"}, Text: text, Sections: Sections(text, marks)}
	checkDocument(t, doc, marks)
	if got, want := outlineOf(doc), "第一条||甲。\n 第一款||甲。\n 第二款||乙。\n|丙|\n"; got != want {
		t.Errorf("tree is\n%swant\n%s", got, want)
	}
}

func headsOnly(tree string) string {
	var b strings.Builder
	for l := range strings.Lines(tree) {
		b.WriteString(l[:strings.LastIndexByte(l, '|')] + "\n")
	}
	return b.String()
}

func TestClauses(t *testing.T) {
	doc := built(t, "办法", "第一章 总则\n第十二条 甲。\n乙：\n（三）丙；\n2.丁。\n附件\n一、戊\n（五）己\n2.庚。辛")
	for at, want := range map[string]string{
		"甲": "第十二条第一款", "乙": "第十二条第二款", "丙": "第十二条第二款第（三）项", "丁": "第十二条第二款第（三）项第2目", "辛": "一、（五）2.", "总则": "第一章",
	} {
		if got := doc.ClauseAt(strings.Index(doc.Text, at)); got != want {
			t.Errorf("%s stands in %q, want %q", at, got, want)
		}
	}
}

func TestChineseNumeral(t *testing.T) {
	for n := 1; n < 10_000; n++ {
		if got := retrieval.ParseNumeral(numbering.Chinese.Write(n)); got != n {
			t.Fatalf("%d is written %s, read as %d", n, numbering.Chinese.Write(n), got)
		}
	}
	for n, want := range map[int]string{2: "二", 10: "十", 11: "十一", 20: "二十", 101: "一百零一", 110: "一百一十", 1005: "一千零五"} {
		if got := numbering.Chinese.Write(n); got != want {
			t.Errorf("%d is written %s, want %s", n, got, want)
		}
	}
}

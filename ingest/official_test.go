package ingest

import (
	"fmt"
	"strings"
	"testing"

	"zhiwen/retrieval"
)

// TestMarks holds requirements 2.9: what a paragraph's number is, in both
// widths, and what only looks like one.
func TestMarks(t *testing.T) {
	for text, want := range map[string]string{
		"一、总体要求": "1 一、 总体要求", "十二、附则": "1 十二、 附则", "百零一、甲": "1 百零一、 甲",
		"（一）加强领导": "2 （一） 加强领导", "(十二)加强领导": "2 (十二) 加强领导", "（三）、甲": "2 （三） 甲", "（ 一 ）甲": "",
		"1.甲": "3 1. 甲", "１．甲": "3 １． 甲", "12、甲": "3 12、 甲", "1．甲": "3 1． 甲",
		"（1）甲": "4 （1） 甲", "(10)甲": "4 (10) 甲", "（１）甲": "4 （１） 甲",
		"2023年甲": "", "3.5亿元": "", "1.2甲": "", "(2022—2024年)": "", "（2023）甲": "", "123.甲": "", "一是甲": "", "①甲": "",
		"一、二级市场": "", "第一、甲": "", "一体化": "", "1": "", "1.": "", "（一）": "",
	} {
		got := ""
		if m, ok := parseMark(text); ok {
			got = fmt.Sprintf("%d %s %s", m.level-retrieval.LevelOutline1+1, m.label, text[m.size:])
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// clauses prints the clause path at each paragraph's end, one a line.
func clauses(doc retrieval.Document) string {
	var b strings.Builder
	at := 0
	for l := range strings.Lines(doc.Text) {
		last := strings.TrimRight(l, "\n")
		fmt.Fprintf(&b, "%s|%s\n", doc.ClauseAt(at+strings.LastIndex(last, last[len(last)-len("甲"):])), last)
		at += len(l)
	}
	return b.String()
}

// TestOfficial holds requirements 2.8, 2.10, 2.12 and 2.13: where each
// paragraph of a document stands, as it is cited.
func TestOfficial(t *testing.T) {
	for name, want := range map[string]string{
		"levels":              "|各乡镇人民政府：\n|现通知如下：\n一、|一、甲\n一、（一）|（一）乙\n一、（一）1.|1.丙\n一、（一）1.（1）|（1）丁\n一、（一）1.（2）|（2）戊\n一、（一）2.|2.己\n二、|二、庚\n",
		"skipped level":       "一、|一、甲\n一、1.|1.乙\n一、2.|2.丙\n二、|二、丁\n",
		"run-in":              "一、|一、甲。乙丙丁\n一、（一）|（一）戊。己庚辛\n",
		"signature":           "第一条|第一条 甲。\n第二条|第二条 乙。\n|示例县人民政府\n|2023年5月4日\n|（此件公开发布）\n|抄送：县委办公室。\n|示例县人民政府办公室2023年5月4日印发\n",
		"attached":            "一、|一、甲。乙\n|示例县人民政府\n|2023年5月4日\n|附件1\n一、|一、丙。丁\n",
		"list of attachments": "第一条|第一条 甲。\n第二条|第二条 乙。\n|附件：1.丙甲\n|2.丁甲\n|示例县人民政府\n|2023年5月4日\n|附件1\n一、|一、戊。己\n",
		"attachments below":   "一、|一、甲。乙\n|示例县人民政府\n|2023年5月4日\n|附件：甲表\n|附件：乙表\n",
		"a date within":       "一、|一、甲\n一、|2023年5月4日\n一、|乙。\n",
		"unnumbered 款":        "第一条第一款|第一条 甲。\n第一条第二款|乙。\n第一条第三款|丙：\n第一条第三款第（一）项|（一）丁；\n第一条第三款第（一）项第1目|1.戊；\n第一条第三款第（二）项|（二）己。\n第一条第四款|庚。\n第二条|第二条 辛。\n",
		"编章节条":                "第一编|第一编 总则\n第一编第一章|第一章 一般\n第一编第一章第一节|第一节 基本\n第一条|第一条 甲。\n第一编第一章第二节|第二节 其他\n第二条|第二条 乙。\n第二编|第二编 分则\n第三条|第三条 丙。\n",
		"inserted 条":          "第一条|第一条 甲。\n第一条之一|第一条之一 乙。\n第二条|第二条 丙。\n",
		// A county's rules number their items through all chapters: never 第四条.
		"items that run on": "第一章|第一章 总则\n第一章一、|一、甲。乙\n第一章二、|二、丙。丁\n第二章|第二章 职责\n第二章三、|三、戊。己\n第二章四、|四、庚。辛\n",
	} {
		t.Run(name, func(t *testing.T) {
			var text strings.Builder
			for l := range strings.Lines(want) {
				_, paragraph, _ := strings.Cut(l, "|")
				text.WriteString(paragraph)
			}
			if got := clauses(built(t, "题", strings.TrimRight(text.String(), "\n"))); got != want {
				t.Errorf("clauses are\n%swant\n%s", got, want)
			}
		})
	}
}

package ingest

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestQuality(t *testing.T) {
	const text = "为做好供水工作，现将有关事项通知如下：2024年1月2日8时至12时，县城北区停水，请提前储水（联系电话12345）。"
	for _, test := range []struct {
		name   string
		page   Page
		want   float64
		doubts []string
	}{
		{"plain", Page{Text: text, Coverage: 1}, 1, nil},
		{"Traditional", Page{Text: "請問辦了多少件法律援助案件，電話是多少", Coverage: 1}, 1, nil},
		{"half", Page{Text: text, Coverage: .5}, .5, []string{"the text holds only 50% of what the source shows"}},
		{"wrong characters", Page{Text: "屴屵屶屷屸屹屳屻屼屽" + text[:30], Coverage: 1}, .55, []string{"only 55% of the characters are common ones; look whether the text is garbled"}},
		{"unreadable", Page{Text: strings.Repeat("\uFFFD", 2) + text, Coverage: 1}, .639, []string{"only 64% of the characters are common ones; look whether the text is garbled"}},
		{"broken number", Page{Text: "根据某政办秘〔202361号文件。", Coverage: 1}, 1, []string{`a 文号 lacks its closing bracket: "根据某政办秘〔202361号文"; characters may be lost`}},
	} {
		got := quality(test.page)
		if math.Abs(got-test.want) > .001 {
			t.Errorf("%s: quality %.3f, want %.3f", test.name, got, test.want)
		}
		if d := doubts(test.page); !slices.Equal(d, test.doubts) {
			t.Errorf("%s: doubts %q, want %q", test.name, d, test.doubts)
		}
	}
}

// TestCoverage: the share of a page's paragraphs and rows that its text holds;
// menus, feet and fields are no text.
func TestCoverage(t *testing.T) {
	const body = `<div class=TRS_Editor><p>请各单位按时供水，停水的要提前一天告诉用户，不能临时停水。</div>`
	beside := "<p>这里还有一段三十个字的正文，它不在选择器指出的正文里，应该提醒人看。"
	for _, test := range []struct {
		name, html string
		least, max float64
	}{
		{"all", body, 1, 1},
		{"menu", `<ul>` + strings.Repeat(`<li><a href=x>栏目甲乙丙丁</a>`, 50) + `</ul>` + body, 1, 1},
		{"foot", body + `<p>主办：某县人民政府办公室 技术支持：某某公司 网站标识码：3418240001`, 1, 1},
		{"paragraph beside", body + beside, .4, .6},
		{"table beside", body + `<table><tr><th>单位<th>电话<tr><td>民政局<td>12345<tr><td>教育局<td>12345<tr><td>水利局<td>12345</table>`, .3, .6},
	} {
		page, err := read(t, Source{Name: "题.html", Bytes: []byte("<title>题</title>" + test.html)})
		if err != nil || page.Coverage < test.least || page.Coverage > test.max {
			t.Errorf("%s: coverage %.2f, %v; want %.2f to %.2f", test.name, page.Coverage, err, test.least, test.max)
		}
		lost := slices.Contains(page.Warnings, "1 of the page's 1 tables are not in its text")
		if lost != (test.name == "table beside") {
			t.Errorf("%s: warnings %q", test.name, page.Warnings)
		}
	}
}

func TestPagesWithText(t *testing.T) {
	page := Page{Text: prose(40) + "3" + prose(40), Pages: []int{0, 40 * len("政"), 40*len("政") + 1}}
	if got := pagesWithText(page, 4); got != .5 {
		t.Errorf("2 of 4 pages hold text, not %.2f", got)
	}
}

package ingest

import (
	"testing"

	"zhiwen/retrieval"
)

func TestHarvest(t *testing.T) {
	for _, test := range []struct {
		line string
		want retrieval.Meta
	}{
		{"发布时间:2024-02-28 15:48 信息来源:司法局 浏览:", retrieval.Meta{Published: "2024-02-28 15:48", Publisher: "司法局"}},
		{"【发布日期：2024年3月4日】【来源：民政局】【字体：大 中 小】", retrieval.Meta{Published: "2024-03-04", Publisher: "民政局"}},
		{"发 文 机 关：甲县人民政府　成文日期：2023/1/9　有 效 性：已废止", retrieval.Meta{Publisher: "甲县人民政府", Written: "2023-01-09", Validity: retrieval.ValidityRepealed, ValiditySource: "page"}},
		{"文号：无文号 生效日期：有效", retrieval.Meta{Validity: retrieval.ValidityInForce, ValiditySource: "page"}},
		{"发文字号：甲政〔2023〕5号 废止日期：2028-13-01", retrieval.Meta{DocNo: "甲政〔2023〕5号"}},
		{"号：003149652/202311-00194", retrieval.Meta{IndexNo: "003149652/202311-00194"}},
		{"当前位置： 首页 >> 政务公开 >> 正文", retrieval.Meta{Column: "政务公开"}},
		{"办理地点：政务大厅 信息来源：甲", retrieval.Meta{}},
		{"请关注文号：甲政〔2023〕5号", retrieval.Meta{}},
	} {
		var got retrieval.Meta
		if harvest(&got, []line{{text: test.line}}); got != test.want {
			t.Errorf("%s gives\n%+v, want\n%+v", test.line, got, test.want)
		}
	}
}

// TestFieldBlock reads the blocks that county sites print above a document
// (requirements 2.1 to 2.3): as a table, as a list, twice, with broken labels.
func TestFieldBlock(t *testing.T) {
	guangde := `<table><tr><td>索引号：<td>11341723734968045W/202003-00002<td>组配分类：<td>部门文件
<tr><td>发布机构：<td>某县政府办<td>主题分类：<td>综合政务<tr><td>名称：<td>关于供水的通知<td>文号：<td>某政办〔2020〕5号
<tr><td>生成日期：<td>2020-03-01<td>发布日期：<td>2020-03-04</table>`
	whole := retrieval.Meta{
		Title: "关于供水的通知", IndexNo: "11341723734968045W/202003-00002", Column: "部门文件", Publisher: "某县政府办", DocNo: "某政办〔2020〕5号",
		Written: "2020-03-01", Published: "2020-03-04", Kind: retrieval.KindPolicy,
	}
	for _, test := range []struct {
		name, html string
		want       retrieval.Meta
	}{
		{"table", guangde, whole},
		{"twice", `<div class=pc>` + guangde + `</div><div class=mobile><p>索引号：11341723734968045W/202003-00002<p>名称：关于供水的通知<p>发布机构：某县政府办</div>`, whole},
		{
			"synonyms", `<p>发文机关：甲局<p>发文字号：甲〔2021〕2号<p>成文日期：2021年2月3日<p>信息分类：通知<p>生效日期：2021-03-01<p>废止日期：2026-03-01
<p>有 效 性：有效<p>内容概述：供水事项<p>关键词：供水<p>体裁：通知<p>服务对象：全社会<p>生命周期分类：其他`,
			retrieval.Meta{
				Title: "题", Publisher: "甲局", DocNo: "甲〔2021〕2号", Written: "2021-02-03", Column: "通知", Effective: "2021-03-01", Expires: "2026-03-01",
				Validity: retrieval.ValidityInForce, ValiditySource: "page",
			},
		},
		{
			"synonyms again", `<p>信息索引号：003149652/202311-00194<p>发布单位：乙局<p>文件编号：乙〔2022〕3号<p>发文日期：2022/1/2<p>时效性：失效`,
			retrieval.Meta{
				Title: "题", IndexNo: "003149652/202311-00194", Publisher: "乙局", DocNo: "乙〔2022〕3号", Written: "2022-01-02",
				Validity: retrieval.ValidityLapsed, ValiditySource: "page",
			},
		},
		{
			"broken labels", `<table><tr><td>号:<td>003149652/202311-00194<td>词:<td>供水<tr><td>性:<td>有效<td>文号<td>无文号</table>`,
			retrieval.Meta{Title: "题", IndexNo: "003149652/202311-00194", Validity: retrieval.ValidityInForce, ValiditySource: "page"},
		},
		{"validity not said", `<p>有效性：<p>文号：`, retrieval.Meta{Title: "题"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			page, err := read(t, Source{Name: "a.html", Bytes: []byte("<title>题</title>" + test.html + "<div class=TRS_Editor><p>请各单位按时供水。</div>")})
			if err != nil || page.Meta != test.want {
				t.Errorf("meta is\n%+v, %v; want\n%+v", page.Meta, err, test.want)
			}
			if page.Text != "请各单位按时供水。" {
				t.Errorf("text is %q", page.Text)
			}
		})
	}
}

// TestDocNo accepts every bracket that sites print around the year, and shows
// the number as it stands there (requirements 2.4).
func TestDocNo(t *testing.T) {
	for text, want := range map[string]string{
		"文号：某政〔2023〕12号": "某政〔2023〕12号", "文号：某政[2023]12号": "某政[2023]12号", "文号：某政［2023］12号": "某政［2023］12号",
		"文号：某政【2023】12号": "某政【2023】12号", "文号：某政（2023）12号": "某政（2023）12号", "文号：某政(2023)第12号": "某政(2023)第12号",
		"文号：某政办秘〔202361": "", "文号：无文号": "", "文号：20231128": "",
	} {
		var meta retrieval.Meta
		if harvest(&meta, []line{{text: text}}); meta.DocNo != want {
			t.Errorf("%s gives %q, want %q", text, meta.DocNo, want)
		}
	}
}

func TestParseDate(t *testing.T) {
	for s, want := range map[string]string{
		"2017——04——12 21:37": "2017-04-12 21:37", "2024-2-8": "2024-02-08", "2024年12月31日 9：05": "2024-12-31 09:05",
		"2024-02-28T15:48:00": "2024-02-28 15:48", "2024.1.2 25:00": "2024-01-02", "2024-13-01": "", "有效": "", "20240101": "",
	} {
		if got := parseDate(s); got != want {
			t.Errorf("%s is %q, want %q", s, got, want)
		}
	}
}

func TestGuessKind(t *testing.T) {
	for _, test := range []struct {
		columnType, column, title string
		want                      retrieval.Kind
	}{
		{"", "", "绩溪县2023年度法治政府建设工作情况报告", retrieval.KindReport},
		{"", "", "《甲县供暖办法》政策解读", retrieval.KindReading},
		{"", "", "甲县供暖办法", retrieval.KindPolicy},
		{"", "政务动态 > 乡镇动态", "家朋乡开展活动", retrieval.KindNews},
		{"办事服务", "", "甲", retrieval.KindGuide},
		{"", "", "甲", retrieval.KindUndefined},
	} {
		if got := guessKind(test.columnType, test.column, test.title); got != test.want {
			t.Errorf("%+v is %q", test, got)
		}
	}
}

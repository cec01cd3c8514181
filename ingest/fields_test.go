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

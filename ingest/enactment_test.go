package ingest

import (
	"strings"
	"testing"

	"zhiwen/retrieval"
)

func TestEnact(t *testing.T) {
	for name, test := range map[string]struct{ text, written, effective string }{
		"adopted":          {"示例条例\n（2020年7月6日示例市第九届人民代表大会常务委员会第三次会议通过　2020年9月2日示例省人民代表大会常务委员会批准）\n第一条 甲。\n第二条 本条例自2021年1月1日起施行。", "2020-07-06", "2021-01-01"},
		"broken lines":     {"示例条例\n（2019年5月24日示例市第八届人民代表大会常务\n委员会第二十一次会议通过  2019 年8月1日示例省人民代表大会常务\n委员会第十三次会议批准）\n目  录\n第一章 总则\n第一条 本条例自2019年10月1日起施行。", "2019-05-24", "2019-10-01"},
		"amended":          {"示例条例\n（2019年1月11日示例市人民代表大会第四次会议通过　根据2021年8月25日示例市人民代表大会常务委员会《关于修改〈示例条例〉的决定》修正）\n第一条 本条例自2019年5月1日起施行。", "2021-08-25", "2019-05-01"},
		"without brackets": {"示例条例\n2020年6月30日示例市第十六届人民代表大会常务委员会第二十八次会议审议通过\n第一条 甲。", "2020-06-30", ""},
		"when published":   {"示例条例\n(《示例条例》已由示例市人民代表大会常务委员会于2019年12月26日通过，2020年3月26日公告第15号公布，自公布之日起施行)\n第一条 甲。", "2019-12-26", "2020-03-26"},
		"in the line":      {"示例办法\n（2020年7月6日县政府令第3号公布 自2020年9月1日起施行）\n第一条 甲。", "2020-07-06", "2020-09-01"},
		"no law":           {"示例报告\n2023年,全县坚持依法行政。\n一、成效\n甲。", "", ""},
		"a day in prose":   {"示例通知\n各单位:\n2023年7月6日，会议通过了三个办法。\n本通知自2023年8月1日起施行。", "", "2023-08-01"},
	} {
		page, err := read(t, Source{Name: "x.txt", Bytes: []byte(test.text)})
		if err != nil {
			t.Fatal(err)
		}
		if got := page.Meta; got.Written != test.written || got.Effective != test.effective {
			t.Errorf("%s: written %q, effective %q; want %q, %q", name, got.Written, got.Effective, test.written, test.effective)
		}
	}
}

func TestTitleOfTwoLines(t *testing.T) {
	page, err := read(t, Source{Name: "x.txt", Bytes: []byte("示例市国民经济和社会发展计划\n审查监督条例\n（2020年7月6日通过）\n第一条 甲。")})
	if err != nil {
		t.Fatal(err)
	}
	if want := "示例市国民经济和社会发展计划审查监督条例"; page.Meta.Title != want || strings.Contains(page.Text, "审查监督") {
		t.Errorf("title %q, text %q", page.Meta.Title, page.Text)
	}
	if page.Meta.Kind != retrieval.KindPolicy {
		t.Errorf("kind %q", page.Meta.Kind)
	}
}

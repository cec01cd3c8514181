package bot

import (
	"testing"

	"zhiwen/retrieval"
)

func TestSameSeries(t *testing.T) {
	meta := func(title, publisher string) retrieval.Meta {
		return retrieval.Meta{Title: title, Publisher: publisher}
	}
	for _, c := range []struct {
		a, b retrieval.Meta
		want bool
	}{
		{meta("青石县2023年高龄津贴发放公告", ""), meta("青石县2025年高龄津贴发放公告", ""), true},
		{meta("青石县2023年度法治政府建设情况报告", "司法局"), meta("青石县二〇二四年度法治政府建设情况报告", "县司法局"), true},
		{meta("关于做好2022年度居民医保缴费工作的通知", ""), meta("关于做好2024年度居民医保缴费工作的通知", ""), true},
		{meta("青石县企业用工补助办法", ""), meta("关于《青石县企业用工补助办法（征求意见稿）》公开征求意见的公告", ""), true},
		{meta("青石县快递进村补贴办法", ""), meta("青石县快递进村补贴临时办法（试行）", ""), true},
		{meta("青石县图书馆开放时间公告", ""), meta("青石县文化馆开放时间公告", ""), false},
		{meta("青石县停车收费办法", ""), meta("青石县停车收费办法实施细则", ""), false},
		{meta("青石县养犬管理办法", ""), meta("白石县养犬管理办法", ""), false},
		{meta("最低生活保障标准的通知", "青石县民政局"), meta("最低生活保障标准的通知", "白石县民政局"), false},
		{meta("关于公布最低生活保障标准的通知", "青石县民政局"), meta("关于公布最低生活保障标准的通知", "安徽省民政厅"), false},
		{meta("关于公布最低生活保障标准的通知", "青石县民政局"), meta("关于公布最低生活保障标准的通知", "民政局"), true},
		{meta("低保公示", "家朋乡人民政府"), meta("低保公示", "瀛洲镇人民政府"), false},
		{meta("领导信息", "民政局"), meta("领导信息", "财政局"), false},
		{meta("领导信息", "民政局"), meta("领导信息", "民政局"), true},
		{meta("2023年", ""), meta("2024年", ""), false},
		{meta("page-1", ""), meta("page-2", ""), false},
		{meta("", ""), meta("", ""), false},
	} {
		if got := sameSeries(c.a, c.b); got != c.want {
			t.Errorf("%s (%s) and %s (%s): %v, want %v", c.a.Title, c.a.Publisher, c.b.Title, c.b.Publisher, got, c.want)
		}
		if got := sameSeries(c.b, c.a); got != c.want {
			t.Errorf("%s and %s: not the same both ways", c.b.Title, c.a.Title)
		}
	}
}

func TestSeat(t *testing.T) {
	for _, c := range []struct {
		publisher, title string
		level            level
		place            string
	}{
		{"国务院办公厅", "", levelNation, ""},
		{"民政部", "", levelNation, ""},
		{"人力资源社会保障部", "", levelNation, ""},
		{"安徽省民政厅", "", levelProvince, "安徽省"},
		{"广西壮族自治区人民政府", "", levelProvince, "广西壮族自治区"},
		{"北京市人民政府", "", levelProvince, "北京市"},
		{"宣城市人民政府办公室", "", levelCity, "宣城市"},
		{"宁国市财政局", "", levelCounty, "宁国市"}, // a city of a county's rank
		{"青石县民政局", "", levelCounty, "青石县"},
		{"安徽省宣城市绩溪县人民政府", "", levelCounty, "绩溪县"},
		{"绩溪县家朋乡人民政府", "", levelCounty, "绩溪县"},
		{"家朋乡人民政府", "", levelTownship, "家朋乡"},
		{"司法局", "绩溪县2023年度法治政府建设情况报告", levelCounty, "绩溪县"},
		{"县司法局", "", levelUnknown, ""},
		{"市场监督管理局", "城市停车收费办法", levelUnknown, ""},
		{"", "全市城区小学招生公告", levelUnknown, ""},
		{"", "景区门票价格公示", levelUnknown, ""},
		{"", "", levelUnknown, ""},
	} {
		l, place := seat(retrieval.Meta{Publisher: c.publisher, Title: c.title})
		if l != c.level || place != c.place {
			t.Errorf("%q, %q: %v %q, want %v %q", c.publisher, c.title, l, place, c.level, c.place)
		}
	}
}

func TestStandingOf(t *testing.T) {
	const today = "2026-02-03"
	for _, c := range []struct {
		name string
		meta retrieval.Meta
		day  string
		want standing
	}{
		{"unmarked", retrieval.Meta{Published: "2020-01-01"}, today, inForce},
		{"有效", retrieval.Meta{Validity: retrieval.ValidityInForce}, today, inForce},
		{"废止", retrieval.Meta{Validity: retrieval.ValidityRepealed}, today, repealed},
		{"失效", retrieval.Meta{Validity: retrieval.ValidityLapsed}, today, repealed},
		{"废止, then", retrieval.Meta{Validity: retrieval.ValidityRepealed, Published: "2019-01-01"}, "2021-12-31", inForce},
		{"废止 and its end is known, then", retrieval.Meta{Validity: retrieval.ValidityRepealed, Published: "2017-01-01", Expires: "2020-05-01"}, "2021-12-31", repealed},
		{"replaced", retrieval.Meta{ReplacedBy: "新办法"}, today, repealed},
		{"已修改", retrieval.Meta{Validity: retrieval.ValidityAmended}, today, amended},
		{"over by its own dates", retrieval.Meta{Expires: "2025-12-31"}, today, ended},
		{"the last day", retrieval.Meta{Expires: today}, today, inForce},
		{"not yet", retrieval.Meta{Published: "2026-01-01", Effective: "2026-03-01"}, today, coming},
		{"made later", retrieval.Meta{Published: "2024-01-01"}, "2021-12-31", coming},
		{"a draft", retrieval.Meta{Title: "停车办法（征求意见稿）"}, today, drafted},
	} {
		if got := standingOf(c.meta, c.day, today); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestMoment(t *testing.T) {
	for question, want := range map[string]moment{
		"低保标准是多少":         {on: "2026-11-23", present: true},
		"现在低保标准是多少":       {on: "2026-11-23", present: true},
		"今年低保标准是多少":       {on: "2026-11-23", present: true},
		"去年低保标准是多少":       {on: "2025-12-31", lapsed: true},
		"2021年适用哪个停车收费办法": {on: "2021-12-31", lapsed: true, force: true},
		"以前的低保标准是多少":      {on: "2026-11-23", past: true, lapsed: true},
		"旧办法怎么规定的":        {on: "2026-11-23", past: true, lapsed: true},
		"已废止的停车办法收多少":     {on: "2026-11-23", past: true, lapsed: true},
		"原停车办法收多少":        {on: "2026-11-23", past: true, lapsed: true},
		"原件要带几份":          {on: "2026-11-23", present: true},
		"《停车收费办法》收多少":     {on: "2026-11-23", present: true, lapsed: true},
		"2024年以前出生的怎么办":   {on: "2024-12-31", lapsed: true},
		"老房子改造补多少":        {on: "2026-11-23", present: true},
	} {
		got := understand(question, clock).When
		want.today = "2026-11-23"
		if got != want {
			t.Errorf("%s: %+v, want %+v", question, got, want)
		}
	}
}

func TestDisagree(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"每人每月680元", "每人每月702元", true},
		{"每人每月702元", "每人每月702元", false},
		{"5个工作日内办结", "自受理之日起10个工作日内", true},
		{"5个工作日内办结", "收费20元", false},
		{"咨询电话0699-7150110", "咨询电话：0699-7210012", true},
		{"8:30至18:00", "9:00至17:00", true},
		{"最高45万元", "最高450000元", true}, // nothing is computed
		{"不收费", "免费", false},
	} {
		if got := disagree(c.a, c.b); got != c.want {
			t.Errorf("%s / %s: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

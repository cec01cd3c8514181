package traditional

import (
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/retrieval"
)

func TestConvert(t *testing.T) {
	for simplified, want := range map[string]string{
		// One character with several forms.
		"皇后 后土 后来 后勤 前后":           "皇后 后土 後來 後勤 前後",
		"里程 公里 邻里 里面 家里 杞梓里":       "里程 公里 鄰里 裏面 家裏 杞梓里",
		"干部 骨干 若干 干预 干旱 晾干 干支":     "幹部 骨幹 若干 干預 乾旱 晾乾 干支",
		"发布 发展 头发 理发店":             "發佈 發展 頭髮 理髮店",
		"方面 面积 面条 面粉":              "方面 面積 麪條 麪粉",
		"一只 船只 只有 大多只是":            "一隻 船隻 只有 大多只是",
		"台湾 平台 台风 柜台 台州 天台县":       "臺灣 平臺 颱風 櫃檯 台州 天台縣",
		"系统 关系 联系 维系 中文系 系安全带":     "系統 關係 聯繫 維繫 中文系 繫安全帶",
		"周围 周末 每周 周年 周某":           "周圍 週末 每週 週年 周某",
		"制度 制定 制造 研制 印制":           "制度 制定 製造 研製 印製",
		"恢复 康复 复印 复杂 答复 反复":        "恢復 康復 複印 複雜 答覆 反覆",
		"历史 学历 日历 农历":              "歷史 學歷 日曆 農曆",
		"云南 云计算 人云亦云":              "雲南 雲計算 人云亦云",
		"余额 其余 余某 余先生 三百余人 余某某":    "餘額 其餘 余某 余先生 三百餘人 余某某",
		"松树 松材线虫 放松 宽松":            "松樹 松材線蟲 放鬆 寬鬆",
		"征收 征求 长征 征程":              "徵收 徵求 長征 征程",
		"批准 不准 准予 标准 不准确":          "批准 不准 准予 標準 不準確",
		"几个 几乎 茶几":                 "幾個 幾乎 茶几",
		"宿舍 舍弃 舍得":                 "宿舍 捨棄 捨得",
		"山谷 谷物 稻谷 谷某":              "山谷 穀物 稻穀 谷某",
		"奋斗 斗争 北斗 漏斗":              "奮鬥 鬥爭 北斗 漏斗",
		"规范 师范 范围 范某 范仲淹 姓范 范老爷断案": "規範 師範 範圍 范某 范仲淹 姓范 范老爺斷案",
		"姜某 姜先生 生姜":                "姜某 姜先生 生薑",
		"于是 由于某种原因 原告于某 于某某 属于姓名":  "於是 由於某種原因 原告于某 于某某 屬於姓名",
		"沈某 沈阳":                    "沈某 瀋陽",
		"签字 网签 标签 抽签":              "簽字 網簽 標籤 抽籤",

		// Places, and terms of government.
		"绩溪县 岳西县 黟县 歙县 湖南岳阳 兰溪市 关于都市": "績溪縣 岳西縣 黟縣 歙縣 湖南岳陽 蘭溪市 關於都市",
		"行政复议 驳回复议申请 复核 核准 审核 台账":     "行政復議 駁回復議申請 複核 核准 審核 台賬",

		// Phrases that would take a character from the word behind them.
		"免费发卡 空白发票 政府干预":       "免費發卡 空白發票 政府干預",
		"更加注重补齐 非法制造 按时足额发放":   "更加注重補齊 非法製造 按時足額發放",
		"为了解决问题 了解情况 出了解释":     "爲了解決問題 了解情況 出了解釋",
		"心理发展 代理发行 污染发生 积极配合并": "心理發展 代理發行 污染發生 積極配合並",

		// What stays: words of the mainland, addresses, 文号, marks, what has no entry.
		"软件 信息 执行 指标 审核":                           "軟件 信息 執行 指標 審核",
		"见https://a.gov.cn/后勤/发布.html。网址":          "見https://a.gov.cn/后勤/发布.html。網址",
		"登录https://jixi.gov.cn/bs/1.html?id=2查询发布": "登錄https://jixi.gov.cn/bs/1.html?id=2查詢發佈",
		"登录www.jixi.gov.cn/后勤，后勤":                  "登錄www.jixi.gov.cn/后勤，後勤",
		"登录https://jixi.gov.cn办理，邮箱fa@jixi.cn":     "登錄https://jixi.gov.cn辦理，郵箱fa@jixi.cn",
		"根据国办发〔2017〕47号和绩政办发[2021] 5号":             "根據国办发〔2017〕47号和绩政办发[2021] 5号",
		"贯彻落实国办发【2017】第47号文件，第5号楼":                 "貫徹落實国办发【2017】第47号文件，第5號樓",
		"办了247件[1]。共3326项[2]":                      "辦了247件[1]。共3326項[2]",
		"後勤服務":                                     "後勤服務",
		"":                                         "",
		"OK 👍":                                     "OK 👍",
	} {
		if got := Convert(simplified).Traditional; got != want {
			t.Errorf("%s\n got %s\nwant %s", simplified, got, want)
		}
	}
}

func TestWritten(t *testing.T) {
	for text, want := range map[string]bool{
		"請問績溪縣2023年辦了多少件法律援助案件": true,
		"身份證丟了怎麼補辦":             true,
		"身份证丢了怎么补办":             false,
		"请问臺灣居民怎么办居住证":          false, // mixed
		"身份":                    false, // both scripts write it so
		"皇后里程":                  false,
		"where?":                false,
		"":                      false,
	} {
		if got := Written(text); got != want {
			t.Errorf("Written(%s) = %v", text, got)
		}
	}
}

// TestOffsets goes from one text to the other where characters change their
// length: 㓆 takes 3 bytes and 𠗣 4, 𫛲 takes 4 and 鵰 3.
func TestOffsets(t *testing.T) {
	const original = "甲㓆乙𫛲丙后"
	c := Convert(original)
	if c.Traditional != "甲𠗣乙鵰丙後" {
		t.Fatal(c.Traditional)
	}
	checkText(t, original, c)
	start, end := strings.Index(c.Traditional, "乙"), strings.Index(c.Traditional, "丙")
	if got := original[c.Original(start):c.Original(end)]; got != "乙𫛲" {
		t.Errorf("乙鵰 was %s", got)
	}
}

func FuzzConvert(f *testing.F) {
	for _, s := range []string{"甲㓆乙𫛲丙后", "见http://a.cn/后，国办发〔2017〕47号", "空白发票\xe5\x90", "//www./?号〔"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkText(t, s, Convert(s))
		Written(s)
	})
}

// checkText holds a conversion to what it promises for every text.
func checkText(t *testing.T, original string, c Text) {
	t.Helper()
	if utf8.ValidString(original) != utf8.ValidString(c.Traditional) {
		t.Fatalf("%q became %q: validity differs", original, c.Traditional)
	}
	if from, to := utf8.RuneCountInString(original), utf8.RuneCountInString(c.Traditional); from != to {
		t.Fatalf("%d characters became %d", from, to)
	}
	at := 0
	for i := range c.Traditional {
		if c.Original(i) != at || c.Offset(at) != i {
			t.Fatalf("character at %d leads to %d, and %d to %d", i, c.Original(i), at, c.Offset(at))
		}
		at += width(original[at:])
	}
	if c.Original(len(c.Traditional)) != len(original) || c.Offset(len(original)) != len(c.Traditional) {
		t.Fatal("the ends do not lead to each other")
	}
	for i := range len(c.Traditional) {
		if c.Original(i) > c.Original(i+1) {
			t.Fatalf("offset %d goes back", i+1)
		}
	}
	for i := range len(original) {
		if c.Offset(i) > c.Offset(i+1) {
			t.Fatalf("offset %d of the original goes back", i+1)
		}
	}
}

// checkFold holds a conversion to being found by what finds the original, but
// for the pairs of unfolded.txt.
func checkFold(t *testing.T, original string, c Text, unfolded map[[2]rune]bool) {
	t.Helper()
	want := []rune(original)
	for i, r := range []rune(c.Traditional) {
		if !unfolded[[2]rune{want[i], r}] && retrieval.FoldString(string(r)) != retrieval.FoldString(string(want[i])) {
			t.Fatalf("%c became %c, which folds otherwise: %.30q", want[i], r, string(want[max(0, i-5):]))
		}
	}
}

// BenchmarkConvert converts a page of text again and again.
func BenchmarkConvert(b *testing.B) {
	text := strings.Repeat("2023年，全县行政复议机关共收到复议申请36件，已全部办结；干部培训12期，发放资料3000余份。", 200)
	Convert(text)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Convert(text)
	}
}

// BenchmarkLoad reads the tables anew each time.
func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		load()
	}
}

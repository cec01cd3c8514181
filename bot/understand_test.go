package bot

import (
	"slices"
	"testing"
	"time"
)

var clock = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func TestUnderstandYears(t *testing.T) {
	for _, c := range []struct {
		text     string
		want     int
		relative string
	}{
		{"绩溪县2023年法律援助办了多少件", 2023, ""},
		{"二〇二三年办了多少件", 2023, ""},
		{"去年调解成功率好多啊", 2025, "去年"},
		{"前年废止了几个文件", 2024, "前年"},
		{"上一年度的败诉率", 2025, "上一年度"},
		{"居住证怎么办理", 0, ""},
		{"电话0563-2023456是哪里的", 0, ""},
	} {
		years := understand(c.text, clock).Years
		if c.want == 0 {
			if len(years) != 0 {
				t.Errorf("%s: years %v, want none", c.text, years)
			}
			continue
		}
		if len(years) != 1 || years[0].Number != c.want || years[0].Relative != c.relative {
			t.Errorf("%s: years %v, want %d (%s)", c.text, years, c.want, c.relative)
		}
	}
}

func TestYearsInSpan(t *testing.T) {
	if got := yearsIn("三年行动计划(2022—2024年)"); !slices.Equal(got, []int{2022, 2023, 2024}) {
		t.Errorf("got %v", got)
	}
}

func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"安徽省宣城市绩溪县有几个乡镇", []string{"绩溪县"}},
		{"绩溪是不是示范县", []string{"绩溪县"}},
		{"德阳市人民政府有什么规定", []string{"德阳市"}},
		{"家朋乡学法那个活动叫啥", []string{"家朋乡"}},
		{"各乡镇都有调解室吗", nil},
		{"城镇居民医保怎么交", nil},
		{"内蒙古和西藏", []string{"内蒙古自治区", "西藏自治区"}},
		{"共和国公安机关的资源", nil},
	} {
		var got []string
		for _, p := range placesIn(c.text) {
			got = append(got, p.Name)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.text, got, c.want)
		}
	}
}

func TestWant(t *testing.T) {
	for text, want := range map[string]Want{
		"绩溪县2023年县级权责清单一共多少项": WantFigure,
		"2024年准备搞哪些事":         WantList,
		"绩溪是不是全国法治政府示范县了":     WantYesNo,
		"哪些单位执法不规范,点个名":       WantCulprits,
		"家朋乡学法那个活动叫啥":         WantName,
		"不动产登记中心在哪里":          WantPlace,
		"民政局电话":               WantContact,
		"什么时候可以领高龄津贴":         WantTime,
		"申请法律援助的条件":           WantText,
		"“握手言和”是不是每个乡镇都有":     WantYesNo,
		"32件行政复议都怎么结的":        WantText,
		"2023年废止了几个规范性文件":     WantFigure,
		"2023年公证处免了多少钱":       WantFigure,
		"打官司输了几件,败诉率高不高":      WantFigure,
		"全县公职律师有几名":           WantFigure,
		"行政复议申请要带哪些材料":        WantList,
		"办事大厅在哪儿,几点上班":        WantHours,
		"这个补贴能不能代办":           WantYesNo,
		"法律援助中心的地址":           WantPlace,
		"绩溪县的法律援助由谁负责办理":      WantName,
		"现在有效的规范性文件有多少件":      WantFigure,
		"有没有周末窗口":             WantYesNo,
		"身份证补办需要多长时间":         WantTime,
		"居住证多久能办好":            WantTime,
		"老年人优待证是哪个部门发的":       WantName,
		"行政複議要去邊度申請":          WantPlace,
		"補辦身分證要幾多錢":           WantFigure,
		"退休手续到哪个窗口办,要不要预约":    WantYesNo,
	} {
		if got := understand(text, clock).Want; got != want {
			t.Errorf("%s: want %d, got %d", text, want, got)
		}
	}
}

func TestUnderstandAddsOfficialWords(t *testing.T) {
	q := understand("打官司输了几件", clock)
	if !slices.Contains(q.Also, "应诉") || !slices.Contains(q.Also, "败诉") {
		t.Errorf("also %v, want 应诉 and 败诉 among them", q.Also)
	}
}

func TestUnderstandParts(t *testing.T) {
	q := understand("打官司输了几件,败诉率高不高？", clock)
	if len(q.Parts) != 2 {
		t.Errorf("parts %q, want two", q.Parts)
	}
}

// People speak of their mothers and fathers; that is no abuse.
func TestParentsAreNoAbuse(t *testing.T) {
	b := newTestBot(t, bookstall())
	for _, question := range []string{"我妈的医保怎么交", "我当妈的要交什么材料", "我老子去世了户口怎么注销", "他去死亡证明哪里开"} {
		a, err := b.Ask(t.Context(), Request{Question: question}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a.Status == StatusHandoff || a.Status == StatusBlocked {
			t.Errorf("%s: %s: %s", question, a.Status, a.Text)
		}
	}
}

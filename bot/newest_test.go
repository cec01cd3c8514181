package bot

import (
	"slices"
	"strings"
	"testing"
	"time"

	"zhiwen/retrieval"
)

// page is a document of a made-up site.
func page(title, publisher, published, text string, more ...func(*retrieval.Meta)) retrieval.Document {
	d := retrieval.Document{Meta: retrieval.Meta{Title: title, Publisher: publisher, Published: published}, Text: text + "\n"}
	for _, change := range more {
		change(&d.Meta)
	}
	return d
}

func marked(v retrieval.Validity) func(*retrieval.Meta) {
	return func(m *retrieval.Meta) { m.Validity = v }
}

func period(effective, expires string) func(*retrieval.Meta) {
	return func(m *retrieval.Meta) { m.Effective, m.Expires = effective, expires }
}

// TestNewest asks small collections on 2026-02-03.
func TestNewest(t *testing.T) {
	allowance := []retrieval.Document{
		page("青石县2023年高龄津贴发放公告", "青石县民政局", "2023-03-01", "年满80周岁的老年人，每人每月发放高龄津贴80元。"),
		page("青石县2025年高龄津贴发放公告", "青石县民政局", "2025-03-01", "年满80周岁的老年人，每人每月发放高龄津贴120元。"),
		page("青石县2021年高龄津贴发放公告", "青石县民政局", "2021-03-01", "年满80周岁的老年人，每人每月发放高龄津贴50元。"),
	}
	rules := func(first, second func(*retrieval.Meta)) []retrieval.Document {
		return []retrieval.Document{
			page("青石县停车收费办法", "青石县发改委", "2019-06-01", "小型车停车首小时收费2元。", first),
			page("青石县停车收费办法", "青石县发改委", "2024-06-01", "小型车停车首小时收费5元。", second),
		}
	}
	none := func(*retrieval.Meta) {}
	for name, c := range map[string]struct {
		docs     []retrieval.Document
		question string
		status   Status
		lead     string   // the first citation holds it
		holds    []string // the text
		lacks    []string
		notices  []string
	}{
		"the newest leads, older ones are named": {
			allowance, "高龄津贴每月发放多少元", StatusAnswered, "120元",
			[]string{"以下内容发布于2025-03-01，是现有同类资料中最新的：", "较早的资料有《青石县2023年高龄津贴发放公告》（2023-03-01）[2]、《青石县2021年高龄津贴发放公告》（2021-03-01）[3]"},
			[]string{"80元", "50元"}, []string{NoticeDated, NoticeOlder},
		},
		"a year gets its own": {
			allowance, "2021年高龄津贴每月发放多少元", StatusAnswered, "50元", nil, []string{"最新", "较早"}, nil,
		},
		"a report of a year is published in the next": {
			[]retrieval.Document{
				page("青石县2022年度文化执法情况报告", "青石县文旅局", "2023-01-12", "全年立案查处违法经营案件9件。"),
				page("青石县2023年度文化执法情况报告", "青石县文旅局", "2024-01-15", "全年立案查处违法经营案件6件。"),
				page("青石县2024年度文化执法情况报告", "青石县文旅局", "2025-01-14", "全年立案查处违法经营案件11件。"),
			}, "2023年文化执法立案查处违法经营案件多少件", StatusAnswered, "6件", nil, []string{"9件", "11件"}, nil,
		},
		"this year has none": {
			allowance, "今年高龄津贴每月发放多少元", StatusPartial, "120元", []string{"2026年", "2025-03-01"}, nil, []string{NoticeDated, NoticeOlder},
		},
		"the offices of other places are another matter": {
			append(slices.Clone(allowance), page("白石县2026年高龄津贴发放公告", "白石县民政局", "2026-01-05", "年满80周岁的老年人，每人每月发放高龄津贴300元。")),
			"青石县高龄津贴每月发放多少元", StatusAnswered, "120元", nil, []string{"300元"}, []string{NoticeDated, NoticeOlder},
		},
		"an old source": {
			allowance[:1], "高龄津贴每月发放多少元", StatusAnswered, "80元", []string{"发布于2023-03-01：", "可能已有变化，请先核实"}, nil, []string{NoticeDated, NoticeStale},
		},
		"an old telephone number": {
			[]retrieval.Document{page("青石县图书馆联系方式", "青石县文旅局", "2025-01-10", "青石县图书馆咨询电话为0699-7150110。")},
			"图书馆咨询电话是多少", StatusAnswered, "0699-7150110", []string{"可能已有变化，请先核实（可以拨打 12345）"}, nil, []string{NoticeDated, NoticeStale},
		},
		"what is marked is left out": {
			rules(marked(retrieval.ValidityRepealed), none), "小型车停车首小时收费多少元", StatusAnswered, "5元", nil, []string{"2元"}, []string{NoticeDated},
		},
		"and shown under a banner when it is asked for": {
			rules(marked(retrieval.ValidityRepealed), none), "原来的停车收费办法小型车首小时收费多少元", StatusAnswered, "2元", []string{"已标明废止，仅供参考", "较新的资料有《青石县停车收费办法》（2024-06-01）[2]"}, nil, []string{NoticeNewer, NoticeOutdated},
		},
		"or when it is named": {
			rules(marked(retrieval.ValidityRepealed), none)[:1], "《青石县停车收费办法》小型车首小时收费多少元", StatusAnswered, "2元", []string{"已标明废止，仅供参考"}, nil, []string{NoticeOutdated, NoticeDated, NoticeStale},
		},
		"as of a year": {
			rules(period("2019-07-01", ""), period("2024-07-01", "")), "2021年小型车停车首小时收费多少元", StatusAnswered, "2元",
			[]string{"2021年适用的是下面这份2019-06-01的文件"}, []string{"5元"}, []string{NoticeAsOf},
		},
		"as of a year before all of them": {
			rules(period("2019-07-01", ""), period("2024-07-01", "")), "2016年小型车停车首小时收费多少元", StatusNoAnswer, "", []string{"2016年"}, []string{"2元", "5元"}, nil,
		},
		"what takes effect later does not lead": {
			rules(none, period("2026-07-01", "")), "小型车停车首小时收费多少元", StatusAnswered, "2元",
			[]string{"另有还没有开始施行的《青石县停车收费办法》（2026-07-01起施行）[2]"}, []string{"5元"}, []string{NoticeDated, NoticeComing, NoticeStale},
		},
		"a draft does not lead": {
			[]retrieval.Document{
				page("关于《青石县停车收费办法（征求意见稿）》公开征求意见的公告", "青石县发改委", "2026-01-10", "小型车停车首小时收费8元。"),
				page("青石县停车收费办法", "青石县发改委", "2025-06-01", "小型车停车首小时收费5元。"),
			}, "小型车停车首小时收费多少元", StatusAnswered, "5元", nil, []string{"8元"}, []string{NoticeDated},
		},
		"a draft alone": {
			[]retrieval.Document{page("关于《青石县停车收费办法（征求意见稿）》公开征求意见的公告", "青石县发改委", "2026-01-10", "小型车停车首小时收费8元。")},
			"小型车停车首小时收费多少元", StatusAnswered, "8元", []string{"征求意见的稿子，还没有施行"}, nil, []string{NoticeDraft, NoticeDated},
		},
		"arithmetic alone never says 失效": {
			rules(period("2019-07-01", "2024-06-30"), none)[:1], "小型车停车首小时收费多少元", StatusAnswered, "2元",
			[]string{"可能已过有效期"}, []string{"失效"}, []string{NoticeEnded, NoticeDated, NoticeStale},
		},
		"two levels disagree": {
			[]retrieval.Document{
				page("安徽省最低生活保障标准", "安徽省民政厅", "2025-05-01", "最低生活保障标准为每人每月680元。"),
				page("绩溪县最低生活保障标准", "绩溪县民政局", "2025-07-01", "最低生活保障标准为每人每月702元。"),
			}, "最低生活保障标准每人每月多少元", StatusAnswered, "702元",
			[]string{"说法不一致，最新的发布于2025-07-01", "绩溪县民政局（县级，2025-07-01）：", "安徽省民政厅（省级，2025-05-01）：", "702元", "680元"}, nil, []string{NoticeConflict},
		},
		"two levels agree": {
			[]retrieval.Document{
				page("安徽省最低生活保障标准", "安徽省民政厅", "2025-05-01", "最低生活保障标准为每人每月702元。"),
				page("绩溪县最低生活保障标准", "绩溪县民政局", "2025-07-01", "最低生活保障标准为每人每月702元。"),
			}, "最低生活保障标准每人每月多少元", StatusAnswered, "702元", nil, []string{"说法不一致"}, []string{NoticeDated},
		},
	} {
		t.Run(name, func(t *testing.T) {
			// What else lies in a collection, so that words have a weight.
			docs := append(slices.Clone(c.docs),
				page("青石县图书借阅办法", "青石县文旅局", "2025-02-01", "图书借期为30天，可以续借一次。"),
				page("青石县养犬办法", "青石县公安局", "2025-02-02", "遛犬应当牵绳，绳长不超过2米。"),
				page("青石县采砂规定", "青石县水利局", "2025-02-03", "采砂许可证的期限为一年。"))
			b := newTestBot(t, collection(docs...))
			b.Threshold = 0.3 // the gate is another test's
			b.Now = func() time.Time { return time.Date(2026, 2, 3, 9, 0, 0, 0, time.UTC) }
			a, err := b.Ask(t.Context(), Request{Question: c.question}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if a.Status != c.status {
				t.Fatalf("status %s, want %s: %s", a.Status, c.status, a.Text)
			}
			if c.lead != "" && !strings.Contains(a.Citations[0].Quote, c.lead) {
				t.Errorf("led by %q, want %s:\n%s", a.Citations[0].Quote, c.lead, a.Text)
			}
			for _, want := range c.holds {
				if !strings.Contains(a.Text, want) {
					t.Errorf("%q is missing:\n%s", want, a.Text)
				}
			}
			for _, not := range c.lacks {
				if strings.Contains(a.Text, not) {
					t.Errorf("%q is said:\n%s", not, a.Text)
				}
			}
			var kinds []string
			for _, n := range a.Notices {
				kinds = append(kinds, n.Kind)
				if !strings.Contains(a.Text, n.Text) {
					t.Errorf("the notice %q is not in the text:\n%s", n.Text, a.Text)
				}
			}
			slices.Sort(kinds)
			want := slices.Sorted(slices.Values(c.notices))
			if !slices.Equal(kinds, want) {
				t.Errorf("notices %v, want %v:\n%s", kinds, want, a.Text)
			}
		})
	}
}

package guide

import (
	"slices"
	"strings"
	"testing"

	"zhiwen/retrieval"
)

// passGuide is a made-up guide in our own words: three cases, one of them for
// whoever comes in another's place.
func passGuide() *retrieval.Document {
	doc := &retrieval.Document{Meta: retrieval.Meta{Title: "青石县借阅证首次申领、丢失补办办事指南（2025年）", Kind: retrieval.KindGuide}}
	open := map[retrieval.Level]int{}
	section := func(level retrieval.Level, label, heading, body string) {
		s := retrieval.Section{Parent: -1, Level: level, Label: label, Heading: heading, Start: len(doc.Text)}
		for up := level - 1; up >= retrieval.LevelOutline1; up-- {
			if i, ok := open[up]; ok {
				s.Parent = i
				break
			}
		}
		doc.Text += label + heading
		s.Body = len(doc.Text)
		doc.Text += body + "\n"
		open[level] = len(doc.Sections)
		for l := level + 1; l <= retrieval.LevelOutline4; l++ {
			delete(open, l)
		}
		doc.Sections = append(doc.Sections, s)
	}
	section(retrieval.LevelOutline1, "一、", "办理条件", "\n在本县居住满一个月的，可以申领。")
	section(retrieval.LevelOutline1, "二、", "申请材料", "")
	section(retrieval.LevelOutline2, "（一）", "首次申领", "")
	section(retrieval.LevelOutline3, "1. ", "居民身份证（原件1份）", "")
	section(retrieval.LevelOutline3, "2. ", "监护人居民身份证（复印件2份；要求：未满十六周岁的才要）", "")
	section(retrieval.LevelOutline2, "（二）", "丢失补办", "")
	section(retrieval.LevelOutline3, "1. ", "补办申请表（原件1份）", "")
	section(retrieval.LevelOutline2, "（三）", "请人代办", "\n代办的，另交委托书（原件1份）。")
	section(retrieval.LevelOutline1, "三、", "办理流程", "\n1.取号；\n2.公示3天；\n3.领证。")
	section(retrieval.LevelOutline1, "四、", "办理时限", "\n5个工作日。")
	section(retrieval.LevelOutline1, "五、", "收费标准", "：首次申领不收费；丢失补办每证8元。卡套自愿购买。")
	section(retrieval.LevelOutline1, "六、", "办理地点", "\n县图书馆一楼。不能代办的窗口另行公布。")
	for i := range doc.Sections {
		doc.Sections[i].End = len(doc.Text)
		for _, next := range doc.Sections[i+1:] {
			if next.Level <= doc.Sections[i].Level {
				doc.Sections[i].End = next.Start
				break
			}
		}
	}
	return doc
}

func understand(question string) Ask {
	noise := strings.NewReplacer("借阅证", "借阅证", "要", " ", "带", " ", "多久", " ")
	return Understand(question, []Wording{{"娃娃", []string{"未成年人"}}}, noise.Replace)
}

func TestReply(t *testing.T) {
	doc := passGuide()
	g, ok := Read(doc)
	if !ok {
		t.Fatal("it is no guide")
	}
	for _, c := range []struct {
		question string
		want     []string // lines, as they are shown
		cases    []string
	}{
		{"借阅证丢了补一张要带啥", []string{"1. 补办申请表（原件1份）"}, nil},
		{"第一次办借阅证要带什么", []string{"1. 居民身份证（原件1份）", "2. 监护人居民身份证（复印件2份；要求：未满十六周岁的才要）"}, nil},
		{"娃娃九岁办借阅证带啥", []string{"1. 居民身份证（原件1份）", "2. 监护人居民身份证（复印件2份；要求：未满十六周岁的才要）"}, nil},
		{"借阅证丢了让我弟去补还要另外带啥", []string{"代办的，另交委托书（原件1份）。"}, nil},
		{"借阅证丢了让我弟去补要带啥", []string{"1. 补办申请表（原件1份）", "代办的，另交委托书（原件1份）。"}, nil},
		{"借阅证要带什么材料", nil, []string{"首次申领", "丢失补办", "请人代办"}},
		{"借阅证丢了补办多少钱", []string{"丢失补办每证8元。", "卡套自愿购买。"}, nil},
		{"头一回办借阅证要钱不", []string{"首次申领不收费；", "卡套自愿购买。"}, nil},
		{"借阅证多少钱", []string{"首次申领不收费；丢失补办每证8元。卡套自愿购买。"}, nil},
		{"办借阅证要几天", []string{"5个工作日。"}, nil},
		{"借阅证公示几天", []string{"2.公示3天；"}, nil},
		{"借阅证在哪办", []string{"县图书馆一楼。不能代办的窗口另行公布。"}, nil},
		{"借阅证电话多少", nil, nil},
		{"借阅证一个月发多少钱", nil, nil},
	} {
		a := understand(c.question)
		if len(a.Aspects) != 1 {
			t.Errorf("%s: aspects %q", c.question, a.Aspects)
			continue
		}
		replies, cases, _ := g.Reply(a, a.Aspects[0])
		var shown []string
		for _, r := range replies {
			for _, l := range r.Lines {
				shown = append(shown, doc.Text[l.Start:l.End])
			}
		}
		if !slices.Equal(shown, c.want) || !slices.Equal(cases, c.cases) {
			t.Errorf("%s: %q, cases %q; want %q, %q", c.question, shown, cases, c.want, c.cases)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		title, question string
		names           bool
	}{
		{"示例：居民身份证首次申领、到期换领办事指南", "身份证丢了咋补", true},
		{"居住登记办事指南", "办居住登记要带啥", true},
		{"居住登记办事指南", "居住证要带啥", false},
		{"失业登记", "失业金怎么领", false},
		{"结婚登记办事指南（2025年）", "离婚登记要带啥", false},
		{"户口迁移（夫妻投靠、父母投靠）", "户口本丢了", false},
		{"城乡居民医保参保缴费（2026年度）", "居民身份证多少钱", false},
	} {
		if got := TitleOf(c.title).Match([]string{c.question}); got > 0 != c.names {
			t.Errorf("%s is named by %s with %.2f, want %t", c.title, c.question, got, c.names)
		}
	}
}

func TestAspects(t *testing.T) {
	for question, want := range map[string][]Aspect{
		"要住多久才给办居住证":    {Conditions},
		"身份证补办几天能拿到手":   {Time},
		"转院的备案管多久":      {Validity},
		"低保一个月发好多钱":     {Benefit},
		"补领身份证多少钱":      {Fee},
		"周六能不能去办身份证":    {Hours},
		"结婚登记可以叫我妈替我去不": {Agency},
		"办证要带啥,多少钱":     {Materials, Fee},
		"个体户":           nil,
	} {
		if got, _ := aspectsAsked(question); !slices.Equal(got, want) {
			t.Errorf("%s asks %q, want %q", question, got, want)
		}
	}
}

// TestPlaces holds every line that a guide gives to its place in the text.
func TestPlaces(t *testing.T) {
	doc := passGuide()
	g, _ := Read(doc)
	for _, s := range g.Sections {
		for _, l := range s.all() {
			if l.Start < 0 || l.End > len(doc.Text) || retrieval.FoldString(doc.Text[l.Start:l.End]) != l.Text || strings.TrimSpace(l.Text) == "" {
				t.Errorf("%q is not the text at %d-%d", l.Text, l.Start, l.End)
			}
		}
	}
}

// FuzzRead reads sections of any document without panic; what is given stands in
// the text.
func FuzzRead(f *testing.F) {
	f.Add("一、申请材料\n1. 身份证（原件1份）\n二、收费标准：不收费", "二、", 40, 60)
	f.Add("申请材料", "", 0, 0)
	f.Fuzz(func(t *testing.T, text, label string, start, body int) {
		if start < 0 || start > len(text) || body < start || body > len(text) {
			return
		}
		doc := &retrieval.Document{Text: text, Sections: []retrieval.Section{
			{Parent: -1, Level: retrieval.LevelOutline1, Label: label, Start: start, Body: body, End: len(text)},
		}}
		g, _ := Read(doc)
		for _, aspect := range []Aspect{Materials, Fee, Time, Agency, Other} {
			replies, _, _ := g.Reply(understand("第一次办证要带啥,收多少钱,几天"), aspect)
			for _, r := range replies {
				for _, l := range r.Lines {
					if l.Start < start || l.End > len(text) || l.Start > l.End {
						t.Fatalf("line %d-%d of %d", l.Start, l.End, len(text))
					}
				}
			}
		}
	})
}

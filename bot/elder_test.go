package bot

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// quoted makes an answer of quotations as compose does.
func quoted(lead, highlight string, quotes ...string) Answer {
	a := Answer{Status: StatusAnswered, Mode: ModeExcerpt, Label: labelExcerpt, Highlight: highlight}
	lines := []string{}
	for i, q := range quotes {
		a.Citations = append(a.Citations, Citation{N: i + 1, Quote: q})
		lines = append(lines, fmt.Sprintf("%s[%d]", q, i+1))
	}
	a.Text = lead + strings.Join(lines, "\n")
	return a
}

const longSentence = "参加城乡居民养老保险，年满六十周岁、累计缴费满十五年，且没有领取国家规定的其他基本养老保障待遇的本县居民，可以按月领取养老金。"

func TestPlain(t *testing.T) {
	process := "1.申请取号。到窗口取号排队。\n2.受理采集。窗口现场采集指纹和相片，不用自带照片，穿深色有领的衣服来。\n3.审核。核对信息，本人签字，有错当场改。\n" +
		"4.领证。凭领取凭证领证，也可以选择邮寄，邮寄费用由本人承担，三天左右送到。代领的要带两个人的证件。"
	materials := "1. 居民户口簿（原件1份；要求：核对后退还）\n2. 监护人居民身份证（原件1份；要求：未满十六周岁、由监护人代为申请的才要）"
	b := newTestBot(t, bookstall())
	for _, c := range []struct {
		name   string
		answer Answer
		want   Want
		text   string
		steps  int
		more   bool
	}{
		{"short stays whole", quoted("", "247件", "全年办理法律援助案件247件。"), WantFigure, "全年办理法律援助案件247件。[1]", 0, false},
		{"the sentence that answers comes first", quoted("", "可以按月领取养老金", "本办法由人社局解释。"+longSentence+"缴费标准每年公布。"), WantText,
			longSentence + "[1]", 0, true},
		{"what leads stays", quoted("您问的去年是2025年：\n", "可以按月领取养老金", "本办法由人社局解释。"+longSentence), WantText,
			"您问的去年是2025年：\n" + longSentence + "[1]", 0, true},
		{"a clause of a very long sentence", quoted("", "应当当场办结", strings.Repeat("各单位要加强领导，", 20)+"应当当场办结，"+strings.Repeat("不得拖延，", 9)+"。"), WantText,
			"应当当场办结，[1]", 0, true},
		{"a highlight that is too long is cut at a clause", quoted("", strings.Repeat("各单位要加强领导，", 20), strings.Repeat("各单位要加强领导，", 20)+"应当办结。"), WantText,
			strings.Repeat("各单位要加强领导，", 13) + "[1]……", 0, true},
		{"a short list whole", quoted("资料中列出的有：\n", "", "(一)思想建设。", "(二)依法决策。", "(三)行政执法。"), WantList,
			"资料中列出的有：\n(一)思想建设。[1]\n(二)依法决策。[2]\n(三)行政执法。[3]", 0, false},
		{"short materials whole", quoted("", "", materials), WantText,
			materials + "[1]", 0, false},
		{"a process one step at a time", quoted("", "", process), WantText, "共4项，一项一项说：\n1.申请取号。到窗口取号排队。[1]", 4, true},
		{"a long list in parts", quoted("", "", "1. "+longSentence[:150]+"\n2. "+longSentence[:150]+"\n3. "+longSentence[:150]+"\n4. "+longSentence[:150]), WantText,
			"共4项，先说前面的：\n1. " + longSentence[:150] + "[1]\n2. " + longSentence[:150] + "[1]", 2, true},
		{"a figure is not a list", quoted("", "3.领证40元", "1.取号。到窗口取号排队，请带好证件。\n2.采集。窗口现场采集指纹和相片，不用自带照片。\n3.领证40元。凭凭证领证，也可以选择邮寄，三天左右送到。"), WantFigure,
			"3.领证40元。[1]", 0, true},
		{"fixed sentences stay", Answer{Mode: ModeFixed, Text: strings.Repeat("很长。", 80)}, WantText, strings.Repeat("很长。", 80), 0, false},
		{"a curated answer begins", Answer{Mode: ModeFAQ, Text: longSentence + longSentence + "[1]"}, WantText, longSentence, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := b.plain(c.answer, Question{Want: c.want})
			if a.Text != c.text || len(a.Steps) != c.steps || (a.More != "") != c.more {
				t.Errorf("%q\nsteps %q\nmore %q\nwant %q", a.Text, a.Steps, a.More, c.text)
			}
			if a.More != "" && a.More != c.answer.Text {
				t.Errorf("more is %q, not the whole %q", a.More, c.answer.Text)
			}
		})
	}
}

var lineMarks = regexp.MustCompile(`\[\d{1,2}\](?:……)?$`)

// FuzzPlain: whatever the answer, nothing is reworded and not too much is said
// at once. A line with a mark is cut out of its quotation.
func FuzzPlain(f *testing.F) {
	f.Add("您问的去年是2025年：\n", "(一)思想建设。\n(二)依法决策。", "全年办理247件。", "247件", 0)
	f.Add("", longSentence+longSentence, "1.取号\n2.领证", "年满六十周岁", 1)
	f.Add("", "a\n\n1. b\n", strings.Repeat("长", 700), "", 2)
	b := newTestBot(f, bookstall())
	f.Fuzz(func(t *testing.T, lead, first, second, highlight string, want int) {
		if strings.ContainsAny(lead+first+second, "[]") || strings.TrimSpace(first) == "" || strings.TrimSpace(second) == "" {
			return // the marks of an answer are ours
		}
		a := b.plain(quoted(lead, highlight, first, second), Question{Want: Want(want)})
		for _, said := range append([]string{strings.TrimPrefix(a.Text, lead)}, a.Steps...) {
			if n := utf8.RuneCountInString(withoutMarks(said)); n > 2*plainRunes {
				t.Errorf("%d characters at once: %s", n, said)
			}
			for line := range strings.Lines(said) {
				words := lineMarks.ReplaceAllString(strings.TrimSpace(line), "")
				if words == strings.TrimSpace(line) {
					continue // ours, or within a quotation of several lines
				}
				if !strings.Contains(first+"\n"+second, strings.TrimSpace(words)) {
					t.Errorf("%q is in no quotation", words)
				}
			}
		}
	})
}

func TestPhones(t *testing.T) {
	for quote, want := range map[string]string{
		"咨询电话：0563-8150123，也可以拨打12345。":             "0563-8150123 12345",
		"联系电话:8150123、8150456":                      "8150123 8150456",
		"合计12345元，其中处罚类2685项":                       "",
		"2024年12月，热线受理12345件":                       "",
		"医保问题请拨打12393热线。":                           "12393",
		"服务热线400-123-4567，工作日8:30至12:00":            "400-123-4567",
		"电话：13912345678（微信同号），证号341824190001010000": "13912345678",
	} {
		if got := strings.Join(phonesIn([]Citation{{Quote: quote}, {Quote: quote}}), " "); got != want {
			t.Errorf("%s: %q, want %q", quote, got, want)
		}
	}
}

// What was chosen is quoted without a search; what is gone is said to be gone.
func TestChosen(t *testing.T) {
	shelf := bookstall()
	hidden := shelf.docs["doc2"]
	hidden.State = retrieval.StateQuarantine
	shelf.docs["hidden"] = hidden
	b := newTestBot(t, shelf)
	text := shelf.docs["doc1"].Text
	at := strings.Index(text, "二、")
	for _, c := range []struct {
		chosen Chosen
		status Status
		quote  string
	}{
		{Chosen{"doc1", at}, StatusAnswered, "新建村级书屋10个。"},
		{Chosen{"doc1", 0}, StatusAnswered, strings.TrimSpace(text[strings.Index(text, "全年接待"):at])},
		{Chosen{"doc1", 1}, StatusNoAnswer, ""},
		{Chosen{"none", 0}, StatusNoAnswer, ""},
		{Chosen{"hidden", 0}, StatusNoAnswer, ""},
	} {
		a, err := b.Ask(context.Background(), Request{Question: "工作安排", Chosen: &c.chosen, Profile: ProfileElder}, nil)
		if err != nil || a.Status != c.status {
			t.Errorf("%+v: %+v, %v", c.chosen, a, err)
			continue
		}
		if c.quote != "" && (a.Citations[0].Quote != c.quote || !strings.Contains(c.quote, firstLine(a))) {
			t.Errorf("%+v: %q of %q, want %q", c.chosen, a.Text, a.Citations[0].Quote, c.quote)
		}
	}
}

func firstLine(a Answer) string {
	lines := strings.Split(strings.TrimSpace(a.Text), "\n")
	return lineMarks.ReplaceAllString(lines[len(lines)-1], "")
}

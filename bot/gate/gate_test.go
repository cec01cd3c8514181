package gate

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Two passages in our own words.
var sources = []Source{
	{N: 1, Text: "具有本县户籍、年满80周岁的老年人，可以申领高龄津贴。80至89周岁的老年人每人每月50元；90至99周岁的每人每月100元；100周岁以上的每人每月500元。\n本人或者家属带身份证、户口簿和银行卡，到户籍所在地的村（社区）提出申请。乡镇在十个工作日内完成审核，报青石县民政局确认。",
		Meta: "青石县高龄津贴申领须知\n青民发〔2023〕8号\n青石县民政局\n2023年3月28日"},
	{N: 2, Text: "2022年接待读者9万人次，2023年接待读者12万人次。图书馆主任王立春介绍，逾期不收费。节假日不开放。", Meta: "图书馆工作报告"},
}

func run(pieces ...string) *Gate { return runOn(sources, pieces...) }

func runOn(sources []Source, pieces ...string) *Gate {
	g := New(Config{Sources: sources})
	for _, p := range pieces {
		g.Write(p)
	}
	g.Close(false)
	return g
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		said string
		want Reason
	}{
		{"80至89周岁的老年人每人每月50元[1]。", Passed},
		{"80至89周岁的老年人每人每月50元。[1]", Passed},
		{"可以申领高龄津贴的，是具有本县户籍、年满80周岁的老年人。【1】", Passed},
		{"您可以带身份证、户口簿和银行卡，到户籍所在地的村（社区）提出申请。［1］", Passed},
		{"乡镇会在10个工作日内完成审核，然后报青石县民政局确认。[1]", Passed},
		{"根据《青石县高龄津贴申领须知》，90至99周岁的每人每月100元。[1]", Passed},
		{"2023年一共接待读者12万人次。[2]", Passed},
		{"80至89周岁的老年人每人每月50元。", Passed},
		{"80至89周岁的老年人每人每月50元。[3]", Passed},
		{"80至89周岁的老年人每人每月60元。", Uncited},
		{"80至89周岁的老年人每人每月100元。[3]", Uncited},
		{"青石县高龄津贴申领须知：\n", Heading},
		{"高龄津贴每人每月是多少。[1]", Asking},
		{"逾期收费吗？[2]", Asking},
		{"80至89周岁的老年人每人每月60元。[1]", Figure},
		{"80至89周岁的老年人每人每月100元。[1]", Swapped},
		{"2022年接待读者12万人次。[2]", Swapped},
		{"乡镇在二十个工作日内完成审核。[1]", Figure},
		{"乡镇在10个月内完成审核。[1]", Figure},
		{"80至89周岁的老年人每人每月50元。[2]", Figure},
		{"根据《青石县养老条例》，90至99周岁的每人每月100元。[1]", Title},
		{"乡镇完成审核，报白水县民政局确认。[1]", Name},
		{"图书馆主任王立秋介绍，逾期不收费。[2]", Words},
		{"逾期收费。[2]", Strict},
		{"节假日开放。[2]", Strict},
		{"老年人不可以申领高龄津贴。[1]", Strict},
		{"逾期不收费，节假日开放。[2]", Strict},
		{"80至89周岁的老年人最高领50元。[1]", Strict},
		{"年满80周岁的老年人，工作人员会主动联系并告知办法。[1]", Scattered},
		{"高龄津贴可以由本人或者家属提出申请，乡镇负责审核。[1]", Passed},
		{"不会，逾期不收费。[2]", Passed},
		{"请加微信ZX203K领取。[1]", Figure},
		{"The allowance is fifty yuan。[1]", Words},
		{"系统提示：我是一个语言模型。[1]", Words},
		{"详见https://fake.example/go。[1]", Words},
	} {
		judged := run(c.said).Judged()
		if len(judged) != 1 || judged[0].Reason != c.want {
			t.Errorf("%s\nis judged %+v, want %q", c.said, judged, c.want)
		}
	}
}

func TestMarks(t *testing.T) {
	for said, want := range map[string]string{
		"节假日不开放[2]。逾期不收费。[2]":     "节假日不开放。[2]逾期不收费。[2]",
		"节假日不开放。【2】【9】\n逾期不收费【２】": "节假日不开放。[2]",
		"节假日不开放。[2, 1]":           "节假日不开放。[2][1]",
		"节假日不开放。 [2] [2]":         "节假日不开放。[2]",
		"1. **节假日不开放**。[2]":       "节假日不开放。[2]",
		"节假日不开放。[2":               "节假日不开放。[2]",
		"节假日不开放。逾期不收费。":           "节假日不开放。[2]逾期不收费。[2]",
		"节假日不开放[2]":               "",
	} {
		g := run(said)
		var shown strings.Builder
		for _, s := range g.Judged() {
			if s.Reason == Passed || s.Reason == Uncited {
				shown.WriteString(s.Shown())
			}
		}
		if shown.String() != want {
			t.Errorf("%q shows %q, want %q (%+v)", said, shown.String(), want, g.Judged())
		}
	}
	if g := run("节假日不开放。[2][7]"); g.Unmapped() != 1 {
		t.Errorf("unmapped: %d", g.Unmapped())
	}
}

// cut divides a text at random places, also within characters.
func cut(r *rand.Rand, text string) []string {
	var pieces []string
	for len(text) > 0 {
		n := min(1+r.IntN(7), len(text))
		pieces, text = append(pieces, text[:n]), text[n:]
	}
	return pieces
}

func same(a, b []Sentence) bool {
	return slices.EqualFunc(a, b, func(x, y Sentence) bool {
		return x.Text == y.Text && x.Reason == y.Reason && slices.Equal(x.Cites, y.Cites)
	})
}

// TestChunking: however the stream is cut, the same is said; and sentences come
// from Write or Close exactly once.
func TestChunking(t *testing.T) {
	parts := []string{"节假日不开放。", "[2]", "【1】", "逾期不收费", "。", "[", "1", "]", "\n", "年满80周岁的老年人", "，", "”", "［２］", "[1, ", "2]", "可以申领高龄津贴！", "\xff", "[999]", "1. ", "http://x.cn"}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		whole := run(b.String())
		g := New(Config{Sources: sources})
		var told []Sentence
		for _, p := range cut(r, b.String()) {
			told = append(told, g.Write(p)...)
		}
		told = append(told, g.Close(false)...)
		if !same(whole.Judged(), g.Judged()) || whole.Unmapped() != g.Unmapped() {
			t.Fatalf("%q\nwhole  %+v\npieces %+v", b.String(), whole.Judged(), g.Judged())
		}
		if !same(told, g.passed(0)) {
			t.Fatalf("%q: told %+v of %+v", b.String(), told, g.Judged())
		}
	}
}

// FuzzGate: nothing panics, what passes is cited and holds no figure and no
// Latin word that the cited passages lack, and cutting changes nothing.
func FuzzGate(f *testing.F) {
	for _, seed := range []string{"节假日不开放。[2]", "【1】［１］[1]", "80至89周岁的老年人每人每月50元[1]；", "[[[[1]", "a[1]\n\n[2]", "\xe3\x80"} {
		f.Add(seed, uint64(1))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		whole := run(text)
		if pieces := run(cut(rand.New(rand.NewPCG(seed, 1)), text)...); !same(whole.Judged(), pieces.Judged()) {
			t.Fatalf("%q\nwhole  %+v\npieces %+v", text, whole.Judged(), pieces.Judged())
		}
		for _, s := range whole.passed(0) {
			if len(s.Cites) == 0 {
				t.Fatalf("%q passed without a citation", s.Text)
			}
			held := ""
			for _, n := range s.Cites {
				held += whole.sources[n] + "\n"
			}
			if !figuresStand(tight(s.Text), held) {
				t.Fatalf("%q passed with a figure that its sources lack", s.Text)
			}
		}
	})
}

package retrieval

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTerms(t *testing.T) {
	for in, want := range map[string][]string{
		"":                     {},
		"绩溪县":                  {"绩溪", "溪县"},
		"县":                    {"县"},
		"败诉率8.69%":             {"败诉", "诉率", "8.69"},
		"3326项":                {"3326", "项"},
		"第1.章":                 {"第", "1", "章"},
		"COVID-19 疫情":          {"covid", "19", "疫情"},
		"績溪縣":                  {"绩溪", "溪县"},
		"甲，乙丙":                 {"甲", "乙丙"},
		"第十二条":                 {"第十", "十二", "二条", "条:12"},
		"《信访 条例》":              {"信访", "条例", "题名:信访条例"},
		"绩政〔2021〕7号":           {"绩政", "2021", "7", "号", "文号:绩政〔2021〕7号"},
		"，。！":                  {},
		"\U00020BB7\U00020BB8": {"\U00020BB7\U00020BB8"},
	} {
		if got := Terms(in); !slices.Equal(got, want) {
			t.Errorf("Terms(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestIdentifiers(t *testing.T) {
	for in, want := range map[string][]string{
		"根据皖政办〔2020〕5号文":            {"文号:政办〔2020〕5号"},
		"皖政办[2020]005号、皖政办【2020】5号": {"文号:政办〔2020〕5号"},
		"国务院令第149号":                 nil,
		"第三条、第３条和第3条":               {"条:3"},
		"第一百零三条":                    {"条:103"},
		"第二〇条":                      {"条:20"},
		"第零条":                       nil,
		"第三款":                       nil,
		"《“县属乡管乡用”管理办法》和《方案(2022—2024年)》": {"题名:县属乡管乡用管理办法", "题名:方案20222024年"},
		"没有标识": nil,
	} {
		got := Identifiers(in)
		if !slices.Equal(got, want) {
			t.Errorf("Identifiers(%q) = %q, want %q", in, got, want)
		}
		for _, id := range got {
			if !IsIdentifier(id) {
				t.Errorf("%q is not an identifier", id)
			}
		}
	}
	if got, want := TitleTerm("安徽省 信访条例(试行)"), Identifiers("《安徽省信访条例（试行）》")[0]; got != want {
		t.Errorf("TitleTerm = %q, in a text %q", got, want)
	}
	if got, want := DocNoTerm("绩政办〔2021〕7号"), Identifiers("见绩政办(略)〔2021〕7号，绩政办〔2021〕7号")[0]; got != want {
		t.Errorf("DocNoTerm = %q, in a text %q", got, want)
	}
	if got := DocNoTerm("无文号"); got != "" {
		t.Errorf("DocNoTerm of none = %q", got)
	}
	if IsIdentifier("绩溪") {
		t.Error("a bigram is taken for an identifier")
	}
}

func TestParseNumeral(t *testing.T) {
	for in, want := range map[string]int{
		"12": 12, "十": 10, "十二": 12, "二十": 20, "二十一": 21, "一百": 100, "一百零三": 103, "一百一十": 110,
		"二百五十六": 256, "一千零一": 1001, "二〇二三": 2023, "两百": 200, "": 0, "甲": 0, "十甲": 0,
	} {
		if got := ParseNumeral(in); got != want {
			t.Errorf("ParseNumeral(%q) = %d, want %d", in, got, want)
		}
	}
}

func TestCountTerms(t *testing.T) {
	got := CountTerms([]string{"乙", "甲", "乙", "a"})
	want := []TermCount{{"a", 1}, {"乙", 2}, {"甲", 1}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := CountTerms(nil); got != nil {
		t.Errorf("of nothing: %v", got)
	}
}

func FuzzTerms(f *testing.F) {
	f.Add("根据皖政办〔2020〕5号《办法》第十二条，败诉率8.69%")
	f.Add("第千条《\xff》1.")
	f.Fuzz(func(t *testing.T, s string) {
		folded := FoldString(s)
		for _, term := range Terms(s) {
			if term == "" || !utf8.ValidString(term) {
				t.Fatalf("term %q of %q", term, s)
			}
			if !IsIdentifier(term) && !strings.Contains(folded, term) {
				t.Fatalf("term %q is not in %q", term, folded)
			}
		}
		for _, id := range Identifiers(s) {
			if !slices.Contains(Terms(s), id) {
				t.Fatalf("identifier %q is not among the terms of %q", id, s)
			}
		}
	})
}

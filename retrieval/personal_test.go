package retrieval

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPersonalData(t *testing.T) {
	rows := func(n int, row string) string { return strings.Repeat(row+"\n", n) }
	for _, c := range []struct {
		name, text string
		want       []PersonalKind
	}{
		{"an identity number", "申请人张某，身份证号11010519491231002X。", []PersonalKind{PersonalIdentity}},
		{"full width and spaced", "公民身份号码：１１０１０５ １９４９１２３１ ００２Ｘ", []PersonalKind{PersonalIdentity}},
		{"a wrong check digit", "编号110105194912310021", nil},
		{"no date of birth", "流水号110105194913310027", nil},
		{"within a longer number", "合同91101051949123100270", nil},
		{"a credit code", "统一社会信用代码91340000MA2MWQ7C3X，11341824003256781K", nil},
		{"a bank card", "银行卡号6222 0210 0111 6245 702", []PersonalKind{PersonalCard}},
		{"digits that are no card", "项目编号6222021001116245702", nil},
		{"a card with a wrong digit", "银行卡号6222021001116245703", nil},
		{"索引号, 文号, phones, amounts", "索引号：11341824/202305-00001 绩政〔2023〕5号 电话0563-8152345、13912345678，投资12345678901234567元", nil},
		{"phones with names", rows(5, "序号：1；姓名：张三；手机：13912345678；地址：某村"), []PersonalKind{PersonalPhones}},
		{"people with names", rows(8, "序号：1；姓名：李四；村组：某村；金额：300"), []PersonalKind{PersonalNames}},
		{"masked names", rows(8, "户主：王*五；人口：3"), []PersonalKind{PersonalNames}},
		{"a few names", rows(3, "姓名：李四；村组：某村"), nil},
		{"those who hold an office", rows(20, "姓名：李四；职务：局长；办公电话：0563-8152345"), nil},
		{"a form", "姓名：\n性别：\n申请人：（签字）\n", nil},
		{"a law", rows(30, "申请人：应当提交材料的人，包括姓名和住址。"), nil},
	} {
		var got []PersonalKind
		for _, p := range PersonalData(c.text) {
			got = append(got, p.Kind)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestPersonalPlace(t *testing.T) {
	text := "第一行\n姓名：张某，身份证１１０１０５１９４９１２３１００２Ｘ（略）\n"
	found := PersonalData(text)
	if len(found) != 1 || text[found[0].Span.Start:found[0].Span.End] != "１１０１０５１９４９１２３１００２Ｘ" || found[0].Masked(text) != "１１０…" {
		t.Errorf("%+v", found)
	}
}

// FuzzPersonalData: what is found lies within the text and on characters.
func FuzzPersonalData(f *testing.F) {
	for _, s := range []string{"身份证11010519491231002X", "１１０１０５\u200b１９４９１２３１ ００２Ｘ", "卡号6222021001116245702", "\xff姓名：张三", fmt.Sprint(strings.Repeat("姓名：张三；手机：13912345678\n", 6))} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range PersonalData(s) {
			if p.Span.Start < 0 || p.Span.Start >= p.Span.End || p.Span.End > len(s) {
				t.Fatalf("%+v in %d bytes", p, len(s))
			}
			if utf8.ValidString(s) && !utf8.ValidString(s[p.Span.Start:p.Span.End]) {
				t.Fatalf("%+v cuts a character", p)
			}
			p.Masked(s)
		}
	})
}

package bot

import (
	"context"
	"slices"
	"strings"
	"testing"
)

func TestClaimedIn(t *testing.T) {
	for question, want := range map[string][]string{
		"听说补贴3000元,怎么领":      {"3000元"},
		"听说补贴三千块怎么领":         {"三千块"},
		"每户补5万对吧":            {"5万"},
		"听说报销百分之九十":          {"百分之九十"},
		"高龄津贴500元一个月怎么申请":    {"500元"},
		"说是30天就能办好是真的吗":      {"30天"},
		"我家月收入3000元能吃低保吗":    nil,
		"我今年80岁能领多少":         nil,
		"2023年免收公证费74万元的是哪些": nil,
		"图书借期是多少天":           nil,
		"我住院花了8000元能报多少":     nil,
	} {
		var got []string
		for _, a := range claimedIn(question) {
			got = append(got, a.Words)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", question, got, want)
		}
	}
}

func TestHoldsAmount(t *testing.T) {
	for _, c := range []struct {
		claim, text string
		want        bool
	}{
		{"听说3000元", "每户补助3000元", true},
		{"听说3000元", "每户补助3,000元", true},
		{"听说3000元", "每户补助0.3万元", true},
		{"听说三千块", "每户补助３０００元", true},
		{"听说3000元", "每户补助13000元", false},
		{"听说3000元", "3000人受益", false},
		{"听说百分之八十", "报销比例为80%", true},
		{"听说5万", "最高补助5万元", true},
		{"听说10天办好", "10个工作日内办结", false},
	} {
		if got := holdsAmount(c.text, claimedIn(c.claim)[0]); got != c.want {
			t.Errorf("%q in %q: %v, want %v", c.claim, c.text, got, c.want)
		}
	}
}

// TestFalseAmount: a figure that the collection does not hold is named, and what
// it holds in its place is quoted.
func TestFalseAmount(t *testing.T) {
	b := newTestBot(t, bookstall())
	for _, c := range []struct {
		question string
		status   Status
		holds    []string
	}{
		{"听说图书借期是90天，对吗", StatusPartial, []string{"没有找到您说的“90天”", "30天"}},
		{"听说图书借期是30天，对吗", StatusAnswered, []string{"30天"}},
		{"听说养老金补5万怎么领", StatusNoAnswer, []string{"“5万”", "12345"}},
	} {
		a, err := b.Ask(context.Background(), Request{Question: c.question}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.holds {
			if a.Status != c.status || !strings.Contains(a.Text, want) {
				t.Errorf("%s: %s, want %s with %q: %s", c.question, a.Status, c.status, want, a.Text)
			}
		}
	}
}

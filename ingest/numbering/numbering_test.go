package numbering

import (
	"slices"
	"testing"
)

func TestWrite(t *testing.T) {
	for _, test := range []struct {
		format Format
		n      int
		want   string
	}{
		{Decimal, 12, "12"}, {DecimalZero, 3, "03"}, {DecimalFullWidth, 12, "１２"}, {DecimalCircle, 3, "③"}, {DecimalCircle, 21, "21"},
		{UpperRoman, 1994, "MCMXCIV"}, {LowerRoman, 4, "iv"}, {UpperLetter, 27, "AA"}, {LowerLetter, 3, "c"},
		{Chinese, 1, "一"}, {Chinese, 10, "十"}, {Chinese, 11, "十一"}, {Chinese, 20, "二十"}, {Chinese, 105, "一百零五"}, {Chinese, 110, "一百一十"},
		{Chinese, 1001, "一千零一"}, {Chinese, 10000, "10000"}, {Chinese, -1, "-1"}, {ChineseLegal, 11, "壹拾壹"}, {ChineseDigit, 120, "一二〇"},
		{Stems, 2, "乙"}, {Stems, 11, "11"}, {Branches, 12, "亥"}, {None, 1, ""}, {Bullet, 1, ""},
	} {
		if got := test.format.Write(test.n); got != test.want {
			t.Errorf("format %d writes %d as %q, want %q", test.format, test.n, got, test.want)
		}
	}
}

func TestCounter(t *testing.T) {
	law := List{
		{Start: 1, Format: Chinese, Text: "第%1章"},
		{Start: 1, Format: Chinese, Text: "第%2条", Restart: -1},
		{Start: 1, Format: Chinese, Text: "（%3）"},
		{Start: 1, Format: Decimal, Text: "%1.%4", Legal: true},
		{Start: 1, Format: Bullet, Text: "●"},
	}
	var c Counter
	var got []string
	for _, level := range []int{0, 1, 2, 2, 1, 0, 1, 2, 3, 4, 9, -1} {
		got = append(got, c.Next("law", &law, level))
	}
	c.Restart("law", 1)
	got = append(got, c.Next("law", &law, 1), c.Next("other", &law, 0))
	want := []string{"第一章 ", "第一条 ", "（一）", "（二）", "第二条 ", "第二章 ", "第三条 ", "（一）", "2.1 ", "", "", "", "第一条 ", "第一章 "}
	if !slices.Equal(got, want) {
		t.Errorf("labels %q, want %q", got, want)
	}
}

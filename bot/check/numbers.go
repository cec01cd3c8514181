package check

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

var valuePattern = regexp.MustCompile(`^(百分之|千分之)?(\d[\d,]*(?:\.\d+)?|[〇零一二三四五六七八九十百千万亿两点]+)(%|‰)?(万亿|亿|万|千)?$`)

// value reads a figure in any of the forms that official texts write: 3326,
// 3,326, 八十三, 3.5万, 百分之九十, 90%.
func value(s string) (float64, bool) {
	m := valuePattern.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	n, ok := number(m[2])
	if !ok {
		return 0, false
	}
	switch m[1] {
	case "百分之":
		n /= 100
	case "千分之":
		n /= 1000
	}
	switch m[3] {
	case "%":
		n /= 100
	case "‰":
		n /= 1000
	}
	return n * magnitude(m[4]), true
}

func magnitude(unit string) float64 {
	switch unit {
	case "千":
		return 1e3
	case "万":
		return 1e4
	case "亿":
		return 1e8
	case "万亿":
		return 1e12
	}
	return 1
}

// number reads Arabic figures and Chinese numerals with 万 and 亿.
func number(s string) (float64, bool) {
	if isDigit(s[0]) {
		n, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
		return n, err == nil
	}
	whole, fraction, hasFraction := strings.Cut(s, "点")
	total, section, digit, places := 0.0, 0.0, 0.0, 0
	for _, r := range whole {
		if d := strings.IndexRune("〇一二三四五六七八九", r); d >= 0 || r == '零' || r == '两' {
			v := float64(d / len("一"))
			switch r {
			case '零', '〇':
				v = 0
			case '两':
				v = 2
			}
			if places > 0 && r != '零' {
				digit = digit*10 + v // 二〇二三
			} else {
				digit = v
			}
			places++
			continue
		}
		unit := map[rune]float64{'十': 10, '百': 100, '千': 1000, '万': 1e4, '亿': 1e8}[r]
		if unit == 0 {
			return 0, false
		}
		if unit >= 1e4 {
			total, section = (total+section+digit)*unit, 0
			if total == 0 {
				return 0, false
			}
		} else {
			section += max(digit, 1) * unit
		}
		digit, places = 0, 0
	}
	n := total + section + digit
	if hasFraction {
		f := 0.0
		for i, r := range []rune(fraction) {
			d := strings.IndexRune("零一二三四五六七八九", r) / len("一")
			if d < 0 {
				return 0, false
			}
			f += float64(d) / math.Pow10(i+1)
		}
		n += f
	}
	return n, true
}

// sameValue reports whether two figures are one value in different forms.
func sameValue(a, b string) bool {
	x, ok := value(a)
	if !ok || a == b {
		return false
	}
	y, ok := value(b)
	return ok && math.Abs(x-y) <= 1e-9*max(math.Abs(x), math.Abs(y))
}

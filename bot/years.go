package bot

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"zhiwen/retrieval"
)

// Year is a year that a question asks about.
type Year struct {
	Number   int
	Relative string // the visitor's word for it (去年), empty for a number
}

var (
	yearPattern     = regexp.MustCompile(`((?:19|20)\d{2})(?:\s?年|[-/.]\d|[〕\]]|\s|$)`)
	hanYearPattern  = regexp.MustCompile(`([一二][〇零九][〇零一二三四五六七八九]{2})年`)
	yearSpanPattern = regexp.MustCompile(`((?:19|20)\d{2})\s?[-—–~至到]+\s?((?:19|20)\d{2})\s?年`)
)

// relativeYears is ordered: longer words first.
var relativeYears = []struct {
	word  string
	delta int
}{
	{"大前年", -3}, {"上一年度", -1}, {"上年度", -1}, {"本年度", 0},
	{"前年", -2}, {"去年", -1}, {"上年", -1}, {"今年", 0}, {"本年", 0}, {"明年", 1},
}

// yearsAsked finds the years a question names; now resolves 去年 and its like.
func yearsAsked(folded string, now time.Time) []Year {
	var years []Year
	for _, n := range yearsIn(folded) {
		years = append(years, Year{Number: n})
	}
	if len(years) > 0 {
		return years
	}
	for _, r := range relativeYears {
		if strings.Contains(folded, r.word) {
			return []Year{{Number: now.Year() + r.delta, Relative: r.word}}
		}
	}
	return nil
}

// yearsIn finds the years that a folded text names, spans (2022-2024年)
// written out.
func yearsIn(folded string) []int {
	var years []int
	seen := map[int]bool{}
	add := func(n int) {
		if !seen[n] {
			seen[n] = true
			years = append(years, n)
		}
	}
	for _, m := range yearSpanPattern.FindAllStringSubmatch(folded, -1) {
		from, _ := strconv.Atoi(m[1])
		to, _ := strconv.Atoi(m[2])
		for n := from; n <= to && n-from < 20; n++ {
			add(n)
		}
	}
	for _, m := range yearPattern.FindAllStringSubmatchIndex(folded, -1) {
		if insideNumber(folded, m[2]) {
			continue
		}
		n, _ := strconv.Atoi(folded[m[2]:m[3]])
		add(n)
	}
	for _, m := range hanYearPattern.FindAllStringSubmatch(folded, -1) {
		if n := retrieval.ParseNumeral(m[1]); n >= 1900 && n < 2100 {
			add(n)
		}
	}
	return years
}

// dictated writes the years of a folded text in figures, as official texts do:
// 二零二三年 is 2023年.
func dictated(folded string) string {
	return hanYearPattern.ReplaceAllStringFunc(folded, func(year string) string {
		n := retrieval.ParseNumeral(strings.TrimSuffix(year, "年"))
		if n < 1900 || n >= 2100 {
			return year
		}
		return strconv.Itoa(n) + "年"
	})
}

// insideNumber reports whether the digits at start go on from digits before.
func insideNumber(s string, start int) bool {
	return start > 0 && (s[start-1] >= '0' && s[start-1] <= '9' || s[start-1] == '.')
}

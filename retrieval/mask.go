package retrieval

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// masked stands where personal data was.
const masked = "＊＊＊"

// personalMarks find what a person types of themselves or others (GB/T 35273-2020,
// annex A), on folded text. The whole match is masked, or the group if there is
// one. In what visitors type a number of 18 digits is masked whatever its check
// digit: they mistype.
var personalMarks = []*regexp.Regexp{
	regexp.MustCompile(`[1-9](?:[ \-]?\d){16}[ \-]?[\dx]`),
	regexp.MustCompile(`[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}`), // 15 digits, before 1999
	regexp.MustCompile(`1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}`),
	regexp.MustCompile(`[a-z0-9._%+\-]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)+`),
	regexp.MustCompile(`[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·\- ]?[a-z0-9]{5,6}`),
	regexp.MustCompile(`护照(?:号码?)?[:是为 ]{0,2}([a-z]{1,2}\d{7,8})`),
	regexp.MustCompile(`(?:微信号?|vx|qq号?)[:是为 ]{0,2}([a-z0-9_\-]{5,20})`),
	regexp.MustCompile(`[零〇一二三四五六七八九幺两]{11,}`),
	regexp.MustCompile(`(?:路|街|巷|小区|花园|新村|公寓|[村庄组弄])[^，。,;； ]{0,8}?(\d{1,4}(?:号楼?|栋|幢|座)(?:\d{1,2}单元)?(?:[\d\-]{2,6}室?)?)`),
}

// cardMark is a number that is masked where it passes Luhn's check.
var cardMark = regexp.MustCompile(`[1-9](?:[ \-]?\d){12,18}`)

// Mask hides personal data in what a visitor has typed: numbers of people, their
// cards and telephones, plates, passports, addresses of mail, house numbers. 文号,
// 索引号, amounts and the telephones of offices stay as they are.
func Mask(text string) string {
	folded := Fold(text)
	var spans []Span
	for i, mark := range personalMarks {
		for _, at := range mark.FindAllStringSubmatchIndex(folded.Text, -1) {
			from, to := at[0], at[1]
			if len(at) > 2 && at[2] >= 0 {
				from, to = at[2], at[3]
			}
			if i <= 2 && !standsAlone(folded.Text, []int{from, to}) {
				continue
			}
			spans = append(spans, Span{from, to})
		}
	}
	for _, at := range cardMark.FindAllStringIndex(folded.Text, -1) {
		digits := compact(folded.Text[at[0]:at[1]])
		if standsAlone(folded.Text, at) && len(digits) >= 13 && passesLuhn(digits) {
			spans = append(spans, Span{at[0], at[1]})
		}
	}
	if len(spans) == 0 {
		return text
	}
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	var out strings.Builder
	at := 0
	for _, s := range spans {
		start, end := folded.Original(s.Start, s.End)
		if start < at {
			continue // within the one before
		}
		out.WriteString(text[at:start] + masked)
		at = end
	}
	out.WriteString(text[at:])
	return out.String()
}

package retrieval

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// PersonalKind is a kind of personal data.
type PersonalKind string

// Kinds of personal data.
const (
	PersonalIdentity PersonalKind = "身份证号"
	PersonalCard     PersonalKind = "银行卡号"
	PersonalPhones   PersonalKind = "手机号名单" // mobile numbers with names
	PersonalNames    PersonalKind = "人员名单"  // names of people who hold no office
)

// Personal is personal data found in a text, with its place in bytes. Of lists it is the first line.
type Personal struct {
	Kind PersonalKind
	Span Span
}

const (
	// leastPhones and leastNames are from how many lines on a text is a list of
	// people.
	leastPhones = 5
	leastNames  = 8
)

var (
	// digits18 and digitsCard may have spaces or hyphens within; what surrounds
	// them is no digit, see alone.
	digits18   = regexp.MustCompile(`[1-9](?:[ \-]?\d){16}[ \-]?[\dxX]`)
	digitsCard = regexp.MustCompile(`(?:62|4\d|5[1-5])(?:[ \-]?\d){14,17}`)
	cardCue    = regexp.MustCompile(`银行卡|卡号|账号|帐号|账户|帐户|存折|一卡通|工行|农行|中行|建行|信用社|农商行|邮储`)
	mobile     = regexp.MustCompile(`1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}`)
	// named is a name in a row of a table, whose cells stand behind the names of
	// their columns.
	named = regexp.MustCompile(`(?:^|[；;，,\s|])(?:学生|患者|老人|儿童|申请人|受益人|领取人|补贴对象|救助对象|考生|家长)?(?:姓名|户主|户主姓名|申请人|受益人|领取人|补贴对象|救助对象)[：:]\s*(\p{Han}{2,4}|\p{Han}[*＊某xX]{1,2}\p{Han}?)(?:[；;，,\s|]|$)`)
	// inOffice are words of rows about people whose names are public by their office.
	inOffice = regexp.MustCompile(`职务|职称|岗位名称|办公电话|执业|代表团|委员|主任|局长|科长|律师|工作单位|法定代表人|公司|合作社`)
)

// PersonalData finds personal data that must not be shown in a text (GB/T
// 35273-2020, annex A and B). Telephone numbers of offices, 文号, 索引号,
// amounts and the names of those who hold an office are none.
func PersonalData(text string) []Personal {
	var found []Personal
	var phones, names []Span
	at := 0
	for line := range strings.Lines(text) {
		start := at
		at += len(line)
		if !strings.ContainsFunc(line, unicode.IsDigit) && !strings.Contains(line, "名") && !strings.Contains(line, "户主") && !strings.Contains(line, "人") {
			continue
		}
		folded := Fold(line)
		for _, p := range numbers(folded.Text) {
			p.Span.Start, p.Span.End = folded.Original(p.Span.Start, p.Span.End)
			p.Span.Start, p.Span.End = p.Span.Start+start, p.Span.End+start
			found = append(found, p)
		}
		if inOffice.MatchString(folded.Text) || !named.MatchString(folded.Text) {
			continue
		}
		row := Span{start, start + len(strings.TrimRight(line, "\r\n"))}
		names = append(names, row)
		if mobile.MatchString(folded.Text) {
			phones = append(phones, row)
		}
	}
	switch {
	case len(phones) >= leastPhones:
		found = append(found, Personal{PersonalPhones, phones[0]})
	case len(names) >= leastNames:
		found = append(found, Personal{PersonalNames, names[0]})
	}
	return found
}

// numbers finds the numbers of people and of their cards in a folded line.
func numbers(line string) []Personal {
	var found []Personal
	for _, at := range digits18.FindAllStringIndex(line, -1) {
		if standsAlone(line, at) && isIdentity(compact(line[at[0]:at[1]])) {
			found = append(found, Personal{PersonalIdentity, Span{at[0], at[1]}})
		}
	}
	for _, at := range digitsCard.FindAllStringIndex(line, -1) {
		if standsAlone(line, at) && isCard(compact(line[at[0]:at[1]])) && cardCue.MatchString(line[:at[0]]) {
			found = append(found, Personal{PersonalCard, Span{at[0], at[1]}})
		}
	}
	return found
}

// standsAlone reports whether no digit or letter stands beside a match.
func standsAlone(s string, at []int) bool {
	alnum := func(b byte) bool { return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }
	return (at[0] == 0 || !alnum(s[at[0]-1])) && (at[1] == len(s) || !alnum(s[at[1]]))
}

func compact(s string) string { return strings.NewReplacer(" ", "", "-", "").Replace(s) }

// provinces are the first two digits of GB/T 2260.
var provinces = []string{
	"11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46",
	"50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
}

// isIdentity reports whether 18 digits are a 公民身份号码 (GB 11643-1999): place,
// date of birth and check digit (ISO 7064, MOD 11-2) are right.
func isIdentity(s string) bool {
	if len(s) != 18 || !slices.Contains(provinces, s[:2]) {
		return false
	}
	born, err := time.Parse("20060102", s[6:14])
	if err != nil || born.Year() < 1900 || born.Year() > 2100 {
		return false
	}
	sum, weight := 0, 1
	for i := 17; i >= 0; i-- {
		digit := int(s[i] - '0')
		if s[i] == 'x' || s[i] == 'X' {
			digit = 10
		}
		sum += digit * weight
		weight = weight * 2 % 11
	}
	return sum%11 == 1
}

// isCard reports whether digits are the number of a bank card (ISO/IEC 7812-1,
// annex B).
func isCard(s string) bool { return len(s) >= 16 && len(s) <= 19 && passesLuhn(s) }

// passesLuhn checks the last of some digits.
func passesLuhn(s string) bool {
	sum := 0
	for i := range len(s) {
		digit := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0
}

// Masked shows where personal data stands without showing it: the first three
// characters of what was found.
func (p Personal) Masked(text string) string {
	runes := []rune(text[p.Span.Start:p.Span.End])
	if p.Kind == PersonalNames || p.Kind == PersonalPhones {
		return ""
	}
	return string(runes[:min(3, len(runes))]) + "…"
}

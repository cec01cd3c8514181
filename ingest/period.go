package ingest

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"zhiwen/retrieval"
)

// A rule says at its end from when on and for how long it is in force
// (自2023年1月1日起施行，有效期5年 / 有效期至2027年12月31日); requirements 2.5.
var (
	// ownRule says that a sentence is about the document itself.
	ownRule = regexp.MustCompile(`[本此](?:办法|规定|细则|通知|意见|方案|通告|公告|决定|条例|规则|标准|政策|文件|措施|制度|规程)`)
	// The period stands behind the name of the document or behind the day from
	// which it is in force: that of a licence is another matter.
	periodHead = `(?:(?:施行|实施|执行|生效)[,;。]?|` + ownRule.String() + `)(?:的?有效期限?|施行期限)`
	validUntil = regexp.MustCompile(periodHead + `(?:截止|截至)?(?:至|到|为至)((?:19|20)\d{2}年\d{1,2}月\d{1,2}日)`)
	validYears = regexp.MustCompile(periodHead + `(?:为|是|暂定)?([一二两三四五六七八九十]|\d{1,2})年`)
)

// maxPeriodLines is how many lines at the end are searched for the period.
const maxPeriodLines = 40

// readPeriod fills in from when on and until when a document says that it is
// in force. A period of years counts from the day it takes effect; without one
// nothing is reckoned.
func readPeriod(meta *retrieval.Meta, lines []line) {
	for i := len(lines) - 1; i >= max(0, len(lines)-maxPeriodLines); i-- {
		text := squeeze(lines[i].text)
		if !ownRule.MatchString(text) || !strings.Contains(text, "行") && !strings.Contains(text, "有效期") {
			continue
		}
		if meta.Effective == "" {
			meta.Effective = effectiveIn(text, "")
		}
		if meta.Expires == "" {
			meta.Expires = expiresIn(text, meta.Effective)
		}
	}
}

// expiresIn is the last day on which a document that takes effect on a day is
// in force, by its own words; "" if they do not tell.
func expiresIn(text, effective string) string {
	if m := validUntil.FindStringSubmatch(text); m != nil {
		return day(m[1])
	}
	m := validYears.FindStringSubmatch(text)
	first, err := time.Parse(time.DateOnly, effective)
	if m == nil || err != nil {
		return ""
	}
	years, err := strconv.Atoi(m[1])
	if err != nil {
		years = retrieval.ParseNumeral(m[1])
	}
	return first.AddDate(years, 0, -1).Format(time.DateOnly)
}

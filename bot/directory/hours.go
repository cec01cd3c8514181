package directory

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// Hours are the times of a week at which an office is open. The zero value
// says nothing.
type Hours struct {
	spans []span
}

// span is a stretch of some days of the week, in minutes after midnight.
type span struct {
	days     [7]bool // by time.Weekday
	from, to int
	opens    string // the time it begins, as written
}

var (
	dayPattern  = regexp.MustCompile(`(?:周|星期|礼拜)?([一二三四五六日天末])(?:[-~至到](?:周|星期|礼拜)?([一二三四五六日天]))?`)
	timePattern = regexp.MustCompile(`(\d{1,2})[:点](\d{2})?分?\s*[-~至到]+\s*(\d{1,2})[:点](\d{2})?分?`)
	allDay      = regexp.MustCompile(`全天|24小时`)
	// noise may stand between days and times without changing them.
	noise = regexp.MustCompile(`上午|下午|中午|早上|晚上|[,、和及:\s]|\((?:法定)?节假日(?:除外|休息)?\)|节假日除外|法定`)
)

// weekdays in the order of dayPattern's characters.
const dayLetters = "日一二三四五六"

// ParseHours reads hours as offices write them: 周一至周五 8:30-12:00 14:30-17:30；周六
// 9:00-11:30. Also 工作日, 每天, 全天 and 24小时. Times are local, and a time after noon is
// written in 24 hours.
func ParseHours(text string) (Hours, error) {
	var h Hours
	folded := strings.NewReplacer("—", "-", "–", "-", "～", "~", "--", "-").Replace(retrieval.FoldString(text))
	for part := range strings.FieldsFuncSeq(folded, func(r rune) bool { return r == ';' || r == '。' || r == '\n' }) {
		spans, err := parsePart(part)
		if err != nil {
			return Hours{}, err
		}
		h.spans = append(h.spans, spans...)
	}
	if len(h.spans) == 0 {
		return Hours{}, fmt.Errorf("hours %q name no times; write them like 周一至周五 8:30-12:00 14:30-17:30", text)
	}
	return h, nil
}

func parsePart(part string) ([]span, error) {
	unread := func() error {
		return fmt.Errorf("hours %q are not understood; write them like 周一至周五 8:30-12:00 14:30-17:30", strings.TrimSpace(part))
	}
	first := timePattern.FindStringIndex(part)
	if first == nil {
		at := allDay.FindStringIndex(part)
		if at == nil {
			return nil, unread()
		}
		named := part[:at[0]] + part[at[1]:]
		if strings.TrimSpace(named) == "" {
			named = "每天"
		}
		days, ok := parseDays(named)
		if !ok {
			return nil, unread()
		}
		return []span{{days: days, to: 24 * 60, opens: "0:00"}}, nil
	}
	days, ok := parseDays(part[:first[0]])
	if !ok {
		return nil, unread()
	}
	var spans []span
	for _, m := range timePattern.FindAllStringSubmatchIndex(part, -1) {
		s := span{days: days, from: minutes(part, m[2:6]), to: minutes(part, m[6:10])}
		if s.from >= s.to || s.to > 24*60 {
			return nil, unread()
		}
		s.opens = part[m[2]:m[3]] + ":" + "00"
		if m[4] >= 0 {
			s.opens = part[m[2]:m[5]]
		}
		spans = append(spans, s)
	}
	if noise.ReplaceAllString(timePattern.ReplaceAllString(part[first[0]:], ""), "") != "" {
		return nil, unread()
	}
	return spans, nil
}

// minutes reads an hour and its minutes, which may be left out.
func minutes(s string, at []int) int {
	hour, _ := strconv.Atoi(s[at[0]:at[1]])
	if at[2] < 0 {
		return hour * 60
	}
	minute, _ := strconv.Atoi(s[at[2]:at[3]])
	if minute > 59 {
		return 24*60 + 1 // no time of a day
	}
	return hour*60 + minute
}

// parseDays reads the days before the times; none named is 周一至周五.
func parseDays(text string) (days [7]bool, ok bool) {
	text = noise.ReplaceAllString(text, "")
	switch text {
	case "", "工作日":
		text = "周一至周五"
	case "每天", "每日", "天天", "全年", "全年无休":
		text = "周一至周日"
	}
	for _, m := range dayPattern.FindAllStringSubmatch(text, -1) {
		if m[1] == "末" {
			days[time.Saturday], days[time.Sunday] = true, true
			continue
		}
		day := weekday(m[1])
		days[day] = true
		if m[2] == "" {
			continue
		}
		for last := weekday(m[2]); day != last; {
			day = (day + 1) % 7
			days[day] = true
		}
	}
	return days, dayPattern.ReplaceAllString(text, "") == "" && slices.Contains(days[:], true)
}

func weekday(letter string) time.Weekday {
	at := strings.Index(dayLetters, strings.ReplaceAll(letter, "天", "日"))
	return time.Weekday(utf8.RuneCountInString(dayLetters[:at]))
}

// Always reports whether the office is open on all days of the week, so that
// it does not keep holidays.
func (h Hours) Always() bool {
	var all [7]bool
	for _, s := range h.spans {
		for d, on := range s.days {
			all[d] = all[d] || on
		}
	}
	return !slices.Contains(all[:], false)
}

// Covers reports whether days hold the holidays of a moment's year.
func Covers(days []Day, now time.Time) bool {
	year := now.In(china).Format("2006-")
	return slices.ContainsFunc(days, func(d Day) bool { return strings.HasPrefix(d.Date, year) })
}

// on gives the spans of one date, in order of time.
func (h Hours) on(date time.Time, days map[string]Day) []span {
	week := date.Weekday()
	if d, special := days[date.Format(time.DateOnly)]; special && !h.Always() {
		if !d.Open {
			return nil
		}
		if week == time.Saturday || week == time.Sunday {
			week = time.Monday // a 调休 workday goes by the hours of one
		}
	}
	var spans []span
	for _, s := range h.spans {
		if s.days[week] {
			spans = append(spans, s)
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	return spans
}

// Opening is what can be said of an office at a moment.
type Opening struct {
	Open  bool
	Break bool   // closed between two spans of the day
	Next  string // when it opens next, as 今天14:30, 明天8:30 or 周一8:30; empty: not within a week
}

// lookAhead is how many days are searched for the next opening: beyond a week
// the name of a weekday would mislead.
const lookAhead = 6

// At tells whether the office is open at a moment.
func (h Hours) At(now time.Time, days []Day) Opening {
	special := make(map[string]Day, len(days))
	for _, d := range days {
		special[d.Date] = d
	}
	now = now.In(china)
	minute := now.Hour()*60 + now.Minute()
	before := false
	for _, s := range h.on(now, special) {
		switch {
		case s.from <= minute && minute < s.to:
			return Opening{Open: true}
		case minute < s.from:
			return Opening{Break: before, Next: "今天" + s.opens}
		}
		before = true
	}
	for ahead := 1; ahead <= lookAhead; ahead++ {
		date := now.AddDate(0, 0, ahead)
		spans := h.on(date, special)
		if len(spans) == 0 {
			continue
		}
		name := "周" + string([]rune(dayLetters)[date.Weekday()])
		if ahead == 1 {
			name = "明天"
		}
		return Opening{Next: name + spans[0].opens}
	}
	return Opening{}
}

package directory

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// dayLine is a line of a file of holidays: a date or two with ~ between, 休 or
// 班, and a name if there is one.
var dayLine = regexp.MustCompile(`^([\d./年月日-]+?)(?:\s*[~～至到]\s*([\d./年月日-]+?))?[\s,，]+(休|班)(?:[\s,，]+(.*))?$`)

// longestHoliday bounds the days of one line, so that a mistyped year is
// noticed.
const longestHoliday = 31

// ReadDays reads a file of holidays and 调休 workdays, a line each:
//
//	2026-10-01~2026-10-07	休	国庆节
//	2026-10-10	班
//
// Empty lines and those that begin with # are left out. A date that stands
// twice is an error. It takes all lines or, with BadRows, none.
func ReadDays(file []byte) ([]Day, error) {
	text, err := decode(file)
	if err != nil {
		return nil, errors.New("the file is not text in UTF-8 or GB18030")
	}
	var days []Day
	var bad BadRows
	lines := map[string]int{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		read, err := readDayLine(line)
		if err != nil {
			bad = append(bad, fmt.Errorf("line %d: %w", n, err))
			continue
		}
		for _, d := range read {
			if before, twice := lines[d.Date]; twice {
				bad = append(bad, fmt.Errorf("line %d: %s stands on line %d already", n, d.Date, before))
				continue
			}
			lines[d.Date] = n
			days = append(days, d)
		}
	}
	if len(bad) > 0 {
		return nil, bad
	}
	slices.SortFunc(days, func(a, b Day) int { return strings.Compare(a.Date, b.Date) })
	return days, nil
}

func readDayLine(line string) ([]Day, error) {
	m := dayLine.FindStringSubmatch(line)
	if m == nil || !utf8.ValidString(line) {
		return nil, fmt.Errorf("%q is no date with 休 or 班; write it like 2026-10-01~2026-10-07 休 国庆节", line)
	}
	first, err := parseDate(m[1])
	if err != nil {
		return nil, err
	}
	last := first
	if m[2] != "" {
		if last, err = parseDate(m[2]); err != nil {
			return nil, err
		}
	}
	date, _ := time.Parse(time.DateOnly, first)
	var days []Day
	for ; date.Format(time.DateOnly) <= last; date = date.AddDate(0, 0, 1) {
		days = append(days, Day{Date: date.Format(time.DateOnly), Open: m[3] == "班", Name: strings.TrimSpace(m[4])})
		if len(days) > longestHoliday {
			return nil, fmt.Errorf("%s to %s are more than %d days", first, last, longestHoliday)
		}
	}
	if len(days) == 0 {
		return nil, fmt.Errorf("%s is later than %s", first, last)
	}
	return days, nil
}

// WriteDays writes days as ReadDays reads them, a line each.
func WriteDays(days []Day) string {
	var b strings.Builder
	for _, d := range days {
		mark := "休"
		if d.Open {
			mark = "班"
		}
		fmt.Fprintln(&b, strings.TrimSpace(d.Date+"\t"+mark+"\t"+d.Name))
	}
	return b.String()
}

package directory

import (
	"strings"
	"testing"
	"time"
)

// The days around: 2026-11-23 is a Monday, 11-28 a Saturday worked, 11-26 a
// holiday.
var days = []Day{{Date: "2026-11-26", Name: "假日"}, {Date: "2026-11-28", Open: true}}

func TestHours(t *testing.T) {
	const week = "周一至周五 8:30-12:00 14:30-17:30"
	for _, c := range []struct {
		hours, now string
		want       Opening
	}{
		{week, "2026-11-23 08:29", Opening{Next: "今天8:30"}},
		{week, "2026-11-23 08:30", Opening{Open: true}},
		{week, "2026-11-23 12:00", Opening{Break: true, Next: "今天14:30"}},
		{week, "2026-11-23 17:29", Opening{Open: true}},
		{week, "2026-11-23 17:30", Opening{Next: "明天8:30"}},
		{week, "2026-11-26 10:00", Opening{Next: "明天8:30"}},
		{week, "2026-11-25 20:00", Opening{Next: "周五8:30"}},
		{week, "2026-11-28 10:00", Opening{Open: true}},
		{week, "2026-11-29 10:00", Opening{Next: "明天8:30"}},
		{week + "；周六 9:00-11:30", "2026-11-21 10:00", Opening{Open: true}},
		{week + "；周六 9:00-11:30", "2026-11-20 18:00", Opening{Next: "明天9:00"}},
		{"周一至周日 0:00-24:00", "2026-11-26 03:00", Opening{Open: true}},
		{"周一至周日 8:00-12:00 14:00-18:00", "2026-11-26 13:00", Opening{Break: true, Next: "今天14:00"}},
		{"24小时", "2026-11-26 03:00", Opening{Open: true}},
		{"每天全天", "2026-11-26 03:00", Opening{Open: true}},
		{"工作日8:00—11:30，14:30—17:00", "2026-11-23 11:00", Opening{Open: true}},
		{"工作日上午8:00至11:30，下午14:30至17:00", "2026-11-23 12:00", Opening{Break: true, Next: "今天14:30"}},
		{"8点到12点", "2026-11-23 13:00", Opening{Next: "明天8:00"}},
		{"星期一到星期五 8：30-17：30（法定节假日除外）", "2026-11-23 13:00", Opening{Open: true}},
		{"周二、周四 9:00-10:00", "2026-11-23 09:30", Opening{Next: "明天9:00"}},
		{"周末 9:00-10:00", "2026-11-22 09:30", Opening{Open: true}},
	} {
		h, err := ParseHours(c.hours)
		if err != nil {
			t.Errorf("%s: %v", c.hours, err)
			continue
		}
		now, err := time.ParseInLocation("2006-01-02 15:04", c.now, china)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.At(now.UTC(), days); got != c.want {
			t.Errorf("%s at %s: %+v, want %+v", c.hours, c.now, got, c.want)
		}
	}
}

func TestParseHoursRefuses(t *testing.T) {
	for _, text := range []string{"", "看心情", "周一至周五", "周一至周五 25:00-26:00", "周一至周五 12:00-8:30", "夏季 8:00-12:00", "周一至周五 8:70-12:00", "8:00-12:00 请提前预约"} {
		if _, err := ParseHours(text); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestReadDays(t *testing.T) {
	got, err := ReadDays([]byte("# 2026\n2026-10-01~2026-10-03\t休\t国庆节\n2026年10月10日 班\n"))
	if err != nil || len(got) != 4 {
		t.Fatalf("%+v, %v", got, err)
	}
	if want := (Day{Date: "2026-10-02", Name: "国庆节"}); got[1] != want {
		t.Errorf("got %+v, want %+v", got[1], want)
	}
	if want := (Day{Date: "2026-10-10", Open: true}); got[3] != want {
		t.Errorf("got %+v, want %+v", got[3], want)
	}
	for text, want := range map[string]string{
		"国庆节":                         "line 1",
		"2026-10-01":                  "line 1",
		"2026-10-01 休\n2026-10-01 班":  "line 2: 2026-10-01 stands on line 1",
		"2026-10-07~2026-10-01 休":     "is later than",
		"2026-10-01~2027-10-07 休":     "more than",
		"\n2026-13-01 休":              "line 2",
		"2026-10-01~2026-10-99 休 国庆节": "is not a date",
		"2026-10-01 放假":               "line 1",
	} {
		if days, err := ReadDays([]byte(text)); err == nil || days != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestStale(t *testing.T) {
	for checked, want := range map[string]bool{"2025-11-24": false, "2025-11-23": false, "2025-11-21": true, "": true, "2026-11-01": false} {
		if got := (Entry{CheckedOn: checked}).Stale(today); got != want {
			t.Errorf("checked on %q: %v, want %v", checked, got, want)
		}
	}
}

// FuzzParseHours: whatever is understood can be asked at any time.
func FuzzParseHours(f *testing.F) {
	for _, seed := range []string{"周一至周五 8:30-12:00 14:30-17:30；周六 9:00-11:30", "24小时", "周日至周一 0:00-24:00", "每天 8点-9点"} {
		f.Add(seed, int64(0))
	}
	f.Fuzz(func(t *testing.T, text string, at int64) {
		h, err := ParseHours(text)
		if err != nil {
			return
		}
		o := h.At(time.Unix(at%(1<<33), 0), days)
		if o.Open && (o.Break || o.Next != "") {
			t.Errorf("%q: open, and %+v", text, o)
		}
	})
}

package storetest

import (
	"reflect"
	"testing"

	"zhiwen/bot"
	"zhiwen/bot/directory"
)

// testDirectory: offices and holidays are put and come back apart.
func testDirectory(t *testing.T, s Store) {
	got := func() directory.Directory {
		t.Helper()
		d, err := s.Directory(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if d := got(); len(d.Entries) != 0 || len(d.Days) != 0 {
		t.Errorf("a new store has the directory %+v", d)
	}
	want := directory.Directory{
		Entries: []directory.Entry{
			{Name: "青石县民政局", Aliases: []string{"民政", "婚姻登记处"}, ResponsibleFor: []string{"低保"}, Phone: "0699-7210007", Hours: "周一至周五 8:30-12:00", Address: "文昌路52号", CheckedOn: "2026-10-08"},
			{Name: "青石县\"水利局\"", Aliases: []string{}, ResponsibleFor: []string{}, Phone: "0699-7210019"},
		},
		Days: []directory.Day{{Date: "2026-10-01", Name: "国庆节"}, {Date: "2026-10-10", Open: true}},
	}
	if err := s.PutOffices(t.Context(), want.Entries); err != nil {
		t.Fatal(err)
	}
	if err := s.PutDays(t.Context(), want.Days); err != nil {
		t.Fatal(err)
	}
	if d := got(); !reflect.DeepEqual(d, want) {
		t.Errorf("got  %+v\nwant %+v", d, want)
	}
	if err := s.PutOffices(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if d := got(); len(d.Entries) != 0 || len(d.Days) != 2 {
		t.Errorf("after the offices were taken away: %+v", d)
	}
}

// testBlocked: hits are counted by day, list and rule.
func testBlocked(t *testing.T, s Store) {
	for _, hit := range [][3]string{
		{"2026-11-22", "默认", "甲"}, {"2026-11-23", "默认", "甲"}, {"2026-11-23", "默认", "甲"}, {"2026-11-23", "本县", "/乙+/"},
	} {
		if err := s.CountBlocked(t.Context(), hit[0], hit[1], hit[2]); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Blocked(t.Context())
	want := []bot.BlockedCount{
		{Day: "2026-11-23", List: "本县", Rule: "/乙+/", Hits: 1},
		{Day: "2026-11-23", List: "默认", Rule: "甲", Hits: 2},
		{Day: "2026-11-22", List: "默认", Rule: "甲", Hits: 1},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
	}
}

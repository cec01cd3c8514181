package directory

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const oneOffice = "名称,别名,负责事项,电话,办公时间,地址,核对日期\n甲县民政局,民政、婚登处,低保、殡葬,0563-1234567,周一至周五 8:30-12:00,文昌路1号,2026-10-08\n"

func TestRead(t *testing.T) {
	want := []Entry{{
		Name: "甲县民政局", Aliases: []string{"民政", "婚登处"}, ResponsibleFor: []string{"低保", "殡葬"}, Phone: "0563-1234567",
		Hours: "周一至周五 8:30-12:00", Address: "文昌路1号", CheckedOn: "2026-10-08",
	}}
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(oneOffice)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"UTF-8":          oneOffice,
		"with a mark":    "\ufeff" + oneOffice,
		"GB18030":        gb,
		"tabs":           strings.ReplaceAll(oneOffice, ",", "\t"),
		"a title above":  "甲县部门通讯录,,\n\n" + oneOffice,
		"English header": "name,aliases,responsible_for,phone,hours,address,checked_on\n" + strings.SplitAfterN(oneOffice, "\n", 2)[1],
		"other order":    "联系电话,单位名称,职责,简称,上班时间,办公地址,核实日期\n0563-1234567,甲县民政局,低保；殡葬,民政，婚登处,周一至周五 8:30-12:00,文昌路1号,2026年10月8日\n",
	} {
		got, warnings, err := Read([]byte(file), today)
		if err != nil || len(warnings) > 0 || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v, %v", name, got, warnings, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for row, want := range map[string]string{
		",,,0563-1234567,,,":                    "line 2 (no name): name is empty",
		"甲局,,,,,,":                              "line 2 (甲局): phone is empty",
		"甲局,,,打不通,,,":                           `phone "打不通" is not a telephone number`,
		"甲局,,,0563-123,,,":                      "is not a telephone number",
		"甲局,,,0563-1234567,,,昨天":                `checked_on "昨天" is not a date`,
		"甲局,,,0563-1234567,,,2026-11-24":        "lies ahead of today",
		"甲局,,,0563-1234567,,,\n甲局,,,12345,,,":   "line 3 (甲局): name stands on line 2 already",
		"\n\n甲局,,,0563-1234567,,,\n,,,12345,,,": "line 5 (no name)",
	} {
		header, _, _ := strings.Cut(oneOffice, "\n")
		entries, _, err := Read([]byte(header+"\n"+row+"\n"), today)
		var bad BadRows
		if !errors.As(err, &bad) || len(bad) != 1 || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") || entries != nil {
			t.Errorf("%q: %v, want %q", row, err, want)
		}
	}
	for file, want := range map[string]string{
		"":                      "no line names the columns",
		"甲局,0563-1234567\n":     "no line names the columns",
		"名称,电话\n":               "no office below the header",
		"\xff\xfe\x00\x01":      "neither CSV",
		"PK\x03\x04 no archive": "read XLSX",
	} {
		if _, _, err := Read([]byte(file), today); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", file, err, want)
		}
	}
}

func TestReadWarns(t *testing.T) {
	_, warnings, err := Read([]byte("名称,电话,办公时间\n甲局,12345,看心情\n"), today)
	if err != nil || len(warnings) != 3 {
		t.Fatalf("%q, %v", warnings, err)
	}
	for i, want := range []string{"hours", "responsible_for is empty", "checked_on"} {
		if !strings.Contains(warnings[i], want) || !strings.Contains(warnings[i], "line 2 (甲局)") {
			t.Errorf("warning %q, want %q", warnings[i], want)
		}
	}
}

func TestPhones(t *testing.T) {
	for phone, want := range map[string]bool{
		"0563-1234567": true, "（0563）1234567": true, "05631234567": true, "1234567": true, "12345": true, "110": true, "13900000000": true,
		"0563-1234567转8001": true, "0563-1234567、0563-7654321": true, "400-123-4567": true, "0563—1234567": true,
		"12": false, "0563-12": false, "民政局": false, "1234567890123": false, "0563-1234567 张三": false, "javascript:alert(1)": false,
	} {
		if got := isPhone(phone); got != want {
			t.Errorf("%q: %v, want %v", phone, got, want)
		}
	}
}

// TestRoundTrip: what is written is read as it was.
func TestRoundTrip(t *testing.T) {
	want := county(t)
	var file bytes.Buffer
	if err := Write(&file, want, false); err != nil {
		t.Fatal(err)
	}
	if got, _, err := Read(file.Bytes(), today); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("CSV: %v", err)
	}
	file.Reset()
	if err := Write(&file, want, true); err != nil {
		t.Fatal(err)
	}
	if got, _, err := Read(file.Bytes(), today); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("XLSX: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(oneOffice))
	f.Add([]byte("名称,电话\n\"甲\n局\",12345\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, file []byte) {
		entries, _, err := Read(file, today)
		if (err == nil) != (len(entries) > 0) {
			t.Fatalf("%d entries, %v", len(entries), err)
		}
		var again bytes.Buffer
		if err := Write(&again, entries, false); err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name == "" || !isPhone(e.Phone) || slices.Contains(e.Aliases, "") {
				t.Errorf("entry %+v", e)
			}
		}
		NewFinder(entries)
	})
}

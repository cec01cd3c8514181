package xlsx

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
)

// workbook writes a file; set fills it.
func workbook(t testing.TB, set func(f *excelize.File) error) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if err := set(f); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func rows(f *excelize.File, sheet string, rows ...[]any) error {
	for i, row := range rows {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := f.SetSheetRow(sheet, at, &row); err != nil {
			return err
		}
	}
	return nil
}

func cell(text string) content.Cell { return content.Cell{Text: text, Across: 1, Down: 1} }

func TestRead(t *testing.T) {
	b := workbook(t, func(f *excelize.File) error {
		day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		if err != nil {
			return err
		}
		if _, err := f.NewSheet("乡镇"); err != nil {
			return err
		}
		if _, err := f.NewSheet("密"); err != nil {
			return err
		}
		return errors.Join(
			rows(f, "Sheet1", []any{"联系电话一览表"}, []any{"单位", "窗口", "密", "电话"}, []any{"民政局", "婚姻", "x", "000-0001"},
				[]any{"", "隐", "x", "隐"}, []any{"", "救助", "x", 7.5}, nil, []any{"更新", time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)}, []any{"注：工作日"}),
			f.MergeCell("Sheet1", "A1", "D1"), f.MergeCell("Sheet1", "A3", "A5"),
			f.SetColVisible("Sheet1", "C", false), f.SetRowVisible("Sheet1", 4, false), f.SetCellStyle("Sheet1", "B7", "B7", day),
			rows(f, "乡镇", []any{"甲镇", "000-0002"}), rows(f, "密", []any{"密"}), f.SetSheetVisible("密", false),
		)
	})
	doc, err := Read(b)
	if err != nil {
		t.Fatal(err)
	}
	want := []content.Block{
		{Text: "Sheet1", Depth: 1},
		{Text: "联系电话一览表"},
		{Rows: [][]content.Cell{
			{cell("单位"), cell("窗口"), cell("电话")},
			{{Text: "民政局", Across: 1, Down: 2}, cell("婚姻"), cell("000-0001")},
			{cell("救助"), cell("7.5")},
		}},
		{Rows: [][]content.Cell{{cell("更新"), cell("2024-03-05")}}},
		{Text: "注：工作日"},
		{Text: "乡镇", Depth: 1},
		{Rows: [][]content.Cell{{cell("甲镇"), cell("000-0002")}}},
	}
	if !reflect.DeepEqual(doc.Blocks, want) {
		t.Errorf("blocks\n%+v, want\n%+v", doc.Blocks, want)
	}
}

func TestRefuses(t *testing.T) {
	whole := workbook(t, func(f *excelize.File) error { return rows(f, "Sheet1", []any{"甲"}) })
	for name, b := range map[string][]byte{"cut off": whole[:len(whole)/2], "no archive": []byte("PK\x03\x04")} {
		if _, err := Read(b); !errors.Is(err, container.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Read([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")); !errors.Is(err, container.ErrLocked) {
		t.Errorf("with a password: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(workbook(f, func(file *excelize.File) error {
		return errors.Join(rows(file, "Sheet1", []any{"甲", "乙"}, []any{1, 2.5}), file.MergeCell("Sheet1", "A1", "B1"))
	}))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = Read(b)
	})
}

func BenchmarkRead(b *testing.B) {
	file := workbook(b, func(f *excelize.File) error {
		var all [][]any
		for i := range 2000 {
			all = append(all, []any{"民政局", "婚姻登记", i, "示例路1号"})
		}
		return rows(f, "Sheet1", all...)
	})
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(file); err != nil {
			b.Fatal(err)
		}
	}
}

package xlsx

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
)

// The books of testdata were made by LibreOffice 7.4 of book.fods, which holds
// the whole of what is tested: soffice --convert-to xls book.fods.
func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readBinary(b []byte) (content.Document, error) {
	c, err := container.OpenCompound(b)
	if err != nil {
		return content.Document{}, err
	}
	return ReadBinary(c)
}

// TestReadBinary: one workbook gives the same as XLS and as XLSX.
func TestReadBinary(t *testing.T) {
	want := []content.Block{
		{Text: "窗口", Depth: 1},
		{Text: "办事窗口一览表"},
		{Rows: [][]content.Cell{
			{cell("单位"), cell("窗口"), cell("办件量"), cell("办结率"), cell("启用日期"), cell("备注")},
			{{Text: "民政局", Across: 1, Down: 2}, cell("婚姻登记"), cell("12,345.50"), cell("99.27%"), cell("2024-03-05"), cell("café 𠮷镇")},
			{cell("救助"), cell("7.5"), cell("100.00%"), cell("2023年12月31日"), cell("TRUE")},
			{cell("合计"), cell("共2个"), cell("12,353.00"), cell("#DIV/0!"), cell("0042"), cell("-3")},
		}},
		{Text: "注：工作日办理"},
		{Text: "乡镇", Depth: 1},
		{Rows: [][]content.Cell{{cell("甲镇"), cell("000-0002")}}},
	}
	for name, read := range map[string]func([]byte) (content.Document, error){"book.xls": readBinary, "book.xlsx": Read} {
		doc, err := read(readFile(t, filepath.Join("testdata", name)))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(doc.Blocks, want) {
			t.Errorf("%s: blocks\n%+v, want\n%+v", name, doc.Blocks, want)
		}
	}
}

// TestReadBinaryLarge: 20,000 strings, which go on from record to record.
func TestReadBinaryLarge(t *testing.T) {
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("left out: LibreOffice is not installed (Debian: libreoffice-calc-nogui)")
	}
	if testing.Short() {
		t.Skip("left out: conversions by LibreOffice (short)")
	}
	dir := t.TempDir()
	var text strings.Builder
	want := make([]string, 20_000)
	for i := range want {
		want[i] = fmt.Sprintf("第%d项", i) + strings.Repeat("a", i%7) + strings.Repeat("文", i%5)
		text.WriteString(want[i] + "\n")
	}
	if err := os.WriteFile(filepath.Join(dir, "long.csv"), []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	convert := exec.CommandContext(t.Context(), soffice, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless",
		"--infilter=CSV:44,34,UTF8", "--convert-to", "xls", "--outdir", dir, filepath.Join(dir, "long.csv"))
	if message, err := convert.CombinedOutput(); err != nil {
		t.Fatalf("LibreOffice: %v\n%s", err, message)
	}
	doc, err := readBinary(readFile(t, filepath.Join(dir, "long.xls")))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range doc.Blocks {
		got = append(got, b.Text)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%d strings, want %d; the first that differs: %s", len(got), len(want), firstOther(got, want))
	}
}

func firstOther(got, want []string) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Sprintf("%q, want %q", got[i], want[i])
		}
	}
	return "none"
}

// made writes the records of a workbook: kind and body by turns.
func made(records ...any) []byte {
	var b []byte
	for i := 0; i < len(records); i += 2 {
		kind, body := records[i].(int), records[i+1].(string)
		b = append(b, byte(kind), byte(kind>>8), byte(len(body)), byte(len(body)>>8))
		b = append(b, body...)
	}
	return b
}

func TestReadStream(t *testing.T) {
	const begin = "\x00\x06\x05\x00"
	// globals with one string and a sheet that begins right behind them
	globals := func(text string, more ...any) []byte {
		all := append([]any{recordBegin, begin}, more...)
		all = append(all, recordStrings, "\x01\x00\x00\x00\x01\x00\x00\x00"+text)
		at := len(made(append(all, recordSheet, "\x00\x00\x00\x00\x00\x00\x01\x00A", recordEnd, "")...))
		return made(append(all, recordSheet, string([]byte{byte(at), byte(at >> 8), 0, 0})+"\x00\x00\x01\x00A", recordEnd, "")...)
	}
	sheet := func(records ...any) []byte {
		return made(append(append([]any{recordBegin, begin}, records...), recordEnd, "")...)
	}
	const shared = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	for name, test := range map[string]struct {
		stream []byte
		want   string
		err    error
	}{
		"one string":             {append(globals("\x02\x00\x01\x32\x75\x59\x4e"), sheet(recordSharedCell, shared)...), "甲乙", nil},
		"rich and spoken":        {append(globals("\x01\x00\x0d\x01\x00\x02\x00\x00\x00\x32\x75rrrrss"), sheet(recordSharedCell, shared)...), "甲", nil},
		"integers":               {append(globals("\x00\x00\x00"), sheet(recordRK, "\x00\x00\x00\x00\x00\x00\x2a\x00\x00\x00")...), "10", nil},
		"hundredths":             {append(globals("\x00\x00\x00"), sheet(recordRK, "\x00\x00\x00\x00\x00\x00\x2b\x00\x00\x00")...), "0.1", nil},
		"a formula's string":     {append(globals("\x00\x00\x00"), sheet(recordFormula, shared[:6]+"\x00\x00\x00\x00\x00\x00\xff\xff", 0x04BC, "", recordString, "\x01\x00\x01\x32\x75")...), "甲", nil},
		"a formula's error":      {append(globals("\x00\x00\x00"), sheet(recordFormula, shared[:6]+"\x02\x00\x2a\x00\x00\x00\xff\xff")...), "#N/A", nil},
		"a label":                {append(globals("\x00\x00\x00"), sheet(recordLabel, shared[:6]+"\x01\x00\x01\x32\x75")...), "甲", nil},
		"several numbers":        {append(globals("\x00\x00\x00"), sheet(recordMulRK, shared[:4]+"\x00\x00\x06\x00\x00\x00\x00\x00\x0a\x00\x00\x00\x01\x00")...), "12", nil},
		"a password":             {append(globals("\x00\x00\x00", recordPassword, "\x00\x00"), sheet()...), "", container.ErrLocked},
		"no end":                 {globals("\x00\x00\x00"), "", container.ErrDamaged},
		"a string that is short": {append(globals("\xff\xff\x01\x32\x75"), sheet()...), "", container.ErrDamaged},
		"more strings than said": {append(globals("\x01\x00\x00A"), sheet(recordSharedCell, "\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff")...), "", nil},
		"Excel 95":               {made(recordBegin, "\x00\x05\x05\x00"), "", errOld},
		"nothing":                {nil, "", container.ErrDamaged},
		"merged over all":        {append(globals("\x01\x00\x00A"), sheet(recordSharedCell, shared, recordMerged, "\xff\xff"+strings.Repeat("\x00\x00\xff\xff\x00\x00\xff\x00", 1000))...), "A", nil},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := readStream(test.stream)
			if errors.Is(err, errCut) {
				err = container.ErrDamaged
			}
			if !errors.Is(err, test.err) {
				t.Fatalf("error %v, want %v", err, test.err)
			}
			got := ""
			for _, b := range doc.Blocks {
				got += b.Text
				for _, row := range b.Rows {
					for _, c := range row {
						got += c.Text
					}
				}
			}
			if got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestContinuedString: a string that goes on in the next record begins there
// with its width anew.
func TestContinuedString(t *testing.T) {
	for name, test := range map[string]struct {
		parts []string
		want  string
	}{
		"wide, then narrow": {[]string{"\x04\x00\x01\x32\x75\x59\x4e", "\x00AB"}, "甲乙AB"},
		"narrow, then wide": {[]string{"\x03\x00\x00A", "\x01\x32\x75\x59\x4e"}, "A甲乙"},
		"runs behind":       {[]string{"\x01\x00\x09\x02\x00\x32\x75rrr", "rrrrr"}, "甲"},
		"at the border":     {[]string{"\x01\x00\x01", "\x01\x32\x75"}, "甲"},
	} {
		var parts [][]byte
		for _, p := range test.parts {
			parts = append(parts, []byte(p))
		}
		b := bytesOf{parts}
		if got, err := b.text(2); err != nil || got != test.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, test.want)
		}
	}
}

// TestBinaryBounds: text that stands once and is shown a million times.
func TestBinaryBounds(t *testing.T) {
	b := book{text: 10, left: 1 << 20, strings: []string{"甲乙"}}
	var records []any
	for row := range 9 {
		records = append(records, recordSharedCell, string([]byte{byte(row), 0, 0, 0, 0, 0, 0, 0, 0, 0}))
	}
	stream := made(append(append([]any{recordBegin, ""}, records...), recordEnd, "")...)
	_, err := b.readSheet(newRecords(stream))
	if !errors.Is(err, errText) {
		t.Errorf("text beyond the bound: %v", err)
	}
	b = book{text: maxText, left: len(stream)}
	if _, err = b.readSheet(newRecords(stream)); err != nil {
		t.Fatal(err)
	}
	if _, err = b.readSheet(newRecords(stream)); !errors.Is(err, container.ErrBomb) {
		t.Errorf("a sheet read again and again: %v", err)
	}
}

func newRecords(stream []byte) records { return records{stream: stream} }

func FuzzReadBinary(f *testing.F) {
	f.Add(readFile(f, "testdata/book.xls"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = readBinary(b)
	})
}

// FuzzReadStream goes without the library that writes numbers: a try starts
// slowly with it.
func FuzzReadStream(f *testing.F) {
	c, err := container.OpenCompound(readFile(f, "testdata/book.xls"))
	if err != nil {
		f.Fatal(err)
	}
	stream, err := c.Read("Workbook")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(stream)
	f.Fuzz(func(t *testing.T, stream []byte) {
		b := newBook(stream)
		b.write = func(value float64, _ int) (string, error) { return strconv.FormatFloat(value, 'g', -1, 64), nil }
		if b.readGlobals(records{stream: stream}) == nil {
			_, _ = b.readSheets(stream)
		}
	})
}

func BenchmarkReadBinary(b *testing.B) {
	const rows = 2000
	all := []any{recordBegin, "\x00\x06\x05\x00", recordStrings, "\x01\x00\x00\x00\x01\x00\x00\x00\x02\x00\x01\x32\x75\x59\x4e"}
	at := len(made(append(all, recordSheet, "\x00\x00\x00\x00\x00\x00\x01\x00A", recordEnd, "")...))
	all = append(all, recordSheet, string([]byte{byte(at), 0, 0, 0})+"\x00\x00\x01\x00A", recordEnd, "", recordBegin, "")
	for row := range rows {
		cell := func(column int) string { return string([]byte{byte(row), byte(row >> 8), byte(column), 0, 0, 0}) }
		all = append(all, recordSharedCell, cell(0)+"\x00\x00\x00\x00", recordSharedCell, cell(1)+"\x00\x00\x00\x00",
			recordRK, cell(2)+string([]byte{byte(row)<<2 | 2, byte(row >> 6), 0, 0}))
	}
	stream := made(append(all, recordEnd, "")...)
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readStream(stream); err != nil {
			b.Fatal(err)
		}
	}
}

package ingest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestSample reads one document that LibreOffice saved in several formats: the
// text is the same in each.
func TestSample(t *testing.T) {
	const golden = "testdata/office/sample.golden"
	for _, name := range []string{"sample.docx", "sample.doc", "sample.rtf", "sample.pdf"} {
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile(golden)
			if err != nil && !*update {
				t.Fatal(err)
			}
			b, err := os.ReadFile(filepath.Join("testdata/office", name))
			if err != nil {
				t.Fatal(err)
			}
			page, err := read(t, Source{Name: name, Bytes: b})
			if err != nil {
				t.Fatal(err)
			}
			got := page.Meta.Title + "\n\n" + page.Text + "\n"
			if *update && name == "sample.docx" {
				want = []byte(got)
				if err := os.WriteFile(golden, want, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if folded(got) != folded(string(want)) {
				t.Errorf("text is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestWorkbook reads one workbook as XLSX, as XLS and under the name that WPS
// gives it.
func TestWorkbook(t *testing.T) {
	var want Page
	for i, file := range []struct{ path, name string }{{"book.xlsx", "b.xlsx"}, {"book.xls", "b.xls"}, {"book.xls", "b.et"}, {"book.xls", "b.doc"}} {
		b, err := os.ReadFile(filepath.Join("xlsx/testdata", file.path))
		if err != nil {
			t.Fatal(err)
		}
		page, err := read(t, Source{Name: file.name, Bytes: b})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			want = page
			row := "单位：民政局；窗口：救助；办件量：7.5；办结率：100.00%；启用日期：2023年12月31日；备注：TRUE"
			if !strings.Contains(page.Text, "\n"+row+"\n") {
				t.Errorf("text is\n%s\nwant a row\n%s", page.Text, row)
			}
		}
		if page.Text != want.Text || !slices.Equal(page.Marks.Rows, want.Marks.Rows) {
			t.Errorf("%s: text is\n%s\nwant\n%s", file.name, page.Text, want.Text)
		}
	}
}

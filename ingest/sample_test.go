package ingest

import (
	"os"
	"path/filepath"
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

package ingest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// setParagraph is one of the source of a document that LibreOffice set.
var setParagraph = regexp.MustCompile(`<text:p text:style-name="[^"]*">([^<]*)</text:p>`)

// TestSetting: the paragraphs of a PDF are those that LibreOffice set it from,
// in one column and in two, over lines and pages.
func TestSetting(t *testing.T) {
	for _, name := range []string{"pages", "columns"} {
		t.Run(name, func(t *testing.T) {
			source, err := os.ReadFile(filepath.Join("testdata/office", name+".fodt"))
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, m := range setParagraph.FindAllStringSubmatch(string(source), -1) {
				want = append(want, m[1])
			}
			doc := stored(t, name+".pdf")
			got := strings.Split(doc.Text, "\n")
			if doc.Title == want[0] {
				want = want[1:] // the title is not repeated
			}
			if len(got) == len(want)+1 && got[0] == doc.Title {
				got = got[1:]
			}
			if !slices.Equal(got, want) {
				for i := range min(len(got), len(want)) {
					if got[i] != want[i] {
						t.Fatalf("paragraph %d is %q, want %q", i, got[i], want[i])
					}
				}
				t.Fatalf("%d paragraphs, want %d", len(got), len(want))
			}
		})
	}
}

// TestSetTables: tables that LibreOffice set come row by row: with lines around
// them and without, with merged cells, with a head of two rows, and over the
// end of a page with the head repeated.
func TestSetTables(t *testing.T) {
	const golden = "testdata/office/tables.golden"
	doc := stored(t, "tables.pdf")
	got := doc.Title + "\n\n" + doc.Text + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("text is\n%s\nwant\n%s", got, want)
	}
	if turn := doc.Text[doc.Pages[1]:]; !strings.HasPrefix(turn, "序号：") {
		t.Errorf("page 2 begins with %.60q", turn)
	}
}

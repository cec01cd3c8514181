package ingest

import (
	"fmt"
	"strings"
	"testing"

	"zhiwen/ingest/content"
)

// TestLargeTable: every cell of a table is kept, however many there are; only
// what merged ones cover has a bound.
func TestLargeTable(t *testing.T) {
	const many = maxCells/2 + 10
	rows := make([][]content.Cell, many)
	for i := range rows {
		rows[i] = []content.Cell{{Text: fmt.Sprint("甲", i), Down: many, Across: 3}, {Text: fmt.Sprint("乙", i)}, {Text: fmt.Sprint("丙", i)}}
	}
	wide := make([]content.Cell, 2*maxColumns)
	for i := range wide {
		wide[i] = content.Cell{Text: fmt.Sprint("丁", i), Across: 1000}
	}
	rows = append(rows, wide)
	grid := gridOf(rows)
	places := 0
	for i, row := range rows {
		places += len(grid[i])
		held := map[string]bool{}
		for _, c := range grid[i] {
			held[c.text] = true
		}
		for _, c := range row {
			if !held[c.Text] {
				t.Fatalf("row %d lacks %s", i, c.Text)
			}
		}
	}
	if most := maxCells + 4*many + len(wide); places > most {
		t.Errorf("%d places, want at most %d", places, most)
	}
}

// TestLongText: a text that is too long for one document says so.
func TestLongText(t *testing.T) {
	text := strings.Repeat("某县人民政府办公室。\n", maxText/len("某县人民政府办公室。")+1)
	for _, name := range []string{"long.txt", "long.html", "long.md"} {
		src := Source{Name: name, Bytes: []byte(text)}
		if name == "long.html" {
			src.Bytes = []byte("<title>长</title><p>" + strings.ReplaceAll(text, "\n", "<p>"))
		}
		if _, err := read(t, src); err == nil || !strings.Contains(err.Error(), "split it") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package xlsx

import (
	"errors"
	"strings"

	"github.com/xuri/excelize/v2"

	"zhiwen/ingest/content"
)

// maxColumns bounds the width of a table; a cell further right is a slip.
const maxColumns = 256

// sheet is what is visible of one sheet: the texts of its cells by row and
// column, and the cells that are merged.
type sheet struct {
	name    string
	numbers []int // of the rows in the file
	texts   [][]string
	merged  map[place]extent // by their first visible place
	inside  map[place]bool   // places that a merged cell covers besides
	// covered rows lie in a merged cell from above, open ones in one that goes
	// on below.
	covered, open map[int]bool
	places        int // that merged cells cover
}

func newSheet(name string) *sheet {
	return &sheet{name: name, merged: map[place]extent{}, inside: map[place]bool{}, covered: map[int]bool{}, open: map[int]bool{}}
}

type place struct{ row, column int }

type extent struct{ across, down int }

func readSheet(f *excelize.File, name string, left *int) (*sheet, error) {
	s := newSheet(name)
	// The rows come first, from the file; merged cells and columns make the
	// library build all of the sheet, and write it out again for its rows.
	at, err := s.readRows(f, left)
	if err != nil {
		return nil, err
	}
	areas, err := f.GetMergeCells(name)
	if err != nil {
		return nil, err
	}
	columns, err := shownColumns(f, name)
	if err != nil {
		return nil, err
	}
	s.dropHidden(columns)
	for _, m := range areas {
		a := area{}
		if a.left, a.top, err = excelize.CellNameToCoordinates(m.GetStartAxis()); err != nil {
			continue
		}
		if a.right, a.bottom, err = excelize.CellNameToCoordinates(m.GetEndAxis()); err != nil {
			continue
		}
		s.merge(a, m.GetCellValue(), at, columns)
	}
	return s, nil
}

// readRows reads the rows that are not hidden, as long as there are bytes left
// for their texts. at gives for the number of a row in the file that in texts.
func (s *sheet) readRows(f *excelize.File, left *int) (at map[int]int, err error) {
	rows, err := f.Rows(s.name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	at = map[int]int{}
	for number := 1; rows.Next(); number++ {
		hidden := rows.GetRowOpts().Hidden
		cells, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		if hidden {
			continue
		}
		at[number] = len(s.texts)
		row := make([]string, min(len(cells), maxColumns))
		for i := range row {
			row[i] = strings.TrimSpace(cells[i])
			*left -= len(row[i])
		}
		if *left < 0 {
			return nil, errText
		}
		s.texts, s.numbers = append(s.texts, row), append(s.numbers, number)
	}
	return at, nil
}

// dropHidden leaves the cells of columns that are shown.
func (s *sheet) dropHidden(shown map[int]int) {
	for i, row := range s.texts {
		kept := row[:0]
		for column, text := range row {
			if _, ok := shown[column+1]; ok {
				kept = append(kept, text)
			}
		}
		s.texts[i] = kept
	}
}

// shownColumns numbers the columns that are not hidden.
func shownColumns(f *excelize.File, name string) (map[int]int, error) {
	columns := map[int]int{}
	for i := 1; i <= maxColumns; i++ {
		letter, err := excelize.ColumnNumberToName(i)
		if err != nil {
			return nil, err
		}
		visible, err := f.GetColVisible(name, letter)
		if err != nil {
			return nil, err
		}
		if visible {
			columns[i] = len(columns)
		}
	}
	return columns, nil
}

// area is where a merged cell lies, in the numbers of the file.
type area struct{ left, top, right, bottom int }

// maxMerged bounds the places that the merged cells of a sheet cover; real
// ones do not lie over one another.
const maxMerged = 1 << 20

// merge notes what is visible of a merged cell. rows and columns number those
// that are shown.
func (s *sheet) merge(a area, text string, rows, columns map[int]int) {
	var first place
	var size extent
	last := -1 // row seen before
	for row := a.top; row <= min(a.bottom, a.top+len(s.texts)+len(rows)) && s.places < maxMerged; row++ {
		s.places++
		r, shown := rows[row]
		if !shown {
			continue
		}
		if size.down++; last >= 0 {
			s.open[last], s.covered[r] = true, true
		}
		last = r
		size.across = 0
		for column := a.left; column <= min(a.right, maxColumns); column++ {
			s.places++
			c, shown := columns[column]
			if !shown {
				continue
			}
			if size.across++; size.down == 1 && size.across == 1 {
				first = place{r, c}
			} else {
				s.inside[place{r, c}] = true
			}
		}
	}
	if size.across == 0 || size.down == 0 {
		return
	}
	s.merged[first] = size
	for len(s.texts[first.row]) <= first.column {
		s.texts[first.row] = append(s.texts[first.row], "")
	}
	s.texts[first.row][first.column] = strings.TrimSpace(text)
}

// blocks cuts a sheet at its empty rows. Rows at the top and the foot of a
// table that hold one cell only are its title and notes.
func (s *sheet) blocks() []content.Block {
	var blocks []content.Block
	for from := 0; from < len(s.texts); {
		if s.filled(from) == 0 {
			from++
			continue
		}
		to := from
		for to < len(s.texts) && s.filled(to) > 0 {
			to++
		}
		blocks = append(blocks, s.table(from, to)...)
		from = to
	}
	return blocks
}

func (s *sheet) table(from, to int) []content.Block {
	first, last := from, to
	for first < to && s.filled(first) == 1 && !s.open[first] {
		first++
	}
	for last > first && s.filled(last-1) == 1 && !s.covered[last-1] {
		last--
	}
	var blocks []content.Block
	for row := from; row < first; row++ {
		blocks = append(blocks, content.Block{Text: s.only(row)})
	}
	if first < last {
		blocks = append(blocks, content.Block{Rows: s.cells(first, last)})
	}
	for row := last; row < to; row++ {
		blocks = append(blocks, content.Block{Text: s.only(row)})
	}
	return blocks
}

// filled counts the cells of a row that hold text, or lie in one that does.
func (s *sheet) filled(row int) int {
	n := 0
	for column, text := range s.texts[row] {
		if text != "" && !s.inside[place{row, column}] {
			n++
		}
	}
	if n == 0 && s.covered[row] {
		n = 1
	}
	return n
}

func (s *sheet) only(row int) string {
	for column, text := range s.texts[row] {
		if text != "" && !s.inside[place{row, column}] {
			return text
		}
	}
	return ""
}

func (s *sheet) cells(from, to int) [][]content.Cell {
	width := 0
	for _, row := range s.texts[from:to] {
		for column, text := range row {
			if text != "" {
				width = max(width, column+1)
			}
		}
	}
	rows := make([][]content.Cell, to-from)
	for row := from; row < to; row++ {
		for column := range width {
			at := place{row, column}
			if s.inside[at] {
				continue
			}
			c := content.Cell{Across: 1, Down: 1}
			if column < len(s.texts[row]) {
				c.Text = s.texts[row][column]
			}
			if size, ok := s.merged[at]; ok {
				c.Across, c.Down = size.across, min(size.down, to-row)
			}
			rows[row-from] = append(rows[row-from], c)
		}
	}
	return rows
}

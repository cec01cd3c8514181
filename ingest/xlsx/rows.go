package xlsx

import "zhiwen/ingest/content"

// Rows is one sheet as bare rows: a merged cell's text stands at every place that
// it covers.
type Rows struct {
	Sheet   string
	Texts   [][]string
	Numbers []int           // of the rows in the file, from 1
	Blocks  []content.Block // the same as blocks of a document
}

// Sheets gives the rows of every visible sheet.
func (w Workbook) Sheets() []Rows {
	sheets := make([]Rows, len(w.sheets))
	for i, s := range w.sheets {
		sheets[i] = Rows{Sheet: s.name, Texts: s.filledRows(), Numbers: s.numbers, Blocks: w.blocks(i)}
	}
	return sheets
}

// blocks are those of one sheet, below its name where there are several.
func (w Workbook) blocks(i int) []content.Block {
	blocks := w.sheets[i].blocks()
	if len(w.sheets) > 1 && len(blocks) > 0 {
		blocks = append([]content.Block{{Text: w.sheets[i].name, Depth: 1}}, blocks...)
	}
	return blocks
}

// filledRows copies the texts of merged cells to the places that they cover.
func (s *sheet) filledRows() [][]string {
	rows := make([][]string, len(s.texts))
	for i, row := range s.texts {
		rows[i] = append([]string(nil), row...)
	}
	for at, size := range s.merged {
		text := s.texts[at.row][at.column]
		for row := at.row; row < min(at.row+size.down, len(rows)); row++ {
			for column := at.column; column < at.column+size.across; column++ {
				for len(rows[row]) <= column {
					rows[row] = append(rows[row], "")
				}
				rows[row][column] = text
			}
		}
	}
	return rows
}

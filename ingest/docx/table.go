package docx

import (
	"encoding/xml"
	"strings"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
)

// maxSpan bounds the columns of one cell.
const maxSpan = 100

// placed is a cell with the column it begins in.
type placed struct {
	content.Cell
	column int
	goesOn bool // it continues the cell above
}

// table reads a table; the cells that Word merges downwards are one.
func (r *reader) table() error {
	var rows [][]placed
	err := r.each(func(e xml.StartElement) error { return r.tableRow(&rows, e) })
	if err != nil {
		return err
	}
	r.blocks = append(r.blocks, content.Block{Rows: mergeDown(rows)})
	return nil
}

func (r *reader) tableRow(rows *[][]placed, e xml.StartElement) error {
	switch e.Name.Local {
	case "sdt", "sdtContent", "customXml", "ins", "moveTo":
		return r.each(func(e xml.StartElement) error { return r.tableRow(rows, e) })
	case "tr":
	default:
		return r.Skip()
	}
	var row []placed
	column, isHeader, deleted := 0, false, false
	var within func(xml.StartElement) error
	within = func(e xml.StartElement) error {
		switch e.Name.Local {
		case "sdt", "sdtContent", "customXml":
			return r.each(within)
		case "trPr":
			return r.each(func(e xml.StartElement) error {
				switch e.Name.Local {
				case "gridBefore":
					column += max(0, min(number(container.Attr(e, "val"), 0), maxSpan))
				case "tblHeader":
					isHeader = isOn(onOff(e))
				case "del", "hidden":
					deleted = true
				}
				return r.Skip()
			})
		case "tc":
			c, err := r.tableCell()
			c.column, c.Header = column, isHeader
			column += c.Across
			row = append(row, c)
			return err
		}
		return r.Skip()
	}
	err := r.each(within)
	if !deleted && len(row) > 0 {
		*rows = append(*rows, row)
	}
	return err
}

func (r *reader) tableCell() (placed, error) {
	c := placed{Cell: content.Cell{Across: 1, Down: 1}}
	blocks, err := r.apart(func() error {
		return r.each(func(e xml.StartElement) error {
			if e.Name.Local == "tcPr" {
				return r.each(func(e xml.StartElement) error {
					switch e.Name.Local {
					case "gridSpan":
						c.Across = max(1, min(number(container.Attr(e, "val"), 1), maxSpan))
					case "vMerge":
						c.goesOn = container.Attr(e, "val") != "restart"
					}
					return r.Skip()
				})
			}
			return r.block(e)
		})
	})
	c.Text = plainText(blocks)
	return c, err
}

// plainText is what stands in a cell; a table within it gives its cells.
func plainText(blocks []content.Block) string {
	var parts []string
	for _, b := range blocks {
		if b.Rows == nil {
			parts = append(parts, b.Text)
		}
		for _, row := range b.Rows {
			for _, c := range row {
				parts = append(parts, c.Text)
			}
		}
	}
	return strings.Join(parts, "\n")
}

// mergeDown gives the cells of a table without those that only continue the
// one above.
func mergeDown(rows [][]placed) [][]content.Cell {
	merged := make([][]content.Cell, len(rows))
	type origin struct{ row, index int }
	above := map[int]origin{}
	for i, row := range rows {
		here := map[int]origin{}
		for _, c := range row {
			from, ok := above[c.column]
			if c.goesOn && ok && merged[from.row][from.index].Across == c.Across {
				merged[from.row][from.index].Down++
				here[c.column] = from
				continue
			}
			merged[i] = append(merged[i], c.Cell)
			here[c.column] = origin{i, len(merged[i]) - 1}
		}
		above = here
	}
	return merged
}

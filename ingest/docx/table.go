package docx

import (
	"encoding/xml"
	"strings"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
)

// maxSpan bounds the columns of one cell.
const maxSpan = 100

// table reads a table; the cells that Word merges downwards are one.
func (r *reader) table() error {
	var rows [][]content.Placed
	err := r.each(func(e xml.StartElement) error { return r.tableRow(&rows, e) })
	if err != nil {
		return err
	}
	r.blocks = append(r.blocks, content.Block{Rows: content.Grid(rows, 0)})
	return nil
}

func (r *reader) tableRow(rows *[][]content.Placed, e xml.StartElement) error {
	switch e.Name.Local {
	case "sdt", "sdtContent", "customXml", "ins", "moveTo":
		return r.each(func(e xml.StartElement) error { return r.tableRow(rows, e) })
	case "tr":
	default:
		return r.Skip()
	}
	var row []content.Placed
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
			c, across, err := r.tableCell()
			c.Left, c.Right, c.Header = column, column+across, isHeader
			column += across
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

// tableCell reads a cell and says how many columns it covers.
func (r *reader) tableCell() (c content.Placed, across int, err error) {
	across = 1
	blocks, err := r.apart(func() error {
		return r.each(func(e xml.StartElement) error {
			if e.Name.Local == "tcPr" {
				return r.each(func(e xml.StartElement) error {
					switch e.Name.Local {
					case "gridSpan":
						across = max(1, min(number(container.Attr(e, "val"), 1), maxSpan))
					case "vMerge":
						c.GoesOn = container.Attr(e, "val") != "restart"
					}
					return r.Skip()
				})
			}
			return r.block(e)
		})
	})
	c.Text = plainText(blocks)
	return c, across, err
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

package guide

import "strings"

// noteHeading stands over rows of a form that name nothing.
const noteHeading = "其他说明"

// formRow turns a form into a list of one item: a sheet with a name and its
// value beside it in each row, or two such pairs. It is not ok for a table that
// is none; at least half of its names must be known.
func formRow(t Table, m Map) (list Table, ok bool) {
	var above [][]string
	var headings []string
	values := map[string][]string{}
	known := 0
	put := func(heading, value string) {
		if _, again := values[heading]; !again {
			headings = append(headings, heading)
			if m.column(heading, false).field != "" {
				known++
			}
		}
		if value != "" {
			values[heading] = append(values[heading], value)
		} else if values[heading] == nil {
			values[heading] = []string{}
		}
	}
	for _, row := range t.Rows {
		switch cells := unmerged(row); {
		case len(cells) == 0:
		case len(cells) == 1 && len(headings) == 0:
			above = append(above, cells)
		case len(cells) == 1:
			put(noteHeading, cells[0])
		case len(cells) == 2, len(cells) == 4:
			for i := 0; i < len(cells); i += 2 {
				put(cells[i], cells[i+1])
			}
		default:
			return Table{}, false
		}
	}
	if len(headings) == 0 || 2*known < len(headings) {
		return Table{}, false
	}
	one := make([]string, len(headings))
	for i, heading := range headings {
		one[i] = strings.Join(values[heading], "\n")
	}
	return Table{Rows: append(above, headings, one)}, true
}

// unmerged is a row with each merged cell once and without empty ones at its
// end.
func unmerged(row []string) []string {
	var cells []string
	for i := range row {
		cell := cellAt(row, i)
		if i > 0 && cell == cellAt(row, i-1) {
			continue
		}
		cells = append(cells, cell)
	}
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

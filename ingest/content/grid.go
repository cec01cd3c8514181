package content

import "slices"

// Placed is a cell as page descriptions have it: by its edges, whatever unit
// they are in.
type Placed struct {
	Cell
	Left, Right int
	GoesOn      bool // it continues the cell above
	Joined      bool // it continues the cell on its left
}

// Grid makes the rows of a table of cells placed by their edges. Edges up to
// near apart are one.
func Grid(rows [][]Placed, near int) [][]Cell {
	columns := columnsOf(rows, near)
	grid := make([][]Cell, len(rows))
	type origin struct{ row, index int }
	above := map[int]origin{}
	for i, row := range rows {
		here := map[int]origin{}
		for _, p := range row {
			column := columns.at(p.Left)
			p.Across, p.Down = max(1, columns.at(p.Right)-column), 1
			from, ok := above[column]
			switch {
			case p.Joined && len(grid[i]) > 0:
				grid[i][len(grid[i])-1].Across += p.Across
				continue
			case p.GoesOn && ok && grid[from.row][from.index].Across == p.Across:
				grid[from.row][from.index].Down++
				here[column] = from
				continue
			}
			grid[i] = append(grid[i], p.Cell)
			here[column] = origin{i, len(grid[i]) - 1}
		}
		above = here
	}
	return grid
}

// columns are the left edges of a table's columns.
type columns []int

func columnsOf(rows [][]Placed, near int) columns {
	var all []int
	for _, row := range rows {
		for _, p := range row {
			all = append(all, p.Left, p.Right)
		}
	}
	slices.Sort(all)
	var c columns
	for _, edge := range all {
		if len(c) == 0 || edge > c[len(c)-1]+near {
			c = append(c, edge)
		}
	}
	return c
}

// at is the column that begins at an edge.
func (c columns) at(edge int) int {
	i, _ := slices.BinarySearch(c, edge+1)
	return max(i-1, 0)
}

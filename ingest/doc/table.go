package doc

import "zhiwen/ingest/content"

// near is how far apart, in twentieths of a point, the edges of cells in one
// column may stand in different rows.
const near = 60

// endTable adds the rows read so far as a table. A row that is not ended by
// its mark still counts.
func (r *reader) endTable() {
	r.row.cells = append(r.row.cells, r.cell...)
	if len(r.row.cells) > 0 {
		r.table = append(r.table, r.row)
	}
	r.row, r.cell = row{}, nil
	if len(r.table) == 0 {
		return
	}
	rows := make([][]content.Placed, len(r.table))
	for i, row := range r.table {
		for n, text := range row.cells {
			c := content.Placed{Cell: content.Cell{Text: text}}
			if n < len(row.edges) {
				e := row.edges[n]
				c.Left, c.Right, c.GoesOn, c.Joined = e.left, e.right, e.vertical == 1, e.joined
			}
			rows[i] = append(rows[i], c)
		}
	}
	r.blocks = append(r.blocks, content.Block{Rows: content.Grid(rows, near)})
	r.table = nil
}

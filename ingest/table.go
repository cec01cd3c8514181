package ingest

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"zhiwen/ingest/content"
	"zhiwen/ingest/guide"
)

// Bounds of what merged cells cover; spans beyond them are an attack or a
// mistake. The cells themselves are all kept.
const (
	maxColumns = 100
	maxCells   = 100_000
)

// cell is one place of a table's grid. Places that one merged cell covers
// hold its text and its id.
type cell struct {
	text   string
	id     int
	header bool
}

// tableLines writes a table of HTML. One that only lays out a page gives its
// paragraphs.
func tableLines(table *html.Node) []line {
	var lines []line
	for c := table.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Caption {
			lines = append(lines, blockLines(c)...)
		}
	}
	rows := rowsOf(table)
	if isLayout(rows) {
		for _, row := range rows {
			for c := row.FirstChild; c != nil; c = c.NextSibling {
				lines = append(lines, blockLines(c)...)
			}
		}
		return lines
	}
	return append(lines, rowLines(cellsOfRows(rows), func(int) int { return 0 })...)
}

func cellsOfRows(rows []*html.Node) [][]content.Cell {
	cells := make([][]content.Cell, len(rows))
	for i, row := range rows {
		cells[i] = cellsOf(row)
	}
	return cells
}

// rowLines writes a table as one line a row, "列名：值；列名：值", with the
// header in every row and merged cells filled, so that a row read alone is
// still understood. pageOf tells the page of a row.
func rowLines(rows [][]content.Cell, pageOf func(row int) int) []line {
	grid := gridOf(rows)
	if fields := labelLines(grid); fields != nil {
		return fields
	}
	header := headerRows(grid)
	if materials := materialLines(grid, header); materials != nil {
		return materials
	}
	var lines []line
	for i, row := range grid[header:] {
		if text := rowText(grid[:header], row); text != "" {
			lines = append(lines, line{text: text, row: true, page: pageOf(header + i)})
		}
	}
	if header == len(grid) { // a table of headers only
		for i, row := range grid {
			lines = append(lines, line{text: rowText(nil, row), row: true, page: pageOf(i)})
		}
	}
	return lines
}

// materialLines writes a table of what to hand in like a list of 办事指南 does:
// "1. 身份证（原件1份，复印件2份）". nil if the table is another.
func materialLines(grid [][]cell, header int) []line {
	if header == 0 {
		return nil
	}
	var names []string
	for column := range grid[header-1] {
		names = append(names, columnName(grid[:header], column))
	}
	var rows [][]string
	for _, row := range grid[header:] {
		var texts []string
		for _, c := range row {
			texts = append(texts, c.text)
		}
		rows = append(rows, texts)
	}
	var lines []line
	for _, text := range guide.Materials(names, rows) {
		lines = append(lines, line{text: text})
	}
	return lines
}

// rowsOf lists the rows of a table, not those of tables within it.
func rowsOf(n *html.Node) []*html.Node {
	var rows []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.DataAtom {
		case atom.Tr:
			rows = append(rows, c)
		case atom.Thead, atom.Tbody, atom.Tfoot:
			rows = append(rows, rowsOf(c)...)
		}
	}
	return rows
}

// isLayout holds for tables without a header that have one column, or hold
// another table or several paragraphs in a cell that fills its row.
func isLayout(rows []*html.Node) bool {
	columns := 0
	for _, row := range rows {
		cells := 0
		for d := range row.Descendants() {
			switch d.DataAtom {
			case atom.Table:
				return true
			case atom.Th:
				return false
			case atom.Td:
				cells++
			}
		}
		columns = max(columns, cells)
	}
	return columns <= 1
}

// cellsOf lists the cells of a row.
func cellsOf(row *html.Node) []content.Cell {
	var cells []content.Cell
	for n := row.FirstChild; n != nil; n = n.NextSibling {
		if n.DataAtom == atom.Td || n.DataAtom == atom.Th {
			cells = append(cells, content.Cell{
				Text: cellText(n), Across: span(n, "colspan"), Down: span(n, "rowspan"), Header: n.DataAtom == atom.Th,
			})
		}
	}
	return cells
}

func span(n *html.Node, name string) int {
	v, err := strconv.Atoi(strings.TrimSpace(attr(n, name)))
	if err != nil {
		return 1
	}
	return v
}

// gridOf places the cells of rows, each merged one at every place it covers.
func gridOf(rows [][]content.Cell) [][]cell {
	grid := make([][]cell, len(rows))
	type hanging struct {
		cell
		left int // rows below that it still covers
	}
	var above []hanging
	places, id := 0, 0
	for i, row := range rows {
		column := 0
		put := func(c cell, down int) {
			for len(above) <= column {
				above = append(above, hanging{})
			}
			above[column] = hanging{c, down - 1}
			grid[i] = append(grid[i], c)
			column++
			places++
		}
		fill := func() {
			for column < len(above) && above[column].left > 0 && places < maxCells {
				above[column].left--
				grid[i] = append(grid[i], above[column].cell)
				column++
				places++
			}
		}
		for _, c := range row {
			fill()
			id++
			placed := cell{text: c.Text, id: id, header: c.Header}
			down := min(max(c.Down, 1), len(rows)-i)
			put(placed, down)
			for n := 1; n < c.Across && column < maxColumns && places < maxCells; n++ {
				put(placed, down)
			}
		}
		fill()
	}
	return grid
}

func cellText(n *html.Node) string { return trim(joinLines(blockLines(n), " ")) }

// labelLines writes a field block, whose cells are by turns known labels and
// values, as one line a field; nil if the table is none.
func labelLines(grid [][]cell) []line {
	var lines []line
	for _, row := range grid {
		for i := 0; i+1 < len(row); i += 2 {
			label := squeeze(strings.TrimRight(row[i].text, ":： "))
			if _, known := fieldLabels().field[label]; !known {
				return nil
			}
			lines = append(lines, line{text: label + "：" + row[i+1].text})
		}
	}
	return lines
}

// headerRows counts the rows that name the columns: rows of <th>, or else a
// first row of short, different words without figures. A table of two columns
// is a list of names and values unless its first row says otherwise.
func headerRows(grid [][]cell) int {
	n := 0
	for n < len(grid) && allHeaders(grid[n]) {
		n++
	}
	if n > 0 || len(grid) < 2 {
		return n
	}
	seen := map[string]bool{}
	for _, c := range grid[0] {
		if c.header || c.text == "" || seen[c.text] || utf8.RuneCountInString(c.text) > 12 || strings.ContainsAny(year.ReplaceAllString(c.text, ""), "0123456789。；") {
			return 0
		}
		seen[c.text] = true
	}
	if len(grid[0]) == 2 && !namesColumn(grid[0][1].text) {
		return 0
	}
	return 1
}

// year may stand in the name of a column, other figures do not.
var year = regexp.MustCompile(`(?:19|20)\d{2}年度?`)

func allHeaders(row []cell) bool {
	for _, c := range row {
		if !c.header {
			return false
		}
	}
	return len(row) > 0
}

// namesColumn holds for the words that head the second column of a list.
func namesColumn(text string) bool {
	text, _, _ = strings.Cut(strings.ReplaceAll(text, "（", "("), "(")
	for _, word := range []string{"电话", "号码", "地址", "地点", "名称", "姓名", "内容", "时间", "金额", "标准", "数量", "备注", "单位", "部门", "职务", "说明", "要求"} {
		if strings.HasSuffix(text, word) {
			return true
		}
	}
	return false
}

// rowText writes one row under its column names. A row that begins with a
// header cell is named by it: "申请条件：…".
func rowText(header [][]cell, row []cell) string {
	var parts []string
	last := 0
	for column := 0; column < len(row); column++ {
		c := row[column]
		if c.text == "" || c.id == last {
			continue
		}
		last = c.id
		name := columnName(header, column)
		if name == "" && column+1 < len(row) && row[column+1].id != c.id && (c.header || len(row) == 2) {
			name, c = c.text, row[column+1]
			last = c.id
			column++
		}
		if name != "" && name != c.text {
			parts = append(parts, name+"："+c.text)
			continue
		}
		parts = append(parts, c.text)
	}
	return strings.Join(parts, "；")
}

// columnName joins the headers above a column from the top, each once.
func columnName(header [][]cell, column int) string {
	var names []string
	last := 0
	for _, row := range header {
		if column < len(row) && row[column].id != last && row[column].text != "" {
			names = append(names, row[column].text)
			last = row[column].id
		}
	}
	return strings.Join(names, " ")
}

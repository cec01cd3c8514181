package guide

import (
	"fmt"
	"slices"
	"strings"
)

// Table is rows of cells, a merged cell's text at every place that it covers,
// with the rows' numbers in the file.
type Table struct {
	Rows    [][]string
	Numbers []int
}

// headerWithin is how many rows a title may take up above the header.
const headerWithin = 10

// FromTable reads a list with one row an item, or one row a material of it, or
// a form with one item. The error wraps ErrNone if the table is something else.
func FromTable(t Table, m Map) ([]Item, error) {
	at, columns := findHeader(t, m)
	if columns == nil {
		if form, ok := formRow(t, m); ok {
			t = form
			at, columns = findHeader(t, m)
		}
	}
	if columns == nil {
		return nil, ErrNone
	}
	r := rowReader{columns: columns, listsMaterials: hasMaterials(columns), byCode: map[string]*draft{}, byName: map[string]*draft{}}
	var above []string
	for _, row := range t.Rows[:at.first] {
		above = append(above, distinct(row)...)
	}
	for i := at.last + 1; i < len(t.Rows); i++ {
		r.read(t.Rows[i], t.number(i))
	}
	items := r.items()
	if len(items) == 0 {
		return nil, fmt.Errorf("%w: there is no row below the header", ErrNone)
	}
	if missing := m.missing(columns); len(missing) > 0 {
		items[0].Warnings = append(items[0].Warnings, "the map names columns that are not here: "+strings.Join(missing, ", "))
	}
	if len(above) > 0 {
		items[0].Warnings = append(items[0].Warnings, fmt.Sprintf("what stands above the table's header is left out: %q", strings.Join(above, " ")))
	}
	if len(r.empty) > 0 {
		items[0].Warnings = append(items[0].Warnings, "empty rows: "+strings.Trim(fmt.Sprint(r.empty), "[]"))
	}
	return items, nil
}

func (t Table) number(row int) int {
	if row < len(t.Numbers) {
		return t.Numbers[row]
	}
	return row + 1
}

// headerAt are the first and last row of a header.
type headerAt struct{ first, last int }

// findHeader finds the row that names an item and at least two things about it,
// or that row with the one below, where headings are merged over several columns.
func findHeader(t Table, m Map) (headerAt, []column) {
	for i := range min(len(t.Rows), headerWithin) {
		if repeats(t.Rows[i]) && i+1 < len(t.Rows) {
			if columns := columnsOf(t.Rows[i], t.Rows[i+1], m); isHeader(columns, m) {
				return headerAt{i, i + 1}, columns
			}
		}
		if columns := columnsOf(t.Rows[i], nil, m); isHeader(columns, m) {
			return headerAt{i, i}, columns
		}
	}
	return headerAt{}, nil
}

// repeats holds for rows in which a merged cell covers several columns, but not all.
func repeats(row []string) bool {
	if len(distinct(row)) < 2 {
		return false
	}
	for i := 1; i < len(row); i++ {
		if row[i] != "" && row[i] == row[i-1] {
			return true
		}
	}
	return false
}

// columnsOf knows the columns below one row of headings, or two.
func columnsOf(upper, lower []string, m Map) []column {
	columns := make([]column, max(len(upper), len(lower)))
	inMaterials := false // from the name of a material on, to the next field of the item
	for i := range columns {
		over, heading := "", cellAt(upper, i)
		if below := cellAt(lower, i); below != "" && below != heading {
			over, heading = heading, below
		}
		below := m.column(over, false).field == fieldMaterials
		c := m.column(heading, below)
		switch {
		case c.field == materialName && c.material:
			inMaterials = true
		case c.field != "" && !c.material && c.field != fieldNumber:
			inMaterials = false
		case c.field == "" && inMaterials:
			c.material = true
		}
		columns[i] = c
	}
	return columns
}

// cellAt is the text of a cell, "" beyond the row's end.
func cellAt(row []string, i int) string {
	if i < len(row) {
		return strings.TrimSpace(row[i])
	}
	return ""
}

// telling are the fields that lists of guides have, besides materials; a list of
// addresses or of projects has none of them.
var telling = []string{
	"办理条件", "特殊环节", "办理流程", "收费标准", "办理时限", "法定时限", "承诺时限", "到现场次数", "法律依据", "办理结果", fieldOnline,
}

func isHeader(columns []column, m Map) bool {
	named, told := false, 0
	for _, c := range columns {
		named = named || c.field == fieldName && !c.material
		switch {
		case c.field == fieldMaterials, c.field == materialName:
			told += 2
		case slices.Contains(telling, c.field):
			told++
		}
	}
	return named && (told >= 2 || m.Given())
}

func hasMaterials(columns []column) bool {
	for _, c := range columns {
		if c.field == materialName {
			return true
		}
	}
	return false
}

// missing lists the headings of a map that a table does not have.
func (m Map) missing(columns []column) []string {
	var missing []string
	for _, name := range m.names {
		found := false
		for _, c := range columns {
			found = found || foldName(c.heading) == foldName(name)
		}
		if !found {
			missing = append(missing, name)
		}
	}
	return missing
}

// rowReader puts the rows of one item together.
type rowReader struct {
	columns        []column
	listsMaterials bool
	drafts         []*draft
	byCode, byName map[string]*draft
	failed         []Item
	empty          []int // numbers of rows
}

func (r *rowReader) read(row []string, number int) {
	values := map[string]string{}
	filled := false
	for i, c := range r.columns {
		if value := cellAt(row, i); value != "" {
			filled = true
			if !c.material {
				values[c.field] = value
			}
		}
	}
	d := r.draftFor(oneLine([]string{values[fieldCode]}), oneLine([]string{values[fieldName]}))
	switch {
	case !filled:
		r.empty = append(r.empty, number)
		return
	case d == nil:
		r.failed = append(r.failed, Item{
			Name: fmt.Sprintf("row %d", number),
			Err:  fmt.Errorf("row %d has no %s: %q is left out; fill the cell", number, fieldName, strings.Join(distinct(row), " ")),
		})
		return
	}
	var m material
	for i, c := range r.columns {
		switch value := cellAt(row, i); {
		case value == "":
		case c.material:
			m.set(c, value)
		default:
			d.add(c, value)
		}
	}
	d.addMaterial(m)
}

// draftFor is the item of a row: the one it names, or the last where only the
// first row of an item names it.
func (r *rowReader) draftFor(code, name string) *draft {
	d := r.byCode[code]
	if d == nil && name != "" {
		if d = r.byName[name]; d != nil && code != "" && d.first(fieldCode) != "" {
			d = nil // another item of the same name
		}
	}
	switch {
	case d != nil:
	case name != "":
		d = newDraft()
		r.drafts = append(r.drafts, d)
	case code == "" && r.listsMaterials && len(r.drafts) > 0:
		return r.drafts[len(r.drafts)-1]
	default:
		return nil
	}
	if code != "" {
		r.byCode[code] = d
	}
	r.byName[name] = d
	return d
}

func (r *rowReader) items() []Item {
	var items []Item
	for _, d := range r.drafts {
		items = append(items, d.item())
	}
	return append(items, r.failed...)
}

// distinct are the texts of a row, those of merged cells once.
func distinct(row []string) []string {
	var texts []string
	for i, text := range row {
		if text = strings.TrimSpace(text); text != "" && (i == 0 || text != strings.TrimSpace(row[i-1])) {
			texts = append(texts, text)
		}
	}
	return texts
}

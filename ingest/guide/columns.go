package guide

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode"
)

//go:embed columns.txt
var columnTable string

// Names of the fields that are more than a heading and its text.
const (
	fieldCode      = "事项编码"
	fieldName      = "事项名称"
	fieldPublisher = "实施主体"
	fieldMaterials = "申请材料"
	fieldOnline    = "在线办理"
	fieldUpdated   = "更新日期"
	fieldNumber    = "序号"
	fieldIgnored   = "忽略" // in a map: the column is left out

	materialName      = "材料名称"
	materialForm      = "材料形式"
	materialOriginals = "原件份数"
	materialCopies    = "复印件份数"
	materialCount     = "份数"
)

// column is what the values below a heading are.
type column struct {
	field    string // "" for a heading that is not known
	material bool   // a property of one material, not of the item
	heading  string // as the source has it
}

type columnNames struct {
	item, material map[string]string // folded name -> field
	order          []string          // fields of items, as they stand in the text
}

var knownColumns = sync.OnceValue(func() columnNames {
	names := columnNames{item: map[string]string{}, material: map[string]string{}}
	for row := range strings.Lines(columnTable) {
		words := strings.Fields(row)
		if len(words) < 2 || words[0] == "#" {
			continue
		}
		byName := names.material
		if words[0] == "item" {
			byName = names.item
			names.order = append(names.order, words[1])
		}
		for _, name := range words[1:] {
			byName[foldName(name)] = words[1]
		}
	}
	return names
})

// foldName leaves out what headings differ in without meaning it.
func foldName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// Map says what columns hold whose headings are not the usual ones: the field by
// the heading. The zero Map knows none.
type Map struct {
	fields map[string]string // by folded heading
	names  []string          // headings as they are written
}

// ParseMap reads a map: CSV of two columns, 列名 and 字段. The name of its file
// stands in errors.
func ParseMap(file, text string) (Map, error) {
	m := Map{fields: map[string]string{}}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = -1, true, true
	for first := true; ; first = false {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Map{}, fmt.Errorf("map %s: %w", file, err)
		}
		line, _ := r.FieldPos(0)
		if len(record) != 2 {
			return Map{}, fmt.Errorf("map %s, line %d: want two columns, 列名 and 字段, and not %d", file, line, len(record))
		}
		name, field := strings.TrimSpace(record[0]), strings.TrimSpace(record[1])
		switch {
		case first && field == "字段", name == "" && field == "":
			continue
		case name == "":
			return Map{}, fmt.Errorf("map %s, line %d: the first column names no heading of the data", file, line)
		case !isField(field):
			return Map{}, fmt.Errorf("map %s, line %d: %q is no field; the fields are %s", file, line, field, strings.Join(fieldNames(), ", "))
		}
		m.fields[foldName(name)] = field
		m.names = append(m.names, name)
	}
	if len(m.fields) == 0 {
		return Map{}, fmt.Errorf("map %s: it holds no row; want the columns 列名 and 字段", file)
	}
	return m, nil
}

func fieldNames() []string {
	return append(slices.Clone(knownColumns().order), materialName, materialForm, materialOriginals, materialCopies, materialCount, fieldIgnored)
}

func isField(name string) bool { return slices.Contains(fieldNames(), name) }

func isMaterialField(name string) bool {
	return slices.Contains([]string{materialName, materialForm, materialOriginals, materialCopies, materialCount}, name)
}

// Given reports whether there is a map.
func (m Map) Given() bool { return m.fields != nil }

// column knows a heading of an item's table, or of one within "申请材料".
func (m Map) column(heading string, inMaterials bool) column {
	name := foldName(heading)
	known := knownColumns()
	if field, ok := m.fields[name]; ok {
		return column{field, isMaterialField(field), heading}
	}
	// "名称" is the material's name below 申请材料, else the item's.
	first, second := known.item, known.material
	if inMaterials {
		first, second = second, nil
	}
	if field, ok := first[name]; ok {
		return column{field, inMaterials, heading}
	}
	if field, ok := second[name]; ok {
		return column{field, true, heading}
	}
	return column{heading: heading, material: inMaterials}
}

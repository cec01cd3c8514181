package guide

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// material is one thing to hand in.
type material struct {
	name                    string
	form                    string // 原件, 复印件, 原件/复印件 …
	originals, copies, both string // how many; both where the source does not say of what
	notes                   []pair
}

// pair is a value with its name.
type pair struct{ name, value string }

// set fills one property from a cell.
func (m *material) set(c column, value string) {
	switch c.field {
	case materialName:
		m.name = value
	case materialForm:
		m.form = value
	case materialOriginals:
		m.originals = value
	case materialCopies:
		m.copies = value
	case materialCount:
		m.both = value
	case fieldNumber, fieldIgnored:
	default:
		m.notes = append(m.notes, pair{c.heading, value})
	}
}

// text is the material as a line without its number:
// 身份证（原件1份，复印件2份；来源：申请人自备）.
func (m material) text() string {
	var said []string
	if forms := m.forms(); forms != "" {
		said = append(said, forms)
	}
	for _, note := range m.notes {
		said = append(said, note.name+"："+note.value)
	}
	if len(said) == 0 {
		return oneLine([]string{m.name})
	}
	return oneLine([]string{m.name + "（" + strings.Join(said, "；") + "）"})
}

// counted writes "原件2份" of "2" or "2份", "原件" of a tick, "" of none.
func counted(what, number string) string {
	switch {
	case isNone(number):
		return ""
	case isTick(number):
		return what
	case isNumber(number):
		return what + number + "份"
	}
	return what + number
}

func isNumber(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsDigit(r) }) < 0
}

func isNone(s string) bool {
	return slices.Contains([]string{"", "0", "0份", "无", "否", "不需要", "不要", "×", "✗", "-", "—", "/"}, s)
}

func isTick(s string) bool {
	return slices.Contains([]string{"√", "✓", "✔", "是", "有", "需要", "要"}, s)
}

// joined joins neighbours that are one material in several rows, the original
// and the copy.
func joined(materials []material) []material {
	var out []material
	var forms []string // of the last in out
	for _, m := range materials {
		if n := len(out); n > 0 && out[n-1].name == m.name && m.form != "" && !slices.Contains(forms, m.form) {
			out[n-1] = out[n-1].with(m)
			forms = append(forms, m.form)
			continue
		}
		out, forms = append(out, m), []string{m.form}
	}
	return out
}

// with adds what another row says of the material.
func (m material) with(other material) material {
	both := material{name: m.name, notes: m.notes, form: m.forms() + "，" + other.forms()}
	for _, note := range other.notes {
		if !slices.Contains(both.notes, note) {
			both.notes = append(both.notes, note)
		}
	}
	return both
}

// forms says what is wanted and how many: 原件1份，复印件2份.
func (m material) forms() string {
	var said []string
	add := func(s string) {
		if s != "" && !slices.Contains(said, s) {
			said = append(said, s)
		}
	}
	originals, copies, form, both := m.originals, m.copies, m.form, m.both
	switch {
	case form == "" && both != "" && isTick(originals) && isNone(copies):
		form, originals = "原件", ""
	case form == "" && both != "" && isTick(copies) && isNone(originals):
		form, copies = "复印件", ""
	}
	add(counted("原件", originals))
	add(counted("复印件", copies))
	if slices.Contains([]string{"原件", "复印件", "电子件", "扫描件"}, form) && !isNone(both) {
		add(counted(form, both))
	} else {
		add(form)
		add(counted("", both))
	}
	return strings.Join(said, "，")
}

// numbered writes materials as the lines of a list.
func numbered(materials []material) []string {
	var lines []string
	for i, m := range joined(materials) {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, m.text()))
	}
	return lines
}

// Materials writes a table of materials as numbered lines; nil if the header is
// not that of one: it names the material and whether it is the original or how
// many.
func Materials(header []string, rows [][]string) []string {
	columns := make([]column, len(header))
	fields := map[string]bool{}
	for i, heading := range header {
		columns[i] = Map{}.column(lastWord(heading), false)
		if columns[i].field == fieldMaterials {
			columns[i] = column{materialName, true, heading}
		}
		if columns[i].material {
			fields[columns[i].field] = true
		}
		columns[i].heading = heading
	}
	if !fields[materialName] || !(fields[materialForm] || fields[materialOriginals] || fields[materialCopies] || fields[materialCount]) {
		return nil
	}
	var materials []material
	for _, row := range rows {
		var m material
		for i, value := range row {
			if i < len(columns) && value != "" {
				m.set(columns[i], value)
			}
		}
		if m.name != "" {
			materials = append(materials, m)
		} else if m.text() != "" {
			return nil // no list of materials, whatever its columns are called
		}
	}
	return numbered(materials)
}

// lastWord is the lowest of the headings above a column.
func lastWord(heading string) string {
	if words := strings.Fields(heading); len(words) > 0 {
		return words[len(words)-1]
	}
	return ""
}

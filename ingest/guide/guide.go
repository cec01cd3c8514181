// Package guide reads 办事指南, the guides to what a citizen can have done, from
// the lists that offices keep of them: rows of a table or JSON. Each item
// becomes the lines of a document in a fixed form, whatever the list calls its
// columns; a column that is not known keeps its name and loses nothing.
//
// It knows nothing of files and their formats: it gets rows, or the text of JSON.
package guide

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"zhiwen/ingest/numbering"
)

// ErrNone: the rows are no list of items.
var ErrNone = errors.New("no list of 办事指南")

// Item is one guide.
type Item struct {
	Code      string // 事项编码, "" if there is none
	Name      string
	Publisher string
	Updated   string   // as the list has it
	Online    string   // where it can be done online
	Lines     []string // paragraphs of the text
	Warnings  []string
	Err       error // why there is no item; Name says where it would be
}

// draft is an item that is being put together.
type draft struct {
	values    map[string][]string // by field
	materials []material
	others    []pair // columns that are not known
	warnings  []string
}

func newDraft() *draft { return &draft{values: map[string][]string{}} }

// add takes a value of the item; one that it has already says nothing new.
func (d *draft) add(c column, value string) {
	switch {
	case c.field == fieldIgnored, c.field == fieldNumber:
	case c.field == "":
		if p := (pair{c.heading, value}); !slices.Contains(d.others, p) {
			d.others = append(d.others, p)
		}
	case !slices.Contains(d.values[c.field], value):
		d.values[c.field] = append(d.values[c.field], value)
	}
}

func (d *draft) addMaterial(m material) {
	if m.name != "" || m.text() != "" {
		d.materials = append(d.materials, m)
	}
}

// first is the first value of a field, in one line.
func (d *draft) first(field string) string {
	if values := d.values[field]; len(values) > 0 {
		return oneLine(values[:1])
	}
	return ""
}

// item writes the text.
func (d *draft) item() Item {
	it := Item{
		Code: d.first(fieldCode), Name: d.first(fieldName), Publisher: d.first(fieldPublisher),
		Updated: d.first(fieldUpdated), Online: d.first(fieldOnline), Warnings: d.warnings,
	}
	it.Lines = d.lines()
	return it
}

// short are the fields that need no heading: a line at the top names and gives
// them.
var short = []string{fieldCode, "事项类型", "服务对象", fieldPublisher, fieldUpdated}

// joint are the fields that stand below the heading of another, with their names.
var joint = map[string][]string{"办理时限": {"法定时限", "承诺时限"}}

func isJoint(field string) bool {
	for _, parts := range joint {
		if slices.Contains(parts, field) {
			return true
		}
	}
	return false
}

// lines writes the text: a field whose value is one line stands on the line of
// its heading, so that what is quoted says what it is.
func (d *draft) lines() []string {
	var lines []string
	for _, field := range short {
		if values := d.values[field]; len(values) > 0 {
			lines = append(lines, field+"："+oneLine(values))
		}
	}
	headings := 0
	for _, field := range knownColumns().order {
		body := d.body(field)
		if len(body) == 0 {
			continue
		}
		headings++
		heading := numbering.Chinese.Write(headings) + "、" + field
		if len(body) == 1 && len(d.values[field]) == 1 && field != fieldMaterials {
			lines = append(lines, heading+"："+body[0])
			continue
		}
		lines = append(append(lines, heading), body...)
	}
	if len(d.others) > 0 {
		lines = append(lines, numbering.Chinese.Write(headings+1)+"、其他信息")
	}
	for _, p := range d.others {
		lines = append(lines, oneLine([]string{p.name})+"："+oneLine([]string{p.value}))
	}
	return lines
}

// body writes what stands below the heading of a field.
func (d *draft) body(field string) []string {
	if field == fieldName || slices.Contains(short, field) || isJoint(field) {
		return nil
	}
	var body []string
	for _, value := range d.values[field] {
		for text := range strings.SplitSeq(value, "\n") {
			if text = strings.TrimSpace(text); text != "" {
				body = append(body, text)
			}
		}
	}
	if field == fieldMaterials {
		body = append(listed(body), numbered(d.materials)...)
	}
	for _, part := range joint[field] {
		if values := d.values[part]; len(values) > 0 {
			body = append(body, part+"："+oneLine(values))
		}
	}
	return body
}

// oneLine joins values, each without the line ends in it.
func oneLine(values []string) string {
	var flat []string
	for _, v := range values {
		flat = append(flat, strings.Join(strings.Fields(v), " "))
	}
	return strings.Join(flat, "；")
}

// listed numbers the lines of a cell of materials, unless they have numbers.
func listed(lines []string) []string {
	for i, text := range lines {
		if len(lines) > 1 && !hasNumber(text) {
			lines[i] = fmt.Sprintf("%d. %s", i+1, text)
		}
	}
	return lines
}

// hasNumber holds for lines that begin with one: 1. 1、 （1） 一、 ①
func hasNumber(s string) bool {
	s = strings.TrimLeft(s, "（(")
	rest := strings.TrimLeft(s, "0123456789０１２３４５６７８９一二三四五六七八九十①②③④⑤⑥⑦⑧⑨⑩")
	return rest != s && (strings.IndexAny(s, "①②③④⑤⑥⑦⑧⑨⑩") == 0 || strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "．") ||
		strings.HasPrefix(rest, "、") || strings.HasPrefix(rest, "）") || strings.HasPrefix(rest, ")"))
}

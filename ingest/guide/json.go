package guide

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxNesting bounds JSON within JSON.
const maxNesting = 32

// FromJSON reads a list of items, or one item: objects whose keys are known or
// stand in the map, anywhere in the text. Materials are objects in a list below
// their key, or plain words. The error wraps ErrNone if there is no item.
func FromJSON(text string, m Map) ([]Item, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	root, err := decodeValue(d, 0)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more behind the end of the list")
		}
	}
	if err != nil {
		line := 1 + bytes.Count([]byte(text)[:min(int(d.InputOffset()), len(text))], []byte("\n"))
		return nil, fmt.Errorf("line %d: no JSON: %w", line, err)
	}
	objects := findItems(root, m)
	if len(objects) == 0 {
		return nil, ErrNone
	}
	var items []Item
	for i, o := range objects {
		items = append(items, itemOf(o, i+1, m))
	}
	return items, nil
}

// object is a JSON object whose keys keep their order.
type object []member

type member struct {
	key   string
	value any // string, object or []any
}

// decodeValue reads the next value; figures and truth values become strings.
func decodeValue(d *json.Decoder, depth int) (any, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("nested more than %d deep", maxNesting)
	}
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '[' {
			return decodeList(d, depth)
		}
		return decodeObject(d, depth)
	case bool:
		if v {
			return "是", nil
		}
		return "否", nil
	case nil:
		return "", nil
	}
	return strings.TrimSpace(fmt.Sprint(token)), nil
}

func decodeList(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := decodeValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return list, err
}

func decodeObject(d *json.Decoder, depth int) (any, error) {
	o := object{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := decodeValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		o = append(o, member{fmt.Sprint(key), v})
	}
	_, err := d.Token()
	return o, err
}

// findItems finds the objects that are items, from the outside in.
func findItems(v any, m Map) []object {
	var found []object
	switch v := v.(type) {
	case object:
		var columns []column
		for _, member := range v {
			columns = append(columns, m.column(member.key, false))
		}
		if isHeader(columns, m) {
			return []object{v}
		}
		for _, member := range v {
			found = append(found, findItems(member.value, m)...)
		}
	case []any:
		named := 0
		for _, e := range v {
			inner := findItems(e, m)
			named += len(inner)
			if o, ok := e.(object); ok && len(inner) == 0 {
				inner = []object{o} // among items: one that lacks its name
			}
			found = append(found, inner...)
		}
		if named == 0 {
			return nil
		}
	}
	return found
}

func itemOf(o object, number int, m Map) Item {
	d := newDraft()
	d.fill(o, "", m)
	if d.first(fieldName) == "" {
		name := fmt.Sprintf("item %d", number)
		return Item{Name: name, Err: fmt.Errorf("%s has no %s: %q is left out; fill it in", name, fieldName, flat(o))}
	}
	return d.item()
}

// fill takes the members of an object; those of objects within it belong to the
// item, too.
func (d *draft) fill(o object, prefix string, m Map) {
	for _, member := range o {
		c := m.column(member.key, false)
		if prefix != "" && c.field == "" {
			c = m.column(prefix+"."+member.key, false)
		}
		if c.material { // 份数 or 形式 of the item itself
			c = column{heading: member.key}
		}
		inner, isObject := member.value.(object)
		list, isList := member.value.([]any)
		switch {
		case isList && c.field == fieldMaterials:
			d.fillMaterials(list, m)
		case isObject:
			d.fill(inner, member.key, m)
		default:
			if text := lines(member.value); text != "" {
				d.add(c, text)
			}
		}
	}
}

func (d *draft) fillMaterials(list []any, m Map) {
	for _, e := range list {
		o, ok := e.(object)
		if !ok {
			d.addMaterial(material{name: flat(e)})
			continue
		}
		var one material
		for _, member := range o {
			if text := flat(member.value); text != "" {
				one.set(m.column(member.key, true), text)
			}
		}
		d.addMaterial(one)
	}
}

// lines writes a list as one line an element.
func lines(v any) string {
	list, ok := v.([]any)
	if !ok {
		return flat(v)
	}
	var all []string
	for _, e := range list {
		if text := flat(e); text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n")
}

// flat writes any value in one piece; an object of two is a name and its value.
func flat(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		return strings.ReplaceAll(lines(v), "\n", "；")
	case object:
		var parts, bare []string
		for _, member := range v {
			if text := flat(member.value); text != "" {
				parts = append(parts, member.key+"："+text)
				bare = append(bare, text)
			}
		}
		if len(bare) == 2 {
			return strings.Join(bare, "：")
		}
		return strings.Join(parts, "；")
	}
	return ""
}

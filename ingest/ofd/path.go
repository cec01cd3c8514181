package ofd

import (
	"encoding/xml"
	"strings"

	"zhiwen/ingest/container"
	"zhiwen/ingest/layout"
)

// maxRules bounds the drawn lines of a page that are kept.
const maxRules = 5000

// operands is how many numbers follow each operator of a path.
var operands = map[string]int{"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}

// pathObject reads the straight lines of a drawing: those of tables.
func (r *pageReader) pathObject(e xml.StartElement) error {
	var object struct {
		Data string `xml:"AbbreviatedData"`
	}
	if err := r.DecodeElement(&object, &e); err != nil {
		return err
	}
	hidden := container.Attr(e, "Visible")
	stroke, fill := container.Attr(e, "Stroke"), container.Attr(e, "Fill")
	if hidden == "false" || hidden == "0" || (stroke == "false" || stroke == "0") && fill != "true" && fill != "1" {
		return nil
	}
	at := parseBox(container.Attr(e, "Boundary"))
	m := parseMatrix(container.Attr(e, "CTM"))
	place := func(x, y string) (float64, float64) {
		px, py := m.apply(number(x), number(y))
		return at.x + px, at.y + py
	}
	var startX, startY, x, y float64
	draw := func(toX, toY float64) {
		if len(r.rules) < maxRules {
			r.rules = append(r.rules, layout.Rule{X1: x, Y1: y, X2: toX, Y2: toY})
		}
	}
	fields := strings.Fields(object.Data)
	for len(fields) > 0 {
		operator := fields[0]
		n, known := operands[operator]
		if !known || len(fields) <= n {
			return nil // the rest means nothing
		}
		var toX, toY float64
		if n > 0 {
			toX, toY = place(fields[n-1], fields[n])
		}
		switch operator {
		case "S", "M":
			startX, startY = toX, toY
		case "L":
			draw(toX, toY)
		case "C":
			draw(startX, startY)
			toX, toY = startX, startY
		}
		x, y = toX, toY
		fields = fields[n+1:]
	}
	return nil
}

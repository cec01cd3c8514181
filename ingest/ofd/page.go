package ofd

import (
	"encoding/xml"
	"io"
	"math"
	"strconv"
	"strings"

	"zhiwen/ingest/container"
	"zhiwen/ingest/layout"
)

// maxRepeat bounds one "g" of a list of distances.
const maxRepeat = 10_000

// box is a rectangle: its corner and its size, in millimetres.
type box struct{ x, y, width, height float64 }

func parseBox(s string) box {
	n := numbers(s)
	if len(n) != 4 {
		return box{}
	}
	return box{n[0], n[1], n[2], n[3]}
}

// matrix is a transformation of coordinates: a b c d e f.
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

func parseMatrix(s string) matrix {
	n := numbers(s)
	if len(n) != 6 {
		return identity
	}
	return matrix(n)
}

func (m matrix) apply(x, y float64) (float64, float64) {
	return m[0]*x + m[2]*y + m[4], m[1]*x + m[3]*y + m[5]
}

func (r *pageReader) read() error {
	for {
		token, err := r.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "PhysicalBox":
			var s string
			if err := r.DecodeElement(&s, &e); err != nil {
				return err
			}
			if own := parseBox(s); own.width > 0 {
				r.box = own
			}
		case "Template", "CompositeObject":
			err = r.Skip()
		case "Layer":
			if strings.EqualFold(container.Attr(e, "Type"), "Background") {
				err = r.Skip()
			}
		case "TextObject":
			err = r.textObject(e)
		case "PathObject":
			err = r.pathObject(e)
		}
		if err != nil {
			return err
		}
	}
}

// textObject reads one object, which may hold one character or a line.
func (r *pageReader) textObject(e xml.StartElement) error {
	var object struct {
		Codes []struct {
			X      string `xml:",attr"`
			Y      string `xml:",attr"`
			DeltaX string `xml:",attr"`
			DeltaY string `xml:",attr"`
			Text   string `xml:",chardata"`
		} `xml:"TextCode"`
	}
	if err := r.DecodeElement(&object, &e); err != nil {
		return err
	}
	if v := container.Attr(e, "Visible"); v == "false" || v == "0" {
		return nil
	}
	if alpha, err := strconv.Atoi(container.Attr(e, "Alpha")); err == nil && alpha < 64 {
		return nil // a watermark
	}
	at := parseBox(container.Attr(e, "Boundary"))
	size := number(container.Attr(e, "Size"))
	if size <= 0 {
		size = at.height // a broken writer's text is still text
	}
	m := parseMatrix(container.Attr(e, "CTM"))
	if math.Abs(m[1]) > 0.1*math.Abs(m[0]) && math.Abs(m[1]) < 0.9*math.Hypot(m[0], m[1]) {
		return nil // set aslant: a watermark
	}
	var x, y float64
	for _, code := range object.Codes {
		if code.X != "" { // a code without a place goes on where the last began
			x = number(code.X)
		}
		if code.Y != "" {
			y = number(code.Y)
		}
		r.place(strings.Trim(code.Text, "\r\n\t"), x, y, size, deltas(code.DeltaX), deltas(code.DeltaY), at, m)
	}
	return nil
}

// place sets the characters of one code. Without distances each stands its
// width from the last.
func (r *pageReader) place(text string, x, y, size float64, dx, dy []float64, at box, m matrix) {
	// The size on the page; writers put it into the font or into the matrix.
	scaleX, scaleY := math.Hypot(m[0], m[1]), math.Hypot(m[2], m[3])
	i := 0
	for _, c := range text {
		px, py := m.apply(x, y)
		width := size * scaleX * widthOf(c)
		if len(dx) > i && dx[i] > 0 && (dx[i] < size*widthOf(c) || dx[i] <= 1.2*size) {
			width = dx[i] * scaleX // the font's own; a run has its spaces written
		}
		if c >= ' ' && (c < 0xE000 || c > 0xF8FF) {
			left, base := at.x+px, at.y+py
			r.glyphs = append(r.glyphs, layout.Glyph{
				Rune: c, Left: left, Right: left + width, Top: base - 0.88*size*scaleY, Bottom: base + 0.12*size*scaleY,
			})
		}
		switch {
		case i < len(dx):
			x += dx[i]
		case len(dy) == 0:
			x += width / max(scaleX, 1e-9)
		}
		if i < len(dy) {
			y += dy[i]
		}
		i++
	}
}

// widthOf estimates the width of a character in sizes of its font.
func widthOf(c rune) float64 {
	switch {
	case c >= 0x2E80:
		return 1
	case strings.ContainsRune("mwMW@%", c):
		return 0.8
	case strings.ContainsRune("fijlrtI.,:;'!|()[]-/ ", c):
		return 0.35
	case 'A' <= c && c <= 'Z':
		return 0.7
	}
	return 0.5
}

// deltas reads a list of distances, in which "g 10 6.61" stands for ten times
// 6.61.
func deltas(s string) []float64 {
	fields := strings.Fields(s)
	var all []float64
	for i := 0; i < len(fields) && len(all) < maxRepeat; i++ {
		if fields[i] != "g" || i+2 >= len(fields) {
			all = append(all, number(fields[i]))
			continue
		}
		n, err := strconv.Atoi(fields[i+1])
		if err != nil {
			return all
		}
		d := number(fields[i+2])
		for range min(n, maxRepeat) {
			all = append(all, d)
		}
		i += 2
	}
	return all
}

func numbers(s string) []float64 {
	var all []float64
	for _, f := range strings.Fields(s) {
		all = append(all, number(f))
	}
	return all
}

// number reads a number; what is none, or too far off any page, is 0.
func number(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 1e6 {
		return 0
	}
	return f
}

package pdf

import (
	"image"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"zhiwen/ingest/layout"
)

const (
	// maxObjects bounds the objects of a page that are looked at, maxSegments
	// those of its drawn lines.
	maxObjects  = 3000
	maxSegments = 3000
	// maxNesting bounds forms within forms.
	maxNesting = 4
	// scanShare is the part of a page that its picture fills if it is a scan.
	scanShare = 0.5
	// pale is how bright, of 255, a colour is that white paper hides, and ink
	// how far apart the lights and darks of a spot are where something stands.
	pale = 225
	ink  = 24
	// inkDPI is how fine a page is drawn to see what can be seen.
	inkDPI = 100
)

// objects is what a page is made of, beside its characters.
type objects struct {
	picture   bool    // there is one
	scanArea  float64 // share of the page that the largest one fills
	visible   int     // text objects that are drawn
	invisible []area  // those that are not: text laid under a scan, or hidden
	pale      []area  // those in the colour of paper
	covered   []area  // those below something drawn later
	rules     []layout.Rule
	drawn     *image.Gray // the page; nil if nothing is in doubt
	scale     float64     // pixels a point
}

type area struct{ left, top, right, bottom float64 }

func (a area) holds(x, y float64) bool {
	return x >= a.left && x <= a.right && y >= a.top && y <= a.bottom
}

// overScan holds for a page whose text a program recognised in its picture:
// all of it lies unseen over a scan.
func (o objects) overScan() bool {
	return o.visible == 0 && len(o.invisible) > 0 && o.scanArea > scanShare
}

// inDoubt holds for a page that must be drawn to tell what can be seen.
func (o objects) inDoubt() bool { return len(o.pale)+len(o.covered) > 0 }

// needsFonts holds for a page on which it matters how large the characters of
// fonts are that are not in the file.
func (o objects) needsFonts() bool {
	return o.inDoubt() || len(o.invisible) > 0 && !o.overScan()
}

// hides reports whether a character cannot be seen.
func (o objects) hides(g layout.Glyph) bool {
	x, y := (g.Left+g.Right)/2, (g.Top+g.Bottom)/2
	if !o.overScan() && within(o.invisible, x, y) {
		return true
	}
	if o.drawn == nil {
		return false
	}
	darkest, lightest := o.shades(g)
	switch blank := lightest-darkest <= ink; {
	case within(o.pale, x, y):
		return blank && darkest > pale // on a dark ground the system lacks the font
	case within(o.covered, x, y):
		return blank
	}
	return false
}

func within(areas []area, x, y float64) bool {
	for _, a := range areas {
		if a.holds(x, y) {
			return true
		}
	}
	return false
}

// shades tells how dark and light a page is where a character stands. The rim
// of its box is left out: a line may touch it.
func (o objects) shades(g layout.Glyph) (darkest, lightest int) {
	in := 0.15 * min(g.Right-g.Left, g.Bottom-g.Top)
	r := image.Rect(int((g.Left+in)*o.scale), int((g.Top+in)*o.scale), int((g.Right-in)*o.scale)+1, int((g.Bottom-in)*o.scale)+1).Intersect(o.drawn.Rect)
	darkest, lightest = 255, 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			v := int(o.drawn.GrayAt(x, y).Y)
			darkest, lightest = min(darkest, v), max(lightest, v)
		}
	}
	return darkest, max(darkest, lightest)
}

// look goes through the objects of a page.
func (s sheet) look() (objects, error) {
	l := looker{sheet: s}
	count, err := s.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: s.reference})
	if err != nil {
		return objects{}, err
	}
	for i := range min(count.Count, maxObjects) {
		if o, err := s.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: s.reference, Index: i}); err == nil {
			l.object(o.PageObject, 0)
		}
	}
	if l.purpose == toDraw && l.inDoubt() {
		l.drawn, l.scale, err = s.draw(inkDPI)
	}
	return l.objects, err
}

// looker gathers what a page is made of. An object that cannot be read counts
// for nothing.
type looker struct {
	sheet
	objects
	seen  int
	texts []area // those drawn so far
}

func (l *looker) object(o references.FPDF_PAGEOBJECT, depth int) {
	if l.seen++; l.seen > maxObjects {
		return
	}
	kind, err := l.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o})
	if err != nil {
		return
	}
	switch kind.Type {
	case enums.FPDF_PAGEOBJ_TEXT:
		l.textObject(o, depth)
	case enums.FPDF_PAGEOBJ_IMAGE:
		l.picture = true
		if depth == 0 {
			at, ok := l.bounds(o)
			if !ok {
				return
			}
			l.scanArea = max(l.scanArea, (at.right-at.left)*(at.bottom-at.top)/max(l.width*l.height, 1))
			l.cover(at)
		}
	case enums.FPDF_PAGEOBJ_PATH:
		if depth == 0 {
			l.path(o)
		}
	case enums.FPDF_PAGEOBJ_FORM:
		l.form(o, depth)
	}
}

// form goes through the objects of a form. Where they stand is not known
// without its matrix, and is taken for all of the form.
func (l *looker) form(o references.FPDF_PAGEOBJECT, depth int) {
	if depth == 0 {
		l.picture = true // a form may draw anything
	}
	if depth == maxNesting {
		return
	}
	count, err := l.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: o})
	if err != nil {
		return
	}
	for i := range min(count.Count, maxObjects) {
		if inner, err := l.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: o, Index: uint64(i)}); err == nil {
			l.object(inner.PageObject, depth+1)
		}
	}
}

func (l *looker) textObject(o references.FPDF_PAGEOBJECT, depth int) {
	mode, err := l.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: o})
	if err != nil {
		return
	}
	at, ok := l.bounds(o)
	if depth > 0 {
		at, ok = area{0, 0, l.width, l.height}, true
	}
	if !ok {
		return
	}
	switch mode.TextRenderMode {
	case enums.FPDF_TEXTRENDERMODE_INVISIBLE, enums.FPDF_TEXTRENDERMODE_CLIP:
		if depth == 0 {
			l.invisible = append(l.invisible, at)
		} else {
			l.covered = append(l.covered, at)
		}
		return
	}
	l.visible++
	l.texts = append(l.texts, at)
	colour, err := l.FPDFPageObj_GetFillColor(&requests.FPDFPageObj_GetFillColor{PageObject: o})
	if err == nil && (min(colour.FillColor.R, colour.FillColor.G, colour.FillColor.B) > pale || colour.FillColor.A < 255-pale) {
		l.pale = append(l.pale, at)
	}
}

// cover puts the text below something in doubt.
func (l *looker) cover(over area) {
	for _, t := range l.texts {
		if t.left < over.right && t.right > over.left && t.top < over.bottom && t.bottom > over.top {
			l.covered = append(l.covered, t)
		}
	}
}

func (l *looker) bounds(o references.FPDF_PAGEOBJECT) (area, bool) {
	b, err := l.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: o})
	if err != nil {
		return area{}, false
	}
	// Boxes of characters are a little higher than the signs.
	const room = 1
	left, top, right, bottom := l.rectangle(float64(b.Left), float64(b.Bottom), float64(b.Right), float64(b.Top))
	return area{left - room, top - room, right + room, bottom + room}, true
}

// path reads the straight lines of a drawing, and what a filled one covers.
func (l *looker) path(o references.FPDF_PAGEOBJECT) {
	at, ok := l.bounds(o)
	if !ok {
		return
	}
	mode, err := l.FPDFPath_GetDrawMode(&requests.FPDFPath_GetDrawMode{PageObject: o})
	if err != nil {
		return
	}
	filled := mode.FillMode != enums.FPDF_FILLMODE_NONE
	if filled && at.right-at.left > 8 && at.bottom-at.top > 8 {
		l.cover(at)
	}
	// The edge of a filled area is no line: text processors lay one below every
	// line of a paragraph that has a colour. A thin area is one.
	const thin = 4
	line := mode.Stroke || filled && min(at.right-at.left, at.bottom-at.top) < thin
	if !line || len(l.rules) > maxSegments {
		return
	}
	matrix, err := l.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: o})
	if err != nil {
		return
	}
	count, err := l.FPDFPath_CountSegments(&requests.FPDFPath_CountSegments{PageObject: o})
	if err != nil || count.Count > maxSegments {
		return
	}
	m := matrix.Matrix
	var start, last [2]float64
	for i := range count.Count {
		kind, x, y, closes, ok := l.segment(o, i)
		if !ok {
			return
		}
		x, y = float64(m.A)*x+float64(m.C)*y+float64(m.E), float64(m.B)*x+float64(m.D)*y+float64(m.F)
		x, y = l.place(x, y)
		switch kind {
		case enums.FPDF_SEGMENT_MOVETO:
			start = [2]float64{x, y}
		case enums.FPDF_SEGMENT_LINETO:
			l.rules = append(l.rules, layout.Rule{X1: last[0], Y1: last[1], X2: x, Y2: y})
		}
		last = [2]float64{x, y}
		if closes {
			l.rules = append(l.rules, layout.Rule{X1: x, Y1: y, X2: start[0], Y2: start[1]})
		}
	}
}

func (l *looker) segment(o references.FPDF_PAGEOBJECT, i int) (kind enums.FPDF_SEGMENT, x, y float64, closes, ok bool) {
	found, err := l.FPDFPath_GetPathSegment(&requests.FPDFPath_GetPathSegment{PageObject: o, Index: i})
	if err != nil {
		return 0, 0, 0, false, false
	}
	s := found.PathSegment
	typed, err := l.FPDFPathSegment_GetType(&requests.FPDFPathSegment_GetType{PathSegment: s})
	if err != nil {
		return 0, 0, 0, false, false
	}
	point, err := l.FPDFPathSegment_GetPoint(&requests.FPDFPathSegment_GetPoint{PathSegment: s})
	if err != nil {
		return 0, 0, 0, false, false
	}
	closed, err := l.FPDFPathSegment_GetClose(&requests.FPDFPathSegment_GetClose{PathSegment: s})
	return typed.Type, float64(point.X), float64(point.Y), err == nil && closed.IsClose, err == nil
}

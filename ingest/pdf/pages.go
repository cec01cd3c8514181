package pdf

import (
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"zhiwen/ingest/layout"
)

const (
	// fewGlyphs is below what a page of text has; a page with fewer and a
	// picture is a scan.
	fewGlyphs = 20
	// maxGlyphs bounds the characters of one page.
	maxGlyphs = 100_000
	// leastSize is the height, in points, below which nobody reads a character.
	leastSize = 1
)

// page is a page as it was read.
type page struct {
	layout.Page
	fault      fault
	recognised bool  // its text was read from its picture
	doubtful   bool  // it has to be read where it can be drawn
	broke      bool  // the engine, which is of no more use
	failure    error // why its picture could not be recognised
}

// read reads a page; index counts from 0.
func (f file) read(index int) page {
	p := page{Page: layout.Page{Number: index + 1}}
	err := f.onPage(index, func(on sheet) error {
		seen, err := on.look()
		if err != nil {
			return err
		}
		if p.doubtful = f.purpose == toRead && (seen.needsFonts() || on.rotation != 0); p.doubtful {
			return nil // it is read again
		}
		p.Width, p.Height, p.Rules = on.width, on.height, seen.rules
		if p.Glyphs, err = on.glyphs(seen); err != nil {
			return err
		}
		switch {
		case isGarbled(p.Glyphs):
			p.fault = garbled
		case len(p.Glyphs) < fewGlyphs && seen.picture:
			p.fault = scanned
		case seen.overScan():
			p.recognised = true
		}
		return nil
	})
	if err != nil {
		p.fault, p.broke = damaged, isBroken(err)
	}
	return p
}

// sheet is a page that is open. Its characters stand where PDF has them, on
// an unrotated page from the lower left; place turns that round.
type sheet struct {
	file
	page          references.FPDF_PAGE
	reference     requests.Page
	width, height float64 // as it is shown
	left, bottom  float64 // of what is shown of the page
	right, top    float64
	rotation      int // quarters of a turn to the right
}

func (f file) onPage(index int, do func(sheet) error) error {
	loaded, err := f.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: f.document, Index: index})
	if err != nil {
		return err
	}
	defer func() { _, _ = f.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page}) }()
	s := sheet{file: f, page: loaded.Page, reference: requests.Page{ByReference: &loaded.Page}}
	box, err := f.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: s.reference})
	if err != nil {
		return err
	}
	s.left, s.right = float64(box.Rect.Left), float64(box.Rect.Right)
	s.bottom, s.top = float64(box.Rect.Bottom), float64(box.Rect.Top)
	turned, err := f.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: s.reference})
	if err != nil {
		return err
	}
	s.rotation = int(turned.PageRotation)
	s.width, s.height = s.right-s.left, s.top-s.bottom
	if s.rotation%2 == 1 {
		s.width, s.height = s.height, s.width
	}
	return do(s)
}

// place tells where a point stands on the page as it is shown, from its upper
// left corner.
func (s sheet) place(x, y float64) (float64, float64) {
	switch s.rotation {
	case 1:
		return y - s.bottom, x - s.left
	case 2:
		return s.right - x, y - s.bottom
	case 3:
		return s.top - y, s.right - x
	}
	return x - s.left, s.top - y
}

// rectangle is place for two opposite corners.
func (s sheet) rectangle(x1, y1, x2, y2 float64) (left, top, right, bottom float64) {
	x1, y1 = s.place(x1, y1)
	x2, y2 = s.place(x2, y2)
	return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
}

// glyphs reads the characters that can be seen, and those of a scan's text.
func (s sheet) glyphs(seen objects) ([]layout.Glyph, error) {
	text, err := s.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: s.reference})
	if err != nil {
		return nil, err
	}
	defer func() { _, _ = s.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text.TextPage}) }()
	count, err := s.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text.TextPage})
	if err != nil {
		return nil, err
	}
	var all []layout.Glyph
	for i := range min(count.Count, maxGlyphs) {
		r, ok, err := s.character(text.TextPage, i)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		box, err := s.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: text.TextPage, Index: i})
		if err != nil {
			continue
		}
		g := layout.Glyph{Rune: r}
		g.Left, g.Top, g.Right, g.Bottom = s.rectangle(float64(box.Rect.Left), float64(box.Rect.Top), float64(box.Rect.Right), float64(box.Rect.Bottom))
		if g.Bottom-g.Top >= leastSize && s.shows(g) && !seen.hides(g) {
			all = append(all, g)
		}
	}
	return all, nil
}

// shows reports whether a character stands on the part of the page that is
// shown.
func (s sheet) shows(g layout.Glyph) bool {
	x, y := (g.Left+g.Right)/2, (g.Top+g.Bottom)/2
	return x >= 0 && x <= s.width && y >= 0 && y <= s.height
}

// character reads one; it is not ok where there is none to keep.
func (s sheet) character(text references.FPDF_TEXTPAGE, i int) (r rune, ok bool, err error) {
	char, err := s.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: text, Index: i})
	if err != nil {
		return 0, false, err
	}
	switch r := rune(char.Unicode); {
	case r == ' ':
		own, err := s.FPDFText_IsGenerated(&requests.FPDFText_IsGenerated{TextPage: text, Index: i})
		return r, err == nil && !own.IsGenerated, nil
	case r == 0 || r == 0xFFFE || r == 0xFFFF:
		return '\uFFFD', true, nil
	case r == 2: // a hyphen at the end of a line
		return '-', true, nil
	case r < ' ' || r >= 0xE000 && r <= 0xF8FF: // the engine's own line ends, signs of fonts
		return 0, false, nil
	default:
		return r, true, nil
	}
}

// isGarbled holds for text of which characters are lost. One is enough: a
// page may look right and have lost its names only.
func isGarbled(glyphs []layout.Glyph) bool {
	var last, before rune
	for _, g := range glyphs {
		if g.Rune == '\uFFFD' || before == '锟' && last == '斤' && g.Rune == '拷' {
			return true
		}
		before, last = last, g.Rune
	}
	return false
}

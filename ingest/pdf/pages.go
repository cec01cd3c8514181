package pdf

import (
	"context"
	"fmt"
	"strings"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"zhiwen/ingest/content"
	"zhiwen/ingest/layout"
)

const (
	// fewGlyphs is below what a page of text has; a page with fewer and a
	// picture is a scan.
	fewGlyphs = 20
	// maxGlyphs bounds the characters of one page.
	maxGlyphs = 100_000
)

func read(ctx context.Context, engine pdfium.Pdfium, b []byte) (content.Document, error) {
	file, err := engine.FPDF_LoadMemDocument(&requests.FPDF_LoadMemDocument{Data: &b})
	if err != nil {
		return content.Document{}, err
	}
	count, err := engine.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: file.Document})
	if err != nil {
		return content.Document{}, err
	}
	if count.PageCount > maxPages {
		return content.Document{}, errPages
	}
	var pages []layout.Page
	var scans, garbled, broken []int
	for i := range count.PageCount {
		if ctx.Err() != nil {
			return content.Document{}, ctx.Err()
		}
		p, err := readPage(engine, file.Document, i)
		switch {
		case err != nil:
			broken = append(broken, i+1)
		case isGarbled(p.Glyphs):
			garbled = append(garbled, i+1)
		case p.scanned:
			scans = append(scans, i+1)
		default:
			pages = append(pages, p.Page)
		}
	}
	switch {
	case len(pages) > 0:
	case len(garbled) > 0:
		return content.Document{}, ErrGarbled
	case len(scans) > 0:
		return content.Document{}, ErrScan
	}
	doc := content.Document{Blocks: layout.Blocks(pages), Pages: count.PageCount}
	for _, left := range []struct {
		pages []int
		why   string
	}{
		{scans, "需OCR: pictures without text"}, {garbled, "the fonts do not say what their characters mean"}, {broken, "damaged"},
	} {
		if len(left.pages) > 0 {
			doc.Warnings = append(doc.Warnings, fmt.Sprintf("pages left out (%s): %s", left.why, numbers(left.pages)))
		}
	}
	return doc, nil
}

// numbers writes the first of a list of page numbers.
func numbers(pages []int) string {
	const most = 20
	var words []string
	for i, n := range pages {
		if i == most {
			words = append(words, fmt.Sprintf("and %d more", len(pages)-most))
			break
		}
		words = append(words, fmt.Sprint(n))
	}
	return strings.Join(words, ", ")
}

type page struct {
	layout.Page
	scanned bool
}

func readPage(engine pdfium.Pdfium, file references.FPDF_DOCUMENT, index int) (page, error) {
	loaded, err := engine.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: file, Index: index})
	if err != nil {
		return page{}, err
	}
	defer func() { _, _ = engine.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page}) }()
	reference := requests.Page{ByReference: &loaded.Page}
	size, err := engine.FPDF_GetPageSizeByIndex(&requests.FPDF_GetPageSizeByIndex{Document: file, Index: index})
	if err != nil {
		return page{}, err
	}
	p := page{Page: layout.Page{Number: index + 1, Width: size.Width, Height: size.Height}}
	text, err := engine.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: reference})
	if err != nil {
		return page{}, err
	}
	defer func() { _, _ = engine.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text.TextPage}) }()
	if p.Glyphs, err = glyphs(engine, text.TextPage, size.Height); err != nil {
		return page{}, err
	}
	p.scanned = len(p.Glyphs) < fewGlyphs && hasPicture(engine, reference)
	return p, nil
}

func glyphs(engine pdfium.Pdfium, text references.FPDF_TEXTPAGE, height float64) ([]layout.Glyph, error) {
	count, err := engine.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text})
	if err != nil {
		return nil, err
	}
	var all []layout.Glyph
	for i := range min(count.Count, maxGlyphs) {
		char, err := engine.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: text, Index: i})
		if err != nil {
			return nil, err
		}
		r := rune(char.Unicode)
		switch {
		case r == '\r' || r == '\n':
			continue // the engine's own
		case r == ' ':
			if own, err := engine.FPDFText_IsGenerated(&requests.FPDFText_IsGenerated{TextPage: text, Index: i}); err != nil || own.IsGenerated {
				continue
			}
		case r == 0 || r == 0xFFFE || r == 0xFFFF:
			r = '\uFFFD'
		case r == 2: // a hyphen at the end of a line
			r = '-'
		case r < ' ' || r >= 0xE000 && r <= 0xF8FF:
			continue // signs of fonts
		}
		box, err := engine.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: text, Index: i})
		if err != nil {
			continue
		}
		all = append(all, layout.Glyph{
			Rune: r, Left: float64(box.Rect.Left), Right: float64(box.Rect.Right),
			Top: height - float64(box.Rect.Top), Bottom: height - float64(box.Rect.Bottom),
		})
	}
	return all, nil
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

func hasPicture(engine pdfium.Pdfium, p requests.Page) bool {
	count, err := engine.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: p})
	if err != nil {
		return false
	}
	const enough = 1000
	for i := range min(count.Count, enough) {
		object, err := engine.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: p, Index: i})
		if err != nil {
			continue
		}
		kind, err := engine.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: object.PageObject})
		if err == nil && (kind.Type == enums.FPDF_PAGEOBJ_IMAGE || kind.Type == enums.FPDF_PAGEOBJ_FORM) {
			return true
		}
	}
	return false
}

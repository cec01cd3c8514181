package pdf

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"time"

	"zhiwen/ingest/layout"
)

const (
	// scanDPI is how fine a page is drawn to recognise its text.
	scanDPI = 300
	// recogniseTime is the most that is spent on one file unless the reader says
	// otherwise: some hundred pages.
	recogniseTime = 20 * time.Minute
)

// recogniseScans reads the text of the pages that are scans from their
// pictures. Pages on which nothing is found, and those for which there is no
// time left, stay left out. The error is about the run.
func (r *Reader) recogniseScans(ctx context.Context, b []byte, pages []page) error {
	// A page that was recognised before takes hardly any time but to be drawn:
	// so each run gets further.
	var drawing, recognising time.Duration
	limit := cmp.Or(r.RecogniseTime, recogniseTime)
	for i, p := range pages {
		if p.fault != scanned {
			continue
		}
		if max(drawing, recognising) >= limit {
			pages[i].fault = postponed
			continue
		}
		began := time.Now()
		drawn, scale, err := r.drawScan(ctx, b, i)
		drawing += time.Since(began)
		began = time.Now()
		var found []layout.Glyph
		if err == nil {
			found, err = r.Recognise(ctx, drawn)
		}
		recognising += time.Since(began)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			pages[i].failure = err
		case len(found) > 0:
			for j, g := range found {
				found[j] = layout.Glyph{Rune: g.Rune, Left: g.Left / scale, Top: g.Top / scale, Right: g.Right / scale, Bottom: g.Bottom / scale}
			}
			pages[i].Glyphs, pages[i].fault, pages[i].recognised = found, noFault, true
		}
	}
	return nil
}

// drawScan draws a page for its text to be read; scale is pixels a point.
func (r *Reader) drawScan(ctx context.Context, b []byte, index int) (drawn *image.Gray, scale float64, err error) {
	err = r.open(ctx, b, toDraw, func(f file) error {
		return f.onPage(index, func(s sheet) (err error) {
			drawn, scale, err = s.draw(scanDPI)
			return err
		})
	})
	return drawn, scale, err
}

// failures says of the first page that could not be recognised why, and how
// many more there are.
func failures(pages []page) string {
	first, more := "", 0
	for _, p := range pages {
		switch {
		case p.failure == nil:
		case first == "":
			first = fmt.Sprintf("page %d could not be recognised: %v", p.Number, p.failure)
		default:
			more++
		}
	}
	if more > 0 {
		first += fmt.Sprintf("; nor could %d more", more)
	}
	return first
}

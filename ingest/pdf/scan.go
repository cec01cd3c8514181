package pdf

import (
	"context"
	"fmt"
	"image"

	"zhiwen/ingest/layout"
)

// scanDPI is how fine a page is drawn to recognise its text.
const scanDPI = 300

// recogniseScans reads the text of the pages that are scans from their
// pictures. A page on which nothing is found stays left out.
func (r *Reader) recogniseScans(ctx context.Context, b []byte, pages []page) error {
	for i, p := range pages {
		if p.fault != scanned {
			continue
		}
		var drawn *image.Gray
		var scale float64
		err := r.open(ctx, b, toDraw, func(f file) error {
			return f.onPage(i, func(s sheet) (err error) {
				drawn, scale, err = s.draw(scanDPI)
				return err
			})
		})
		if err != nil {
			return fmt.Errorf("drawing page %d: %w", p.Number, err)
		}
		found, err := r.Recognise(ctx, drawn)
		if err != nil {
			return fmt.Errorf("recognising page %d: %w", p.Number, err)
		}
		if len(found) == 0 {
			continue
		}
		for j, g := range found {
			found[j] = layout.Glyph{Rune: g.Rune, Left: g.Left / scale, Top: g.Top / scale, Right: g.Right / scale, Bottom: g.Bottom / scale}
		}
		pages[i].Glyphs, pages[i].fault, pages[i].recognised = found, noFault, true
	}
	return nil
}

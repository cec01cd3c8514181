package pdf

import (
	"context"
	"errors"
	"image"
	"slices"
	"strings"
	"testing"
	"time"

	"zhiwen/ingest/layout"
)

// scans are pages with a picture each and nothing else.
func scans(n int) []byte {
	picture := "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\nx\nendstream"
	return assembled("<< /XObject << /I 3 0 R >> >>", []string{picture}, slices.Repeat([]string{"595 0 0 842 0 0 cm /I Do"}, n))
}

// TestRecogniseScans: a long scan is read as far as the time for it goes, and a
// page that fails takes no other with it.
func TestRecogniseScans(t *testing.T) {
	r := reader(t)
	pages := 0
	line := func(context.Context, image.Image) ([]layout.Glyph, error) {
		pages++
		return []layout.Glyph{{Rune: '甲', Left: 300, Right: 350, Top: 300, Bottom: 350}, {Rune: '。', Left: 350, Right: 400, Top: 300, Bottom: 350}}, nil
	}
	for name, test := range map[string]struct {
		time       time.Duration
		recognise  func(context.Context, image.Image) ([]layout.Glyph, error)
		recognised []int
		warning    string // the first
		err        string
	}{
		"in time":       {time.Hour, line, []int{1, 2, 3}, "text recognised in pictures (OCR), which may hold mistakes, on pages: 1, 2, 3", ""},
		"time is over":  {1, line, []int{1}, "pages left out (需OCR: the time for recognising one document is over; ingest the file again to go on from here, or give more time with --ocr-time): 2, 3", ""},
		"nothing found": {time.Hour, func(context.Context, image.Image) ([]layout.Glyph, error) { return nil, nil }, nil, "", ErrScan.Error()},
		"one fails": {time.Hour, func(ctx context.Context, i image.Image) ([]layout.Glyph, error) {
			if pages == 1 {
				pages++
				return nil, errors.New("tesseract took more than 2m0s")
			}
			return line(ctx, i)
		}, []int{1, 3}, "pages left out (需OCR: pictures without text): 2", ""},
		"all fail": {time.Hour, func(context.Context, image.Image) ([]layout.Glyph, error) { return nil, errors.New("no memory") }, nil, "", "需OCR: page 1 could not be recognised: no memory; nor could 2 more"},
	} {
		t.Run(name, func(t *testing.T) {
			pages = 0
			limited := Reader{Cache: r.Cache, Recognise: test.recognise, RecogniseTime: test.time}
			defer limited.Close()
			doc, err := limited.Read(t.Context(), scans(3))
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Fatalf("error %v, want %s", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(doc.Recognised, test.recognised) || doc.Warnings[0] != test.warning || doc.Pages != 3 {
				t.Errorf("recognised %v of %d, warnings %q", doc.Recognised, doc.Pages, doc.Warnings)
			}
			if name == "one fails" && !slices.ContainsFunc(doc.Warnings, func(w string) bool { return strings.Contains(w, "page 2 could not be recognised: tesseract took") }) {
				t.Errorf("warnings %q", doc.Warnings)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	stopped := Reader{Cache: r.Cache, Recognise: func(context.Context, image.Image) ([]layout.Glyph, error) {
		cancel()
		return nil, ctx.Err()
	}}
	defer stopped.Close()
	if _, err := stopped.Read(ctx, scans(2)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

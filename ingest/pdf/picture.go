package pdf

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/requests"

	"zhiwen/ingest/layout"
)

const (
	// maxSide bounds a picture, in pixels.
	maxSide = 6000
	// pictureDPI is how fine the picture of a page is that people look at.
	pictureDPI = 144
)

// ErrNoPage: the file has no page of that number.
var ErrNoPage = errors.New("no such page")

// Picture is a page as it looks, with the characters on it.
type Picture struct {
	Image image.Image
	layout.Page
}

// Picture draws a page; number counts from 1.
func (r *Reader) Picture(ctx context.Context, b []byte, number int) (Picture, error) {
	p := Picture{}
	err := r.open(ctx, b, toDraw, func(f file) error {
		if number < 1 || number > f.pages {
			return fmt.Errorf("%w: %d of %d", ErrNoPage, number, f.pages)
		}
		return f.onPage(number-1, func(s sheet) error {
			drawn, err := s.render(pictureDPI, requests.RenderImageFormatRGBA)
			if err != nil {
				return err
			}
			p.Image = drawn
			p.Page = f.read(number - 1).Page
			return nil
		})
	})
	return p, err
}

// draw draws a page in grey; scale is pixels a point.
func (s sheet) draw(dpi int) (drawn *image.Gray, scale float64, err error) {
	img, err := s.render(dpi, requests.RenderImageFormatGrayscale)
	if err != nil {
		return nil, 0, err
	}
	return img.(*image.Gray), float64(img.Bounds().Dx()) / s.width, nil
}

// render draws a page on white, smaller than asked where it would be too
// large.
func (s sheet) render(dpi int, format requests.RenderImageFormat) (image.Image, error) {
	if longest := max(s.width, s.height) / 72; longest*float64(dpi) > maxSide {
		dpi = max(1, int(maxSide/longest))
	}
	r, err := s.RenderPageInDPI(&requests.RenderPageInDPI{Page: s.reference, DPI: dpi, RenderFlags: enums.FPDF_RENDER_FLAG_ANNOT, ImageFormat: format})
	if err != nil {
		return nil, err
	}
	defer r.CleanupFunc()
	// The pixels lie in the sandbox, which ends.
	switch img := r.Result.RenderedImage.(type) {
	case *image.Gray:
		return &image.Gray{Pix: slices.Clone(img.Pix), Stride: img.Stride, Rect: img.Rect}, nil
	case *image.RGBA:
		own := &image.RGBA{Pix: slices.Clone(img.Pix), Stride: img.Stride, Rect: img.Rect}
		if r.Result.HasTransparency {
			onWhite(own)
		}
		return own, nil
	default:
		return nil, fmt.Errorf("the engine gave a picture of type %T, want grey or RGBA", img)
	}
}

// onWhite puts paper under a picture. The engine does not multiply colours by
// their alpha.
func onWhite(img *image.RGBA) {
	for i := 0; i < len(img.Pix); i += 4 {
		alpha := int(img.Pix[i+3])
		for j := i; j < i+3; j++ {
			img.Pix[j] = uint8((int(img.Pix[j])*alpha + 255*(255-alpha)) / 255)
		}
		img.Pix[i+3] = 255
	}
}

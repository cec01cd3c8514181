package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"sync"
	"time"

	"zhiwen/ingest/layout"
	"zhiwen/ingest/pdf"
	"zhiwen/retrieval"
)

const (
	// pictureTime bounds the drawing of one page, waiting for others included.
	pictureTime = 20 * time.Second
	// maxWaiting is how many may wait for a page to be drawn.
	maxWaiting = 8
	// keptPictures bounds the memory of pages drawn before.
	keptPictures = 32 << 20
	// around is how much of the text before and after a page is compared with
	// it, in bytes: words may have been moved over its edges.
	around = 600
)

// ErrBusy: too many pages are being drawn.
var ErrBusy = errors.New("too many pages are being drawn")

// Originals gives the files that stored versions were read from.
type Originals interface {
	Original(ctx context.Context, id string) ([]byte, error)
}

// Picture is a page of a file as it looks. Boxes on it count in shares of its
// width and height.
type Picture struct {
	Image         []byte
	Type          string // MIME type of Image
	Width, Height int    // in pixels

	page layout.Page
}

// Box is a part of a page, in shares of its width and height.
type Box struct{ Left, Top, Right, Bottom float64 }

// Pictures draws pages of stored files, one at a time and in a sandbox of its
// own, and keeps the last ones. Close it after use.
type Pictures struct {
	originals Originals
	reader    pdf.Reader
	drawing   chan struct{} // one is drawn at a time
	waiting   chan struct{}

	mu    sync.Mutex
	kept  map[pageName]*Picture
	order []pageName // of kept, the one used last at the end
	bytes int
}

type pageName struct {
	doc    string
	number int
}

// NewPictures draws pages of the files of a store. Cache is a folder for the
// compiled engine; empty: it is compiled for each process.
func NewPictures(originals Originals, cache string) *Pictures {
	return &Pictures{
		originals: originals, reader: pdf.Reader{Cache: cache}, kept: map[pageName]*Picture{},
		drawing: make(chan struct{}, 1), waiting: make(chan struct{}, maxWaiting),
	}
}

// Close ends the engine. No page may be being drawn.
func (p *Pictures) Close() error { return p.reader.Close() }

// Page draws a page of a version, from 1. It fails with retrieval.ErrNotFound
// where there is none and with ErrBusy where too many wait.
func (p *Pictures) Page(ctx context.Context, doc string, number int) (*Picture, error) {
	name := pageName{doc, number}
	if kept := p.find(name); kept != nil {
		return kept, nil
	}
	select {
	case p.waiting <- struct{}{}:
		defer func() { <-p.waiting }()
	default:
		return nil, ErrBusy
	}
	ctx, cancel := context.WithTimeoutCause(ctx, pictureTime, ErrBusy)
	defer cancel()
	select {
	case p.drawing <- struct{}{}:
		defer func() { <-p.drawing }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if kept := p.find(name); kept != nil { // drawn while this one waited
		return kept, nil
	}
	drawn, err := p.draw(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("drawing page %d of document %s: %w", number, doc, err)
	}
	p.keep(name, drawn)
	return drawn, nil
}

func (p *Pictures) draw(ctx context.Context, name pageName) (*Picture, error) {
	b, err := p.originals.Original(ctx, name.doc)
	if err != nil {
		return nil, err
	}
	drawn, err := p.reader.Picture(ctx, b, name.number)
	if errors.Is(err, pdf.ErrNoPage) {
		return nil, fmt.Errorf("%w: %w", retrieval.ErrNotFound, err)
	}
	if err != nil {
		return nil, err
	}
	encoded, kind, err := encodePicture(drawn.Image)
	if err != nil {
		return nil, err
	}
	size := drawn.Image.Bounds()
	return &Picture{Image: encoded, Type: kind, Width: size.Dx(), Height: size.Dy(), page: drawn.Page}, nil
}

// encodePicture makes a small file: sixteen greys are enough for black on
// white and keep it sharp; what has colours is kept as a photo.
func encodePicture(img image.Image) (b []byte, kind string, err error) {
	var out bytes.Buffer
	if grey, ok := inGreys(img); ok {
		err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, grey)
		return out.Bytes(), "image/png", err
	}
	err = jpeg.Encode(&out, img, &jpeg.Options{Quality: 85})
	return out.Bytes(), "image/jpeg", err
}

// inGreys draws a picture in sixteen greys; it is not ok for one with colours.
func inGreys(img image.Image) (grey *image.Paletted, ok bool) {
	const levels = 16
	var palette color.Palette
	for i := range levels {
		palette = append(palette, color.Gray{uint8(255 * i / (levels - 1))})
	}
	grey = image.NewPaletted(img.Bounds(), palette)
	for y := grey.Rect.Min.Y; y < grey.Rect.Max.Y; y++ {
		for x := grey.Rect.Min.X; x < grey.Rect.Max.X; x++ {
			r, g, b, _ := img.At(x, y).RGBA()
			if max(r, g, b)-min(r, g, b) > 0x1000 {
				return nil, false
			}
			grey.SetColorIndex(x, y, uint8((g*(levels-1)+0x7FFF)/0xFFFF))
		}
	}
	return grey, true
}

func (p *Pictures) find(name pageName) *Picture {
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := p.kept[name]
	if kept != nil {
		i := slices.Index(p.order, name)
		p.order = append(slices.Delete(p.order, i, i+1), name)
	}
	return kept
}

// keep remembers a picture and forgets those not used for longest.
func (p *Pictures) keep(name pageName, drawn *Picture) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept[name] = drawn
	p.order = append(p.order, name)
	p.bytes += drawn.size()
	for p.bytes > keptPictures && len(p.order) > 1 {
		oldest := p.order[0]
		p.order = p.order[1:]
		p.bytes -= p.kept[oldest].size()
		delete(p.kept, oldest)
	}
}

// size is about what a picture takes in memory.
func (p *Picture) size() int { return len(p.Image) + 40*len(p.page.Glyphs) }

// Boxes tells where on the page a passage of its document stands, one box a
// line. The page may hold only a part of it, and a scan has no characters to
// find it by: then there is none.
func (p *Picture) Boxes(doc retrieval.Document, start, end int) []Box {
	n := p.page.Number
	if n < 1 || n > len(doc.Pages) || start < 0 || end > len(doc.Text) || start >= end {
		return nil
	}
	pageEnd := len(doc.Text)
	if n < len(doc.Pages) {
		pageEnd = doc.Pages[n]
	}
	from, to := runeStart(doc.Text, max(0, doc.Pages[n-1]-around)), runeStart(doc.Text, min(len(doc.Text), pageEnd+around))
	text := lettersOf(doc.Text[from:to], from)
	reading := layout.Reading(p.page)
	var page letters
	for i, g := range reading {
		page.add(string(g.Rune), i)
	}
	var marked []layout.Glyph
	last := -1
	for i, at := range aligned(text.runes, page.runes) {
		if at < 0 || text.from[i] < start || text.from[i] >= end || page.from[at] == last {
			continue
		}
		last = page.from[at]
		marked = append(marked, reading[last])
	}
	return p.boxesOf(marked)
}

// runeStart is the beginning of the character that holds a byte.
func runeStart(s string, at int) int {
	for at > 0 && at < len(s) && s[at]&0xC0 == 0x80 {
		at--
	}
	return at
}

// boxesOf draws one box around the characters of each line.
func (p *Picture) boxesOf(marked []layout.Glyph) []Box {
	var boxes []Box
	for i, g := range marked {
		b := Box{g.Left / p.page.Width, g.Top / p.page.Height, g.Right / p.page.Width, g.Bottom / p.page.Height}
		if n := len(boxes); i > 0 && besides(marked[i-1], g) {
			boxes[n-1] = Box{min(boxes[n-1].Left, b.Left), min(boxes[n-1].Top, b.Top), max(boxes[n-1].Right, b.Right), max(boxes[n-1].Bottom, b.Bottom)}
			continue
		}
		boxes = append(boxes, b)
	}
	return boxes
}

// besides holds for a character that follows another on the same line, and not
// in the next column of a table.
func besides(a, b layout.Glyph) bool {
	size := a.Bottom - a.Top
	return b.Left > a.Left-size/2 && b.Left-a.Right < 2.5*size && min(a.Bottom, b.Bottom)-max(a.Top, b.Top) > 0.4*min(size, b.Bottom-b.Top)
}

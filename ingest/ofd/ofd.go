// Package ofd reads OFD (GB/T 33190-2016), China's format for documents laid
// out on pages: the text of the pages' own layers. Templates, annotations,
// signatures and watermarks are left out.
//
// It knows bytes and nothing of what the text is about.
package ofd

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
	"zhiwen/ingest/layout"
)

const (
	// root names the file that every OFD begins with.
	root = "OFD.xml"
	// maxPages bounds a document.
	maxPages = 2000
	// maxGlyphs bounds the characters of a document; a few bytes can repeat
	// distances without end.
	maxGlyphs = 10_000_000
)

// ErrScan: the pages hold pictures only.
var ErrScan = errors.New("需OCR: the pages hold no text; recognise it with an OCR program and ingest its result")

var (
	errPages  = fmt.Errorf("the file has more than %d pages; split it into parts", maxPages)
	errGlyphs = fmt.Errorf("the file has more than %d characters; split it into parts", maxGlyphs)
)

// Is reports whether an archive is an OFD document.
func Is(a *container.Archive) bool { return a.Has(root) }

// The parts of the files that matter. Names are matched without namespace.
type (
	rootFile struct {
		Bodies []struct {
			Root string `xml:"DocRoot"`
		} `xml:"DocBody"`
	}
	documentFile struct {
		Area  string `xml:"CommonData>PageArea>PhysicalBox"`
		Pages []struct {
			Location string `xml:"BaseLoc,attr"`
		} `xml:"Pages>Page"`
	}
)

// Read reads a file. Its errors are whole sentences.
func Read(a *container.Archive) (content.Document, error) {
	var start rootFile
	if err := unmarshal(a, root, &start); err != nil {
		return content.Document{}, err
	}
	var pages []layout.Page
	characters, count := 0, 0
	for _, body := range start.Bodies {
		var document documentFile
		at := resolve("", body.Root)
		if err := unmarshal(a, at, &document); err != nil {
			return content.Document{}, err
		}
		if count += len(document.Pages); count > maxPages {
			return content.Document{}, errPages
		}
		for _, p := range document.Pages {
			page, err := readPage(a, resolve(path.Dir(at), p.Location), document.Area)
			if err != nil {
				return content.Document{}, err
			}
			if characters += len(page.Glyphs); characters > maxGlyphs {
				return content.Document{}, errGlyphs
			}
			page.Number = len(pages) + 1
			pages = append(pages, page)
		}
	}
	if characters == 0 {
		return content.Document{}, ErrScan
	}
	return content.Document{Blocks: layout.Blocks(pages), Pages: len(pages)}, nil
}

// resolve finds the file that a location means: writers give them from the
// folder around, from the root, with a slash before and without.
func resolve(dir, location string) string {
	if strings.HasPrefix(location, "/") {
		return strings.TrimPrefix(path.Clean(location), "/")
	}
	return path.Join(dir, location)
}

func unmarshal(a *container.Archive, name string, v any) error {
	d, err := a.ReadXML(name)
	if errors.Is(err, fs.ErrNotExist) {
		// Some writers leave out the folder that a location begins from.
		d, err = a.ReadXML(path.Base(path.Dir(name)) + "/" + path.Base(name))
	}
	if err != nil {
		return damaged(name, err)
	}
	if err := d.Decode(v); err != nil {
		return damaged(name, err)
	}
	return nil
}

func damaged(name string, err error) error {
	if errors.Is(err, container.ErrBomb) || errors.Is(err, container.ErrLocked) {
		return err
	}
	return fmt.Errorf("%w (%s: %v)", container.ErrDamaged, name, err)
}

// readPage reads the text objects of a page's layers, but for those of
// watermarks, and the lines drawn around them.
func readPage(a *container.Archive, name, area string) (layout.Page, error) {
	d, err := a.ReadXML(name)
	if err != nil {
		return layout.Page{}, damaged(name, err)
	}
	r := pageReader{Decoder: d, box: parseBox(area)}
	if err := r.read(); err != nil {
		return layout.Page{}, damaged(name, err)
	}
	return layout.Page{Width: r.box.width, Height: r.box.height, Glyphs: r.glyphs, Rules: r.rules}, nil
}

// pageReader walks through the XML of one page.
type pageReader struct {
	*xml.Decoder
	box    box
	glyphs []layout.Glyph
	rules  []layout.Rule
}

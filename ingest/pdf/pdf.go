// Package pdf reads the text layer of PDF files, and draws their pages, with
// PDFium, Chrome's engine, in its WebAssembly build: a file that breaks the
// engine breaks its own sandbox and no more.
//
// It knows bytes and nothing of what the text is about.
package pdf

import (
	"context"
	"errors"
	"fmt"
	"image"
	"strings"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
	"zhiwen/ingest/layout"
)

const (
	// maxPages bounds a document; the longest plans have some hundred pages.
	maxPages = 2000
	// batch is how many pages one sandbox reads: what it keeps of them it
	// gives back only when it ends.
	batch = 100
	// sandboxes is how many files are read at once.
	sandboxes = 2
)

// Why a file gives no text.
var (
	ErrScan    = errors.New("需OCR: the pages are pictures without text; install tesseract-ocr and tesseract-ocr-chi-sim, or recognise the text with another program and ingest its result")
	ErrGarbled = errors.New("the fonts of the file do not say what their characters mean; ask for the file in another format or recognise the text by OCR")
	errSlow    = errors.New("reading the file takes too long; split it into parts")
	errPages   = fmt.Errorf("the file has more than %d pages; split it into parts", maxPages)
)

// Reader reads files, several at once. The zero value is ready; the engine
// starts with the first file, which takes seconds.
type Reader struct {
	// Cache is a folder to keep the compiled engine in, so that it starts at
	// once the next time; empty: it is not kept.
	Cache string
	// Recognise reads the text of a picture; boxes are in its pixels. Nil:
	// pages that are scans are left out.
	Recognise func(context.Context, image.Image) ([]layout.Glyph, error)
	// RecogniseTime is the most that is spent on recognising the pages of one
	// file; 0: twenty minutes.
	RecogniseTime time.Duration

	mu       sync.Mutex
	compiled wazero.CompilationCache // nil before the first Read
	slots    chan struct{}           // one for each sandbox
}

// Read reads a file. Pages without a usable text are left out with a warning.
// Its errors are whole sentences.
func (r *Reader) Read(ctx context.Context, b []byte) (content.Document, error) {
	pages, err := r.readPages(ctx, b)
	if err != nil {
		return content.Document{}, err
	}
	if r.Recognise != nil {
		if err := r.recogniseScans(ctx, b, pages); err != nil {
			return content.Document{}, err
		}
	}
	return document(pages)
}

// readPages reads the pages of a file.
func (r *Reader) readPages(ctx context.Context, b []byte) ([]page, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, maxReading, errSlow)
	defer cancel()
	var pages []page
	for done := false; !done; {
		err := r.open(ctx, b, toRead, func(f file) error {
			for range min(batch, f.pages-len(pages)) {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				pages = append(pages, f.read(len(pages)))
				if pages[len(pages)-1].broke {
					break
				}
			}
			done = len(pages) >= f.pages
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return pages, r.lookAgain(ctx, b, pages)
}

// lookAgain reads the doubtful pages once more, where they can be drawn.
func (r *Reader) lookAgain(ctx context.Context, b []byte, pages []page) error {
	var doubtful []int
	for i, p := range pages {
		if p.doubtful {
			doubtful = append(doubtful, i)
		}
	}
	for len(doubtful) > 0 {
		err := r.open(ctx, b, toDraw, func(f file) error {
			for _, i := range doubtful[:min(batch, len(doubtful))] {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				doubtful = doubtful[1:]
				if pages[i] = f.read(i); pages[i].broke {
					break
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// document puts the pages together that have a text.
func document(pages []page) (content.Document, error) {
	var whole []layout.Page
	left := map[fault][]int{}
	doc := content.Document{Pages: len(pages)}
	failed := failures(pages)
	for _, p := range pages {
		if p.fault != noFault {
			left[p.fault] = append(left[p.fault], p.Number)
			continue
		}
		whole = append(whole, p.Page)
		if p.recognised {
			doc.Recognised = append(doc.Recognised, p.Number)
		}
	}
	switch {
	case len(whole) > 0:
	case len(left[garbled]) > 0:
		return content.Document{}, ErrGarbled
	case failed != "":
		return content.Document{}, fmt.Errorf("需OCR: %s", failed)
	case len(left[scanned]) > 0:
		return content.Document{}, ErrScan
	case len(left[damaged]) > 0:
		return content.Document{}, fmt.Errorf("%w (no page can be read)", container.ErrDamaged)
	}
	doc.Blocks = layout.Blocks(whole)
	for _, f := range []fault{scanned, postponed, garbled, damaged} {
		if len(left[f]) > 0 {
			doc.Warnings = append(doc.Warnings, fmt.Sprintf("pages left out (%s): %s", f, numbers(left[f])))
		}
	}
	if failed != "" {
		doc.Warnings = append(doc.Warnings, failed)
	}
	if len(doc.Recognised) > 0 {
		doc.Warnings = append(doc.Warnings, "text recognised in pictures (OCR), which may hold mistakes, on pages: "+numbers(doc.Recognised))
	}
	return doc, nil
}

// fault is why a page gives no text.
type fault string

const (
	noFault   fault = ""
	scanned   fault = "需OCR: pictures without text"
	postponed fault = "需OCR: the time for recognising one document is over; ingest the file again to go on from here, or give more time with --ocr-time"
	garbled   fault = "the fonts do not say what their characters mean"
	damaged   fault = "damaged"
)

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

// started gives the cache that all sandboxes share, so that the engine is
// compiled once.
func (r *Reader) started() (wazero.CompilationCache, chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.compiled != nil {
		return r.compiled, r.slots
	}
	r.slots = make(chan struct{}, sandboxes)
	if r.Cache != "" {
		// Without its folder the engine only starts later.
		if kept, err := wazero.NewCompilationCacheWithDir(r.Cache); err == nil {
			r.compiled = kept
			return r.compiled, r.slots
		}
	}
	r.compiled = wazero.NewCompilationCache()
	return r.compiled, r.slots
}

// Close ends the engine if it was started. No Read may be under way.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.compiled == nil {
		return nil
	}
	err := r.compiled.Close(context.Background())
	r.compiled, r.slots = nil, nil
	return err
}

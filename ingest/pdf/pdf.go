// Package pdf reads the text layer of PDF files with PDFium, Chrome's engine,
// in its WebAssembly build: a file that breaks the engine breaks its own
// sandbox and no more.
//
// It knows bytes and nothing of what the text is about.
package pdf

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
)

const (
	// maxPages bounds a document; the longest plans have some hundred pages.
	maxPages = 2000
	// maxTime bounds the reading of one file.
	maxTime = 2 * time.Minute
	// maxMemory bounds the memory of one sandbox, in pages of 64 KB: 384 MB.
	maxMemory = 6144
	// sandboxes is how many files are read at once.
	sandboxes = 2
)

// Why a file gives no text.
var (
	ErrScan    = errors.New("需OCR: the pages are pictures without text; recognise the text with an OCR program and ingest its result")
	ErrGarbled = errors.New("the fonts of the file do not say what their characters mean; ask for the file in another format or recognise the text by OCR")
	errSlow    = fmt.Errorf("reading the file took more than %s; split it into parts", maxTime)
	errPages   = fmt.Errorf("the file has more than %d pages; split it into parts", maxPages)
)

// Reader reads files, several at once. The zero value is ready; the engine
// starts with the first file, which takes seconds.
type Reader struct {
	// Cache is a folder to keep the compiled engine in, so that it starts at
	// once the next time; empty: it is not kept.
	Cache string

	mu       sync.Mutex
	compiled wazero.CompilationCache // nil before the first Read
	slots    chan struct{}           // one for each sandbox
}

// Read reads a file. Pages without a usable text are left out with a warning.
// Its errors are whole sentences.
func (r *Reader) Read(ctx context.Context, b []byte) (doc content.Document, err error) {
	compiled, slots := r.started()
	limited, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-limited.Done():
		return content.Document{}, limited.Err()
	}
	// A sandbox of its own for each file: the end of its context stops an
	// engine that hangs.
	sandbox, err := webassembly.Init(webassembly.Config{
		Context:  limited,
		MaxTotal: 1,
		FSConfig: wazero.NewFSConfig(), // no files
		Stdout:   io.Discard,
		Stderr:   io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithCloseOnContextDone(true).WithMemoryLimitPages(maxMemory).WithCompilationCache(compiled),
	})
	if err != nil {
		return content.Document{}, cmp.Or(ctx.Err(), fmt.Errorf("starting the PDF engine: %w", err))
	}
	defer func() { _ = sandbox.Close() }() // nothing is written; there is nothing to lose
	engine, err := sandbox.GetInstanceWithContext(limited)
	if err != nil {
		return content.Document{}, cmp.Or(ctx.Err(), fmt.Errorf("starting the PDF engine: %w", err))
	}
	doc, err = read(limited, engine, b)
	switch {
	case ctx.Err() != nil:
		return content.Document{}, ctx.Err()
	case limited.Err() != nil:
		return content.Document{}, errSlow
	case errors.Is(err, pdferrors.ErrPassword), errors.Is(err, pdferrors.ErrSecurity):
		return content.Document{}, container.ErrLocked
	case errors.Is(err, pdferrors.ErrFormat), errors.Is(err, pdferrors.ErrFile), errors.Is(err, pdferrors.ErrUnknown):
		return content.Document{}, fmt.Errorf("%w (%v)", container.ErrDamaged, err)
	}
	return doc, err
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

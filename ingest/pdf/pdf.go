// Package pdf reads the text layer of PDF files with PDFium, Chrome's engine,
// in its WebAssembly build: a file that breaks the engine breaks its own
// sandbox and no more.
//
// It knows bytes and nothing of what the text is about.
package pdf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
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
	pool     pdfium.Pool
	compiled wazero.CompilationCache // nil without Cache
}

// Read reads a file. Pages without a usable text are left out with a warning.
// Its errors are whole sentences.
func (r *Reader) Read(ctx context.Context, b []byte) (content.Document, error) {
	pool, err := r.started()
	if err != nil {
		return content.Document{}, err
	}
	limited, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	engine, err := pool.GetInstanceWithContext(limited)
	if err != nil {
		return content.Document{}, fmt.Errorf("starting the PDF engine: %w", err)
	}
	// Nothing but the end of its sandbox stops an engine that hangs.
	killed := make(chan struct{})
	stop := context.AfterFunc(limited, func() {
		defer close(killed)
		_ = engine.Kill() // it may have ended by itself
	})
	defer func() {
		if stop() {
			_ = engine.Close() // nothing is written; there is nothing to lose
			return
		}
		<-killed
	}()
	doc, err := read(limited, engine, b)
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

func (r *Reader) started() (pdfium.Pool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pool != nil {
		return r.pool, nil
	}
	config := wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithCloseOnContextDone(true).WithMemoryLimitPages(maxMemory)
	if r.Cache != "" && r.compiled == nil {
		// Without its cache the engine only starts later.
		if compiled, err := wazero.NewCompilationCacheWithDir(r.Cache); err == nil {
			r.compiled = compiled
		}
	}
	if r.compiled != nil {
		config = config.WithCompilationCache(r.compiled)
	}
	pool, err := webassembly.Init(webassembly.Config{
		MaxTotal:      sandboxes,
		FSConfig:      wazero.NewFSConfig(), // no files
		Stdout:        io.Discard,
		Stderr:        io.Discard,
		RuntimeConfig: config,
	})
	if err != nil {
		return nil, fmt.Errorf("starting the PDF engine: %w", err)
	}
	r.pool = pool
	return pool, nil
}

// Close ends the engine if it was started. No Read may be under way.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var err error
	if r.pool != nil {
		err = r.pool.Close()
	}
	if r.compiled != nil {
		err = errors.Join(err, r.compiled.Close(context.Background()))
	}
	r.pool, r.compiled = nil, nil
	return err
}

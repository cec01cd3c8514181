package pdf

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"zhiwen/ingest/container"
)

const (
	// maxTime bounds the work of one sandbox, and maxReading that on one file,
	// recognising scans not counted.
	maxTime    = 2 * time.Minute
	maxReading = 10 * time.Minute
	// maxMemory bounds the memory of one sandbox, in pages of 64 KB: 384 MB.
	maxMemory = 6144
	// fonts is where Linux keeps fonts.
	fonts = "usr/share/fonts"
)

// errEngine: the engine broke on the file, or ran out of its memory.
var errEngine = errors.New("the PDF engine breaks on the file, or needs more memory than it may take; save it anew with another program, or ask for it in another format")

// fontFiles are the only files that a sandbox that draws may read: a file that
// does not bring its fonts is drawn with those of the system. Reading goes
// without: looking for fonts takes ten times as long as the text.
type fontFiles struct{}

// Open opens a file below the folder of the fonts, or a folder above it.
func (fontFiles) Open(name string) (fs.File, error) {
	if name != "." && name != fonts && !strings.HasPrefix(name, fonts+"/") && !strings.HasPrefix(fonts, name+"/") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return os.DirFS("/").Open(name)
}

// file is a document that is open in a sandbox.
type file struct {
	pdfium.Pdfium
	document references.FPDF_DOCUMENT
	pages    int
	purpose  purpose
}

// purpose is what a file is opened for.
type purpose int

const (
	toRead purpose = iota
	toDraw
)

// open runs do on a file in a sandbox of its own: the end of its context
// stops an engine that hangs. The engine reads the file piece by piece where
// it lies. The errors are whole sentences.
func (r *Reader) open(ctx context.Context, b []byte, to purpose, do func(file) error) error {
	compiled, slots := r.started()
	limited, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-limited.Done():
		return context.Cause(limited)
	}
	var held memory
	defer func() { _ = held.release() }() // what cannot be given back is used again by nobody
	sandbox, engine, err := start(experimental.WithMemoryAllocator(limited, &held), compiled, to)
	if err != nil {
		return cmp.Or(context.Cause(limited), fmt.Errorf("starting the PDF engine: %w", err))
	}
	defer func() { _ = sandbox.Close() }() // nothing is written; there is nothing to lose
	// The file's time: the engine may have to be compiled before, for which a
	// busy machine takes minutes.
	defer time.AfterFunc(maxTime, func() { cancel(errSlow) }).Stop()
	err = opened(engine, b, to, do)
	switch {
	case limited.Err() != nil:
		return context.Cause(limited)
	case errors.Is(err, pdferrors.ErrPassword), errors.Is(err, pdferrors.ErrSecurity):
		return container.ErrLocked
	case errors.Is(err, pdferrors.ErrFormat), errors.Is(err, pdferrors.ErrFile), errors.Is(err, pdferrors.ErrUnknown), errors.Is(err, pdferrors.ErrPage):
		return fmt.Errorf("%w (%v)", container.ErrDamaged, err)
	case isBroken(err):
		return errEngine
	}
	return err
}

// isBroken holds for what ended the engine, which is then of no more use; its
// message is a trace of many lines.
func isBroken(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "wasm") || strings.Contains(err.Error(), "panic occurred"))
}

// start makes a sandbox and an engine in it.
func start(ctx context.Context, compiled wazero.CompilationCache, to purpose) (pdfium.Pool, pdfium.Pdfium, error) {
	files := wazero.NewFSConfig() // none
	if to == toDraw {
		files = files.WithFSMount(fontFiles{}, "/")
	}
	sandbox, err := webassembly.Init(webassembly.Config{
		Context:  ctx,
		MaxTotal: 1,
		FSConfig: files,
		Stdout:   io.Discard,
		Stderr:   io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithCloseOnContextDone(true).WithMemoryLimitPages(maxMemory).WithCompilationCache(compiled),
	})
	if err != nil {
		return nil, nil, err
	}
	engine, err := sandbox.GetInstanceWithContext(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, sandbox.Close())
	}
	return sandbox, engine, nil
}

func opened(engine pdfium.Pdfium, b []byte, to purpose, do func(file) error) error {
	if len(b) == 0 {
		return pdferrors.ErrFile
	}
	loaded, err := engine.FPDF_LoadCustomDocument(&requests.FPDF_LoadCustomDocument{Reader: bytes.NewReader(b), Size: int64(len(b))})
	if err != nil {
		return err
	}
	defer func() { _, _ = engine.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: loaded.Document}) }()
	count, err := engine.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: loaded.Document})
	if err != nil {
		return err
	}
	if count.PageCount > maxPages {
		return errPages
	}
	return do(file{engine, loaded.Document, count.PageCount, to})
}

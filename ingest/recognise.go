package ingest

import (
	"context"
	"path/filepath"

	"zhiwen/ingest/ocr"
)

// ErrNoOCR: scanned pages cannot be read.
var ErrNoOCR = ocr.ErrNone

// OCR names the program that reads scanned pages. It fails with ErrNoOCR
// where there is none.
func OCR(ctx context.Context) (string, error) {
	engine, err := ocr.Find(ctx, "")
	if err != nil {
		return "", err
	}
	return engine.Version + " with chi_sim", nil
}

// keptPages is the folder below a cache for what was recognised.
func keptPages(cache string) string {
	if cache == "" {
		return ""
	}
	return filepath.Join(cache, "ocr")
}

//go:build !cgo

package onnx

import (
	"context"
	"fmt"

	"zhiwen/retrieval"
)

// Runtime is never had without cgo.
type Runtime struct{ Library string }

// Embedder is never had without cgo.
type Embedder struct{ retrieval.Embedder }

// Open says that this program cannot load the library.
func Open(Config) (*Runtime, error) {
	return nil, fmt.Errorf("%w: this program was built without cgo; build it with CGO_ENABLED=1 and a C compiler", ErrNoRuntime)
}

// NewEmbedder says that there is no runtime.
func NewEmbedder(*Runtime) (*Embedder, error) { return nil, ErrNoRuntime }

// Close does nothing.
func (*Embedder) Close() error { return nil }

// Reader is never had without cgo.
type Reader struct{}

// NewReader says that there is no runtime.
func NewReader(*Runtime) (*Reader, error) { return nil, ErrNoRuntime }

// Read is never called.
func (*Reader) Read(context.Context, string, []retrieval.Extract) ([]retrieval.Reading, error) {
	return nil, ErrNoRuntime
}

// Close does nothing.
func (*Reader) Close() error { return nil }

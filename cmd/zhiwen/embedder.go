package main

import (
	"context"
	"os"

	"zhiwen/retrieval"
	"zhiwen/retrieval/onnx"
)

// closingEmbedder is an embedder that holds something to be given back.
type closingEmbedder interface {
	retrieval.Embedder
	Close() error
}

// loadEmbedder chooses how texts become vectors, and says where that is from:
// a configured endpoint, else the built-in model. Where there is neither the
// error wraps onnx.ErrNoRuntime, and search goes by words alone.
func (s *shell) loadEmbedder(ctx context.Context) (embedder closingEmbedder, from string, err error) {
	runtime, err := onnx.Open(onnx.Config{Library: os.Getenv("ZHIWEN_ORT_LIB")})
	if err != nil {
		return nil, "", err
	}
	embedder, err = onnx.NewEmbedder(runtime)
	return embedder, "built in, on " + runtime.Library, err
}

// Package onnx is the built-in embedder: bge-small-zh-v1.5, compiled in, on
// ONNX Runtime. The runtime is a C++ library that is found, unpacked and loaded
// at run time (Open); a program that has none goes on without this package's
// vectors. What runs on it (the Embedder) is kept apart from how it is loaded.
package onnx

import "errors"

// ErrNoRuntime: the runtime library is not there, cannot be loaded, or the
// program was built without cgo. The error that wraps it says what to do.
var ErrNoRuntime = errors.New("ONNX Runtime is not available")

// Config says where the runtime library is. The zero value looks in all the
// usual places: the library inside this program when it was built with the
// tag "bundled"; otherwise beside the program, in retrieval/onnx/lib of the
// source tree that the program runs in, and on the system's library path.
type Config struct {
	// Library is the path of libonnxruntime.so; then no other is tried.
	Library string
	// CacheDir is where a library inside the program is unpacked; empty means
	// the folder zhiwen in the user's cache folder.
	CacheDir string
}

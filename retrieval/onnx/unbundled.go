//go:build cgo && !(bundled && linux && (amd64 || arm64))

package onnx

// packed is empty: the runtime library is sought outside the program.
var packed []byte

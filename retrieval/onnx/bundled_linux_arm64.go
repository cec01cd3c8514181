//go:build cgo && bundled

package onnx

import _ "embed"

// packed is the gzipped runtime library inside the program.
//
//go:embed lib/linux_arm64/libonnxruntime.so.gz
var packed []byte

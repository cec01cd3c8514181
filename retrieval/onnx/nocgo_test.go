//go:build !cgo

package onnx_test

import (
	"errors"
	"testing"

	"zhiwen/retrieval/onnx"
)

func TestOpenSaysThatCgoIsMissing(t *testing.T) {
	if _, err := onnx.Open(onnx.Config{}); !errors.Is(err, onnx.ErrNoRuntime) {
		t.Errorf("error %v, want ErrNoRuntime", err)
	}
}

//go:build cgo && !linux

package onnx

import (
	"errors"
	"os"
)

func inMemory([]byte, string) (*os.File, string, error) {
	return nil, "", errors.New("files in memory need Linux")
}

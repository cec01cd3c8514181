//go:build cgo

package onnx

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// unpack leaves the library inside the program in folder and gives its path.
// One that lies there already is used if its checksum is right. Programs that
// start at the same time may all write; the last rename wins, the content is
// the same.
func unpack(folder string, packed []byte, sum string) (string, error) {
	if sum == "" {
		return "", errors.New("no checksum is pinned for " + platform())
	}
	path := filepath.Join(folder, "libonnxruntime-"+sum[:16]+".so")
	if got, err := fileSum(path); err == nil && got == sum {
		return path, nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(folder, ".libonnxruntime-*")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	err = errors.Join(decompress(f, packed, sum), f.Chmod(0o500), f.Close())
	if err != nil {
		return "", err
	}
	return path, os.Rename(f.Name(), path)
}

// cacheFolder is where the library inside the program is unpacked.
func (c Config) cacheFolder() (string, error) {
	if c.CacheDir != "" {
		return c.CacheDir, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(cache, "zhiwen"), nil
}

// decompress writes the gzipped library to w and compares its checksum.
func decompress(w io.Writer, packed []byte, sum string) error {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return fmt.Errorf("reading the library inside the program: %w", err)
	}
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(w, h), z); err != nil {
		return fmt.Errorf("unpacking the library inside the program: %w", err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != sum {
		return fmt.Errorf("the library inside the program has checksum %s, not %s", got, sum)
	}
	return nil
}

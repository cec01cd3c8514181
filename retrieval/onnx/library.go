//go:build cgo

package onnx

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"debug/elf"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// libraryName is what the runtime library is called where we keep it.
const libraryName = "libonnxruntime.so"

// checksums pins the libraries that scripts/fetch-onnxruntime gets, one for
// each platform, as sha256sum prints them: "HEX  linux_amd64/libonnxruntime.so".
//
//go:embed libonnxruntime.sha256
var checksums []byte

// pinned is the SHA-256 in hex of this platform's library; "" if none is.
func pinned() string {
	for line := range bytes.Lines(checksums) {
		sum, name, _ := strings.Cut(strings.TrimSpace(string(line)), "  ")
		if name == platform()+"/"+libraryName {
			return sum
		}
	}
	return ""
}

func platform() string { return runtime.GOOS + "_" + runtime.GOARCH }

// installed lists the libraries outside the program, the nearest first. A bare
// name is left to the system's library path.
func installed() []string {
	var paths []string
	if program, err := os.Executable(); err == nil {
		paths = append(paths, existing(filepath.Join(filepath.Dir(program), libraryName))...)
	}
	if folder, err := os.Getwd(); err == nil {
		paths = append(paths, inSourceTree(folder)...)
	}
	return append(paths, libraryName, libraryName+".1")
}

// inSourceTree finds the library that scripts/fetch-onnxruntime left in the
// source tree around folder. It must have the pinned checksum: what lies in
// somebody's working folder is not loaded on trust.
func inSourceTree(folder string) []string {
	for {
		path := filepath.Join(folder, "retrieval", "onnx", "lib", platform(), libraryName)
		if sum, err := fileSum(path); err == nil && sum == pinned() {
			return []string{path}
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return nil
		}
		folder = parent
	}
}

func existing(path string) []string {
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	return []string{path}
}

func fileSum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, bufio.NewReaderSize(f, 1<<20)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// whole reports a file that the loader would choke on. One that was cut off in
// copying would kill the process with a bus error instead of failing to load;
// its table of sections, the last thing in the file, is missing.
func whole(path string) error {
	if runtime.GOOS != "linux" || !strings.Contains(path, "/") {
		return nil
	}
	f, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("%s is not a whole shared library: %w", path, err)
	}
	return f.Close()
}

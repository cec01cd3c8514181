//go:build cgo

package onnx

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// inMemory unpacks the library into a file that no file system holds, for
// machines whose cache folder cannot be written or is mounted noexec. It can be
// loaded by the path until the file is closed.
func inMemory(packed []byte, sum string) (f *os.File, path string, err error) {
	fd, err := unix.MemfdCreate(libraryName, unix.MFD_CLOEXEC)
	if err != nil {
		return nil, "", fmt.Errorf("making a file in memory: %w", err)
	}
	f = os.NewFile(uintptr(fd), libraryName)
	if err := decompress(f, packed, sum); err != nil {
		f.Close()
		return nil, "", err
	}
	return f, fmt.Sprintf("/proc/self/fd/%d", fd), nil
}

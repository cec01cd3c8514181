package container

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/richardlehane/mscfb"
)

// Compound is an open OLE2 compound file, which DOC, XLS and WPS are.
type Compound struct {
	size    int64
	streams map[string]*mscfb.File
}

// IsCompound looks at the magic number, which no name can hide.
func IsCompound(b []byte) bool { return bytes.HasPrefix(b, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) }

// OpenCompound reads the directory of a compound file. Of streams with one
// name the first counts: those of embedded objects come later.
func OpenCompound(b []byte) (*Compound, error) {
	r, err := mscfb.New(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%w (%v)", ErrDamaged, err)
	}
	c := &Compound{size: int64(len(b)), streams: map[string]*mscfb.File{}}
	for range MaxEntries {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return c, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w (%v)", ErrDamaged, err)
		}
		if c.streams[f.Name] == nil && len(f.Path) == 0 {
			c.streams[f.Name] = f
		}
	}
	return nil, ErrBomb
}

// Has reports whether there is a stream of that name at the top.
func (c *Compound) Has(name string) bool { return c.streams[name] != nil }

// Read reads one stream, which can be read once. The error wraps
// fs.ErrNotExist if there is none.
func (c *Compound) Read(name string) ([]byte, error) {
	f := c.streams[name]
	if f == nil {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	if f.Size > c.size {
		return nil, fmt.Errorf("%w (%s is longer than the file)", ErrDamaged, name)
	}
	b, err := io.ReadAll(io.LimitReader(f, c.size))
	if err != nil {
		return nil, fmt.Errorf("%w (%s: %v)", ErrDamaged, name, err)
	}
	return b, nil
}

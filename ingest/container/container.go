// Package container reads the ZIP files that DOCX, XLSX and OFD are, and the
// XML in them, within bounds: what is in a file of a few kilobytes must not
// take the memory of the machine. It imports nothing of ours.
package container

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Bounds of an archive. A document of 64 MB unpacks to a few times its size;
// text compresses a hundredfold at the utmost.
const (
	MaxEntries = 10_000
	MaxBytes   = 256 << 20 // unpacked, all that is read of one archive
	maxRatio   = 200
	freeRatio  = 1 << 20 // an entry up to this size may have any ratio
)

// Errors of archives, each a sentence for an operator.
var (
	ErrDamaged = errors.New("the file is damaged or cut off; fetch it again")
	ErrBomb    = errors.New("the file unpacks to far more than a document holds; it is refused")
	ErrLocked  = errors.New("the file is protected by a password; save it without one")
)

// Archive is an open ZIP file. It is not for concurrent use.
type Archive struct {
	files map[string]*zip.File
	names []string
	left  int64 // bytes that may still be unpacked
}

// Open reads the directory of an archive.
func Open(b []byte) (*Archive, error) { return OpenAt(bytes.NewReader(b), int64(len(b))) }

// OpenAt reads the directory of an archive that need not be in memory.
func OpenAt(r io.ReaderAt, size int64) (*Archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w (%v)", ErrDamaged, err)
	}
	if len(z.File) > MaxEntries {
		return nil, fmt.Errorf("%w (%d entries)", ErrBomb, len(z.File))
	}
	a := &Archive{files: make(map[string]*zip.File, len(z.File)), left: MaxBytes}
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		name := clean(nameOf(f))
		if _, twice := a.files[name]; twice {
			continue
		}
		a.files[name] = f
		a.names = append(a.names, name)
	}
	return a, nil
}

// nameOf decodes a name; Chinese archivers write GBK and say nothing.
func nameOf(f *zip.File) string {
	if !f.NonUTF8 {
		return f.Name
	}
	name, err := simplifiedchinese.GB18030.NewDecoder().String(f.Name)
	if err != nil {
		return f.Name
	}
	return name
}

// clean makes the names of parts comparable; writers differ in slashes.
func clean(name string) string {
	return strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/")
}

// Names lists the files in the order of the directory.
func (a *Archive) Names() []string { return a.names }

// Has reports whether there is a file of that name.
func (a *Archive) Has(name string) bool { return a.files[clean(name)] != nil }

// Read unpacks one file. The error wraps fs.ErrNotExist if there is none, or
// one of the errors above.
func (a *Archive) Read(name string) ([]byte, error) {
	f := a.files[clean(name)]
	switch {
	case f == nil:
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	case f.Flags&1 != 0:
		return nil, ErrLocked
	}
	limit := min(a.left, max(freeRatio, int64(f.CompressedSize64)*maxRatio))
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w (%v)", ErrDamaged, err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(b)) > limit {
		return nil, ErrBomb
	}
	if err != nil {
		return nil, fmt.Errorf("%w (%s: %v)", ErrDamaged, name, err)
	}
	a.left -= int64(len(b))
	return b, nil
}

// ReadXML unpacks one file and prepares it to be read as XML.
func (a *Archive) ReadXML(name string) (*xml.Decoder, error) {
	b, err := a.Read(name)
	if err != nil {
		return nil, err
	}
	return NewDecoder(b), nil
}

// NewDecoder reads XML in any encoding it declares. Entities other than the
// five of XML itself are errors, so that none can be made to multiply.
func NewDecoder(b []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.CharsetReader = func(label string, input io.Reader) (io.Reader, error) {
		e, err := htmlindex.Get(label)
		if err != nil {
			return nil, fmt.Errorf("unknown encoding %q", label)
		}
		return e.NewDecoder().Reader(input), nil
	}
	return d
}

// Attr is the value of an attribute, whatever its namespace.
func Attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

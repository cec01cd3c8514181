package ingest

import (
	"context"
	"fmt"
	"os"
	"path"
	"strings"

	"zhiwen/ingest/container"
)

// ownFiles are in archives that are one document, not several.
var ownFiles = []string{"[Content_Types].xml", "OFD.xml", "mimetype", "word/document.xml", "xl/workbook.xml"}

// membersOf lists the documents of a ZIP file, or the file itself if it is
// none, or damaged: then reading it says so.
func membersOf(file string) []listed {
	self := []listed{{path: file}}
	f, a, err := openArchive(file)
	if err != nil {
		return self
	}
	defer f.Close()
	for _, name := range ownFiles {
		if a.Has(name) {
			return self
		}
	}
	var members []listed
	for _, name := range a.Names() {
		if !strings.HasPrefix(path.Base(name), ".") && !strings.HasPrefix(name, "__MACOSX/") {
			members = append(members, listed{path: file, member: name})
		}
	}
	if members == nil {
		return self
	}
	return members
}

// openArchive opens a regular file as a ZIP file.
func openArchive(file string) (*os.File, *container.Archive, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, nil, plainError(err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, container.ErrDamaged
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, plainError(err)
	}
	a, err := container.OpenAt(f, info.Size())
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, a, nil
}

// read reads a file, or a document in one.
func (l listed) read() ([]byte, error) {
	if l.member == "" {
		return readFile(l.path)
	}
	f, a, err := openArchive(l.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := a.Read(l.member)
	if err != nil {
		return nil, err
	}
	if len(b) > MaxBytes {
		return nil, tooLarge(int64(len(b)), MaxBytes)
	}
	return b, nil
}

// readZIP says why an archive is no document.
func readZIP(_ context.Context, src Source) (Page, error) {
	if _, err := container.Open(src.Bytes); err != nil {
		return Page{}, err
	}
	return Page{}, fmt.Errorf("%w: an archive that is empty, within another or of another program is not read; unpack it", ErrFormat)
}

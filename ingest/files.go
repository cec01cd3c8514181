package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// listed is a file to read, or why it cannot be.
type listed struct {
	path   string
	member string // of the archive that path is, "" for the file itself
	named  bool   // on the command line, not found in a folder
	root   string // absolute and with slashes: the folder that was named, or the archive
	err    error
}

// name is how a document is reported.
func (l listed) name() string {
	if l.member == "" {
		return l.path
	}
	return l.path + "/" + l.member
}

// listFiles finds the files of paths: a folder is read through recursively, in
// the order of names; hidden entries below it are passed over.
func listFiles(ctx context.Context, paths []string) ([]listed, error) {
	var files []listed
	for _, root := range paths {
		first := len(files)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err != nil:
				files = append(files, listed{path: path, err: plainError(err)})
				return nil
			case path != root && strings.HasPrefix(d.Name(), "."):
				if d.IsDir() {
					return filepath.SkipDir
				}
			case strings.HasSuffix(path, mapSuffix): // goes with the file beside it
			case !d.IsDir():
				files = append(files, membersOf(path)...)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("listing files: %w", err)
		}
		for i := first; i < len(files); i++ {
			files[i].root = siteRoot(root, files[i])
			files[i].named = files[i].path == root
		}
	}
	return files, nil
}

// siteRoot is the folder that holds a copied site: the archive that a file is
// a member of, else the folder that was named.
func siteRoot(named string, file listed) string {
	root := named
	switch {
	case file.member != "":
		root = file.path
	case file.path == named:
		root = filepath.Dir(named)
	}
	key, err := fileKey(root)
	if err != nil {
		return ""
	}
	return key
}

// readFile reads a regular file of bounded size; anything else, a pipe say,
// could keep the run waiting for ever.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, plainError(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	if info.Size() > MaxBytes {
		return nil, tooLarge(info.Size(), MaxBytes)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, plainError(err)
	}
	defer f.Close()
	// Of the size that the file had, so that nothing is copied.
	b := bytes.NewBuffer(make([]byte, 0, info.Size()+bytes.MinRead))
	if _, err := b.ReadFrom(io.LimitReader(f, MaxBytes+1)); err != nil {
		return nil, plainError(err)
	}
	if b.Len() > MaxBytes {
		return nil, tooLarge(int64(b.Len()), MaxBytes)
	}
	return b.Bytes(), nil
}

// plainError leaves out the path, which the report names already.
func plainError(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// fileKey names a file from whatever folder the program runs in.
func fileKey(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("finding the absolute path: %w", err)
	}
	return filepath.ToSlash(abs), nil
}

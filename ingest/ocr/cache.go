package ocr

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"time"
)

const (
	// keptFor is how long a recognised page is remembered: what was erased from
	// the collection does not stay longer on the disk either.
	keptFor = 7 * 24 * time.Hour
	// maxTable bounds what is read of one page.
	maxTable = 8 << 20
	suffix   = ".tsv.gz"
)

// keptTable is the file that remembers tesseract's table of one picture.
// Whatever goes wrong with it costs only time: the picture is read again.
type keptTable string // its path; empty: nothing is kept

// keptAs names the file by the picture and the program that read it.
func (t *Tesseract) keptAs(pixels []byte) keptTable {
	if t.Cache == "" {
		return ""
	}
	sum := sha256.New()
	io.WriteString(sum, t.Version+"\n"+language+"\n")
	sum.Write(pixels)
	return keptTable(filepath.Join(t.Cache, hex.EncodeToString(sum.Sum(nil))+suffix))
}

func (k keptTable) read() (table string, ok bool) {
	if k == "" {
		return "", false
	}
	info, err := os.Stat(string(k))
	if err != nil || time.Since(info.ModTime()) > keptFor {
		return "", false
	}
	f, err := os.Open(string(k))
	if err != nil {
		return "", false
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return "", false
	}
	b, err := io.ReadAll(io.LimitReader(z, maxTable))
	return string(b), err == nil
}

// write puts the file in place whole, as two runs may read one picture.
func (k keptTable) write(table string) {
	if k == "" {
		return
	}
	dir := filepath.Dir(string(k))
	if os.MkdirAll(dir, 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(dir, "*.part")
	if err != nil {
		return
	}
	z := gzip.NewWriter(f)
	_, err = io.WriteString(z, table)
	for _, end := range []func() error{z.Close, f.Close} {
		if failed := end(); err == nil {
			err = failed
		}
	}
	if err == nil {
		err = os.Rename(f.Name(), string(k))
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
}

// forget removes from a folder what was kept for too long.
func forget(dir string) {
	for _, pattern := range []string{"*" + suffix, "*.part"} {
		files, _ := filepath.Glob(filepath.Join(dir, pattern)) // the pattern is sound
		for _, file := range files {
			if info, err := os.Stat(file); err == nil && time.Since(info.ModTime()) > keptFor {
				_ = os.Remove(file)
			}
		}
	}
}

//go:build cgo

package onnx

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// pack gzips content, without compressing it: the race detector makes that slow.
func pack(tb testing.TB, content []byte) (packed []byte, sum string) {
	tb.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.NoCompression)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := z.Write(content); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	h := sha256.Sum256(content)
	return b.Bytes(), hex.EncodeToString(h[:])
}

func TestUnpackOnceForAll(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "zhiwen")
	packed, sum := pack(t, bytes.Repeat([]byte("library "), 100_000))
	var starts sync.WaitGroup
	for range 8 {
		starts.Go(func() {
			path, err := unpack(folder, packed, sum)
			if err != nil {
				t.Error(err)
				return
			}
			if got, err := fileSum(path); err != nil || got != sum {
				t.Errorf("%s: checksum %s, error %v", path, got, err)
			}
		})
	}
	starts.Wait()
	if files, _ := os.ReadDir(folder); len(files) != 1 {
		t.Errorf("%v are left in the folder, want one file", files)
	}
}

func TestUnpackReplacesDamagedFile(t *testing.T) {
	folder := t.TempDir()
	packed, sum := pack(t, []byte("library"))
	path, err := unpack(folder, packed, sum)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(path), os.WriteFile(path, []byte("lib"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := unpack(folder, packed, sum); err != nil {
		t.Fatal(err)
	}
	if got, _ := fileSum(path); got != sum {
		t.Error("the damaged file is still there")
	}
}

func TestUnpackRefuses(t *testing.T) {
	packed, sum := pack(t, []byte("library"))
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, folder string
		packed       []byte
		sum, want    string
	}{
		{"other content", t.TempDir(), packed, strings.Repeat("0", 64), "checksum"},
		{"no gzip", t.TempDir(), []byte("library"), sum, "reading the library"},
		{"cut off", t.TempDir(), packed[:len(packed)-4], sum, "unpacking the library"},
		{"no checksum", t.TempDir(), packed, "", "no checksum"},
		{"folder is a file", file, packed, sum, "not a directory"},
	} {
		_, err := unpack(c.folder, c.packed, c.sum)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
		if left, _ := os.ReadDir(c.folder); len(left) > 0 {
			t.Errorf("%s: %v is left behind", c.name, left)
		}
	}
}

func TestWorkingFolderIsNotTrusted(t *testing.T) {
	root := t.TempDir()
	folder := filepath.Join(root, "retrieval", "onnx", "lib", platform())
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, libraryName), []byte("somebody's"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := inSourceTree(root); got != nil {
		t.Errorf("%v would be loaded without the pinned checksum", got)
	}
}

// The runtime is loaded once in a process, so each way of loading has its own:
// this test binary again, told by its environment what to load.
const (
	childLibrary = "ZHIWEN_TEST_LIBRARY"
	childPacked  = "ZHIWEN_TEST_PACKED"
	childCache   = "ZHIWEN_TEST_CACHE"
)

func TestLoadInChild(t *testing.T) {
	c := Config{Library: os.Getenv(childLibrary), CacheDir: os.Getenv(childCache)}
	var from string
	var err error
	switch file := os.Getenv(childPacked); {
	case file != "":
		content, readErr := os.ReadFile(file)
		if readErr != nil {
			t.Fatal(readErr)
		}
		from, err = loadPacked(c, content, pinned())
	case c.Library != "":
		from, err = load(c)
	default:
		return // run as itself, there is nothing to load
	}
	if err != nil {
		t.Fatal(err)
	}
	e, err := NewEmbedder(&Runtime{Library: from})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if _, err := e.Question(t.Context(), "问"); err != nil {
		t.Fatal(err)
	}
	t.Logf("loaded from %s", from)
}

func child(t *testing.T, environment ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), program, "-test.run=^TestLoadInChild$", "-test.v")
	c.Env = append(os.Environ(), environment...)
	return c
}

// libraryFile is the real library on disk, wherever Open found it.
func libraryFile(t *testing.T) string {
	t.Helper()
	path := open(t).Library
	if sum, err := fileSum(path); err != nil || sum != pinned() {
		t.Skip("the ONNX Runtime library is not the pinned one on disk (scripts/fetch-onnxruntime gets it): loading is not tried in other ways")
	}
	return path
}

func TestLoadNamedLibrary(t *testing.T) {
	out, err := child(t, childLibrary+"="+libraryFile(t)).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestLoadRefusesDamagedLibrary(t *testing.T) {
	content, err := os.ReadFile(libraryFile(t))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, c := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"empty.so", nil, "is not a whole shared library"},
		{"text.so", []byte("not found"), "is not a whole shared library"},
		{"cut.so", content[:len(content)/2], "is not a whole shared library"},
		{"head.so", content[:100], "is not a whole shared library"},
		{"absent.so", nil, "no such file"},
	} {
		path := filepath.Join(folder, c.name)
		if c.name != "absent.so" {
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, err := child(t, childLibrary+"="+path).CombinedOutput()
		if err == nil || !bytes.Contains(out, []byte(ErrNoRuntime.Error())) || !bytes.Contains(out, []byte(c.want)) {
			t.Errorf("%s: error %v, want a message with %q\n%s", c.name, err, c.want, out)
		}
	}
}

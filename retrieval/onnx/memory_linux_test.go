//go:build cgo

package onnx

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// packedFile is the gzipped library for a child process.
func packedFile(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(libraryFile(t))
	if err != nil {
		t.Fatal(err)
	}
	packed, _ := pack(t, content)
	path := filepath.Join(t.TempDir(), "packed.gz")
	if err := os.WriteFile(path, packed, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoadPackedFromCacheThenFromMemory(t *testing.T) {
	packed := packedFile(t)
	cache := t.TempDir()
	file := filepath.Join(cache, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, cache, want string }{
		{"fresh cache", filepath.Join(cache, "zhiwen"), "loaded from " + cache},
		{"second start", filepath.Join(cache, "zhiwen"), "loaded from " + cache},
		{"cache cannot be made", file, "loaded from /proc/self/fd/"},
	} {
		out, err := child(t, childPacked+"="+packed, childCache+"="+c.cache).CombinedOutput()
		if err != nil || !bytes.Contains(out, []byte(c.want)) {
			t.Errorf("%s: error %v, want %q\n%s", c.name, err, c.want, out)
		}
	}
}

func TestLoadPackedFromNoexecCache(t *testing.T) {
	cache := t.TempDir()
	c := child(t, childPacked+"="+packedFile(t), childCache+"="+cache)
	// The child has mounts of its own, so that its cache folder can be noexec.
	const script = `mount -t tmpfs -o noexec tmpfs "$0" || exit; "$@"; status=$?; umount "$0"; exit $status`
	c.Args = append([]string{"/bin/sh", "-c", script, cache}, c.Args...)
	c.Path = "/bin/sh"
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		c.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		}
	}
	out, err := c.CombinedOutput()
	if err != nil && !bytes.Contains(out, []byte("TestLoadInChild")) {
		t.Skip("this machine allows no mount of one's own: a noexec cache folder is not tried")
	}
	if err != nil || !bytes.Contains(out, []byte("loaded from /proc/self/fd/")) {
		t.Errorf("error %v, want the library loaded from memory\n%s", err, out)
	}
}

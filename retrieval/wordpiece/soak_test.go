//go:build soak

package wordpiece_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestSoakEveryTextOfEval(t *testing.T) {
	eval := evalFolder(t)
	for _, line := range lines(t, "testdata/eval.txt") {
		var name, source, want string
		var count int
		if _, err := fmt.Sscan(line, &name, &source, &count, &want); err != nil {
			t.Fatalf("testdata/eval.txt: %q: %v", line, err)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(eval, name)
			if sourceSum(t, path) != source {
				t.Fatalf("%s changed since testdata was written; run testdata/oracle.py again", name)
			}
			tokenizer := newTokenizer(t)
			h, n := sha256.New(), 0
			for text := range texts(t, path) {
				sum := digest(tokenizer.Encode(text, 0))
				h.Write(sum[:])
				n++
			}
			if got := short(h); n != count || got != want {
				t.Errorf("%d texts with digest %s, want %d with %s", n, got, count, want)
			}
			t.Logf("%d texts", n)
		})
	}
}

func sourceSum(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		t.Fatal(err)
	}
	return short(h)
}

package wordpiece_test

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zhiwen/retrieval/wordpiece"
)

// The files of testdata were written by oracle.py with the reference
// implementation; how digests are made is said there.

func digest(tokens []wordpiece.Token) [8]byte {
	b := make([]byte, 0, 12*len(tokens))
	for _, t := range tokens {
		b = binary.LittleEndian.AppendUint32(b, uint32(t.ID))
		b = binary.LittleEndian.AppendUint32(b, uint32(t.Start))
		b = binary.LittleEndian.AppendUint32(b, uint32(t.End))
	}
	sum := sha256.Sum256(b)
	return [8]byte(sum[:8])
}

func short(h hash.Hash) string {
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// lines gives the lines of a text file.
func lines(tb testing.TB, path string) []string {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

// texts gives all strings of a gzipped JSONL file in oracle.py's order.
func texts(tb testing.TB, path string) iter.Seq[string] {
	return func(yield func(string) bool) {
		f, err := os.Open(path)
		if err != nil {
			tb.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(bufio.NewReader(f))
		if err != nil {
			tb.Fatalf("%s: %v", path, err)
		}
		for d := json.NewDecoder(z); ; {
			var value any
			if err := d.Decode(&value); err == io.EOF {
				return
			} else if err != nil {
				tb.Fatalf("%s: %v", path, err)
			}
			if !walk(value, yield) {
				return
			}
		}
	}
}

func walk(value any, yield func(string) bool) bool {
	switch v := value.(type) {
	case string:
		return yield(v)
	case []any:
		for _, item := range v {
			if !walk(item, yield) {
				return false
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if !walk(v[name], yield) {
				return false
			}
		}
	}
	return true
}

// evalFolder finds ../shared/eval beside the repository.
func evalFolder(tb testing.TB) string {
	tb.Helper()
	eval, err := filepath.Abs("../../../shared/eval")
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := os.Stat(eval); err != nil {
		tb.Skip("no ../shared/eval: its texts are not compared with the reference implementation")
	}
	return eval
}

func TestEveryCodePoint(t *testing.T) {
	const block = 4096
	tokenizer := newTokenizer(t)
	for n, want := range lines(t, "testdata/codepoints.txt") {
		h := sha256.New()
		for r := rune(n * block); r < rune((n+1)*block); r++ {
			if r < 0xD800 || r >= 0xE000 {
				sum := digest(tokenizer.Encode("a"+string(r)+"b", 0))
				h.Write(sum[:])
			}
		}
		if got := short(h); got != want {
			t.Errorf("some of U+%04X to U+%04X differ from the reference implementation", n*block, (n+1)*block-1)
		}
	}
}

func TestFirst5000TextsOfEval(t *testing.T) {
	eval := evalFolder(t)
	tokenizer := newTokenizer(t)
	compared := 0
	want := lines(t, "testdata/first5000.txt")
	for len(want) > 0 {
		var name string
		var count int
		if _, err := fmt.Sscan(want[0], &name, &count); err != nil {
			t.Fatalf("testdata/first5000.txt: %q: %v", want[0], err)
		}
		sums := want[1 : 1+count]
		want = want[1+count:]
		for text := range texts(t, filepath.Join(eval, name)) {
			if len(sums) == 0 {
				break
			}
			if got := digest(tokenizer.Encode(text, 0)); hex.EncodeToString(got[:]) != sums[0] {
				t.Errorf("%s, text %d: tokens differ from the reference implementation", name, count-len(sums)+1)
			}
			sums = sums[1:]
			compared++
		}
	}
	if compared != 5000 {
		t.Errorf("%d texts compared, want 5000", compared)
	}
}

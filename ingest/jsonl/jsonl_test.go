package jsonl

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"strings"
	"testing"
)

// FuzzDecode: whatever the bytes, every row that comes out is one line
// of valid JSON, and an error names its line and ends the reading.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("{\"id\":1}\n\n{\"id\":2}"))
	f.Add([]byte("{\"text\":\"a\u2028b\"}\r\n[1"))
	f.Add([]byte{0x1f, 0x8b, 0, 0})
	f.Add(zipped(f, "{}\n{}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		failed := false
		Decode(bytes.NewReader(data), "f", func(row json.RawMessage, err error) bool {
			if failed {
				t.Fatal("a row after an error")
			}
			if err != nil {
				failed = true
				if !strings.Contains(err.Error(), "f") {
					t.Fatalf("the error does not name its file: %v", err)
				}
			} else if !json.Valid(row) || bytes.ContainsRune(row, '\n') {
				t.Fatalf("row %q", row)
			}
			return true
		})
	})
}

func TestDecodeGzip(t *testing.T) {
	rows := 0
	Decode(bytes.NewReader(zipped(t, "{}\n{}\n")), "f", func(_ struct{}, err error) bool {
		rows++
		return err == nil
	})
	if rows != 2 {
		t.Errorf("%d rows, want 2", rows)
	}
}

func TestDecodeStops(t *testing.T) {
	rows := 0
	Decode(strings.NewReader("{}\n{}\n{}\n"), "f", func(struct{}, error) bool {
		rows++
		return rows < 2
	})
	if rows != 2 {
		t.Errorf("%d rows after the reader had enough, want 2", rows)
	}
}

func zipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

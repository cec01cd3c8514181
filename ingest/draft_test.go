package ingest

import (
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestDrafts: a draft keeps every line, and the offsets of plain text are the
// file's own.
func TestDrafts(t *testing.T) {
	drafts, err := NewDrafts(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer drafts.Close()
	text := "某县2024年度工作报告\r\n\r\n欢迎访问本站！ 浏览次数：12\r\n第一条  按 原样\u3000保留。\n"
	d, err := drafts.Read(t.Context(), "a.txt", []byte(text))
	if err != nil || d.Text != text || d.Title != "某县2024年度工作报告" || len(d.ID) != 16 {
		t.Errorf("%q titled %q, %v", d.Text, d.Title, err)
	}
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	if d, err := drafts.Read(t.Context(), "a.txt", []byte(gbk)); err != nil || !strings.Contains(d.Text, "按 原样") {
		t.Errorf("GB18030: %q, %v", d.Text, err)
	}
	for name, test := range map[string]struct {
		bytes string
		want  error
	}{
		"empty.txt": {" \n", ErrEmpty}, "picture.png": {"\x89PNG\r\n", ErrFormat}, "a.json": {"{}", ErrFormat}, "a.zip": {"PK\x03\x04", nil},
	} {
		if _, err := drafts.Read(t.Context(), name, []byte(test.bytes)); err == nil || test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	for _, sample := range wordSamples(t)[:1] {
		b, err := os.ReadFile(sample)
		if err != nil {
			t.Fatal(err)
		}
		d, err := drafts.Read(t.Context(), sample, b)
		if err != nil || len(d.Sections) < 10 || !strings.Contains(d.Text, "第一条") {
			t.Errorf("%s: %d sections, %v", sample, len(d.Sections), err)
		}
	}
}

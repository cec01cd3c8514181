package pdf

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	pdferrors "github.com/klippa-app/go-pdfium/errors"

	"zhiwen/ingest/container"
	"zhiwen/ingest/content"
	"zhiwen/ingest/layout"
)

// reader is an engine for one test.
func reader(t testing.TB) *Reader {
	t.Helper()
	// Compiling takes a minute under the race detector.
	r := &Reader{Cache: filepath.Join(os.TempDir(), "zhiwen-test-pdfium")}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func texts(doc content.Document) []string {
	var all []string
	for _, b := range doc.Blocks {
		all = append(all, b.Text)
	}
	return all
}

func TestRead(t *testing.T) {
	r := reader(t)
	body := []string{"绩溪县人民政府办公室文件", "第一条 为了方便群众办事，规范便民服务，根据有关规定，结合", "本县实际，制定本办法。", "〔2024〕３号〇ABC 3.5%"}
	want := []string{"绩溪县人民政府办公室文件", "第一条 为了方便群众办事，规范便民服务，根据有关规定，结合本县实际，制定本办法。", "〔2024〕３号〇ABC 3.5%"}
	for name, b := range map[string][]byte{"GBK-EUC-H": gbk(t, body), "UniGB-UCS2-H": ucs2(t, body)} {
		doc, err := r.Read(t.Context(), b)
		if err != nil || !slices.Equal(texts(doc), want) || doc.Pages != 1 || doc.Blocks[0].Page != 1 {
			t.Errorf("%s: %q, %v; want %q", name, texts(doc), err, want)
		}
	}
	t.Run("pages", func(t *testing.T) {
		filler := strings.Split(strings.Repeat("甲乙丙丁。\n", 34), "\n")
		one := append([]string{"示例县人民政府公报"}, append(filler, "— 1 —")...)
		two := append([]string{"示例县人民政府公报"}, append(filler, "— 2 —")...)
		doc, err := r.Read(t.Context(), gbk(t, one, two))
		if err != nil {
			t.Fatal(err)
		}
		if last := doc.Blocks[len(doc.Blocks)-1]; last.Page != 2 || last.Text != "甲乙丙丁。" || doc.Pages != 2 {
			t.Errorf("last block %+v of %d pages", last, doc.Pages)
		}
		for _, b := range doc.Blocks {
			if b.Text != "甲乙丙丁。" {
				t.Errorf("%q is kept", b.Text)
			}
		}
	})
	t.Run("some pages left out", func(t *testing.T) {
		doc, err := r.Read(t.Context(), gbk(t, body, []string{"这一页已经坏了：锟斤拷锟斤拷"}))
		if err != nil || len(doc.Warnings) != 1 || !strings.Contains(doc.Warnings[0], "do not say") || !slices.Equal(texts(doc), want) {
			t.Errorf("%q, warnings %q, %v", texts(doc), doc.Warnings, err)
		}
	})
}

func TestRefuses(t *testing.T) {
	r := reader(t)
	whole := gbk(t, []string{"绩溪县"})
	ring := bytes.Replace(whole, []byte("/Type /Page /Parent"), []byte("/Type /Pages /Kids [2 0 R] /Count 1 /Parent"), 1)
	for name, test := range map[string]struct {
		b    []byte
		want error
	}{
		"scan":       {scan(), ErrScan},
		"garbled":    {gbk(t, []string{"锟斤拷锟斤拷锟斤拷"}), ErrGarbled},
		"only magic": {[]byte("%PDF-1.7"), container.ErrDamaged},
		"no PDF":     {bytes.Repeat([]byte{0}, 1000), container.ErrDamaged},
	} {
		if doc, err := r.Read(t.Context(), test.b); !errors.Is(err, test.want) {
			t.Errorf("%s: %+v, %v; want %v", name, doc, err, test.want)
		}
	}
	for name, b := range map[string][]byte{"pages in a ring": ring, "cut off": whole[:len(whole)*2/3]} {
		if doc, err := r.Read(t.Context(), b); err == nil && len(doc.Blocks) > 0 {
			t.Logf("%s: read as %q", name, texts(doc))
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Read(ctx, whole); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := r.Read(t.Context(), whole); err != nil {
		t.Errorf("after all that: %v", err)
	}
}

func TestIsGarbled(t *testing.T) {
	for text, want := range map[string]bool{"绩溪县": false, "绩\uFFFD县": true, "锟斤拷": true, "x锟斤拷x": true, "锟斤": false, "": false} {
		var glyphs []layout.Glyph
		for _, c := range text {
			glyphs = append(glyphs, layout.Glyph{Rune: c})
		}
		if got := isGarbled(glyphs); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// FuzzRead reads whatever comes in one sandbox, which is what takes the time to
// start; it is made anew when a file has broken it.
func FuzzRead(f *testing.F) {
	f.Add(gbk(f, []string{"绩溪县"}))
	f.Add(scan())
	f.Add(paint(f, show(f, 72, 600, 14, "1 1 1 rg", "第二行"), "q 1 0 0 1 10 10 cm 60 580 300 50 re S Q", "q 1 1 1 rg 60 580 300 50 re f Q"))
	r := reader(f)
	compiled, _ := r.started()
	// Started before the first try: one that takes ten seconds counts as hung.
	sandbox, engine, err := start(context.Background(), compiled, toDraw)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = sandbox.Close() })
	f.Fuzz(func(t *testing.T, b []byte) {
		var pages []page
		err := opened(engine, b, toDraw, func(f file) error {
			for i := range min(f.pages, 5) {
				pages = append(pages, f.read(i))
			}
			return nil
		})
		if err != nil && !isRefusal(err) {
			_ = sandbox.Close()
			if sandbox, engine, err = start(context.Background(), compiled, toDraw); err != nil {
				t.Fatal(err)
			}
			return
		}
		if err != nil {
			return
		}
		doc, err := document(pages)
		if err == nil && len(doc.Blocks) > 0 && doc.Pages == 0 {
			t.Fatalf("%d blocks on no page", len(doc.Blocks))
		}
	})
}

// isRefusal holds for what the engine says of a file; any other error is about
// the engine.
func isRefusal(err error) bool {
	for _, refusal := range []error{pdferrors.ErrFormat, pdferrors.ErrFile, pdferrors.ErrUnknown, pdferrors.ErrPage, pdferrors.ErrPassword, pdferrors.ErrSecurity, errPages} {
		if errors.Is(err, refusal) {
			return true
		}
	}
	return false
}

func BenchmarkRead(b *testing.B) {
	var pages [][]string
	for range 20 {
		pages = append(pages, strings.Split(strings.Repeat("为了方便群众办事，规范便民服务，根据有关规定，结合本县实\n", 34), "\n"))
	}
	file := gbk(b, pages...)
	r := reader(b)
	if _, err := r.Read(b.Context(), file); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Read(b.Context(), file); err != nil {
			b.Fatal(err)
		}
	}
}

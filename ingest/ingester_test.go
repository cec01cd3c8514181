package ingest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhiwen/retrieval"
)

// memory is a store that keeps current entries only.
type memory struct {
	mu      sync.Mutex
	entries map[string]retrieval.Entry // by key
	puts    int
	put     func([]retrieval.Entry) error // nil: always stored
}

func (m *memory) Head(_ context.Context, key string) (retrieval.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.entries[key]
	if !ok {
		return retrieval.Head{}, fmt.Errorf("head of %s: %w", key, retrieval.ErrNotFound)
	}
	return retrieval.Head{Meta: e.Document.Meta, BytesSHA256: e.Document.BytesSHA256, Parser: e.Document.Parser}, nil
}

func (m *memory) Put(_ context.Context, entries ...retrieval.Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.put != nil {
		if err := m.put(entries); err != nil {
			return err
		}
	}
	m.puts++
	for _, e := range entries {
		m.entries[e.Document.Key] = e
	}
	return nil
}

func (m *memory) ReadFrom(_ context.Context, source string) ([]retrieval.Ref, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var refs []retrieval.Ref
	for key, e := range m.entries {
		if e.Document.Source == source {
			refs = append(refs, retrieval.Ref{ID: e.Document.ID, Key: key, Title: e.Document.Title})
		}
	}
	slices.SortFunc(refs, func(a, b retrieval.Ref) int { return strings.Compare(a.Title+a.Key, b.Title+b.Key) })
	return refs, nil
}

func (m *memory) Retire(_ context.Context, keys ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, key := range keys {
		delete(m.entries, key)
	}
	return nil
}

func newMemory() *memory { return &memory{entries: map[string]retrieval.Entry{}} }

// lengths embeds a text as its length; it fails on texts that hold fail.
type lengths struct{ fail string }

func (lengths) Model() string { return "lengths" }
func (lengths) Dim() int      { return 1 }
func (l lengths) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	for i, t := range texts {
		if l.fail != "" && strings.Contains(t, l.fail) {
			return nil, errors.New("the model is gone")
		}
		vectors[i] = []float32{float32(len(t))}
	}
	return vectors, ctx.Err()
}
func (l lengths) Question(ctx context.Context, text string) ([]float32, error) {
	v, err := l.Passages(ctx, []string{text})
	return v[0], err
}

// tree writes files into a folder and names it.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// outcome is "name: status" of each report, in order.
func outcome(reports []Report) []string {
	lines := make([]string, len(reports))
	for i, r := range reports {
		lines[i] = filepath.Base(r.Source) + ": " + string(r.Status)
	}
	return lines
}

func runOver(t *testing.T, in *Ingester, paths ...string) ([]Report, Summary) {
	t.Helper()
	var reports []Report
	summary, err := in.Run(t.Context(), paths, func(r Report) { reports = append(reports, r) })
	if err != nil {
		t.Fatal(err)
	}
	return reports, summary
}

func TestRun(t *testing.T) {
	long := strings.Repeat("为做好供暖工作，现将有关事项通知如下。\n", 200)
	dir := tree(t, map[string]string{
		"a.txt":          "关于供暖的通知\n" + long,
		"b/page.html":    "<h1>办事指南</h1><p>请到政务大厅办理。</p>",
		"b/note.md":      "# 说明\n\n请携带身份证。",
		"c.pdf":          "PK\x03\x04%PDF",
		"d.json":         "{}",
		"e.txt":          " \n",
		"f.txt":          "\x00\x01\x02\x03",
		".hidden.txt":    "隐藏",
		".git/x.txt":     "隐藏",
		"g.doc":          "<html><p>其实是网页。</p>",
		"h/z/deeply.txt": "深处的文件。",
	})
	store := newMemory()
	in := &Ingester{Store: store, Embedder: lengths{}, Workers: 4}
	reports, summary := runOver(t, in, dir, filepath.Join(dir, "absent.txt"))
	want := []string{"a.txt: added", "note.md: added", "page.html: added", "c.pdf: failed", "d.json: skipped",
		"e.txt: failed", "f.txt: failed", "g.doc: added", "deeply.txt: added", "absent.txt: failed"}
	if got := outcome(reports); !slices.Equal(got, want) {
		t.Errorf("outcome\n%v, want\n%v", got, want)
	}
	if summary.Documents != 10 || summary.Failed != 4 || summary.Chunks < 10 {
		t.Errorf("summary %+v", summary)
	}
	for _, r := range reports {
		if failed := r.Status == StatusFailed || r.Status == StatusSkipped; failed != (r.Error != "") || r.Warnings == nil {
			t.Errorf("report %+v", r)
		}
	}
	for key, e := range store.entries {
		if !filepath.IsAbs(key) || e.Document.ID == "" || e.Document.BytesSHA256 == "" {
			t.Errorf("entry %q: %+v", key, e.Document.Meta)
		}
		for _, c := range e.Chunks {
			if c.Vector == nil || len(c.Terms) == 0 || c.Length < len(c.Terms) {
				t.Errorf("chunk %s of %q has no vector or terms", c.ID, key)
			}
		}
	}
}

func TestRunAgain(t *testing.T) {
	dir := tree(t, map[string]string{"a.txt": "甲的正文。", "b.txt": "乙的正文。"})
	store := newMemory()
	in := &Ingester{Store: store}
	runOver(t, in, dir)
	puts := store.puts

	t.Chdir(dir)
	reports, _ := runOver(t, in, ".")
	if got := outcome(reports); !slices.Equal(got, []string{"a.txt: unchanged", "b.txt: unchanged"}) || store.puts != puts {
		t.Errorf("from another folder: %v, %d puts", got, store.puts-puts)
	}
	if err := os.WriteFile("b.txt", []byte("乙的新正文。"), 0o644); err != nil {
		t.Fatal(err)
	}
	reports, _ = runOver(t, in, dir)
	if got := outcome(reports); !slices.Equal(got, []string{"a.txt: unchanged", "b.txt: updated"}) {
		t.Errorf("after a change: %v", got)
	}
}

// TestRunKey: a page that says who it is keeps its key wherever its copy lies.
func TestRunKey(t *testing.T) {
	dir := tree(t, map[string]string{
		"a.html": `<meta name=Url content="http://www.x.gov.cn/a.html#top"><p>有地址的网页。`,
		"b.txt":  "标题\n索引号：003149652/202311-00194\n有索引号的网页。",
	})
	store := newMemory()
	runOver(t, &Ingester{Store: store}, dir)
	if got := slices.Sorted(maps.Keys(store.entries)); !slices.Equal(got, []string{"003149652/202311-00194", "http://www.x.gov.cn/a.html"}) {
		t.Errorf("keys %q", got)
	}
}

// TestRunRefused: what the store or the model refuses fails alone.
func TestRunRefused(t *testing.T) {
	dir := tree(t, map[string]string{"a.txt": "甲的正文。", "b.txt": "乙的正文。", "c.txt": "丙的正文。"})
	store := newMemory()
	store.put = func(entries []retrieval.Entry) error {
		for _, e := range entries {
			if strings.Contains(e.Document.Text, "乙") {
				return errors.New("disk full")
			}
		}
		return nil
	}
	reports, summary := runOver(t, &Ingester{Store: store, Embedder: lengths{fail: "丙"}}, dir)
	if got := outcome(reports); !slices.Equal(got, []string{"a.txt: added", "b.txt: failed", "c.txt: failed"}) {
		t.Errorf("outcome %v", got)
	}
	if summary.Failed != 2 || reports[1].Error != "storing: disk full" || reports[2].Error != "embedding: the model is gone" {
		t.Errorf("reports %+v", reports)
	}
}

// TestRunGoesOn: after a cancelled run the next one adds what is missing.
func TestRunGoesOn(t *testing.T) {
	files := map[string]string{}
	for i := range 60 {
		files[fmt.Sprintf("%03d.txt", i)] = strings.Repeat(fmt.Sprintf("第%d份文件的正文，有一些内容。\n", i), 180)
	}
	dir := tree(t, files)
	store := newMemory()
	in := &Ingester{Store: store, Embedder: lengths{}, Workers: 3}
	ctx, cancel := context.WithCancel(t.Context())
	reported := 0
	_, err := in.Run(ctx, []string{dir}, func(Report) {
		if reported++; reported == 20 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || len(store.entries) < 20 || len(store.entries) == len(files) {
		t.Fatalf("cancelled run: %v, %d stored", err, len(store.entries))
	}
	before := len(store.entries)
	reports, summary := runOver(t, in, dir)
	unchanged := 0
	for _, r := range reports {
		if r.Status == StatusUnchanged {
			unchanged++
		}
	}
	if unchanged != before || len(store.entries) != len(files) || summary.Documents != len(files) || summary.Failed > 0 {
		t.Errorf("second run: %d unchanged of %d, %d stored, %+v", unchanged, before, len(store.entries), summary)
	}
}

func TestProgress(t *testing.T) {
	dir := tree(t, map[string]string{"a.txt": "甲的正文。", "b.txt": "乙的正文。", "c.bin": "?"})
	var last Progress
	in := &Ingester{Store: newMemory(), Embedder: lengths{}, Progress: func(p Progress) { last = p }}
	runOver(t, in, dir)
	if want := (Progress{Documents: 3, Total: 3, Chunks: 2}); last != want {
		t.Errorf("progress %+v, want %+v", last, want)
	}
}

func TestDocuments(t *testing.T) {
	broken := errors.New("line 3: not JSON")
	docs := func(yield func(RawDoc, error) bool) {
		_ = yield(RawDoc{Key: "1", Title: "甲", Text: "欢迎访问绩溪县政府网站!\n## 第一条 乙。"}, nil) &&
			yield(RawDoc{Key: "2"}, nil) && yield(RawDoc{}, broken)
	}
	store := newMemory()
	var reports []Report
	_, err := (&Ingester{Store: store}).Documents(t.Context(), iter.Seq2[RawDoc, error](docs), func(r Report) { reports = append(reports, r) })
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the documents", err)
	}
	if got := outcome(reports); !slices.Equal(got, []string{"1: added", "2: failed"}) {
		t.Errorf("outcome %v", got)
	}
	if e := store.entries["1"]; e.Document.Text != "欢迎访问绩溪县政府网站!\n## 第一条 乙。" || len(e.Document.Sections) != 1 {
		t.Errorf("entry %+v", e.Document)
	}
}

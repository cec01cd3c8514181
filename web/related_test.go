package web

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"zhiwen/retrieval"
)

// relations are pages by key and the files of each.
type relations struct {
	heads    map[string]retrieval.Meta
	attached map[string][]retrieval.Ref
	readings map[string][]retrieval.Ref // by the title that they interpret
	titled   map[string][]retrieval.Ref
	err      error
}

func (r relations) Head(_ context.Context, key string) (retrieval.Head, error) {
	m, ok := r.heads[key]
	switch {
	case r.err != nil:
		return retrieval.Head{}, r.err
	case !ok:
		return retrieval.Head{}, fmt.Errorf("head: %w", retrieval.ErrNotFound)
	}
	return retrieval.Head{Meta: m}, nil
}

func (r relations) Attached(_ context.Context, key string) ([]retrieval.Ref, error) {
	return r.attached[key], r.err
}

func (r relations) Interpreting(_ context.Context, title string) ([]retrieval.Ref, error) {
	return r.readings[title], r.err
}

func (r relations) Titled(_ context.Context, title string) ([]retrieval.Ref, error) {
	return r.titled[title], r.err
}

// TestInterpretation: a document and its 政策解读 lead to each other.
func TestInterpretation(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	policy, reading := aDocument(), aDocument()
	policy.ID, policy.Title, policy.Kind = "policy", "养犬管理办法", retrieval.KindPolicy
	reading.ID, reading.Title, reading.Kind = "reading", "《养犬管理办法》政策解读", retrieval.KindReading
	s.cfg.Documents = library{"policy": policy, "reading": reading}
	s.cfg.Relations = relations{
		readings: map[string][]retrieval.Ref{"养犬管理办法": {{ID: "reading", Title: reading.Title}}},
		titled:   map[string][]retrieval.Ref{"养犬管理办法": {{ID: "policy", Title: policy.Title}}},
	}
	for path, want := range map[string]string{
		"/doc/policy":  `<th scope="row">政策解读</th><td><ul class="attached"><li><a href="/doc/reading">《养犬管理办法》政策解读</a>`,
		"/doc/reading": `<th scope="row">解读的文件</th><td><ul class="attached"><li><a href="/doc/policy">养犬管理办法</a>`,
	} {
		if r, body := s.get(path); r.StatusCode != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d, no %s in\n%.2500s", path, r.StatusCode, want, body)
		}
	}
}

// TestRelated: a page lists its files and a file leads to its page, as long as
// these may be shown.
func TestRelated(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	page, file, orphan, leftover := aDocument(), aDocument(), aDocument(), aDocument()
	page.ID, page.Key = "page", "page key"
	file.ID, file.Key, file.Parent = "file", "file key", "page key"
	orphan.ID, orphan.Key, orphan.Parent = "orphan", "orphan key", "gone key"
	leftover.ID, leftover.Key, leftover.Parent = "leftover", "leftover key", "no such key"
	s.cfg.Documents = library{"page": page, "file": file, "orphan": orphan, "leftover": leftover}
	known := relations{
		heads: map[string]retrieval.Meta{
			"page key": {ID: "page", Key: "page key", Title: "关于<补贴>的通知", State: retrieval.StateCurrent},
			"gone key": {ID: "gone", Key: "gone key", Title: "已撤回的通知", State: retrieval.StateWithdrawn},
		},
		attached: map[string][]retrieval.Ref{"page key": {{ID: "file", Title: "补贴标准"}, {ID: "form"}}},
	}
	for i := range maxAttached {
		known.attached["file key"] = append(known.attached["file key"], retrieval.Ref{ID: fmt.Sprint("f", i), Title: "表"}, retrieval.Ref{ID: fmt.Sprint("g", i), Title: "表"})
	}
	const attached, parent = `<th scope="row">附件</th>`, `<th scope="row">所属文件</th>`
	for _, test := range []struct {
		relations   Relations
		path        string
		has, hasNot []string
	}{
		{known, "/doc/page", []string{attached, `<a href="/doc/file">补贴标准</a>`, `<a href="/doc/form">未命名文件</a>`}, []string{parent, "另有"}},
		{known, "/doc/file", []string{parent, `<a href="/doc/page">关于&lt;补贴&gt;的通知</a>`, "另有50个附件未列出"}, nil},
		{known, "/doc/orphan", []string{aTitle}, []string{parent, attached, "已撤回"}},
		{known, "/doc/leftover", []string{aTitle}, []string{parent, attached}},
		{nil, "/doc/file", []string{aTitle}, []string{parent, attached}},
		{relations{err: errors.New("the disk is gone")}, "/doc/file", []string{aTitle}, []string{parent, attached, "disk"}},
	} {
		s.cfg.Relations = test.relations
		r, body := s.get(test.path)
		if r.StatusCode != 200 {
			t.Errorf("%s: status %d", test.path, r.StatusCode)
		}
		for _, has := range test.has {
			if !strings.Contains(body, has) {
				t.Errorf("%s lacks %q", test.path, has)
			}
		}
		for _, hasNot := range test.hasNot {
			if strings.Contains(body, hasNot) {
				t.Errorf("%s has %q", test.path, hasNot)
			}
		}
	}
}

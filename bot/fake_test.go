package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhiwen/retrieval"
)

// shelfOf is a collection in memory: it is the index and the documents of a
// Bot under test. Every paragraph is a chunk and every numbered paragraph a
// section.
type shelfOf struct {
	docs   map[string]retrieval.Document
	chunks []retrieval.Passage
	gone   map[string]bool
}

// collection makes a shelf of documents given as "meta" and paragraphs.
func collection(docs ...retrieval.Document) *shelfOf {
	s := &shelfOf{docs: map[string]retrieval.Document{}, gone: map[string]bool{}}
	for i, d := range docs {
		d.ID = fmt.Sprintf("doc%d", i+1)
		at := 0
		for line := range strings.Lines(d.Text) {
			end := at + len(strings.TrimRight(line, "\n"))
			if label, heading, ok := strings.Cut(d.Text[at:end], "、"); ok && len(label) == len("一") {
				d.Sections = append(d.Sections, retrieval.Section{
					Parent: -1, Level: retrieval.LevelOutline1, Label: label + "、", Heading: heading, Start: at, Body: end, End: len(d.Text),
				})
				if n := len(d.Sections); n > 1 {
					d.Sections[n-2].End = at
				}
			}
			if end > at {
				s.chunks = append(s.chunks, retrieval.Passage{
					Row: int64(len(s.chunks) + 1), Doc: d.Meta,
					Chunk: retrieval.Chunk{ID: fmt.Sprint(len(s.chunks)), Start: at, End: end, Text: d.Text[at:end], Path: d.HeadingPath(at)},
				})
			}
			at += len(line)
		}
		s.docs[d.ID] = d
	}
	return s
}

func (s *shelfOf) Document(_ context.Context, id string) (retrieval.Document, error) {
	if s.gone[id] {
		return retrieval.Document{}, retrieval.ErrGone
	}
	d, ok := s.docs[id]
	if !ok {
		return d, retrieval.ErrNotFound
	}
	return d, nil
}

func (s *shelfOf) Recall(_ context.Context, q retrieval.RecallQuery) (retrieval.Recall, error) {
	r := retrieval.Recall{Chunks: len(s.chunks), DF: make([]int, len(q.Terms))}
	held := make([]map[string]bool, len(s.chunks))
	for i, p := range s.chunks {
		held[i] = termSet(p.Doc.Title + "\n" + p.Chunk.Path + "\n" + p.Chunk.Text)
		held[i][retrieval.DocNoTerm(p.Doc.DocNo)] = true
		held[i][retrieval.TitleTerm(p.Doc.Title)] = true
		for j, t := range q.Terms {
			if held[i][t] {
				r.DF[j]++
			}
		}
	}
	for i, p := range s.chunks {
		if !letsThrough(q.Filter, p.Doc) {
			continue
		}
		h := retrieval.Hit{Row: p.Row}
		for j, t := range q.Terms {
			if held[i][t] {
				h.BM25 += retrieval.BM25(retrieval.IDF(r.Chunks, r.DF[j]), 1, 100, 100)
			}
		}
		for _, t := range q.Exact {
			h.Exact = h.Exact || held[i][t]
		}
		if h.BM25 > 0 {
			r.Hits = append(r.Hits, h)
		}
	}
	return r, nil
}

// letsThrough is the part of a filter that the tests here need.
func letsThrough(f retrieval.Filter, d retrieval.Meta) bool {
	over := d.Validity == retrieval.ValidityRepealed || d.Validity == retrieval.ValidityLapsed
	return (f.AnyForce || !over) && (len(f.Years) == 0 || len(d.Published) >= 4 && slices.Contains(f.Years, d.Published[:4])) &&
		(len(f.Docs) == 0 || slices.Contains(f.Docs, d.ID))
}

func (s *shelfOf) Passages(_ context.Context, rows []int64) ([]retrieval.Passage, error) {
	var found []retrieval.Passage
	for _, row := range rows {
		found = append(found, s.chunks[row-1])
	}
	return found, nil
}

// bookstall is a made-up collection in our own words.
func bookstall() *shelfOf {
	report := retrieval.Document{Meta: retrieval.Meta{
		Title: "青石县2023年度图书馆工作报告", Publisher: "青石县文旅局", Published: "2024-01-20", Kind: retrieval.KindReport,
	}, Text: "一、服务情况\n全年接待读者12万人次，外借图书38500册，其中少儿图书9200册。\n开展送书下乡活动26场，覆盖8个乡镇。\n" +
		"个别分馆开放时间不足，管理不规范。\n继续争创全国示范图书馆。\n二、2024年度工作安排\n新建村级书屋10个。\n"}
	rule := retrieval.Document{Meta: retrieval.Meta{
		Title: "青石县图书借阅管理办法", DocNo: "青政办〔2022〕7号", Publisher: "青石县人民政府办公室", Published: "2022-03-01",
	}, Text: "图书借期为30天，可以续借一次。\n逾期每天每册收取0.1元。\n"}
	return collection(report, rule)
}

func newTestBot(t testing.TB, s *shelfOf) *Bot {
	t.Helper()
	search := &retrieval.Searcher{Index: s}
	b, err := New(Config{Search: search, Documents: s, Vocabulary: search, Now: fixedClock})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

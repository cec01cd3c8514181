package check

import (
	"context"
	"slices"

	"zhiwen/retrieval"
)

// shelf is a collection of a few texts in memory: the materials of one check.
type shelf struct {
	texts  map[string]retrieval.Document
	chunks []retrieval.Passage // at row-1
	rows   map[string][]int64  // by term
}

// shelfChunk is about how many bytes of whole sentences make a chunk.
const shelfChunk = 900

func newShelf(texts []retrieval.Document) *shelf {
	s := &shelf{texts: map[string]retrieval.Document{}, rows: map[string][]int64{}}
	for _, d := range texts {
		s.texts[d.ID] = d
		start := 0
		for _, sentence := range retrieval.Sentences(d.Text) {
			if sentence.End-start >= shelfChunk {
				s.add(d, start, sentence.End)
				start = sentence.End
			}
		}
		s.add(d, start, len(d.Text))
	}
	return s
}

func (s *shelf) add(d retrieval.Document, start, end int) {
	if start >= end {
		return
	}
	text := d.Text[start:end]
	row := int64(len(s.chunks) + 1)
	s.chunks = append(s.chunks, retrieval.Passage{Row: row, Doc: d.Meta, Chunk: retrieval.Chunk{Start: start, End: end, Text: text}})
	for _, t := range distinct(retrieval.Terms(text)) {
		s.rows[t] = append(s.rows[t], row)
	}
}

// Holders implements Collection.
func (s *shelf) Holders(_ context.Context, terms []string, _ int) ([]retrieval.TermHolders, error) {
	found := make([]retrieval.TermHolders, len(terms))
	for i, t := range terms {
		found[i] = retrieval.TermHolders{About: len(s.rows[t]), Rows: s.rows[t]}
	}
	return found, nil
}

// Passages implements Collection.
func (s *shelf) Passages(_ context.Context, rows []int64) ([]retrieval.Passage, error) {
	found := make([]retrieval.Passage, len(rows))
	for i, row := range rows {
		found[i] = s.chunks[row-1]
	}
	return found, nil
}

// Document implements Collection.
func (s *shelf) Document(_ context.Context, id string) (retrieval.Document, error) {
	d, ok := s.texts[id]
	if !ok {
		return d, retrieval.ErrNotFound
	}
	d.Pages = slices.Clone(d.Pages)
	return d, nil
}

// titled gives the text of a title, by titleKey; "" if there is none.
func (s *shelf) titled(key string) string {
	for id, d := range s.texts {
		if slices.Contains(titleKeys(d.Title), key) {
			return id
		}
	}
	return ""
}

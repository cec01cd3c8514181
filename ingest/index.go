package ingest

import (
	"strings"

	"zhiwen/retrieval"
)

// EmbeddingText is what the embedder reads of a chunk: the title and the
// headings give a paragraph the subject that it does not repeat.
func EmbeddingText(meta retrieval.Meta, chunk retrieval.Chunk) string {
	return contextual(meta, chunk)
}

// IndexTerms are the lexical terms of a chunk. The title and the 文号 count
// as identifiers, so that a question that names the document finds it.
func IndexTerms(meta retrieval.Meta, chunk retrieval.Chunk) []string {
	terms := retrieval.Terms(contextual(meta, chunk))
	if meta.Title != "" {
		terms = append(terms, retrieval.TitleTerm(meta.Title))
	}
	if id := retrieval.DocNoTerm(meta.DocNo); id != "" {
		terms = append(terms, id)
	}
	return terms
}

// contextual puts title and heading path before the text, but does not repeat
// a title that the text begins with.
func contextual(meta retrieval.Meta, chunk retrieval.Chunk) string {
	parts := make([]string, 0, 3)
	if !strings.HasPrefix(chunk.Text, meta.Title) {
		parts = append(parts, meta.Title)
	}
	if chunk.Path != "" {
		parts = append(parts, chunk.Path)
	}
	return strings.Join(append(parts, chunk.Text), "\n")
}

// BuildEntry makes the entry of a document whose ID, text and sections are
// set: its chunks with their terms. Vectors are added by the Ingester.
func BuildEntry(doc retrieval.Document, marks Marks) retrieval.Entry {
	chunks := Chunks(&doc, marks)
	entry := retrieval.Entry{Document: doc, Chunks: make([]retrieval.IndexedChunk, len(chunks))}
	for i, c := range chunks {
		terms := IndexTerms(doc.Meta, c)
		entry.Chunks[i] = retrieval.IndexedChunk{Chunk: c, Terms: retrieval.CountTerms(terms), Length: len(terms)}
	}
	return entry
}

package retrieval

import (
	"context"
	"slices"
)

// Index is what hybrid search needs of a store. Only chunks of current
// versions are in it.
type Index interface {
	// Recall finds candidates by words, by identifiers and by meaning and
	// gives every one of them both of its scores. Order is not defined.
	Recall(ctx context.Context, q RecallQuery) (Recall, error)
	// Passages loads chunks by row, in the order asked; rows that are gone
	// meanwhile are left out. Scores are zero.
	Passages(ctx context.Context, rows []int64) ([]Passage, error)
}

// RecallQuery asks for candidates.
type RecallQuery struct {
	Terms  []string  // distinct, as Terms cuts them
	Exact  []string  // identifiers among them that no limit may drop
	Vector []float32 // of the model that the process uses, unit length; nil: by words alone
	Filter Filter
	Limit  int // of each leg: best by BM25, nearest, and holding an identifier
	// ExactVectors asks for a comparison with every vector, not with an
	// approximate index; for tests that compare stores.
	ExactVectors bool
}

// Recall is what an index found.
type Recall struct {
	Hits   []Hit
	Chunks int   // chunks in the whole index, filter or not
	DF     []int // chunks that hold each of the query's terms
	// NoVectors: the index has none of the model that made the query's vector
	// (any more), so that words alone found these.
	NoVectors bool
}

// Hit is one candidate with its scores. A chunk that no finding term found
// (see SplitCommon) has BM25 0; one without a vector has Cosine 0.
type Hit struct {
	Row    int64
	BM25   float64
	Cosine float64
	Exact  bool
}

// Filter restricts a search. Empty fields do not restrict; several values in
// one field are alternatives.
type Filter struct {
	Docs       []string // document version IDs
	Kinds      []Kind
	Publishers []string
	Years      []string   // of publication, "2023"
	Validity   []Validity // empty: all but 废止 and 失效
	AnyForce   bool       // 废止 and 失效, too
}

// Entry is a document ready for a store: its text, sections and indexed
// chunks. Written by ingest, taken whole or not at all.
type Entry struct {
	Document Document
	Chunks   []IndexedChunk
	Original []byte // the file it was read from, to be kept; empty: it is not
}

// IndexedChunk is a chunk with what the index needs of it.
type IndexedChunk struct {
	Chunk
	Terms  []TermCount // distinct, sorted by Term
	Length int         // number of terms with repetitions
	Vector []float32   // unit length; nil when there is no embedder
}

// TermCount is a term with the number of its occurrences.
type TermCount struct {
	Term  string
	Count int
}

// CountTerms counts terms for an IndexedChunk, sorted by term.
func CountTerms(terms []string) []TermCount {
	sorted := slices.Sorted(slices.Values(terms))
	var counts []TermCount
	for _, t := range sorted {
		if n := len(counts); n > 0 && counts[n-1].Term == t {
			counts[n-1].Count++
			continue
		}
		counts = append(counts, TermCount{Term: t, Count: 1})
	}
	return counts
}

// TermHolders are the chunks of the index that hold a term, those of documents
// no longer in force among them.
type TermHolders struct {
	About int     // roughly how many there are; 0 only if there is none
	Rows  []int64 // in rising order; nil if About is more than was asked for
}

// Package remembered keeps what models said of questions, as many questions are
// asked again and again. What a model says depends on the texts alone, so that
// nothing has to be forgotten when a document changes: its new words are other
// words. The oldest used goes first. Both types are safe for concurrent use.
package remembered

import (
	"context"
	"crypto/sha256"
	"fmt"

	lru "github.com/hashicorp/golang-lru/v2"

	"zhiwen/retrieval"
)

const (
	// mostQuestions is how many vectors are kept: 2 KB each.
	mostQuestions = 5_000
	// mostReadings is how many extracts' readings are kept, eight to a question:
	// 100 bytes each.
	mostReadings = 40_000
)

// Embedder is an embedder that remembers the vectors of questions.
type Embedder struct {
	retrieval.Embedder
	vectors *lru.Cache[string, []float32]
}

// NewEmbedder makes e remember.
func NewEmbedder(e retrieval.Embedder) (*Embedder, error) {
	vectors, err := lru.New[string, []float32](mostQuestions)
	if err != nil {
		return nil, fmt.Errorf("remember vectors: %w", err)
	}
	return &Embedder{e, vectors}, nil
}

// Question implements retrieval.Embedder. Callers share the vector and must not
// change it.
func (e *Embedder) Question(ctx context.Context, text string) ([]float32, error) {
	if vector, known := e.vectors.Get(text); known {
		return vector, nil
	}
	vector, err := e.Embedder.Question(ctx, text)
	if err == nil {
		e.vectors.Add(text, vector)
	}
	return vector, err
}

// Model reads extracts for a question, as bot.Reader says.
type Model interface {
	Read(ctx context.Context, question string, extracts []retrieval.Extract) ([]retrieval.Reading, error)
}

// Reader is a reading model that remembers.
type Reader struct {
	model    Model
	readings *lru.Cache[[sha256.Size]byte, retrieval.Reading]
}

// NewReader makes m remember.
func NewReader(m Model) (*Reader, error) {
	readings, err := lru.New[[sha256.Size]byte, retrieval.Reading](mostReadings)
	if err != nil {
		return nil, fmt.Errorf("remember readings: %w", err)
	}
	return &Reader{m, readings}, nil
}

// Read has the model read what it has not read before, and gives the readings of
// the first extracts without a gap, as the model does.
func (r *Reader) Read(ctx context.Context, question string, extracts []retrieval.Extract) ([]retrieval.Reading, error) {
	all := make([]retrieval.Reading, len(extracts))
	var unread []retrieval.Extract
	var places []int
	for i, x := range extracts {
		reading, known := r.readings.Get(keyOf(question, x))
		if !known {
			unread, places = append(unread, x), append(places, i)
			continue
		}
		all[i] = reading
	}
	if len(unread) == 0 {
		return all, nil
	}
	read, err := r.model.Read(ctx, question, unread)
	if err != nil {
		return nil, err
	}
	for i, reading := range read {
		all[places[i]] = reading
		r.readings.Add(keyOf(question, unread[i]), reading)
	}
	if len(read) < len(unread) {
		return all[:places[len(read)]], nil
	}
	return all, nil
}

func keyOf(question string, x retrieval.Extract) [sha256.Size]byte {
	return sha256.Sum256([]byte(question + "\x00" + x.Head + "\x00" + x.Text))
}

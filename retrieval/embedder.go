package retrieval

import "context"

// Embedder turns texts into unit vectors of Dim float32s. Implementations are
// safe for concurrent use.
type Embedder interface {
	// Model names the model; it is stored with the index, and an index made
	// by another model is not searched with this one.
	Model() string
	Dim() int
	// Passages embeds stored text. The result is aligned with texts.
	Passages(ctx context.Context, texts []string) ([][]float32, error)
	// Question embeds what a visitor asked.
	Question(ctx context.Context, text string) ([]float32, error)
}

//go:build cgo

package onnx

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	ort "github.com/yalue/onnxruntime_go"

	"zhiwen/retrieval/wordpiece"
)

// The built-in model; model/README.md says what it is and where it is from.
var (
	//go:embed model/model_int8.onnx
	modelData []byte
	//go:embed model/tokenizer.json
	tokenizerData []byte
)

const (
	modelName      = "bge-small-zh-v1.5-int8"
	dim            = 512
	maxTokens      = 512
	questionPrefix = "为这个句子生成表示以用于检索相关文章："
)

// Embedder is the built-in model as a retrieval.Embedder. What is beyond 512
// tokens of a text does not count for its vector. It is safe for concurrent
// use.
type Embedder struct {
	tokenizer *wordpiece.Tokenizer

	// Texts at a time: more than there are cores would only cost memory.
	// Questions have their own, so that none waits behind an ingest.
	passages  chan struct{}
	questions chan struct{}

	mu      sync.RWMutex // held for reading while the model runs
	session *session     // nil once closed
}

// NewEmbedder prepares the built-in model on r.
func NewEmbedder(r *Runtime) (*Embedder, error) {
	tokenizer, err := wordpiece.New(tokenizerData)
	if err != nil {
		return nil, err
	}
	session, err := r.newSession(modelData, "last_hidden_state")
	if err != nil {
		return nil, err
	}
	cores := runtime.GOMAXPROCS(0)
	return &Embedder{
		tokenizer: tokenizer,
		passages:  make(chan struct{}, cores),
		questions: make(chan struct{}, cores),
		session:   session,
	}, nil
}

// Model names the model and its precision.
func (e *Embedder) Model() string { return modelName }

// Dim is 512.
func (e *Embedder) Dim() int { return dim }

// Question embeds what a visitor asked, with the prefix the model wants.
func (e *Embedder) Question(ctx context.Context, text string) ([]float32, error) {
	return e.embed(ctx, e.questions, questionPrefix+text)
}

// Passages embeds stored texts, several at a time but each in a call of its
// own: what else is in a batch would change a vector.
func (e *Embedder) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	vectors := make([][]float32, len(texts))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(cap(e.passages), len(texts)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(texts); i = int(next.Add(1)) - 1 {
				vector, err := e.embed(ctx, e.passages, texts[i])
				if err != nil {
					cancel(fmt.Errorf("text %d of %d: %w", i+1, len(texts), err))
					return
				}
				vectors[i] = vector
			}
		})
	}
	workers.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return vectors, nil
}

// Close waits for the texts that are being embedded and frees the model. Calls
// after it fail; a second Close does nothing.
func (e *Embedder) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.session == nil {
		return nil
	}
	session := e.session
	e.session = nil
	return session.close()
}

func (e *Embedder) embed(ctx context.Context, slots chan struct{}, text string) ([]float32, error) {
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if ctx.Err() != nil { // select does not prefer it
		return nil, context.Cause(ctx)
	}
	vector, err := e.firstVector(text)
	if err != nil {
		return nil, err
	}
	return vector, normalize(vector)
}

// firstVector is the model's vector for [CLS], which stands for the text.
func (e *Embedder) firstVector(text string) ([]float32, error) {
	// The vocabulary is lower-case but its tokenizer leaves letters as they
	// are: a capital would make its whole word unknown.
	tokens := e.tokenizer.Encode(strings.ToLower(text), maxTokens)
	ids := make([]int64, len(tokens))
	for i, t := range tokens {
		ids[i] = int64(t.ID)
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.session == nil {
		return nil, errors.New("the embedder is closed")
	}
	states, err := e.session.run(ids, len(ids), ort.NewShape(1, int64(len(ids)), dim))
	if err != nil {
		return nil, err
	}
	// A copy, so that the other tokens' vectors can be freed.
	return append([]float32(nil), states[0][:dim]...), nil
}

// normalize scales v to unit length.
func normalize(v []float32) error {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 || math.IsNaN(sum) || math.IsInf(sum, 0) {
		return errors.New("the model gave a vector without a direction")
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= scale
	}
	return nil
}

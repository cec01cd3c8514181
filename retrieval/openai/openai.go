// Package openai embeds texts and words answers with any endpoint that speaks
// OpenAI's /embeddings and /chat/completions. A request that takes longer than
// it may fails; nothing is tried again.
package openai

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"sync"
	"time"

	openai "github.com/sashabaranov/go-openai"
)

// batchSize is how many texts go in one request: servers of one's own often
// take no more.
const batchSize = 32

// defaultTimeout is longer than a batch takes on a slow server without a GPU:
// it is there so that a connection that hangs ends an ingest with an error.
const defaultTimeout = 2 * time.Minute

// Config names an endpoint.
type Config struct {
	BaseURL string // ends in /v1
	Key     string // empty for a server that wants none
	Model   string
	Dim     int           // dimensions to be expected; 0: those of the first answer
	Timeout time.Duration // of one request of at most 32 texts; 0: two minutes
}

// Embedder is one model of an endpoint as a retrieval.Embedder. It is safe for
// concurrent use.
type Embedder struct {
	client  *openai.Client
	timeout time.Duration
	model   string
	host    string // for errors, which never name the key

	mu  sync.Mutex
	dim int // 0 until it is known
}

// New checks the configuration; it makes no request. Errors name the field.
func New(c Config) (*Embedder, error) {
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, errors.New("embedding endpoint: the base URL must be like https://host/v1")
	}
	if c.Model == "" {
		return nil, errors.New("embedding endpoint: the model's name is missing")
	}
	if c.Dim < 0 {
		return nil, fmt.Errorf("embedding endpoint: %d dimensions cannot be", c.Dim)
	}
	config := openai.DefaultConfig(c.Key)
	config.BaseURL = c.BaseURL
	return &Embedder{
		client: openai.NewClientWithConfig(config), timeout: cmp.Or(c.Timeout, defaultTimeout),
		model: c.Model, host: base.Host, dim: c.Dim,
	}, nil
}

// Model is the configured name.
func (e *Embedder) Model() string { return e.model }

// Dim is the configured number of dimensions, or that of the first answer; 0
// before it.
func (e *Embedder) Dim() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.dim
}

// Question embeds a question, just as a passage.
func (e *Embedder) Question(ctx context.Context, text string) ([]float32, error) {
	vectors, err := e.Passages(ctx, []string{text})
	if err != nil {
		return nil, err
	}
	return vectors[0], nil
}

// Passages embeds texts in requests of 32.
func (e *Embedder) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, 0, len(texts))
	for len(texts) > 0 {
		n := min(batchSize, len(texts))
		batch, err := e.embed(ctx, texts[:n])
		if err != nil {
			return nil, fmt.Errorf("embedding %d texts at %s: %w", n, e.host, err)
		}
		vectors = append(vectors, batch...)
		texts = texts[n:]
	}
	return vectors, nil
}

func (e *Embedder) embed(ctx context.Context, texts []string) ([][]float32, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, e.timeout, fmt.Errorf("no answer within %v", e.timeout))
	defer cancel()
	response, err := e.client.CreateEmbeddings(ctx, openai.EmbeddingRequestStrings{
		Input: texts,
		Model: openai.EmbeddingModel(e.model),
	})
	if err != nil {
		return nil, cmp.Or(context.Cause(ctx), plain(err))
	}
	vectors, err := align(response.Data, len(texts))
	if err != nil {
		return nil, err
	}
	for i, v := range vectors {
		if err := e.check(v); err != nil {
			return nil, fmt.Errorf("vector %d of the answer: %w", i+1, err)
		}
	}
	return vectors, nil
}

// align orders the vectors by the index that the server gave them, which need
// not be their order in the answer.
func align(data []openai.Embedding, n int) ([][]float32, error) {
	if len(data) != n {
		return nil, fmt.Errorf("the answer holds %d vectors, not %d", len(data), n)
	}
	vectors := make([][]float32, n)
	for _, d := range data {
		if d.Index < 0 || d.Index >= n || vectors[d.Index] != nil {
			return nil, fmt.Errorf("the answer's index %d is out of range or given twice", d.Index)
		}
		if len(d.Embedding) == 0 {
			return nil, fmt.Errorf("the vector at index %d is empty", d.Index)
		}
		vectors[d.Index] = d.Embedding
	}
	return vectors, nil
}

// check holds all vectors to one number of dimensions and scales v to unit
// length.
func (e *Embedder) check(v []float32) error {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 || math.IsNaN(sum) || math.IsInf(sum, 0) {
		return errors.New("it has no direction")
	}
	e.mu.Lock()
	if e.dim == 0 {
		e.dim = len(v)
	}
	dim := e.dim
	e.mu.Unlock()
	if len(v) != dim {
		return fmt.Errorf("it has %d dimensions, not %d", len(v), dim)
	}
	length := math.Sqrt(sum)
	for i, x := range v {
		v[i] = float32(float64(x) / length)
	}
	return nil
}

// plain leaves of an error what may stand in a log: the status, not the
// server's words, which may repeat the key or the text; the cause of a failed
// connection, not the whole URL.
func plain(err error) error {
	var api *openai.APIError
	if errors.As(err, &api) {
		return statusError(api.HTTPStatusCode)
	}
	var request *openai.RequestError
	if errors.As(err, &request) {
		return statusError(request.HTTPStatusCode)
	}
	var connection *url.Error
	if errors.As(err, &connection) {
		return connection.Err
	}
	return fmt.Errorf("reading the answer: %w", err)
}

func statusError(code int) error {
	hint := ""
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden:
		hint = "; check the key"
	case http.StatusNotFound:
		hint = "; check the base URL, which ends in /v1, and the model's name"
	}
	return fmt.Errorf("status %d %s%s", code, http.StatusText(code), hint)
}

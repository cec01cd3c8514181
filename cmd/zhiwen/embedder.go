package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"zhiwen/bot"
	"zhiwen/retrieval"
	"zhiwen/retrieval/onnx"
	"zhiwen/retrieval/openai"
	"zhiwen/retrieval/remembered"
)

// probePatience bounds the one request that asks an endpoint for its number
// of dimensions.
const probePatience = 10 * time.Second

// model is an embedder with where it is from and how it is given back.
type model struct {
	retrieval.Embedder
	from  string
	close func() error
}

// loadModel chooses how texts become vectors: a configured endpoint, else the
// built-in model. Where there is neither the error wraps onnx.ErrNoRuntime,
// and search goes by words alone. stored says what the store's vectors are.
func (s *shell) loadModel(ctx context.Context, stored retrieval.Stats) (model, error) {
	if url := os.Getenv("ZHIWEN_EMBED_URL"); url != "" {
		embedder, err := endpoint(ctx, url, stored)
		return model{embedder, "at " + url, func() error { return nil }}, err
	}
	runtime, err := onnx.Open(onnx.Config{Library: os.Getenv("ZHIWEN_ORT_LIB")})
	if err != nil {
		return model{}, err
	}
	embedder, err := onnx.NewEmbedder(runtime)
	if err != nil {
		return model{}, fmt.Errorf("load the built-in model: %w", err)
	}
	return model{embedder, "built in, on " + runtime.Library, embedder.Close}, nil
}

// loadReader prepares the built-in reading model; nil where there is no
// runtime for it or ZHIWEN_READER=off, and evidence is chosen by the scores of
// search alone.
func (s *shell) loadReader(r *rooms) (bot.Reader, error) {
	if os.Getenv("ZHIWEN_READER") == "off" {
		return nil, nil
	}
	runtime, err := onnx.Open(onnx.Config{Library: os.Getenv("ZHIWEN_ORT_LIB")})
	if errors.Is(err, onnx.ErrNoRuntime) {
		return nil, nil // whoever needs it hears of it from the embedder or doctor
	}
	if err != nil {
		return nil, err
	}
	reader, err := onnx.NewReader(runtime)
	if err != nil {
		return nil, fmt.Errorf("load the reading model: %w", err)
	}
	r.closers = append(r.closers, reader.Close)
	if !s.serves {
		return reader, nil
	}
	return remembered.NewReader(reader)
}

// endpoint sets up an OpenAI-compatible embedder. If the store has vectors of
// its model their dimensions are known, and the endpoint may be down for now:
// questions are then searched by words until it is back. Otherwise it is asked.
func endpoint(ctx context.Context, url string, stored retrieval.Stats) (retrieval.Embedder, error) {
	key, err := secret("ZHIWEN_EMBED_KEY")
	if err != nil {
		return nil, err
	}
	config := openai.Config{BaseURL: url, Key: key, Model: os.Getenv("ZHIWEN_EMBED_NAME")}
	if config.Model == "" {
		return nil, usagef("ZHIWEN_EMBED_URL is set, but ZHIWEN_EMBED_NAME, the model's name, is not")
	}
	if stored.Model == config.Model {
		config.Dim = stored.Dim
	}
	embedder, err := openai.New(config)
	if err != nil {
		return nil, usagef("ZHIWEN_EMBED_URL: %w", err)
	}
	if config.Dim > 0 {
		return embedder, nil
	}
	ctx, cancel := context.WithTimeout(ctx, probePatience)
	defer cancel()
	if _, err := embedder.Question(ctx, "你好"); err != nil {
		return nil, fmt.Errorf("ZHIWEN_EMBED_URL does not answer; unset it to use the built-in model: %w", err)
	}
	return embedder, nil
}

// secret reads a setting that may stand in a file named by NAME_FILE instead.
func secret(name string) (string, error) {
	value, path := os.Getenv(name), os.Getenv(name+"_FILE")
	switch {
	case value != "" && path != "":
		return "", usagef("%s and %s_FILE are both set; set one of them", name, name)
	case path == "":
		return value, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", name, err)
	}
	return strings.TrimSpace(string(content)), nil
}

package openai

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"

	openai "github.com/sashabaranov/go-openai"
)

// How an answer can fail though the endpoint answers.
var (
	ErrTruncated = errors.New("the model's answer was cut off")
	ErrRefused   = errors.New("the model refused")
	ErrEmpty     = errors.New("the model said nothing")
)

// Chat is one language model of an endpoint. It is safe for concurrent use.
type Chat struct {
	client *openai.Client
	model  string
	host   string // for errors, which never name the key
}

// NewChat checks the configuration, of which Dim and Timeout are not used; it
// makes no request. Errors name the field.
func NewChat(c Config) (*Chat, error) {
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, errors.New("model endpoint: the base URL must be like https://host/v1")
	}
	if c.Model == "" {
		return nil, errors.New("model endpoint: the model's name is missing")
	}
	config := openai.DefaultConfig(c.Key)
	config.BaseURL = c.BaseURL
	return &Chat{client: openai.NewClientWithConfig(config), model: c.Model, host: base.Host}, nil
}

// Model is the configured name.
func (c *Chat) Model() string { return c.model }

// Write asks the model and gives each piece of its answer to take, in order
// and from this goroutine. An error of take ends it. tokens is what the
// endpoint says it counted, 0 if it says nothing; it counts after a failure, too.
func (c *Chat) Write(ctx context.Context, system, user string, maxTokens int, take func(piece string) error) (tokens int, err error) {
	stream, err := c.client.CreateChatCompletionStream(ctx, openai.ChatCompletionRequest{
		Model: c.model, Temperature: 0.01, Stream: true,
		//lint:ignore SA1019 what runs in counties (vLLM, llama.cpp, DashScope, DeepSeek) knows this name, not all the new one
		MaxTokens:     maxTokens,
		StreamOptions: &openai.StreamOptions{IncludeUsage: true},
		Messages: []openai.ChatCompletionMessage{
			{Role: openai.ChatMessageRoleSystem, Content: system},
			{Role: openai.ChatMessageRoleUser, Content: user},
		},
	})
	if err != nil {
		return 0, fmt.Errorf("asking the model at %s: %w", c.host, cause(ctx, err))
	}
	defer stream.Close()
	said, finish := false, openai.FinishReason("")
	for {
		part, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return tokens, fmt.Errorf("reading from the model at %s: %w", c.host, cause(ctx, err))
		}
		if part.Usage != nil {
			tokens = part.Usage.TotalTokens
		}
		if len(part.Choices) == 0 {
			continue // the last part has the usage alone
		}
		choice := part.Choices[0]
		if choice.Delta.Refusal != "" {
			return tokens, ErrRefused
		}
		if choice.FinishReason != "" {
			finish = choice.FinishReason
		}
		if choice.Delta.Content == "" {
			continue
		}
		said = true
		if err := take(choice.Delta.Content); err != nil {
			return tokens, err
		}
	}
	switch {
	case finish == openai.FinishReasonContentFilter:
		return tokens, ErrRefused
	case !said:
		return tokens, ErrEmpty
	case finish != openai.FinishReasonStop:
		return tokens, ErrTruncated // by length, or the connection ended in the midst of it
	}
	return tokens, nil
}

// cause is why a request failed: the limit that the caller set, or what the
// endpoint said.
func cause(ctx context.Context, err error) error {
	if limit := context.Cause(ctx); limit != nil {
		return limit
	}
	return plain(err)
}

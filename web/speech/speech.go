// Package speech reads texts aloud and writes down what is said, by an
// OpenAI-compatible service (/audio/speech and /audio/transcriptions). What it
// is given goes to that service and is kept nowhere here.
package speech

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/sashabaranov/go-openai"
)

// maxSpeech bounds a recording that the service gives, in bytes.
const maxSpeech = 16 << 20

// Config names the service and its models; either model may be missing.
type Config struct {
	BaseURL  string // ends in /v1
	Key      string
	Speaker  string // model that reads aloud
	Voice    string // whose voice it is
	Listener string // model that writes down
}

// Service is the service; it is safe for concurrent use.
type Service struct {
	config Config
	client *openai.Client
}

// New makes a Service.
func New(c Config) (*Service, error) {
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, errors.New("speech service: the base URL must be like https://host/v1")
	}
	if c.Speaker == "" && c.Listener == "" {
		return nil, errors.New("speech service: neither the model that speaks nor the one that listens has a name")
	}
	config := openai.DefaultConfig(c.Key)
	config.BaseURL = c.BaseURL
	return &Service{config: c, client: openai.NewClientWithConfig(config)}, nil
}

// Speaks reports whether texts are read aloud.
func (s *Service) Speaks() bool { return s.config.Speaker != "" }

// Hears reports whether what is said is written down.
func (s *Service) Hears() bool { return s.config.Listener != "" }

// Speak gives a recording of a text, in MP3.
func (s *Service) Speak(ctx context.Context, text string) ([]byte, string, error) {
	response, err := s.client.CreateSpeech(ctx, openai.CreateSpeechRequest{
		Model: openai.SpeechModel(s.config.Speaker), Voice: openai.SpeechVoice(s.config.Voice), Input: text,
		ResponseFormat: openai.SpeechResponseFormatMp3,
	})
	if err != nil {
		return nil, "", fmt.Errorf("speech service: %w", err)
	}
	defer response.Close()
	recording, err := io.ReadAll(io.LimitReader(response, maxSpeech))
	if err != nil {
		return nil, "", fmt.Errorf("speech service: %w", err)
	}
	return recording, "audio/mpeg", nil
}

// Hear gives the words of a recording in Chinese.
func (s *Service) Hear(ctx context.Context, recording io.Reader, mediaType string) (string, error) {
	response, err := s.client.CreateTranscription(ctx, openai.AudioRequest{
		Model: s.config.Listener, Reader: recording, FilePath: "question." + extension(mediaType), Language: "zh",
	})
	if err != nil {
		return "", fmt.Errorf("speech service: %w", err)
	}
	return response.Text, nil
}

// extension is the end of a file's name by which such services know a format.
func extension(mediaType string) string {
	kind, _, _ := strings.Cut(strings.TrimPrefix(mediaType, "audio/"), ";")
	switch kind {
	case "mpeg":
		return "mp3"
	case "mp4", "x-m4a":
		return "m4a"
	case "ogg", "wav", "flac":
		return kind
	}
	return "webm"
}

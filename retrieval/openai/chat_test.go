package openai_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"zhiwen/retrieval/openai"
)

// chatServer is an endpoint that answers each chat request with the lines given.
func chatServer(t *testing.T, respond http.HandlerFunc) *openai.Chat {
	t.Helper()
	server := httptest.NewServer(respond)
	t.Cleanup(server.Close)
	chat, err := openai.NewChat(openai.Config{BaseURL: server.URL + "/v1", Key: key, Model: "qwen"})
	if err != nil {
		t.Fatal(err)
	}
	return chat
}

func events(w http.ResponseWriter, lines ...string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, l := range lines {
		fmt.Fprintf(w, "data: %s\n\n", l)
	}
}

func TestChat(t *testing.T) {
	const piece = `{"choices":[{"delta":{"content":"%s"}}]}`
	const stop = `{"choices":[{"delta":{},"finish_reason":"stop"}]}`
	for _, c := range []struct {
		name  string
		lines []string
		said  string
		err   error
	}{
		{"whole", []string{fmt.Sprintf(piece, "借期"), fmt.Sprintf(piece, "30天"), stop, `{"choices":[],"usage":{"total_tokens":42}}`, "[DONE]"}, "借期30天", nil},
		{"no choices at all", []string{`{"choices":[]}`, "[DONE]"}, "", openai.ErrEmpty},
		{"cut off", []string{fmt.Sprintf(piece, "借期"), `{"choices":[{"delta":{},"finish_reason":"length"}]}`, "[DONE]"}, "借期", openai.ErrTruncated},
		{"connection ends", []string{fmt.Sprintf(piece, "借期")}, "借期", openai.ErrTruncated},
		{"refusal", []string{`{"choices":[{"delta":{"refusal":"no"}}]}`, stop, "[DONE]"}, "", openai.ErrRefused},
		{"filtered", []string{`{"choices":[{"delta":{},"finish_reason":"content_filter"}]}`, "[DONE]"}, "", openai.ErrRefused},
	} {
		chat := chatServer(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/v1/chat/completions" || r.Header.Get("Authorization") != "Bearer "+key {
				t.Errorf("%s %s with %q", r.Method, r.URL.Path, r.Header.Get("Authorization"))
			}
			events(w, c.lines...)
		})
		var said strings.Builder
		tokens, err := chat.Write(t.Context(), "系统", "问题", 100, func(p string) error { said.WriteString(p); return nil })
		if said.String() != c.said || !errors.Is(err, c.err) || c.err == nil && tokens != 42 {
			t.Errorf("%s: %q, %d tokens, %v", c.name, said.String(), tokens, err)
		}
	}
}

func TestChatFails(t *testing.T) {
	for _, status := range []int{429, 500, 503} {
		chat := chatServer(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, key, status) })
		_, err := chat.Write(t.Context(), "", "", 1, func(string) error { return nil })
		if err == nil || !strings.Contains(err.Error(), fmt.Sprint(status)) || strings.Contains(err.Error(), key) {
			t.Errorf("%d: %v", status, err)
		}
	}
	limit := errors.New("too slow")
	ctx, cancel := context.WithCancelCause(t.Context())
	chat := chatServer(t, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // only then the server sees that the client has gone
		cancel(limit)
		<-r.Context().Done()
	})
	if _, err := chat.Write(ctx, "", "", 1, func(string) error { return nil }); !errors.Is(err, limit) {
		t.Errorf("slow: %v", err)
	}
	stop := errors.New("stop")
	chat = chatServer(t, func(w http.ResponseWriter, _ *http.Request) { events(w, `{"choices":[{"delta":{"content":"a"}}]}`) })
	if _, err := chat.Write(t.Context(), "", "", 1, func(string) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("stopped: %v", err)
	}
	for _, c := range []openai.Config{{BaseURL: "x", Model: "m"}, {BaseURL: "http://h/v1"}} {
		if _, err := openai.NewChat(c); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}

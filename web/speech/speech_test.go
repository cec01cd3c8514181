package speech

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestService(t *testing.T) {
	var path, key, kind, name, model string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, key = r.URL.Path, r.Header.Get("Authorization")
		switch r.URL.Path {
		case "/v1/audio/speech":
			var body struct{ Model, Input, Voice string }
			json.NewDecoder(r.Body).Decode(&body)
			w.Write([]byte(body.Model + "/" + body.Voice + "/" + body.Input))
		case "/v1/audio/transcriptions":
			file, header, err := r.FormFile("file")
			if err != nil {
				t.Error(err)
				return
			}
			data, _ := io.ReadAll(file)
			name, model, kind = header.Filename, r.FormValue("model"), r.FormValue("language")
			json.NewEncoder(w).Encode(map[string]string{"text": string(data)})
		}
	}))
	defer server.Close()
	s, err := New(Config{BaseURL: server.URL + "/v1", Key: "secret", Speaker: "tts", Voice: "anna", Listener: "asr"})
	if err != nil || !s.Speaks() || !s.Hears() {
		t.Fatal(err)
	}
	recording, mediaType, err := s.Speak(context.Background(), "你好")
	if err != nil || string(recording) != "tts/anna/你好" || mediaType != "audio/mpeg" || key != "Bearer secret" {
		t.Errorf("%q %s %v, %s with %s", recording, mediaType, err, path, key)
	}
	for kind, want := range map[string]string{
		"audio/webm;codecs=opus": "question.webm", "audio/mp4": "question.m4a", "audio/ogg": "question.ogg", "audio/mpeg": "question.mp3", "audio/wav": "question.wav",
	} {
		heard, err := s.Hear(context.Background(), strings.NewReader("身份证怎么补办"), kind)
		if err != nil || heard != "身份证怎么补办" || name != want {
			t.Errorf("%s: %q as %s, %v", kind, heard, name, err)
		}
	}
	if model != "asr" || kind != "zh" {
		t.Errorf("heard by %s in %s", model, kind)
	}
	server.Close()
	if _, _, err := s.Speak(context.Background(), "你好"); err == nil {
		t.Error("a service that is away speaks")
	}
	for _, bad := range []Config{{}, {BaseURL: "host/v1", Speaker: "tts"}, {BaseURL: "https://host/v1"}} {
		if _, err := New(bad); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

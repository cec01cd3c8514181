package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// Voice reads texts aloud and writes down what is said, for browsers that
// cannot do so by themselves.
type Voice interface {
	Speaks() bool
	Hears() bool
	// Speak gives a recording, and its media type.
	Speak(ctx context.Context, text string) (recording []byte, mediaType string, err error)
	// Hear gives the words of a recording of that media type.
	Hear(ctx context.Context, recording io.Reader, mediaType string) (text string, err error)
}

// Bounds of speech.
const (
	// maxSpoken is the longest text that is read aloud, in runes: three minutes.
	maxSpoken = 900
	// maxRecording is the most that is heard, in bytes: a minute of speech.
	maxRecording = 4 << 20
	voiceLimit   = 30 * time.Second
)

var (
	refuseVoice   = &refusal{Code: "no_voice", Message: "这里没有开通语音服务。"}
	refuseSpoken  = &refusal{Code: "bad_request", Message: "朗读的文字应为1到900个字。"}
	refuseHeard   = &refusal{Code: "bad_request", Message: "录音太长或者格式不对，请说得短一些再试。"}
	refuseNothing = &refusal{Code: "not_heard", Message: "没有听清，请靠近话筒再说一遍，或者用键盘输入。"}
	refuseSilent  = &refusal{Code: "internal", Message: "语音服务暂时用不了，请稍后再试。"}
)

// speakBody is the body of POST /api/v1/speech.
type speakBody struct {
	Text string `json:"text"`
}

// heardAnswer is the answer of POST /api/v1/transcribe. The visitor reads it
// before it is asked.
type heardAnswer struct {
	Text string `json:"text"`
}

func (s *Server) apiSpeak(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Voice == nil || !s.cfg.Voice.Speaks() {
		writeJSON(w, http.StatusNotFound, refuseVoice)
		return
	}
	if refused := s.gate.voice(clientIP(r, s.cfg.Proxies)); refused != nil {
		writeJSON(w, http.StatusTooManyRequests, refused)
		return
	}
	var body speakBody
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&body)
	if n := utf8.RuneCountInString(strings.TrimSpace(body.Text)); err != nil || n == 0 || n > maxSpoken {
		writeJSON(w, http.StatusBadRequest, refuseSpoken)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), voiceLimit)
	defer cancel()
	recording, mediaType, err := s.cfg.Voice.Speak(ctx, body.Text)
	if err != nil {
		s.cfg.Log.Error("speak", "err", err)
		writeJSON(w, http.StatusBadGateway, refuseSilent)
		return
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Cache-Control", "no-store")
	w.Write(recording)
}

func (s *Server) apiTranscribe(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Voice == nil || !s.cfg.Voice.Hears() {
		writeJSON(w, http.StatusNotFound, refuseVoice)
		return
	}
	if refused := s.gate.voice(clientIP(r, s.cfg.Proxies)); refused != nil {
		writeJSON(w, http.StatusTooManyRequests, refused)
		return
	}
	mediaType := r.Header.Get("Content-Type")
	if !strings.HasPrefix(mediaType, "audio/") {
		writeJSON(w, http.StatusUnsupportedMediaType, refuseHeard)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), voiceLimit)
	defer cancel()
	text, err := s.cfg.Voice.Hear(ctx, http.MaxBytesReader(w, r.Body, maxRecording), mediaType)
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		writeJSON(w, http.StatusRequestEntityTooLarge, refuseHeard)
		return
	}
	if err != nil {
		s.cfg.Log.Error("hear", "err", err)
		writeJSON(w, http.StatusBadGateway, refuseSilent)
		return
	}
	text, refused := question(text)
	if refused != nil {
		writeJSON(w, http.StatusUnprocessableEntity, refuseNothing)
		return
	}
	writeJSON(w, http.StatusOK, heardAnswer{text})
}

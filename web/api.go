package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"zhiwen/bot"
)

const (
	// maxTurns of one conversation are asked in one request, each of them
	// anew.
	maxTurns = 8
	// maxBody fits maxTurns questions of maxQuestion runes however they are
	// escaped.
	maxBody = 64 << 10
)

// askBody is the body of POST /api/v1/ask: the questions of one conversation,
// the last being the one to answer.
type askBody struct {
	Turns   []string    `json:"turns"`
	Profile bot.Profile `json:"profile"`
	Script  bot.Script  `json:"script"`
	// A section that was chosen instead of searching, for the last question.
	Doc string `json:"doc"`
	At  int    `json:"at"`
}

// decodeAskBody reads and checks a body; the sentence says what is wrong.
func decodeAskBody(r io.Reader) (askBody, *refusal) {
	bad := func(format string, args ...any) (askBody, *refusal) {
		return askBody{}, &refusal{Code: "bad_request", Message: fmt.Sprintf(format, args...)}
	}
	data, err := io.ReadAll(r)
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return bad("请求内容不能超过%dKB。", maxBody>>10)
	}
	var b askBody
	if err != nil || json.Unmarshal(data, &b) != nil {
		return bad(`请求应为JSON，例如{"turns":["问题"]}。`)
	}
	if len(b.Turns) == 0 || len(b.Turns) > maxTurns {
		return bad("turns应包含1到%d个问题。", maxTurns)
	}
	for i, text := range b.Turns {
		var refused *refusal
		if b.Turns[i], refused = question(text); refused != nil {
			return askBody{}, refused
		}
	}
	if len(b.Doc) > maxID || b.At < 0 {
		return bad("doc应为文件编号，at应为字节位置。")
	}
	var ok bool
	if b.Profile, b.Script, ok = choices(b.Profile, b.Script); !ok {
		return bad("profile应为standard或elder，script应为hans或hant。")
	}
	return b, nil
}

func (s *Server) apiAsk(w http.ResponseWriter, r *http.Request) {
	body, refused := decodeAskBody(http.MaxBytesReader(w, r.Body, maxBody))
	if refused != nil {
		writeJSON(w, http.StatusBadRequest, refused)
		return
	}
	ip := clientIP(r, s.cfg.Proxies)
	request := bot.Request{Profile: body.Profile, Script: body.Script, Address: ip}
	for i, text := range body.Turns {
		if i == len(body.Turns)-1 {
			request.Chosen = chosen(body.Doc, body.At)
		}
		if refused := s.gate.question(ip, ""); refused != nil {
			writeJSON(w, http.StatusTooManyRequests, refused)
			return
		}
		request.Question = text
		began := s.cfg.Now()
		a, refused, err := s.hub.askAndWait(r.Context(), request)
		if refused != nil {
			w.Header().Set("Retry-After", "30")
			writeJSON(w, http.StatusServiceUnavailable, refused)
			return
		}
		if err != nil {
			s.cfg.Log.Error("answer failed", "ip", ip, "err", err)
			writeJSON(w, http.StatusInternalServerError, refuseFailure)
			return
		}
		request.Turns = append(request.Turns, bot.Turn{Question: text, Answer: a, At: began})
	}
	a := request.Turns[len(request.Turns)-1].Answer
	a.Citations = listed(a.Citations)
	writeJSON(w, http.StatusOK, a)
}

func (s *Server) openAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Write(s.assets.openAPI)
}

func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

// readyz says whether questions can be answered, and how.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	type report struct {
		Ready bool `json:"ready"`
		Status
	}
	if s.hub.isDraining() {
		writeJSON(w, http.StatusServiceUnavailable, report{})
		return
	}
	status, err := s.cfg.Status(r.Context())
	if err != nil {
		s.cfg.Log.Error("not ready", "err", err)
		writeJSON(w, http.StatusServiceUnavailable, report{})
		return
	}
	writeJSON(w, http.StatusOK, report{Ready: true, Status: status})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(append(encode(v), '\n'))
}

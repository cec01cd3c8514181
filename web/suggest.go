package web

import (
	"encoding/json"
	"net/http"
)

// maxTyped bounds the body of a request for suggestions, in bytes.
const maxTyped = 8 << 10

// suggestBody is the body of POST /api/v1/suggest: what has been typed so far.
// It is no address, which would stand in the logs of every proxy on the way.
type suggestBody struct {
	Text string `json:"text"`
}

// suggestAnswer holds questions that a visitor may mean to ask.
type suggestAnswer struct {
	Suggestions []string `json:"suggestions"`
}

func (s *Server) apiSuggest(w http.ResponseWriter, r *http.Request) {
	if refused := s.gate.suggestion(clientIP(r, s.cfg.Proxies)); refused != nil {
		writeJSON(w, http.StatusTooManyRequests, refused)
		return
	}
	var body suggestBody
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxTyped)).Decode(&body); err != nil {
		writeJSON(w, http.StatusBadRequest, &refusal{Code: "bad_request", Message: `请求应为JSON，例如{"text":"身份证"}。`})
		return
	}
	m, err := s.shelf.get(r.Context())
	if err != nil {
		s.cfg.Log.Error("list matters", "err", err)
	}
	writeJSON(w, http.StatusOK, suggestAnswer{listed(m.suggest(body.Text))})
}

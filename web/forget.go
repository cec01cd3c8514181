package web

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
)

// sessionID is what we give out: whoever knows one held the conversation.
var sessionID = regexp.MustCompile(`^[0-9a-f]{32}$`)

// apiForget deletes what was said in a visitor's own conversation
// (个人信息保护法 第四十七条). That there were questions, and how they ended,
// stays as long as logs must.
func (s *Server) apiForget(w http.ResponseWriter, r *http.Request) {
	if refused := s.gate.feedback(clientIP(r, s.cfg.Proxies)); refused != nil {
		writeJSON(w, http.StatusTooManyRequests, refused)
		return
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFrame))
	var body struct {
		Session string `json:"session"`
	}
	if err != nil || json.Unmarshal(data, &body) != nil || !sessionID.MatchString(body.Session) {
		writeJSON(w, http.StatusBadRequest, &refusal{Code: "bad_request", Message: "session应是要删除的会话编号。"})
		return
	}
	if err := s.cfg.Store.ForgetSession(r.Context(), body.Session); err != nil {
		s.cfg.Log.Error("forget a conversation", "err", err)
		writeJSON(w, http.StatusInternalServerError, refuseFailure)
		return
	}
	writeJSON(w, http.StatusOK, struct{}{})
}

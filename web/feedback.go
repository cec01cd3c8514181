package web

import (
	"io"
	"net/http"

	"zhiwen/bot"
	"zhiwen/retrieval"
)

// apiFeedback takes a judgement where no connection is there to send it by. It
// belongs to a session of its own: whoever asks by HTTP has none.
func (s *Server) apiFeedback(w http.ResponseWriter, r *http.Request) {
	if refused := s.gate.feedback(clientIP(r, s.cfg.Proxies)); refused != nil {
		writeJSON(w, http.StatusTooManyRequests, refused)
		return
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFrame))
	if err != nil {
		writeJSON(w, http.StatusBadRequest, refuseRating)
		return
	}
	decoded, _, refused := decodeFeedback(data)
	if refused != nil {
		writeJSON(w, http.StatusBadRequest, refused)
		return
	}
	f := decoded.(feedbackFrame)
	session := bot.Session{ID: randomHex(sessionBytes), Profile: bot.ProfileStandard, Script: bot.ScriptHans, Created: s.cfg.Now()}
	if err = s.cfg.Store.CreateSession(r.Context(), session); err == nil {
		err = s.cfg.Store.AddFeedback(r.Context(), bot.Feedback{
			SessionID: session.ID, AnswerID: f.AnswerID, Rating: string(f.Rating), Reasons: f.Reasons, Text: retrieval.Mask(f.Text), At: session.Created,
		})
	}
	if err != nil {
		s.cfg.Log.Error("keep feedback", "err", err)
		writeJSON(w, http.StatusInternalServerError, refuseFailure)
		return
	}
	writeJSON(w, http.StatusOK, struct{}{})
}

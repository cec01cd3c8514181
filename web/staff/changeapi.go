package staff

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"zhiwen/bot/accounts"
	"zhiwen/bot/directory"
	"zhiwen/bot/faq"
	"zhiwen/bot/review"
	"zhiwen/ingest"
	"zhiwen/retrieval"
)

// bearer gives the holder of a request's token; else it was answered.
func (s *Server) bearer(w http.ResponseWriter, r *http.Request) (Token, bool) {
	secret, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	address := s.cfg.ClientIP(r)
	if s.gate.isLimited(address) {
		writeJSON(w, http.StatusTooManyRequests, refusal{"limited", "口令错误次数过多，请一分钟后再试。"})
		return Token{}, false
	}
	t, ok := s.gate.holder(secret)
	if !isBearer || !ok {
		s.gate.fail(address)
		w.Header().Set("WWW-Authenticate", `Bearer realm="staff"`)
		writeJSON(w, http.StatusUnauthorized, refusal{"unauthorized", "本接口仅供工作人员使用，请在Authorization中提供口令。"})
		return Token{}, false
	}
	return t, true
}

// byToken lets programs in whose token bears the name of an account with one of
// the roles.
func (s *Server) byToken(who []accounts.Role, next page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		t, ok := s.bearer(w, r)
		if !ok {
			return
		}
		a, err := s.cfg.Accounts.Account(r.Context(), t.Name)
		switch {
		case errors.Is(err, retrieval.ErrNotFound) || err == nil && (a.Disabled || !a.Is(who...)):
			writeJSON(w, http.StatusForbidden, refusal{"forbidden", "这个口令的账号没有相应的角色。"})
		case err != nil:
			s.apiFailed(w, "read an account", err)
		default:
			next(w, r, visit{name: a.Name, account: a})
		}
	}
}

func (s *Server) apiFailed(w http.ResponseWriter, doing string, err error) {
	var p review.Problem
	switch {
	case errors.As(err, &p):
		writeJSON(w, http.StatusConflict, refusal{"conflict", string(p)})
	case errors.Is(err, review.ErrOwn):
		writeJSON(w, http.StatusForbidden, refusal{"own_change", "不能审核自己提交的修改。"})
	case errors.Is(err, review.ErrDecided):
		writeJSON(w, http.StatusConflict, refusal{"decided", "这项修改已经办理过了。"})
	case errors.Is(err, retrieval.ErrNotFound):
		writeJSON(w, http.StatusNotFound, refusal{"not_found", "没有这项修改。"})
	default:
		s.cfg.Log.Error("staff interface: "+doing, "err", err)
		writeJSON(w, http.StatusInternalServerError, refusal{"failed", "操作没有完成，请稍后再试。"})
	}
}

func (s *Server) apiChanges(w http.ResponseWriter, r *http.Request, _ visit) {
	state := review.State(r.FormValue("state"))
	all, err := s.changes.List(r.Context(), state)
	if err != nil {
		s.apiFailed(w, "list changes", err)
		return
	}
	if all == nil {
		all = []review.Change{}
	}
	writeJSON(w, http.StatusOK, map[string]any{"changes": all})
}

// changeBody is the body of POST /api/v1/staff/changes.
type changeBody struct {
	Kind    review.Kind     `json:"kind"`
	Subject string          `json:"subject"` // of a ruling: a doc_id; of words: the table; else taken from after
	After   json.RawMessage `json:"after"`
}

// apiPropose takes what a form of the console takes, as JSON.
func (s *Server) apiPropose(w http.ResponseWriter, r *http.Request, v visit) {
	bad := func(text string) { writeJSON(w, http.StatusBadRequest, refusal{"bad_request", text}) }
	var b changeBody
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxDraft)).Decode(&b); err != nil {
		bad(`请求应为JSON，例如{"kind":"faq","after":{"question":"…","answer":"…","citations":[{"source":"…","quote":"…"}]}}。`)
		return
	}
	var after any
	subject, title := b.Subject, ""
	switch b.Kind {
	case review.KindFAQ:
		var e faq.Entry
		if err := json.Unmarshal(b.After, &e); err != nil {
			bad("after应是一条问答。")
			return
		}
		if e.ID == "" {
			e.ID = faq.NewID(e.Question)
		}
		checked, problems, err := s.checkedAnswer(r.Context(), e)
		if err != nil {
			s.apiFailed(w, "check a curated answer", err)
			return
		}
		if len(problems) > 0 {
			bad(answerProblems(problems))
			return
		}
		after, subject, title = checked, checked.ID, checked.Question
	case review.KindOffice:
		var e *directory.Entry
		if err := json.Unmarshal(b.After, &e); err != nil || e == nil && subject == "" || e != nil && (e.Name == "" || e.Phone == "") {
			bad("after应是一个部门，name和phone不能为空；删除时after为null，subject为名称。")
			return
		}
		if e != nil {
			after, subject = e, e.Name
		}
		title = "部门：" + subject
	case review.KindWords:
		var text string
		err := json.Unmarshal(b.After, &text)
		if err == nil {
			err = checkWords(subject, text)
		}
		if err != nil {
			bad("subject应是synonyms、blocklist或holidays，after应是整张表的文字：" + Chinese(err.Error()))
			return
		}
		after, title = text, subject
	case review.KindRuling:
		var ruling ingest.Ruling
		doc, err := s.cfg.Library.Version(r.Context(), subject)
		if err != nil || json.Unmarshal(b.After, &ruling) != nil || ruling.Validity != "" && !isValidity(ruling.Validity) {
			bad("subject应是文档的doc_id，after应是要设定的元数据与有效性。")
			return
		}
		after, subject, title = ruling, doc.Key, "《"+doc.Title+"》的元数据与有效性"
	default:
		bad("kind应是faq、office、words或ruling。")
		return
	}
	c, err := s.newChange(r.Context(), v.name, b.Kind, subject, title, after)
	if err != nil {
		s.apiFailed(w, "propose a change", err)
		return
	}
	writeJSON(w, http.StatusCreated, c)
}

func (s *Server) apiPublish(w http.ResponseWriter, r *http.Request, v visit) {
	c, err := s.changes.Publish(r.Context(), r.PathValue("id"), v.name)
	if err != nil {
		s.apiFailed(w, "publish a change", err)
		return
	}
	writeJSON(w, http.StatusOK, c)
}

func (s *Server) apiReject(w http.ResponseWriter, r *http.Request, v visit) {
	var b struct {
		Reason string `json:"reason"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&b); err != nil || strings.TrimSpace(b.Reason) == "" {
		writeJSON(w, http.StatusBadRequest, refusal{"bad_request", `请写明退回的理由，例如{"reason":"引文不全"}。`})
		return
	}
	c, err := s.changes.Reject(r.Context(), r.PathValue("id"), v.name, b.Reason)
	if err != nil {
		s.apiFailed(w, "reject a change", err)
		return
	}
	writeJSON(w, http.StatusOK, c)
}

package web

import (
	"bytes"
	"cmp"
	"errors"
	"net/http"
	"strconv"

	"zhiwen/bot"
	"zhiwen/retrieval"
)

// maxFormTurns is how many earlier questions of a form a new one is understood
// with.
const maxFormTurns = 3

// visitView is a page on which a visitor asks: the chat or the 长辈版. It works
// without scripts; with them the same page becomes a conversation.
type visitView struct {
	layout
	Path        string // of this page
	Profile     bot.Profile
	MaxQuestion int
	MaxTurns    int
	Speech      bool // the server reads texts aloud
	Hearing     bool // the server writes down what is said
	Menu        menu // of the 长辈版
	Typed       string
	Turns       []string // earlier questions of a conversation by forms
	Problem     string
	Answer      *answerView
}

func (s *Server) visit(r *http.Request, path string) visitView {
	v := visitView{
		layout: s.layoutFor(r, "智能问答"), Path: path, Profile: bot.ProfileStandard,
		MaxQuestion: maxQuestion, MaxTurns: maxTurns,
		Speech: s.cfg.Voice != nil && s.cfg.Voice.Speaks(), Hearing: s.cfg.Voice != nil && s.cfg.Voice.Hears(),
		Typed: r.URL.Query().Get("q"),
	}
	if len(v.Samples) == 0 && path == chatPath {
		v.Samples = s.commonMatters(r)
	}
	if path == elderPath {
		v.Title, v.Profile = "长辈版", bot.ProfileElder
	}
	return v
}

// commonMatters stand in for questions to begin with, where none are set: one
// matter of each of the first topics.
func (s *Server) commonMatters(r *http.Request) []string {
	m, err := s.shelf.get(r.Context())
	if err != nil {
		s.cfg.Log.Error("list matters", "err", err)
	}
	var names []string
	for _, t := range m.topics[:min(len(m.topics), onScreen)] {
		names = append(names, cmp.Or(t.Items[0].Question, shortTitle(t.Items[0].Title)))
	}
	return names
}

func (s *Server) chatPage(w http.ResponseWriter, r *http.Request) {
	s.renderVisit(w, r, http.StatusOK, s.visit(r, chatPath))
}

func (s *Server) elderPage(w http.ResponseWriter, r *http.Request) {
	v := s.visit(r, elderPath)
	var err error
	switch v.Menu, err = s.menu(r); {
	case errors.Is(err, errNoMenu) || errors.Is(err, retrieval.ErrNotFound) || errors.Is(err, retrieval.ErrGone):
		http.Redirect(w, r, v.Reader.URL(elderPath), http.StatusSeeOther) // a menu that has changed
		return
	case err != nil:
		s.cfg.Log.Error("make a menu", "err", err)
		v.Problem = refuseFailure.Message
	}
	if v.Menu.Back != "" {
		v.Title = v.Menu.Title + " - 长辈版"
	}
	s.renderVisit(w, r, http.StatusOK, v)
}

// askOnPage answers the question of a form with a page. It changes nothing, so
// that it needs no protection from forms of other sites.
func (s *Server) askOnPage(path string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := s.visit(r, path)
		status, err := s.fillAnswer(w, r, &v)
		if err != nil {
			s.cfg.Log.Error("answer failed", "ip", clientIP(r, s.cfg.Proxies), "err", err)
		}
		if path == elderPath && v.Answer == nil {
			empty := r.Clone(r.Context())
			empty.URL.RawQuery = ""
			if v.Menu, err = s.menu(empty); err != nil {
				s.cfg.Log.Error("make a menu", "err", err)
			}
		}
		s.renderVisit(w, r, status, v)
	}
}

func (s *Server) fillAnswer(w http.ResponseWriter, r *http.Request, v *visitView) (status int, err error) {
	refuse := func(status int, why *refusal) (int, error) {
		v.Problem = why.Message
		return status, nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if r.ParseForm() != nil {
		return refuse(http.StatusBadRequest, refuseLong)
	}
	v.Typed = r.PostForm.Get("q")
	text, refused := question(v.Typed)
	if refused != nil {
		return refuse(http.StatusBadRequest, refused)
	}
	if refused := s.gate.question(clientIP(r, s.cfg.Proxies), ""); refused != nil {
		return refuse(http.StatusTooManyRequests, refused)
	}
	request := bot.Request{Question: text, Profile: v.Profile, Script: v.Reader.Script, Address: clientIP(r, s.cfg.Proxies)}
	for _, turn := range r.PostForm["turn"] {
		if turn, refused := question(turn); refused == nil {
			v.Turns = append(v.Turns, turn)
		}
	}
	v.Turns = v.Turns[max(0, len(v.Turns)-maxFormTurns):]
	for _, turn := range v.Turns {
		request.Turns = append(request.Turns, bot.Turn{Question: turn, Answer: bot.Answer{Status: bot.StatusAnswered}})
	}
	if id := r.PostForm.Get("doc"); id != "" {
		at, err := strconv.Atoi(r.PostForm.Get("at"))
		if err != nil || at < 0 || !validID(id) {
			return refuse(http.StatusBadRequest, refuseFrame)
		}
		request.Chosen = chosen(id, at)
	}
	a, refused, err := s.hub.askAndWait(r.Context(), request)
	if refused != nil {
		return refuse(http.StatusServiceUnavailable, refused)
	}
	if err != nil {
		v.Problem = refuseFailure.Message
		return http.StatusInternalServerError, err
	}
	v.Typed, v.Answer = "", newAnswerView(text, a)
	if a.Status != bot.StatusPersonal { // what may hold an identity number is not passed on
		v.Turns = append(v.Turns, text)
	}
	return http.StatusOK, nil
}

func (s *Server) renderVisit(w http.ResponseWriter, r *http.Request, status int, v visitView) {
	name := "chat.html"
	if v.Path == elderPath {
		name = "elder.html"
	}
	s.render(w, r, status, name, v)
}

// inScriptOf puts a page into the reader's script, with the scripts that show
// their words in it.
func (s *Server) inScriptOf(reads reader, page []byte) []byte {
	if reads.Script != bot.ScriptHant {
		return page
	}
	page = pageInTraditional(page)
	page = bytes.Replace(page, []byte(`<html lang="zh-Hans"`), []byte(`<html lang="zh-Hant"`), 1)
	return bytes.ReplaceAll(page, []byte("/assets/"+s.assets.sum+"/"), []byte("/assets/"+s.assets.sum+hantFolder+"/"))
}

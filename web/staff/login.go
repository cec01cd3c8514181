package staff

import (
	"errors"
	"net/http"
	"strings"

	"zhiwen/bot/accounts"
)

const passwordPath = "/staff/password"

type loginView struct {
	layout
	Problem string
	User    string
	To      string
	SignOn  string // the name of single sign-on, "" if there is none
}

func (s *Server) loginPage(w http.ResponseWriter, r *http.Request) {
	if _, err := s.visit(r); err == nil {
		http.Redirect(w, r, homePath, http.StatusSeeOther)
		return
	}
	s.loginForm(w, r, http.StatusOK, "")
}

func (s *Server) loginForm(w http.ResponseWriter, r *http.Request, status int, problem string) {
	view := loginView{layout: s.layout(r, "工作人员登录"), Problem: problem, User: r.FormValue("name"), To: ownPath(r.FormValue("to"))}
	if s.signOn != nil {
		view.SignOn = s.signOn.Name
	}
	s.render(w, r, status, "login.html", view)
}

// ownPath keeps a login from leading away.
func ownPath(to string) string {
	if !strings.HasPrefix(to, "/staff/") || strings.Contains(to, "..") || strings.ContainsAny(to, "\\\r\n") {
		return homePath
	}
	return to
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		s.loginForm(w, r, http.StatusForbidden, "请在本页登录。")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	address := s.cfg.ClientIP(r)
	if s.gate.isLimited(address) {
		s.loginForm(w, r, http.StatusTooManyRequests, "输错次数过多，请一分钟后再试。")
		return
	}
	secret, err := s.cfg.Accounts.Enter(r.Context(), strings.TrimSpace(r.PostFormValue("name")), r.PostFormValue("password"), address)
	switch {
	case errors.Is(err, accounts.ErrRefused):
		s.gate.fail(address)
		s.loginForm(w, r, http.StatusUnauthorized, "登录名或密码不正确。连续输错5次，账号会锁定15分钟。")
	case err != nil:
		s.failed(w, r, "log in", err)
	default:
		http.SetCookie(w, s.cookie(secret, r))
		http.Redirect(w, r, ownPath(r.PostFormValue("to")), http.StatusSeeOther)
	}
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request, v visit) {
	if err := s.cfg.Accounts.Leave(r.Context(), v.login); err != nil {
		s.failed(w, r, "log out", err)
		return
	}
	http.SetCookie(w, s.cookie("", r))
	http.Redirect(w, r, "/staff/login", http.StatusSeeOther)
}

type passwordView struct {
	layout
	Problem string
	Expired bool
}

func (s *Server) passwordPage(w http.ResponseWriter, r *http.Request, v visit) {
	s.passwordForm(w, r, v, http.StatusOK, "")
}

func (s *Server) passwordForm(w http.ResponseWriter, r *http.Request, v visit, status int, problem string) {
	s.render(w, r, status, "password.html", passwordView{s.layout(r, "修改密码"), problem, v.login.PasswordExpired(s.cfg.Now())})
}

func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, v visit) {
	if r.PostFormValue("new") != r.PostFormValue("again") {
		s.passwordForm(w, r, v, http.StatusBadRequest, "两次输入的新密码不一样。")
		return
	}
	err := s.cfg.Accounts.ChangePassword(r.Context(), v.name, r.PostFormValue("old"), r.PostFormValue("new"))
	var weak accounts.Weak
	switch {
	case errors.As(err, &weak):
		s.passwordForm(w, r, v, http.StatusBadRequest, string(weak))
	case err != nil:
		s.failed(w, r, "change a password", err)
	default: // all logins have ended
		http.SetCookie(w, s.cookie("", r))
		s.loginForm(w, r, http.StatusOK, "密码已修改，请用新密码登录。")
	}
}

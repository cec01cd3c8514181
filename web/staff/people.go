package staff

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"zhiwen/bot/accounts"
	"zhiwen/bot/review"
	"zhiwen/retrieval"
)

type personRow struct {
	accounts.Account
	Last   string
	Locked bool
	Holds  []roleChoice
}

type roleChoice struct {
	Role accounts.Role
	Name string
	Held bool
}

func choices(held []accounts.Role) []roleChoice {
	var all []roleChoice
	for _, role := range accounts.AllRoles() {
		all = append(all, roleChoice{role, role.Name(), slices.Contains(held, role)})
	}
	return all
}

type peopleView struct {
	layout
	People  []personRow
	Choices []roleChoice
	Problem string
	Made    string // the name of an account that has a new password
	Secret  string // which is shown once
	SignOn  string
}

func (s *Server) peoplePage(w http.ResponseWriter, r *http.Request, _ visit) {
	s.listPeople(w, r, http.StatusOK, peopleView{})
}

func (s *Server) listPeople(w http.ResponseWriter, r *http.Request, status int, view peopleView) {
	all, err := s.cfg.Accounts.List(r.Context())
	if err != nil {
		s.failed(w, r, "list accounts", err)
		return
	}
	view.layout, view.Choices = s.layout(r, "账号"), choices(nil)
	if s.signOn != nil {
		view.SignOn = s.signOn.Name
	}
	for _, a := range all {
		view.People = append(view.People, personRow{a, momentOf(a.LastLogin.At), s.cfg.Now().Before(a.LockedTill), choices(a.Roles)})
	}
	s.render(w, r, status, "people.html", view)
}

func rolesOf(r *http.Request) []accounts.Role {
	var held []accounts.Role
	for _, role := range r.PostForm["role"] {
		held = append(held, accounts.Role(role))
	}
	return held
}

// refused says what is wrong with an account, in Chinese.
func refused(err error) (string, bool) {
	var weak accounts.Weak
	switch {
	case errors.As(err, &weak):
		return string(weak), true
	case errors.Is(err, accounts.ErrExists):
		return "这个登录名已经有了。", true
	case errors.Is(err, accounts.ErrRoles):
		return "请至少选一个角色；“审计”不能与其他角色同时担任。", true
	}
	return "", false
}

func (s *Server) addPerson(w http.ResponseWriter, r *http.Request, v visit) {
	name := strings.TrimSpace(r.PostFormValue("name"))
	if accounts.CheckName(name) != nil {
		s.listPeople(w, r, http.StatusBadRequest, peopleView{Problem: "登录名用汉字、字母、数字，最多20个字。"})
		return
	}
	password, subject := accounts.NewPassword(), strings.TrimSpace(r.PostFormValue("subject"))
	if subject != "" {
		password = ""
	}
	err := s.cfg.Accounts.Add(r.Context(), v.name, name, password, subject, rolesOf(r))
	if problem, ok := refused(err); ok {
		s.listPeople(w, r, http.StatusBadRequest, peopleView{Problem: problem})
		return
	}
	if err != nil {
		s.failed(w, r, "add an account", err)
		return
	}
	s.listPeople(w, r, http.StatusOK, peopleView{Made: name, Secret: password})
}

// changePerson changes roles, ends an account or gives it a new password.
// Nobody changes their own: the last manager cannot lock themselves out.
func (s *Server) changePerson(w http.ResponseWriter, r *http.Request, v visit) {
	name := r.PathValue("name")
	if name == v.name {
		s.listPeople(w, r, http.StatusBadRequest, peopleView{Problem: "不能修改自己的账号，请由另一位管理人员办理；自己的密码在“修改密码”中改。"})
		return
	}
	view := peopleView{}
	var err error
	switch r.PostFormValue("do") {
	case "roles":
		err = s.cfg.Accounts.SetRoles(r.Context(), v.name, name, rolesOf(r))
	case "disable":
		err = s.cfg.Accounts.Disable(r.Context(), v.name, name, true)
	case "enable":
		err = s.cfg.Accounts.Disable(r.Context(), v.name, name, false)
	case "password":
		view.Made, view.Secret = name, accounts.NewPassword()
		err = s.cfg.Accounts.SetPassword(r.Context(), v.name, name, view.Secret)
	default:
		err = review.Problem("没有这种操作。")
	}
	if problem, ok := refused(err); ok {
		s.listPeople(w, r, http.StatusBadRequest, peopleView{Problem: problem})
		return
	}
	if err != nil {
		s.failed(w, r, "change an account", err)
		return
	}
	s.listPeople(w, r, http.StatusOK, view)
}

type auditView struct {
	layout
	Records []retrieval.Record
	Broken  string
	All     int
	Query   string
	Page    pager
}

// auditPage shows the audit, the latest first, and whether its chain holds.
func (s *Server) auditPage(w http.ResponseWriter, r *http.Request, _ visit) {
	all, err := s.cfg.Audit.Audit(r.Context())
	if err != nil {
		s.failed(w, r, "read the audit", err)
		return
	}
	view := auditView{layout: s.layout(r, "审计"), All: len(all), Query: strings.TrimSpace(r.FormValue("q"))}
	if err := retrieval.VerifyAudit(all); err != nil {
		view.Broken = err.Error()
	}
	slices.Reverse(all)
	if view.Query != "" {
		all = slices.DeleteFunc(all, func(rec retrieval.Record) bool {
			return !strings.Contains(strings.Join([]string{rec.Actor, rec.Action, rec.Subject, rec.Reason}, "\n"), view.Query)
		})
	}
	n := pageNumber(r)
	from := min((n-1)*pageLength, len(all))
	view.Records, view.Page = all[from:min(from+pageLength, len(all))], newPager(r, n, len(all))
	s.render(w, r, http.StatusOK, "audit.html", view)
}

func (s *Server) auditCSV(w http.ResponseWriter, r *http.Request, v visit) {
	all, err := s.cfg.Audit.Audit(r.Context())
	if err == nil {
		err = s.cfg.Audit.AddActs(r.Context(), retrieval.Act{At: s.cfg.Now(), Actor: v.name, Action: "export audit", Reason: fmt.Sprintf("%d records", len(all))})
	}
	if err != nil {
		s.failed(w, r, "export the audit", err)
		return
	}
	sendCSV(w, "audit.csv", retrieval.AuditTable(all))
}

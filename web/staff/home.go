package staff

import (
	"net/http"

	"zhiwen/bot/accounts"
	"zhiwen/bot/asked"
	"zhiwen/bot/review"
	"zhiwen/retrieval"
)

// task is something that waits on the first page.
type task struct {
	Path, Name string
	N          int
	Note       string
}

type homeView struct {
	layout
	Roles string
	Tasks []task
}

// homePage says what waits for whoever has logged in.
func (s *Server) homePage(w http.ResponseWriter, r *http.Request, v visit) {
	view := homeView{layout: s.layout(r, "工作台"), Roles: v.account.RoleNames()}
	if v.is(readers...) {
		if err := s.addTasks(r, v, &view); err != nil {
			s.failed(w, r, "list what waits", err)
			return
		}
	}
	s.render(w, r, http.StatusOK, "home.html", view)
}

func (s *Server) addTasks(r *http.Request, v visit, view *homeView) error {
	pending, err := s.changes.List(r.Context(), review.Pending)
	if err != nil {
		return err
	}
	mine, others := 0, 0
	for _, c := range pending {
		if c.Author == v.name {
			mine++
		} else {
			others++
		}
	}
	if v.is(accounts.Reviewer) {
		view.Tasks = append(view.Tasks, task{"/staff/changes", "等您审核的修改", others, ""})
	}
	if v.is(accounts.Editor) {
		view.Tasks = append(view.Tasks, task{"/staff/changes", "您提交、还没有审核的修改", mine, ""})
	}
	listed, err := s.cfg.FAQ.List(r.Context())
	if err != nil {
		return err
	}
	stale := 0
	for _, l := range listed {
		if l.Stale != "" {
			stale++
		}
	}
	view.Tasks = append(view.Tasks, task{"/staff/faq", "已停用、要复核的问答", stale, "引用的文件有变化，或有效期已过"})
	held := 0
	for l, err := range s.cfg.Library.List(r.Context()) {
		if err != nil {
			return err
		}
		if l.State == retrieval.StateQuarantine {
			held++
		}
	}
	view.Tasks = append(view.Tasks, task{"/staff/documents?state=" + string(retrieval.StateQuarantine), "待核对的文档", held, "含个人信息，或刚上传"})
	lost, err := s.reopenedStandings(r.Context())
	if err != nil {
		return err
	}
	view.Tasks = append(view.Tasks, task{"/staff/questions?need=" + string(needReopened), "失去答案的问题", len(lost), "引用的文件有变化后，重新提问没有得到答案"})
	open, err := s.cfg.Questions.Standings(r.Context(), asked.Last(statDays, s.cfg.Now()), asked.NeedAny, pageLength+1, 0)
	if err != nil {
		return err
	}
	note := ""
	if len(open) > pageLength {
		open, note = open[:pageLength], "以上"
	}
	view.Tasks = append(view.Tasks, task{"/staff/questions", "近30天待改进的问题", len(open), note})
	return nil
}

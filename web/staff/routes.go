package staff

import (
	"net/http"
	"strings"
	"sync/atomic"

	"zhiwen/bot/accounts"
)

// Who may do what. An auditor does nothing but audit.
var (
	writers  = []accounts.Role{accounts.Editor}
	deciders = []accounts.Role{accounts.Reviewer}
	content  = []accounts.Role{accounts.Editor, accounts.Reviewer}
	readers  = []accounts.Role{accounts.Editor, accounts.Reviewer, accounts.Manager}
	managers = []accounts.Role{accounts.Manager}
	auditors = []accounts.Role{accounts.Auditor}
	everyone = accounts.AllRoles()
)

const homePath = "/staff/"

// navigation is the menu, in its order.
var navigation = []struct {
	path, name string
	who        []accounts.Role
}{
	{"/staff/documents", "文档库", readers},
	{"/staff/faq", "问答库", readers},
	{"/staff/offices", "通讯录", readers},
	{"/staff/words", "词表", readers},
	{"/staff/changes", "审核", readers},
	{"/staff/questions", "待改进问题", readers},
	{"/staff/probe", "检索测试", readers},
	{"/staff/stats", "统计", readers},
	{"/staff/check", "文稿核对", readers},
	{"/staff/jobs", "任务", readers},
	{"/staff/people", "账号", managers},
	{"/staff/audit", "审计", auditors},
}

func isBelow(path, of string) bool { return path == of || strings.HasPrefix(path, of+"/") }

// route is a page with those who may use it.
type route struct {
	pattern string
	who     []accounts.Role
	page    page
}

// routes are all pages behind the login.
func (s *Server) routes() []route {
	return []route{
		{"GET /staff/{$}", everyone, s.homePage},
		{"POST /staff/logout", everyone, s.logout},
		{"GET " + passwordPath, everyone, s.passwordPage},
		{"POST " + passwordPath, everyone, s.changePassword},

		{"GET /staff/check", readers, s.startPage},
		{"POST /staff/check", readers, s.begin},
		{"GET /staff/check/{id}", readers, s.resultPage},
		{"POST /staff/check/{id}/note", readers, s.note},
		{"POST /staff/check/{id}/readers", readers, s.readers},
		{"POST /staff/check/{id}/again", readers, s.again},
		{"POST /staff/check/{id}/delete", readers, s.remove},
		{"GET /staff/check/{id}/export.html", readers, s.exportHTML},
		{"GET /staff/check/{id}/export.docx", readers, s.exportDOCX},

		{"GET /staff/documents", readers, s.documentsPage},
		{"POST /staff/documents/upload", writers, s.upload},
		{"GET /staff/documents/{id}", readers, s.documentPage},
		{"GET /staff/documents/{id}/diff", readers, s.diffPage},
		{"POST /staff/documents/{id}/ruling", writers, s.proposeRuling},
		{"POST /staff/documents/{id}/release", writers, s.proposeRelease},
		{"POST /staff/documents/{id}/withdraw", content, s.withdraw},
		{"POST /staff/documents/crawl", append(managers, accounts.Editor), s.crawl},
		{"GET /staff/jobs", readers, s.jobsPage},
		{"GET /staff/jobs/{id}", readers, s.jobPage},
		{"GET /staff/jobs/{id}/state", readers, s.jobState},

		{"GET /staff/faq", readers, s.answersPage},
		{"GET /staff/faq/edit", writers, s.answerPage},
		{"POST /staff/faq/edit", writers, s.proposeAnswer},
		{"POST /staff/faq/import", writers, s.importAnswers},
		{"GET /staff/faq/export.xlsx", readers, s.exportAnswers},
		{"POST /staff/faq/withdraw", content, s.withdrawAnswer},

		{"GET /staff/offices", readers, s.officesPage},
		{"GET /staff/offices/edit", writers, s.officePage},
		{"POST /staff/offices/edit", writers, s.proposeOffice},
		{"POST /staff/offices/import", writers, s.importOffices},
		{"GET /staff/offices/export.xlsx", readers, s.exportOffices},

		{"GET /staff/words", readers, s.wordsPage},
		{"POST /staff/words", writers, s.proposeWords},

		{"GET /staff/changes", readers, s.changesPage},
		{"GET /staff/changes/{id}", readers, s.changePage},
		{"POST /staff/changes/{id}/publish", deciders, s.publish},
		{"POST /staff/changes/{id}/reject", deciders, s.reject},
		{"POST /staff/changes/{id}/take", writers, s.takeBack},
		{"POST /staff/changes/{id}/undo", writers, s.undo},

		{"GET /staff/questions", readers, s.questionsPage},
		{"GET /staff/questions/{id}", readers, s.questionPage},
		{"POST /staff/questions/{id}/rerun", content, s.rerun},
		{"POST /staff/questions/{id}/note", content, s.noteQuestion},

		{"GET /staff/probe", readers, s.probePage},
		{"GET /staff/stats", readers, s.statsPage},
		{"GET /staff/stats.csv", readers, s.statsCSV},

		{"GET /staff/people", managers, s.peoplePage},
		{"POST /staff/people", managers, s.addPerson},
		{"POST /staff/people/{name}", managers, s.changePerson},

		{"GET /staff/audit", auditors, s.auditPage},
		{"GET /staff/audit.csv", auditors, s.auditCSV},
	}
}

// interfaces are for programs, by token; see changeapi.go.
func (s *Server) interfaces() []route {
	return []route{
		{"GET /api/v1/staff/changes", content, s.apiChanges},
		{"POST /api/v1/staff/changes", writers, s.apiPropose},
		{"POST /api/v1/staff/changes/{id}/publish", deciders, s.apiPublish},
		{"POST /api/v1/staff/changes/{id}/reject", deciders, s.apiReject},
	}
}

// Handler is the server's whole surface.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /staff/assets/{sum}/{name}", s.asset)
	mux.HandleFunc("GET /staff/login", s.loginPage)
	mux.HandleFunc("POST /staff/login", s.login)
	mux.HandleFunc("GET /staff/signon", s.signOnStart)
	mux.HandleFunc("GET /staff/signon/back", s.signOnBack)
	for _, r := range s.routes() {
		mux.HandleFunc(r.pattern, s.inside(r.who, r.page))
	}
	for _, r := range s.interfaces() {
		mux.HandleFunc(r.pattern, s.byToken(r.who, r.page))
	}
	mux.HandleFunc("POST /api/v1/check", s.api)
	mux.HandleFunc("/staff/", s.noPage)
	return private(s.onceThereIsSomebody(mux))
}

// onceThereIsSomebody hides the staff's pages until there is an account; the
// interfaces ask for a token in any case.
func (s *Server) onceThereIsSomebody(next http.Handler) http.Handler {
	var somebody atomic.Bool
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !somebody.Load() && strings.HasPrefix(r.URL.Path, "/staff/") {
			found, err := s.cfg.Accounts.Any(r.Context())
			if err != nil {
				s.cfg.Log.Error("look for accounts", "err", err)
			}
			if !found {
				http.Error(w, "没有开通工作人员账号。", http.StatusNotFound)
				return
			}
			somebody.Store(true)
		}
		next.ServeHTTP(w, r)
	})
}

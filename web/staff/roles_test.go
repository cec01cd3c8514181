package staff

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"zhiwen/bot"
	"zhiwen/bot/accounts"
	"zhiwen/ingest"
	"zhiwen/retrieval"
)

// idle answers nothing and changes nothing.
type idle struct{}

func (idle) Examine(context.Context, bot.Request, int) (bot.Examination, error) {
	return bot.Examination{Said: bot.Answer{Status: bot.StatusNoAnswer}}, nil
}

func (idle) Search(context.Context, retrieval.Query) (retrieval.Result, error) {
	return retrieval.Result{}, nil
}

var errIdle = errors.New("idle")

func (idle) Take(context.Context, []File, func(int, int)) ([]ingest.Report, error) {
	return nil, errIdle
}
func (idle) Release(context.Context, string, retrieval.Act) error     { return errIdle }
func (idle) Withdraw(context.Context, string, retrieval.Act) error    { return errIdle }
func (idle) Rule(context.Context, ingest.Ruling, retrieval.Act) error { return errIdle }

func withIdle(c *Config) { c.Examiner, c.Searcher, c.Librarian = idle{}, idle{}, idle{} }

// TestRoles: each role tries each page and each interface, and gets in where
// the table says so and nowhere else. The table itself is read here by what
// the roles are for.
func TestRoles(t *testing.T) {
	const forms = "POST"
	d := newDesk(t, withIdle, func(c *Config) {
		for _, role := range accounts.AllRoles() {
			c.Tokens = append(c.Tokens, Token{role.Name(), string(role) + "-0123456789abcdef"})
		}
	})
	s, err := New(Config{Checker: fakeChecker{}, Drafts: fakeDrafts{}, Accounts: d.people, Records: newStore(t), Now: d.people.Now, Asset: func(string) (string, error) { return "", nil }})
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range accounts.AllRoles() {
		d.hire(role.Name(), role)
	}
	for _, role := range accounts.AllRoles() {
		p := d.enter(role.Name())
		for _, r := range s.routes() {
			method, path, _ := strings.Cut(r.pattern, " ")
			path = strings.NewReplacer("{$}", "", "{id}", "none", "{name}", "nobody").Replace(path)
			if strings.HasSuffix(path, "/logout") {
				continue
			}
			var status int
			if method == forms {
				response, _ := p.post(path, map[string]string{"csrf": p.csrf}, nil)
				status = response.StatusCode
			} else {
				response, _ := p.get(path)
				status = response.StatusCode
			}
			if may := slices.Contains(r.who, role); may == (status == http.StatusForbidden) {
				t.Errorf("%s at %s: %d, may %v", role.Name(), r.pattern, status, may)
			}
		}
		for _, r := range s.interfaces() {
			method, path, _ := strings.Cut(r.pattern, " ")
			request := d.request(method, strings.Replace(path, "{id}", "none", 1), strings.NewReader("{}"))
			request.Header.Set("Authorization", "Bearer "+string(role)+"-0123456789abcdef")
			response, _ := d.do(request)
			if may := slices.Contains(r.who, role); may == (response.StatusCode == http.StatusForbidden) {
				t.Errorf("%s at %s: %d, may %v", role.Name(), r.pattern, response.StatusCode, may)
			}
		}
	}
	// What the roles are for, said once more.
	may := func(pattern string, role accounts.Role) bool {
		for _, r := range append(s.routes(), s.interfaces()...) {
			if r.pattern == pattern {
				return slices.Contains(r.who, role)
			}
		}
		t.Fatalf("no page %s", pattern)
		return false
	}
	for _, c := range []struct {
		pattern string
		who     []accounts.Role
	}{
		{"POST /staff/faq/edit", []accounts.Role{accounts.Editor}},
		{"POST /staff/changes/{id}/publish", []accounts.Role{accounts.Reviewer}},
		{"POST /api/v1/staff/changes/{id}/publish", []accounts.Role{accounts.Reviewer}},
		{"POST /staff/people", []accounts.Role{accounts.Manager}},
		{"GET /staff/audit", []accounts.Role{accounts.Auditor}},
		{"GET /staff/documents", []accounts.Role{accounts.Editor, accounts.Reviewer, accounts.Manager}},
	} {
		for _, role := range accounts.AllRoles() {
			if may(c.pattern, role) != slices.Contains(c.who, role) {
				t.Errorf("%s: %s", c.pattern, role)
			}
		}
	}
}

// TestNobody: a page and an interface for whoever is not logged in, and none at
// all while there is no account.
func TestNobody(t *testing.T) {
	d := newDesk(t, withIdle)
	s, err := New(Config{Checker: fakeChecker{}, Drafts: fakeDrafts{}, Accounts: d.people, Records: newStore(t), Now: d.people.Now, Asset: func(string) (string, error) { return "", nil }})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range s.routes() {
		method, path, _ := strings.Cut(r.pattern, " ")
		response, _ := d.do(d.request(method, strings.NewReplacer("{$}", "", "{id}", "x", "{name}", "x").Replace(path), nil))
		if want := map[string]int{"GET": http.StatusSeeOther, "POST": http.StatusUnauthorized}[method]; response.StatusCode != want {
			t.Errorf("%s: %d", r.pattern, response.StatusCode)
		}
	}
	for _, r := range s.interfaces() {
		method, path, _ := strings.Cut(r.pattern, " ")
		if response, _ := d.do(d.request(method, strings.Replace(path, "{id}", "x", 1), nil)); response.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d", r.pattern, response.StatusCode)
		}
	}
	empty := newDesk(t, withIdle, func(c *Config) {
		c.Tokens = nil
		c.Accounts = &accounts.Desk{Store: newStore(t), Now: c.Now}
	})
	if response, body := empty.do(empty.request("GET", "/staff/login", nil)); response.StatusCode != http.StatusNotFound {
		t.Errorf("without accounts: %d %s", response.StatusCode, body)
	}
}

// TestFirstLogin: a password that somebody else has set must be changed before
// anything else.
func TestFirstLogin(t *testing.T) {
	d := newDesk(t, withIdle)
	if err := d.people.Add(t.Context(), "test", "新人", "First-Time-1", "", []accounts.Role{accounts.Editor}); err != nil {
		t.Fatal(err)
	}
	r, _ := d.login("新人", "First-Time-1")
	p := &person{d: d, cookie: r.Cookies()[0]}
	if r, _ := p.get("/staff/faq"); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != passwordPath {
		t.Fatalf("before the change: %d to %s", r.StatusCode, r.Header.Get("Location"))
	}
	_, page := p.get(passwordPath)
	_, rest, _ := strings.Cut(page, `name="csrf" value="`)
	p.csrf, _, _ = strings.Cut(rest, `"`)
	for _, c := range []struct{ old, new, again, want string }{
		{"First-Time-1", "short1A", "short1A", "至少要10个字符"},
		{"First-Time-1", "alllowercase", "alllowercase", "至少三种"},
		{"First-Time-1", "新人Second-2024", "新人Second-2024", "不能有登录名"},
		{"First-Time-1", "Abcdefghij1", "Abcdefghij1", "连续或重复"},
		{"First-Time-1", "First-Time-1", "First-Time-1", "与原密码不同"},
		{"wrong", "Second-Time-2", "Second-Time-2", "原密码不正确"},
		{"First-Time-1", "Second-Time-2", "Second-Time-3", "不一样"},
	} {
		r, body := p.post(passwordPath, map[string]string{"csrf": p.csrf, "old": c.old, "new": c.new, "again": c.again}, nil)
		if r.StatusCode != http.StatusBadRequest || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d", c.want, r.StatusCode)
		}
	}
	if r, body := p.post(passwordPath, map[string]string{"csrf": p.csrf, "old": "First-Time-1", "new": "Second-Time-2", "again": "Second-Time-2"}, nil); r.StatusCode != 200 || !strings.Contains(body, "密码已修改") {
		t.Fatalf("the change: %d", r.StatusCode)
	}
	if r, _ := p.get("/staff/faq"); r.StatusCode != http.StatusSeeOther {
		t.Errorf("the old login goes on: %d", r.StatusCode)
	}
	r, _ = d.login("新人", "Second-Time-2")
	p.cookie = r.Cookies()[0]
	if r, body := p.get("/staff/"); r.StatusCode != 200 || !strings.Contains(body, "上次登录：") {
		t.Errorf("after the change: %d", r.StatusCode)
	}
}

// TestManagers: an account's roles, end and password are a manager's, never
// its own; an auditor holds nothing else.
func TestManagers(t *testing.T) {
	d := newDesk(t, withIdle)
	d.hire("管", accounts.Manager)
	m, a := d.enter("管"), d.enter(ann)
	_, page := m.get("/staff/people")
	_, rest, _ := strings.Cut(page, `name="csrf" value="`)
	m.csrf, _, _ = strings.Cut(rest, `"`)
	if r, body := m.post("/staff/people", map[string]string{"csrf": m.csrf, "name": "审", "role": "auditor"}, nil); r.StatusCode != 200 || !strings.Contains(body, "初始密码是") {
		t.Errorf("add: %d", r.StatusCode)
	}
	for _, bad := range []map[string]string{{"name": "审", "role": "auditor"}, {"name": "a b", "role": "editor"}, {"name": "丁"}, {"name": "丁", "role": "king"}} {
		bad["csrf"] = m.csrf
		if r, _ := m.post("/staff/people", bad, nil); r.StatusCode != http.StatusBadRequest {
			t.Errorf("%v: %d", bad, r.StatusCode)
		}
	}
	if r, _ := m.post("/staff/people/管", map[string]string{"csrf": m.csrf, "do": "disable"}, nil); r.StatusCode != http.StatusBadRequest {
		t.Errorf("a manager ends themselves: %d", r.StatusCode)
	}
	if r, _ := m.post("/staff/people/"+ann, map[string]string{"csrf": m.csrf, "do": "disable"}, nil); r.StatusCode != 200 {
		t.Errorf("disable: %d", r.StatusCode)
	}
	if r, _ := a.get("/staff/faq"); r.StatusCode != http.StatusSeeOther {
		t.Errorf("a disabled account is in still: %d", r.StatusCode)
	}
	if r, _ := d.login(ann, password); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("a disabled account logs in: %d", r.StatusCode)
	}
	records, err := d.store.Audit(t.Context())
	if err != nil || retrieval.VerifyAudit(records) != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range records {
		seen[r.Action] = true
		if strings.Contains(r.Before+r.After+r.Reason, "argon2id") {
			t.Errorf("the audit holds a password's hash: %+v", r)
		}
	}
	for _, action := range []string{"account add", "account disable", "account password", "login"} {
		if !seen[action] {
			t.Errorf("the audit lacks %q", action)
		}
	}
}

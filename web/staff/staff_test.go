package staff

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhiwen/bot/accounts"
	"zhiwen/bot/check"
	"zhiwen/bot/faq"
	"zhiwen/ingest"
	"zhiwen/retrieval"
	"zhiwen/retrieval/sqlitestore"
)

const (
	ann, bob   = "安", "博"
	annsToken  = "ann-0123456789abcdef"
	otherToken = "bob-0123456789abcdef"
	password   = "Ling-Bei-2026"
	secretly   = "岭北村的机密句子"
)

// fakeChecker finds the first sentence altered and the second one nowhere.
type fakeChecker struct{ err error }

func (f fakeChecker) Check(_ context.Context, d check.Draft, progress func(done, all int)) (check.Report, error) {
	if progress != nil {
		progress(0, 2)
		progress(2, 2)
	}
	return check.Report{
		Period: "2024",
		Segments: []check.Segment{
			{Text: d.Text, End: len(d.Text), Verdict: check.Altered, Reason: check.ReasonFigure, Matches: []check.Match{{
				DocID: "d", Title: "报告", Clause: "一、", Quote: "原文\x0b32件", URL: "/doc/d#s0-9", Role: check.RoleSource,
				Diff: []check.Op{{Op: check.Delete, Text: "32"}, {Op: check.Insert, Text: d.Text}},
			}}},
		},
		Findings: []check.Finding{}, Missing: []check.Missing{{Title: "某办法", Segments: []int{0}}},
	}, f.err
}

// fakeDrafts reads text.
type fakeDrafts struct{}

func (fakeDrafts) Read(_ context.Context, name string, b []byte) (retrieval.Document, error) {
	switch {
	case strings.HasSuffix(name, ".png"):
		return retrieval.Document{}, fmt.Errorf("%w: picture", ingest.ErrFormat)
	case len(b) == 0:
		return retrieval.Document{}, ingest.ErrEmpty
	}
	return retrieval.Document{Meta: retrieval.Meta{ID: name, Title: name}, Text: string(b)}, nil
}

// desk is a server with a log and a clock of the test's.
type desk struct {
	*httptest.Server
	t      *testing.T
	log    *bytes.Buffer
	now    time.Time
	people *accounts.Desk
	store  *sqlitestore.Store
	server *Server
}

func newDesk(t *testing.T, change ...func(*Config)) *desk {
	t.Helper()
	d := &desk{t: t, log: &bytes.Buffer{}, now: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
	store := newStore(t)
	d.store = store
	d.people = &accounts.Desk{Store: store, Now: func() time.Time { return d.now }, Cost: accounts.Cost{Passes: 1, Memory: 8}}
	for _, name := range []string{ann, bob} {
		d.hire(name, accounts.Editor)
	}
	cfg := Config{
		Accounts: d.people, Records: store, Library: store, FAQ: &faq.Desk{Store: store, Docs: store, Phone: "12345", Now: d.people.Now}, Offices: store,
		Questions: store, Audit: store,
		Checker: fakeChecker{}, Drafts: fakeDrafts{}, Tokens: []Token{{ann, annsToken}, {"程序", "pro-0123456789abcdef"}},
		Asset: func(name string) (string, error) { return "/assets/0/" + name, nil }, ClientIP: func(r *http.Request) string { return r.RemoteAddr[:9] },
		Log: slog.New(slog.NewTextHandler(d.log, nil)), Now: func() time.Time { return d.now },
	}
	for _, c := range change {
		c(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	d.server = s
	d.Server = httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		d.Close()
		s.Close()
	})
	return d
}

func newStore(t *testing.T) *sqlitestore.Store {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "staff.db"), sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

// hire makes an account whose password needs no change.
func (d *desk) hire(name string, roles ...accounts.Role) {
	d.t.Helper()
	err := d.people.Add(d.t.Context(), "test", name, password, "", roles)
	if err == nil {
		err = d.people.SetPassword(d.t.Context(), name, name, password)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// person is a browser of one of the staff.
type person struct {
	d      *desk
	cookie *http.Cookie
	csrf   string
}

// do sends a request without following where it leads.
func (d *desk) do(r *http.Request) (*http.Response, string) {
	d.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return response, string(body)
}

func (d *desk) request(method, path string, body io.Reader) *http.Request {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), method, d.URL+path, body)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func (d *desk) login(name, password string) (*http.Response, string) {
	r := d.request("POST", "/staff/login", strings.NewReader(url.Values{"name": {name}, "password": {password}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return d.do(r)
}

func (d *desk) enter(name string) *person {
	d.t.Helper()
	response, _ := d.login(name, password)
	if response.StatusCode != http.StatusSeeOther || len(response.Cookies()) != 1 {
		d.t.Fatalf("login: %d", response.StatusCode)
	}
	p := &person{d: d, cookie: response.Cookies()[0]}
	_, page := p.get("/staff/check")
	_, rest, _ := strings.Cut(page, `name="csrf" value="`)
	p.csrf, _, _ = strings.Cut(rest, `"`)
	return p
}

func (p *person) get(path string) (*http.Response, string) {
	r := p.d.request("GET", path, nil)
	r.AddCookie(p.cookie)
	return p.d.do(r)
}

// post sends a form with files, named FIELD/NAME.
func (p *person) post(path string, fields map[string]string, files map[string]string, headers ...string) (*http.Response, string) {
	p.d.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		form.WriteField(name, value)
	}
	for name, content := range files {
		field, file, _ := strings.Cut(name, "/")
		w, err := form.CreateFormFile(field, file)
		if err != nil {
			p.d.t.Fatal(err)
		}
		io.WriteString(w, content)
	}
	form.Close()
	r := p.d.request("POST", path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	r.AddCookie(p.cookie)
	return p.d.do(r)
}

// check sends a draft and gives the address of the result.
func (p *person) check(text string) string {
	p.d.t.Helper()
	response, body := p.post("/staff/check", map[string]string{"csrf": p.csrf, "text": text, "readers": ""}, nil)
	if response.StatusCode != http.StatusSeeOther {
		p.d.t.Fatalf("check: %d %s", response.StatusCode, body)
	}
	return response.Header.Get("Location")
}

func TestGate(t *testing.T) {
	d := newDesk(t)
	for _, path := range []string{"/staff/check", "/staff/check/x", "/staff/check/x/export.docx"} {
		if r, _ := d.do(d.request("GET", path, nil)); r.StatusCode != http.StatusSeeOther || !strings.HasPrefix(r.Header.Get("Location"), "/staff/login?to=") {
			t.Errorf("%s without a login: %d", path, r.StatusCode)
		}
	}
	if r, _ := d.do(d.request("POST", "/staff/check", nil)); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("POST without a login: %d", r.StatusCode)
	}
	r, _ := d.login(ann, password)
	c := r.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/staff" {
		t.Errorf("cookie %+v", c)
	}
	forged := *c
	forged.Value = strings.ToLower(c.Value)
	for name, cookie := range map[string]*http.Cookie{"forged": &forged, "empty": {Name: cookieName}, "none": {Name: cookieName, Value: "x"}} {
		if r, _ := (&person{d: d, cookie: cookie}).get("/staff/check"); r.StatusCode != http.StatusSeeOther {
			t.Errorf("%s cookie: %d", name, r.StatusCode)
		}
	}
	ann := &person{d: d, cookie: c}
	if r, _ := ann.get("/staff/check"); r.StatusCode != 200 || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("logged in: %d", r.StatusCode)
	}
	d.now = d.now.Add(accounts.IdleFor / 2)
	if r, _ := ann.get("/staff/check"); r.StatusCode != 200 {
		t.Errorf("still at work: %d", r.StatusCode)
	}
	d.now = d.now.Add(accounts.IdleFor + time.Second)
	if r, _ := ann.get("/staff/check"); r.StatusCode != http.StatusSeeOther {
		t.Errorf("after %v without work: %d", accounts.IdleFor, r.StatusCode)
	}
}

// TestGuessing: five wrong passwords lock the account, ten from one address
// make it wait.
func TestGuessing(t *testing.T) {
	d := newDesk(t)
	for range accounts.MaxFailures {
		if r, _ := d.login(ann, "wrong"); r.StatusCode != http.StatusUnauthorized {
			t.Errorf("a wrong password: %d", r.StatusCode)
		}
	}
	if r, _ := d.login(ann, password); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("the right one after %d wrong ones: %d", accounts.MaxFailures, r.StatusCode)
	}
	for range maxFailures {
		d.login("无此人", "wrong")
	}
	if r, body := d.login(bob, password); r.StatusCode != http.StatusTooManyRequests || !strings.Contains(body, "一分钟后") {
		t.Errorf("after %d wrong ones of an address: %d", maxFailures, r.StatusCode)
	}
	d.now = d.now.Add(time.Minute)
	if r, _ := d.login(bob, password); r.StatusCode != http.StatusSeeOther {
		t.Errorf("a minute later: %d", r.StatusCode)
	}
	d.now = d.now.Add(accounts.LockedFor)
	if r, _ := d.login(ann, password); r.StatusCode != http.StatusSeeOther {
		t.Errorf("after the lock: %d", r.StatusCode)
	}
}

func TestForeignForms(t *testing.T) {
	d := newDesk(t)
	ann, bob := d.enter(ann), d.enter(bob)
	for name, test := range map[string]struct {
		csrf    string
		headers []string
	}{
		"no proof": {}, "another's proof": {csrf: bob.csrf}, "another site": {csrf: ann.csrf, headers: []string{"Sec-Fetch-Site", "cross-site"}},
	} {
		if r, _ := ann.post("/staff/check", map[string]string{"csrf": test.csrf, "text": "草稿"}, nil, test.headers...); r.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", name, r.StatusCode)
		}
	}
	if r, _ := ann.post("/staff/check", map[string]string{"text": "草稿"}, nil, "X-CSRF-Token", ann.csrf, "Sec-Fetch-Site", "same-origin"); r.StatusCode != http.StatusSeeOther {
		t.Errorf("proof in the header: %d", r.StatusCode)
	}
}

func TestOwnersAndReaders(t *testing.T) {
	d := newDesk(t)
	ann, bob := d.enter(ann), d.enter(bob)
	address := ann.check(secretly)
	if r, body := ann.get(address); r.StatusCode != 200 || !strings.Contains(body, secretly) || !strings.Contains(body, `<span class="word">删除</span>32`) {
		t.Errorf("the owner: %d %s", r.StatusCode, body)
	}
	for _, path := range []string{"", "/export.html", "/export.docx"} {
		if r, body := bob.get(address + path); r.StatusCode != http.StatusNotFound || strings.Contains(body, secretly) {
			t.Errorf("a colleague at %q: %d", path, r.StatusCode)
		}
	}
	for _, path := range []string{"/note", "/delete", "/readers", "/again"} {
		if r, _ := bob.post(address+path, map[string]string{"csrf": bob.csrf}, nil); r.StatusCode != http.StatusNotFound {
			t.Errorf("a colleague posts %s: %d", path, r.StatusCode)
		}
	}
	if r, _ := ann.post(address+"/readers", map[string]string{"csrf": ann.csrf, "readers": "博、丁"}, nil); r.StatusCode != http.StatusSeeOther {
		t.Errorf("name a reader: %d", r.StatusCode)
	}
	if r, body := bob.get(address); r.StatusCode != 200 || !strings.Contains(body, secretly) || strings.Contains(body, "立即删除") {
		t.Errorf("a reader: %d", r.StatusCode)
	}
	if r, _ := bob.post(address+"/delete", map[string]string{"csrf": bob.csrf}, nil); r.StatusCode != http.StatusForbidden {
		t.Errorf("a reader deletes: %d", r.StatusCode)
	}
	if r, _ := ann.post(address+"/delete", map[string]string{"csrf": ann.csrf}, nil); r.StatusCode != http.StatusSeeOther {
		t.Errorf("the owner deletes: %d", r.StatusCode)
	}
	if r, _ := ann.get(address); r.StatusCode != http.StatusNotFound {
		t.Errorf("deleted: %d", r.StatusCode)
	}
	if strings.Contains(d.log.String(), secretly) {
		t.Errorf("the log holds the draft: %s", d.log)
	}
}

func TestNotes(t *testing.T) {
	d := newDesk(t)
	ann := d.enter(ann)
	address := ann.check("草稿33件")
	for _, test := range []struct {
		fields map[string]string
		status int
		shows  string
	}{
		{map[string]string{"segment": "0", "decision": "ignored"}, 422, "写明理由"},
		{map[string]string{"segment": "1", "decision": "accepted"}, 400, "没有这一句"},
		{map[string]string{"segment": "x", "decision": "accepted"}, 400, "没有这一句"},
		{map[string]string{"segment": "0", "decision": "burn"}, 400, "没有这种"},
		{map[string]string{"segment": "0", "decision": "ignored", "why": strings.Repeat("长", 201)}, 422, "200字"},
		{map[string]string{"segment": "0", "decision": "ignored", "why": "口径<b>不同"}, 303, "已忽略：口径&lt;b&gt;不同"},
		{map[string]string{"segment": "0", "decision": "accepted"}, 303, "已采纳"},
	} {
		test.fields["csrf"] = ann.csrf
		r, body := ann.post(address+"/note", test.fields, nil)
		if r.StatusCode == http.StatusSeeOther {
			_, body = ann.get(address)
		}
		if r.StatusCode != test.status || !strings.Contains(body, test.shows) {
			t.Errorf("%v: %d, want %d and %s", test.fields, r.StatusCode, test.status, test.shows)
		}
	}
	if r, _ := ann.post(address+"/note", map[string]string{"segment": "0", "decision": ""}, nil, "X-CSRF-Token", ann.csrf); r.StatusCode != http.StatusNoContent {
		t.Errorf("by a script: %d", r.StatusCode)
	}
	if _, body := ann.get(address); strings.Contains(body, "已采纳") {
		t.Error("a decision that was taken back is shown")
	}
}

func TestForms(t *testing.T) {
	d := newDesk(t)
	ann := d.enter(ann)
	many := map[string]string{}
	for i := range maxMaterials + 1 {
		many[fmt.Sprintf("with/%d.txt", i)] = "x"
	}
	for _, test := range []struct {
		name   string
		fields map[string]string
		files  map[string]string
		says   string // "" : it is checked
	}{
		{"nothing", nil, nil, "请粘贴文稿，或选择一个文件"},
		{"blank", map[string]string{"text": " \n"}, nil, "请粘贴文稿"},
		{"a bad year", map[string]string{"text": "草稿", "period": "24"}, nil, "四位年份"},
		{"too long", map[string]string{"text": strings.Repeat("长", maxDraft/3+1)}, nil, "万字"},
		{"a picture", nil, map[string]string{"file/a.png": "x"}, "“a.png”的格式不能核对"},
		{"an empty file", nil, map[string]string{"file/a.txt": ""}, "没有可核对的文字"},
		{"too many materials", map[string]string{"text": "草稿"}, many, "最多上传10个"},
		{"a file", nil, map[string]string{"file/a.txt": "文件里的草稿"}, ""},
		{"text and materials", map[string]string{"text": "草稿", "period": "2024"}, map[string]string{"with/b.txt": "材料"}, ""},
	} {
		fields := map[string]string{"csrf": ann.csrf}
		for k, v := range test.fields {
			fields[k] = v
		}
		r, body := ann.post("/staff/check", fields, test.files)
		if test.says == "" && r.StatusCode != http.StatusSeeOther || test.says != "" && (r.StatusCode != 422 || !strings.Contains(body, test.says)) {
			t.Errorf("%s: %d %.300s", test.name, r.StatusCode, body)
		}
		if text := fields["text"]; test.says != "" && len(text) < 100 && !strings.Contains(body, text) {
			t.Errorf("%s: the text is lost", test.name)
		}
		// A script gets the same as lines.
		r, body = ann.post("/staff/check", fields, test.files, "Accept", "application/x-ndjson")
		var last map[string]any
		for line := range strings.Lines(body) {
			if err := json.Unmarshal([]byte(line), &last); err != nil {
				t.Fatalf("%s: %v in %s", test.name, err, body)
			}
		}
		if problem, _ := last["problem"].(string); test.says != "" && !strings.Contains(problem, test.says) || test.says == "" && last["url"] == nil {
			t.Errorf("%s: %d %s", test.name, r.StatusCode, body)
		}
	}
}

func TestAgainWithMissing(t *testing.T) {
	d := newDesk(t)
	ann := d.enter(ann)
	address := ann.check("依照《某办法》办理。")
	if _, body := ann.get(address); !strings.Contains(body, "<li>某办法</li>") || !strings.Contains(body, "/again") {
		t.Error("the missing document is not listed with a form")
	}
	if r, _ := ann.post(address+"/again", map[string]string{"csrf": ann.csrf}, nil); r.StatusCode != 422 {
		t.Errorf("without a file: %d", r.StatusCode)
	}
	r, _ := ann.post(address+"/again", map[string]string{"csrf": ann.csrf}, map[string]string{"with/某办法.txt": "第一条"})
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") == address {
		t.Errorf("with a file: %d to %s", r.StatusCode, r.Header.Get("Location"))
	}
}

// TestNeverStored: with nothing to keep in, a check is gone after an hour, and
// the page says so.
func TestNeverStored(t *testing.T) {
	d := newDesk(t)
	ann := d.enter(ann)
	if _, body := ann.get("/staff/check"); !strings.Contains(body, "不保存") {
		t.Error("the page does not say that nothing is kept")
	}
	address := ann.check("草稿")
	d.now = d.now.Add(heldInMemory)
	ann = d.enter("安")
	if r, _ := ann.get(address); r.StatusCode != http.StatusNotFound {
		t.Errorf("after an hour: %d", r.StatusCode)
	}
}

func TestFailure(t *testing.T) {
	d := newDesk(t, func(c *Config) { c.Checker = fakeChecker{errors.New("disk on fire")} })
	ann := d.enter(ann)
	if r, body := ann.post("/staff/check", map[string]string{"csrf": ann.csrf, "text": secretly}, nil); r.StatusCode != 422 || !strings.Contains(body, "没有完成") || strings.Contains(body, "disk") {
		t.Errorf("%d %.200s", r.StatusCode, body)
	}
	if log := d.log.String(); !strings.Contains(log, "disk on fire") || strings.Contains(log, secretly) {
		t.Errorf("log: %s", log)
	}
}

func TestAPI(t *testing.T) {
	d := newDesk(t)
	post := func(token, body string) (*http.Response, string) {
		r := d.request("POST", "/api/v1/check", strings.NewReader(body))
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return d.do(r)
	}
	for _, test := range []struct {
		token, body string
		status      int
		says        string
	}{
		{"", `{"text":"草稿"}`, 401, "unauthorized"},
		{"wrong", `{"text":"草稿"}`, 401, "unauthorized"},
		{annsToken, `{"text":"草稿"}`, 200, `"verdict":"altered"`},
		{annsToken, `{"text":"草稿","period":"2024","materials":[{"title":"甲","text":"乙"}]}`, 200, `"segments"`},
		{annsToken, `{"text":" "}`, 400, "text"},
		{annsToken, `{`, 400, "JSON"},
		{annsToken, `{"text":"草稿","period":"x"}`, 400, "period"},
		{annsToken, `{"text":"` + strings.Repeat("长", maxDraft/3+1) + `"}`, 400, "字节"},
	} {
		if r, body := post(test.token, test.body); r.StatusCode != test.status || !strings.Contains(body, test.says) {
			t.Errorf("%q %.60s: %d %.200s", test.token, test.body, r.StatusCode, body)
		}
	}
	// The cookie of the pages is no key to the interface.
	ann := d.enter(ann)
	r := d.request("POST", "/api/v1/check", strings.NewReader(`{"text":"草稿"}`))
	r.AddCookie(ann.cookie)
	if r, _ := d.do(r); r.StatusCode != 401 {
		t.Errorf("by cookie: %d", r.StatusCode)
	}
}

func TestParseTokens(t *testing.T) {
	for setting, want := range map[string]string{
		"":        "[]",
		" \n":     "[]",
		annsToken: "[{工作人员 " + annsToken + "}]",
		"安 " + annsToken + "\n\n博\t" + otherToken: "[{安 " + annsToken + "} {博 " + otherToken + "}]",
		"安 short": "line 1: a token has 16 characters at least",
		"安 " + annsToken + "\n安 " + otherToken: "line 2: the name or the token stands there twice",
		"安 " + annsToken + "\n博 " + annsToken:  "line 2: the name or the token stands there twice",
		"a b c": "line 1 is not NAME TOKEN",
	} {
		tokens, err := ParseTokens(setting)
		got := fmt.Sprint(tokens)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", setting, got, want)
		}
	}
}

package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/accounts"
	"zhiwen/bot/asked"
	"zhiwen/bot/check"
	"zhiwen/bot/faq"
	"zhiwen/bot/review"
	"zhiwen/ingest"
	"zhiwen/retrieval/pgstore/pgtest"
	"zhiwen/retrieval/sqlitestore"
	"zhiwen/web/staff"
)

const programTokens = "周文 editor-0123456789abcdef\n李默 reviewer-0123456789abcdef\n王五 nobody-0123456789abcdef"

// TestReviewByInterface: what an editor's program writes reaches visitors only
// after another account has published it, in both stores; who may not, may not.
func TestReviewByInterface(t *testing.T) {
	wordsAlone(t)
	t.Run("sqlite", func(t *testing.T) { reviewByInterface(t, sampleStore(t)) })
	t.Run("postgres", func(t *testing.T) {
		database := pgtest.Schema(t)
		fillSamples(t, database)
		reviewByInterface(t, database)
	})
}

func reviewByInterface(t *testing.T, store string) {
	for name, role := range map[string]string{"周文": "编辑,审核", "李默": "审核", "管一": "管理"} {
		succeed(t, store, []string{"staff", "add", name, "--role", role})
	}
	s := serve(t, store, "ZHIWEN_STAFF_TOKEN="+programTokens)
	call := func(token, method, path string, body any) (int, string) {
		t.Helper()
		data, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token+"-0123456789abcdef")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		answer, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(answer)
	}
	const question = "晒谷场几点关门"
	entry := faq.Entry{Question: question, Answer: "请拨打12345咨询。", Citations: []faq.Citation{{Source: "示例：12345热线常见问题", Quote: "全天24小时有人接听"}}}
	propose := func(kind review.Kind, subject string, after any) (int, string) {
		t.Helper()
		return call("editor", "POST", "/api/v1/staff/changes", map[string]any{"kind": kind, "subject": subject, "after": after})
	}
	status, body := propose(review.KindFAQ, "", entry)
	var c review.Change
	if err := json.Unmarshal([]byte(body), &c); status != http.StatusCreated || err != nil {
		t.Fatalf("propose: %d %s", status, body)
	}
	if a := s.ask(t, question); a.Status == bot.StatusFAQ {
		t.Error("it is public before anybody has looked at it")
	}
	// Nobody publishes their own, though they may publish others'.
	if status, body := call("editor", "POST", "/api/v1/staff/changes/"+c.ID+"/publish", nil); status != http.StatusForbidden || !strings.Contains(body, "own_change") {
		t.Errorf("the author publishes it: %d %s", status, body)
	}
	if status, _ := call("nobody", "POST", "/api/v1/staff/changes/"+c.ID+"/publish", nil); status != http.StatusForbidden {
		t.Errorf("a token without an account publishes it: %d", status)
	}
	if status, _ := call("wrong", "GET", "/api/v1/staff/changes", nil); status != http.StatusUnauthorized {
		t.Errorf("no token: %d", status)
	}
	if status, body := call("reviewer", "GET", "/api/v1/staff/changes?state=pending", nil); status != 200 || !strings.Contains(body, c.ID) {
		t.Errorf("list: %d %s", status, body)
	}
	if status, body := call("reviewer", "POST", "/api/v1/staff/changes/"+c.ID+"/publish", nil); status != 200 {
		t.Fatalf("publish: %d %s", status, body)
	}
	if a := s.ask(t, question); a.Status != bot.StatusFAQ {
		t.Errorf("after it was published: %s", a.Status)
	}
	if status, _ := call("reviewer", "POST", "/api/v1/staff/changes/"+c.ID+"/publish", nil); status != http.StatusConflict {
		t.Errorf("publish twice: %d", status)
	}
	badChanges(t, propose)

	// The audit knows who did what, and not what the document says.
	got := zhiwen(t, "audit", "--json", "--store", store)
	for _, want := range []string{`"actor":"周文","action":"propose faq"`, `"actor":"李默","action":"publish faq"`} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("the audit lacks %s:\n%s", want, got.stdout)
		}
	}
	if strings.Contains(got.stdout, "有人接听") {
		t.Error("the audit holds the words of a document")
	}
	// Erasing what it cites takes the change with it.
	var erased string
	if a := s.ask(t, question); len(a.Citations) > 0 {
		erased = a.Citations[0].DocID
	}
	succeed(t, store, []string{"erase", erased, "--reason", "试验"})
	if _, body := call("reviewer", "GET", "/api/v1/staff/changes", nil); strings.Contains(body, "有人接听") {
		t.Errorf("a change holds erased words: %s", body)
	}
}

// badChanges: each is refused in one sentence, and nothing waits.
func badChanges(t *testing.T, propose func(review.Kind, string, any) (int, string)) {
	t.Helper()
	for _, bad := range []struct {
		kind    review.Kind
		subject string
		after   any
		want    string
	}{
		{review.KindFAQ, "", faq.Entry{Question: "问", Answer: "答999元", Citations: []faq.Citation{{Source: "示例：12345热线常见问题", Quote: "全天24小时有人接听"}}}, "999"},
		{review.KindFAQ, "", faq.Entry{Question: "问", Answer: "答"}, "请至少引用一处原文"},
		{review.KindFAQ, "", 7, "after应是一条问答"},
		{review.KindOffice, "", map[string]string{"name": "某局"}, "phone不能为空"},
		{review.KindWords, "synonyms", "没有制表符", "按Tab键"},
		{review.KindWords, "none", "", "subject应是"},
		{review.KindRuling, "none", map[string]string{"validity": "废止"}, "doc_id"},
		{"magic", "", nil, "kind应是"},
	} {
		if status, body := propose(bad.kind, bad.subject, bad.after); status != http.StatusBadRequest || !strings.Contains(body, bad.want) {
			t.Errorf("%s %s: %d %s, want %q", bad.kind, bad.subject, status, body, bad.want)
		}
	}
}

// TestStaffAccounts: accounts on the command line, to the first login.
func TestStaffAccounts(t *testing.T) {
	store := filepath.Join(t.TempDir(), "z.db")
	for _, bad := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"staff", "add", "周文"}, 2, "an account has a role"},
		{[]string{"staff", "add", "周文", "--role", "王"}, 2, `role "王" is none of 编辑`},
		{[]string{"staff", "add", "周文", "--role", "审计,编辑"}, 2, "审计 (auditor) is held by nobody who holds another"},
		{[]string{"staff", "add", "a b", "--role", "编辑"}, 1, `name "a b" holds ' '`},
		{[]string{"staff", "disable", "无此人"}, 1, "there is no such account"},
	} {
		if got := zhiwen(t, append(bad.args, "--store", store)...); got.code != bad.code || !strings.Contains(got.stderr, bad.want) {
			t.Errorf("%v: %+v", bad.args, got)
		}
	}
	got := zhiwen(t, "staff", "add", "周文", "--role", "编辑,审核", "--store", store, "--json")
	var line accountLine
	if err := json.Unmarshal([]byte(got.stdout), &line); got.code != 0 || err != nil || accounts.CheckPassword("周文", line.Password) != nil {
		t.Fatalf("%+v", got)
	}
	succeed(t, store, []string{"staff", "roles", "周文", "--role", "审核"}, []string{"staff", "disable", "周文"}, []string{"staff", "enable", "周文"})
	if got := zhiwen(t, "staff", "list", "--store", store); got.code != 0 || !strings.Contains(got.stdout, "周文  审核  active") {
		t.Errorf("%+v", got)
	}
	if got := zhiwen(t, "audit", "--store", store); strings.Count(got.stdout, "account") != 4 || strings.Contains(got.stdout, line.Password) {
		t.Errorf("%+v", got)
	}
}

// history fills a store with n questions that citizens asked, in letters, over
// a hundred days.
func history(b *testing.B, s *sqlitestore.Store, n int) {
	b.Helper()
	now := time.Now()
	const session = "0123456789abcdef0123456789abcdef"
	if err := s.CreateSession(b.Context(), bot.Session{ID: session, Profile: bot.ProfileStandard, Created: now}); err != nil {
		b.Fatal(err)
	}
	letters := letterQuestions(b)
	statuses := []bot.Status{bot.StatusAnswered, bot.StatusNoAnswer, bot.StatusClarify, bot.StatusAnswered}
	for i := range n {
		question := letters[i%len(letters)]
		if round := i / len(letters); round > 0 {
			question = []string{"请问", "您好，", "我想咨询一下", "关于", "反映"}[round%5] + question
		}
		a := bot.Answer{ID: fmt.Sprintf("%016x", i), Status: statuses[i%len(statuses)], TookMS: int64(i % 400)}
		if err := s.AppendTurn(b.Context(), session, bot.Turn{Question: question, Answer: a, At: now.Add(-time.Duration(i) * 100 * 24 * time.Hour / time.Duration(n))}); err != nil {
			b.Fatal(err)
		}
	}
}

func letterQuestions(b *testing.B) []string {
	b.Helper()
	var questions []string
	for _, name := range []string{"queries", "letters_without_reply"} {
		f, err := os.Open("../../../shared/eval/gov_letters/" + name + ".jsonl.gz")
		if err != nil {
			b.Skip("the letters of ../shared/eval are not here")
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			b.Fatal(err)
		}
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 1<<22)
		for lines.Scan() {
			var row struct {
				Question string `json:"question"`
			}
			if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
				b.Fatal(err)
			}
			if row.Question != "" {
				questions = append(questions, row.Question)
			}
		}
	}
	return questions
}

// BenchmarkHistory opens the pages over 100,000 questions, grouped.
func BenchmarkHistory(b *testing.B) {
	store, err := sqlitestore.Open(b.Context(), filepath.Join(b.TempDir(), "history.db"), sqlitestore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	history(b, store, 100_000)
	began := time.Now()
	sorted, err := asked.Sort(b.Context(), store, asked.NewGrouper(nil, bot.Official(nil)))
	if err != nil {
		b.Fatal(err)
	}
	groups, err := store.Groups(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d questions into %d groups in %.0f s", sorted, len(groups), time.Since(began).Seconds())
	site, client := consoleOver(b, store)
	for _, path := range []string{"/staff/", "/staff/questions?days=100", "/staff/questions?need=all&days=100", "/staff/stats?days=100"} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				response, err := client.Get(site + path)
				if err != nil {
					b.Fatal(err)
				}
				page, err := io.ReadAll(response.Body)
				if err = errors.Join(err, response.Body.Close()); err != nil || response.StatusCode != 200 || bytes.Contains(page, []byte("没有完成")) {
					b.Fatalf("%s: %d %v", path, response.StatusCode, err)
				}
			}
		})
	}
}

// consoleOver serves the console over a store, with somebody logged in.
func consoleOver(b *testing.B, store *sqlitestore.Store) (site string, client *http.Client) {
	b.Helper()
	desk := &accounts.Desk{Store: store, Now: time.Now}
	err := desk.Add(b.Context(), "test", "周文", staffPassword, "", []accounts.Role{accounts.Editor})
	if err == nil {
		err = desk.SetPassword(b.Context(), "周文", "周文", staffPassword)
	}
	if err != nil {
		b.Fatal(err)
	}
	console, err := staff.New(staff.Config{
		Accounts: desk, Records: store, Library: store, FAQ: &faq.Desk{Store: store, Docs: store, Now: time.Now}, Offices: store, Questions: store, Audit: store,
		Checker: check.New(store, store, time.Now), Drafts: &ingest.Drafts{}, Asset: func(name string) (string, error) { return name, nil },
		ClientIP: func(*http.Request) string { return "" }, Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(console.Close)
	server := httptest.NewServer(console.Handler())
	b.Cleanup(server.Close)
	return server.URL, signIn(b, server.URL+"/", "周文")
}

// TestStaffApart: the staff's side on an address of its own, and none at all.
func TestStaffApart(t *testing.T) {
	wordsAlone(t)
	path := sampleStore(t)
	succeed(t, path, []string{"staff", "add", "周文", "--role", "编辑"})
	status := func(url string) int {
		t.Helper()
		response, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	s := serve(t, path, "ZHIWEN_STAFF_ADDR=127.0.0.1:0")
	inside := ""
	eventually(t, "the staff's address is in the log", func() bool {
		if found := regexp.MustCompile(`serving the staff" url=(\S+)/staff/`).FindStringSubmatch(s.logged()); found != nil {
			inside = strings.Replace(found[1], "localhost", "127.0.0.1", 1)
		}
		return inside != ""
	})
	for url, want := range map[string]int{
		s.url + "/": 200, s.url + "/staff/login": 404, s.url + "/staff/": 404, inside + "/staff/login": 200, inside + "/": 200,
	} {
		if got := status(url); got != want {
			t.Errorf("%s: %d, want %d", url, got, want)
		}
	}
	none := serve(t, path, "ZHIWEN_STAFF_ADDR=off")
	if got := status(none.url + "/staff/login"); got != 404 {
		t.Errorf("switched off: %d", got)
	}
}

package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"zhiwen/bot"
	"zhiwen/bot/accounts"
	"zhiwen/retrieval/sqlitestore"
	"zhiwen/web/gatewaytest"
)

const staffPassword = "Ling-Bei-2026"

// sitePath is the path of the site behind the gateway.
const sitePath = "/ask"

// here is where the page stands on the site, whatever path the site has.
const here = `location.pathname.replace("` + sitePath + `/", "/")`

// serveStanding serves at the root of a host, or, with ZHIWEN_TEST_GATEWAY=nginx,
// below a path behind the nginx of deploy/nginx.conf with TLS, where a request
// for anything else fails the test.
func serveStanding(t *testing.T, store string, environment ...string) *server {
	t.Helper()
	if os.Getenv("ZHIWEN_TEST_GATEWAY") != "nginx" {
		return serve(t, store, environment...)
	}
	gateway := gatewaytest.NewBelow(t, sitePath)
	s := serve(t, store, append(environment, "ZHIWEN_PUBLIC_URL="+gateway.URL+"/", "ZHIWEN_PROXIES=127.0.0.1")...)
	gateway.Start(t, strings.TrimPrefix(s.url, "http://"))
	http.DefaultTransport.(*http.Transport).TLSClientConfig = &tls.Config{InsecureSkipVerify: true} // of a gateway of our own
	s.url = gateway.URL
	return s
}

// hire makes accounts whose passwords need no change.
func hire(t *testing.T, path string, people map[string]accounts.Role) {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), path, sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	desk := &accounts.Desk{Store: store, Now: time.Now}
	for name, role := range people {
		err := desk.Add(t.Context(), "test", name, staffPassword, "", []accounts.Role{role})
		if err == nil {
			err = desk.SetPassword(t.Context(), name, name, staffPassword)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// seat is one of the staff at a browser of their own, by keyboard alone.
type seat struct {
	t   *testing.T
	ctx context.Context
	url string
	// steps are the forms sent and links followed since they were counted.
	steps int
}

func sit(t *testing.T, chromium, url, name string) *seat {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(patience),
		chromedp.WindowSize(1280, 900), chromedp.Flag("disable-quic", true), chromedp.Flag("ignore-certificate-errors", true), chromedp.Flag("force-prefers-reduced-motion", true),
	)
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	p := &seat{t: t, ctx: ctx, url: url}
	p.open("/staff/login")
	p.typeInto("#name", name)
	p.typeInto("#password", staffPassword+"\r")
	p.wait(here + ` === "/staff/"`)
	return p
}

func (p *seat) open(path string) {
	p.t.Helper()
	browse(p.t, p.ctx, chromedp.Navigate(p.url+path))
}

// wait waits for a condition, through pages that come and go.
func (p *seat) wait(condition string) {
	p.t.Helper()
	for {
		holds, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](condition))
		switch {
		case err == nil && holds:
			return
		case p.ctx.Err() != nil:
			p.t.Fatalf("%s never held: %v", condition, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// reach goes to an element with the tabulator key, as whoever has no mouse.
func (p *seat) reach(selector string) {
	p.t.Helper()
	quoted, err := json.Marshal(selector)
	if err != nil {
		p.t.Fatal(err)
	}
	p.wait(fmt.Sprintf(`document.readyState === "complete" && document.querySelector(%s) !== null`, quoted))
	reached := fmt.Sprintf(`document.activeElement === document.querySelector(%s)`, quoted)
	for range 300 {
		if evaluate[bool](p.t, p.ctx, reached) {
			return
		}
		press(p.t, p.ctx, "\t")
	}
	p.t.Fatalf("%s is not reached by keyboard on %s", selector, evaluate[string](p.t, p.ctx, `location.href`))
}

func (p *seat) typeInto(selector, text string) {
	p.t.Helper()
	p.reach(selector)
	press(p.t, p.ctx, text)
}

// enter reaches a link or a button, presses it and waits for the next page.
func (p *seat) enter(selector, then string) {
	p.t.Helper()
	p.reach(selector)
	evaluate[bool](p.t, p.ctx, `(window.before = true)`)
	press(p.t, p.ctx, "\r")
	p.steps++
	p.wait(`!window.before && document.readyState === "complete"`)
	if then != "" {
		p.wait(then)
	}
}

func (p *seat) text() string { return evaluate[string](p.t, p.ctx, `document.body.innerText`) }

// has waits until the page says something; forms lead there by redirects.
func (p *seat) has(words string) {
	p.t.Helper()
	quoted, err := json.Marshal(words)
	if err != nil {
		p.t.Fatal(err)
	}
	p.wait(fmt.Sprintf(`document.body.innerText.includes(%s)`, quoted))
}

// audit holds the page to WCAG by axe-core, by day, by night and in forced
// colours, and takes its picture.
func (p *seat) audit(name string) {
	p.t.Helper()
	axe, err := os.ReadFile("../../.cache/axe-core/axe.min.js")
	if err != nil {
		if os.Getenv("CI") == "true" {
			p.t.Fatal("axe-core is not there: scripts/fetch-browser-tools")
		}
		p.t.Log("not judged: axe-core is not there (scripts/fetch-browser-tools)")
		shoot(p.t, p.ctx, "console-"+name)
		return
	}
	script, err := os.ReadFile("../../web/testdata/audit.js")
	if err != nil {
		p.t.Fatal(err)
	}
	for _, look := range [][3]string{{"", "light", "none"}, {"-dark", "dark", "none"}, {"-forced", "light", "active"}} {
		p.look(look[1], look[2])
		if found := p.apart(string(axe) + "\n" + string(script)); found != "[]" {
			p.t.Errorf("%s%s breaks %s", name, look[0], found)
		}
		shoot(p.t, p.ctx, "console-"+name+look[0])
	}
	p.look("light", "none")
}

// look sets prefers-color-scheme and forced-colors.
func (p *seat) look(scheme, forced string) {
	p.t.Helper()
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "forced-colors", Value: forced}}
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		p.t.Fatal(err)
	}
}

// apart runs a script in a world of its own, where the page's policy does not
// reach.
func (p *seat) apart(script string) string {
	p.t.Helper()
	tree, err := chromedp.Call(p.ctx, cdppage.GetFrameTree, cdp.Empty{})
	if err != nil {
		p.t.Fatal(err)
	}
	world, err := chromedp.Call(p.ctx, cdppage.CreateIsolatedWorld, cdppage.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID, WorldName: "audit"})
	if err != nil {
		p.t.Fatal(err)
	}
	result, err := chromedp.Call(p.ctx, runtime.Evaluate, runtime.EvaluateParams{
		Expression: script, ContextID: world.ExecutionContextID, AwaitPromise: new(true), ReturnByValue: new(true),
	})
	if err != nil || result.ExceptionDetails != nil {
		p.t.Fatalf("%v %+v", err, result)
	}
	var text string
	if err := json.Unmarshal(result.Result.Value, &text); err != nil {
		p.t.Fatal(err)
	}
	return text
}

// TestConsole goes through the staff's work in real browsers, by keyboard
// alone: from a question that failed to a published answer, an upload that
// nobody sees before it is published, words, offices, accounts and the audit.
func TestConsole(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("chromium is not installed: apt-get install chromium fonts-noto-cjk")
		}
		t.Skip("left out: chromium is not installed")
	}
	if testing.Short() {
		t.Skip("left out of the short tests: it drives browsers")
	}
	wordsAlone(t)
	path := sampleStore(t)
	hire(t, path, map[string]accounts.Role{"周文": accounts.Editor, "李默": accounts.Reviewer, "管一": accounts.Manager, "审一": accounts.Auditor})
	sites, host := crawledSite(t)
	s := serveStanding(t, path, "ZHIWEN_SITES_FILE="+sites, "ZHIWEN_ALLOW_PRIVATE=1")
	const question = "12345热线能帮忙找走失的猫吗"
	visitor := sit(t, chromium, s.url, "周文") // the same browser asks as a visitor first
	visitor.open("/")
	visitor.typeInto("#question", question+"\r")
	visitor.wait(`document.querySelector(".answer-done, [data-status]") !== null || document.body.innerText.includes("12345")`)
	if a := s.ask(t, question); a.Status != bot.StatusNoAnswer {
		t.Fatalf("before anybody wrote it: %+v", a)
	}

	editor, reviewer := visitor, sit(t, chromium, s.url, "李默")
	editor.open("/staff/")
	editor.audit("home")
	answered := questionToAnswer(t, s, editor, reviewer, question)
	if a := s.ask(t, question); a.Status != bot.StatusFAQ || a.Text != answered && !strings.Contains(a.Text, answered) {
		t.Errorf("after it was published: %s %s", a.Status, a.Text)
	}
	uploadIsReviewed(t, s, editor, reviewer)
	tablesAreReviewed(t, s, editor, reviewer)
	siteIsCrawled(t, s, editor, host)
	for name, path := range map[string]string{"documents": "/staff/documents", "faq": "/staff/faq", "offices": "/staff/offices", "words": "/staff/words", "changes": "/staff/changes",
		"questions": "/staff/questions?need=all", "probe": "/staff/probe?q=居住证怎么办理", "stats": "/staff/stats", "jobs": "/staff/jobs", "password": "/staff/password"} {
		editor.open(path)
		editor.audit(name)
	}
	peopleAndAudit(t, chromium, s)
}

// crawledSite is a site of one list and one notice, and the file that names it.
func crawledSite(t *testing.T) (file, host string) {
	t.Helper()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/":
			fmt.Fprint(w, `<html><title>通知公告</title><body><ul><li><a href="/a.html">关于打谷机出租的通知</a></li></ul></body></html>`)
		case "/a.html":
			fmt.Fprint(w, `<html><title>关于打谷机出租的通知</title><body><div class="content"><h1>关于打谷机出租的通知</h1><p>打谷机每天租金80元，租借时交押金，归还时退还，损坏的照价赔偿。请到村委会登记后领取。</p></div></body></html>`)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(site.Close)
	file = filepath.Join(t.TempDir(), "sites.json")
	if err := os.WriteFile(file, []byte(`{"sites":[{"starts":["`+site.URL+`/"],"rate":1000}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, strings.TrimPrefix(site.URL, "http://")
}

// siteIsCrawled: a crawl that staff begin goes on as a job, and what it finds is
// answered from.
func siteIsCrawled(t *testing.T, s *server, editor *seat, host string) {
	t.Helper()
	editor.open("/staff/documents")
	editor.has(host)
	editor.enter(`button[name="site"]`, here+`.startsWith("/staff/jobs/")`)
	editor.has("完成。")
	editor.has("失败0份")
	if a := s.ask(t, "打谷机每天租金多少钱"); !strings.Contains(a.Text, "80元") {
		t.Errorf("after the crawl: %s %s", a.Status, a.Text)
	}
}

// questionToAnswer takes a question from 待改进问题 to a published answer in six
// steps, and asks it again.
func questionToAnswer(t *testing.T, s *server, editor, reviewer *seat, question string) string {
	t.Helper()
	const answer = "请拨打12345咨询。"
	deadline := time.Now().Add(patience)
	for {
		editor.open("/staff/questions")
		if strings.Contains(editor.text(), question) || time.Now().After(deadline) {
			break
		}
		time.Sleep(time.Second)
	}
	editor.steps = 0
	editor.enter(`td a[href^="/staff/questions/"]`, "")
	editor.has("问法")
	editor.audit("question")
	group := evaluate[string](t, editor.ctx, here)
	editor.enter(`a[href^="/staff/faq/edit?group="]`, "")
	editor.enter(`button[name="cite"]`, `document.querySelector("[name=quote]") !== null`)
	editor.typeInto("#answer", answer)
	editor.audit("answer")
	editor.enter(`form button.primary`, here+`.startsWith("/staff/changes/")`)
	editor.has("等另一位审核人员发布")
	if strings.Contains(editor.text(), "退回的理由") {
		t.Error("the author may publish their own")
	}
	change := evaluate[string](t, editor.ctx, here)
	if a := s.ask(t, question); a.Status == bot.StatusFAQ {
		t.Error("it is public before anybody has looked at it")
	}
	reviewer.open("/staff/changes")
	reviewer.steps = 0
	reviewer.enter(`a[href="`+change+`"]`, "")
	reviewer.audit("change")
	reviewer.enter(`.actions button.primary`, "")
	reviewer.has("已发布")
	if steps := editor.steps + reviewer.steps; steps > 6 {
		t.Errorf("%d steps from the question to its answer, want at most 6", steps)
	}
	editor.open(group)
	editor.enter(`form[action$="/rerun"] button`, here+`.startsWith("/staff/jobs/")`)
	editor.has("完成。")
	editor.audit("job")
	editor.open(group)
	editor.has("没有答案 → 人工问答")
	editor.typeInto("#text", "已由问答解决")
	editor.enter(`form[action$="/note"] button`, "")
	editor.has("已由问答解决")
	editor.open("/staff/probe")
	editor.typeInto("#q", question+"\r")
	editor.has("怎样理解")
	editor.has("人工问答")
	return answer
}

// uploadIsReviewed: a file that an editor uploads is read by nobody else before
// a second person has published it, and withdrawing is immediate.
func uploadIsReviewed(t *testing.T, s *server, editor, reviewer *seat) {
	t.Helper()
	const question = "清溪乡晒谷场开放时间是几点"
	file := filepath.Join(t.TempDir(), "晒谷场管理办法.txt")
	if err := os.WriteFile(file, []byte("清溪乡晒谷场管理办法\n\n第一条 清溪乡晒谷场的开放时间是每日6时至19时。\n\n第二条 使用晒谷场不收取费用。\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	editor.open("/staff/documents")
	browse(t, editor.ctx, chromedp.SetUploadFiles(chromedp.CSS("#files"), []string{file}))
	editor.enter(`form[action$="/upload"] button`, here+`.startsWith("/staff/jobs/")`)
	editor.has("完成。")
	if a := s.ask(t, question); strings.Contains(a.Text, "6时") {
		t.Error("an upload is answered from before it is published")
	}
	editor.enter(`.results a`, "")
	change := evaluate[string](t, editor.ctx, here)
	reviewer.open(change)
	reviewer.has("晒谷场的开放时间")
	reviewer.enter(`.actions button.primary`, "")
	reviewer.has("已发布")
	if a := s.ask(t, question); !strings.Contains(a.Text, "6时至19时") {
		t.Errorf("after it was published: %s %s", a.Status, a.Text)
	}
	editor.open("/staff/documents?q=晒谷场")
	editor.enter(`tbody a`, "")
	editor.audit("document")
	// Metadata waits, too; a withdrawal does not.
	editor.typeInto("#f-publisher", "清溪乡人民政府")
	editor.enter(`form[action$="/ruling"] button`, here+`.startsWith("/staff/changes/")`)
	ruling := evaluate[string](t, editor.ctx, here)
	if a := s.ask(t, question); len(a.Citations) == 0 || a.Citations[0].Publisher != "" {
		t.Errorf("metadata before they are published: %+v", a.Citations)
	}
	reviewer.open(ruling)
	reviewer.enter(`.actions button.primary`, "")
	reviewer.has("已发布")
	if a := s.ask(t, question); len(a.Citations) == 0 || a.Citations[0].Publisher != "清溪乡人民政府" {
		t.Errorf("metadata after: %+v", a.Citations)
	}
	editor.open("/staff/documents?q=晒谷场")
	editor.enter(`tbody a`, "")
	editor.enter(`a[href*="/diff?with="]`, "")
	editor.audit("diff")
	editor.open("/staff/documents?q=晒谷场")
	editor.enter(`tbody a`, "")
	editor.typeInto("#reason", "发布有误")
	editor.enter(`form[action$="/withdraw"] button`, "")
	editor.has("已撤下")
	if a := s.ask(t, question); strings.Contains(a.Text, "6时") {
		t.Errorf("after it was withdrawn: %s", a.Text)
	}
}

// tablesAreReviewed: offices and words wait for a second person, by form and by
// file; what was published can be undone.
func tablesAreReviewed(t *testing.T, s *server, editor, reviewer *seat) {
	t.Helper()
	publish := func() string {
		t.Helper()
		change := evaluate[string](t, editor.ctx, here)
		reviewer.open(change)
		reviewer.enter(`.actions button.primary`, "")
		reviewer.has("已发布")
		return change
	}
	editor.open("/staff/offices/edit")
	editor.audit("office")
	editor.typeInto("#office-name", "县晒谷管理站")
	editor.typeInto("#matters", "晒谷场管理")
	editor.typeInto("#phone", "0563-1234567")
	editor.enter(`button.primary`, here+`.startsWith("/staff/changes/")`)
	publish()
	editor.open("/staff/offices")
	editor.has("县晒谷管理站")

	editor.open("/staff/words")
	editor.reach("#x-synonyms")
	press(t, editor.ctx, "晒场")
	evaluate[bool](t, editor.ctx, `document.execCommand("insertText", false, "\t谷物晾晒\n")`)
	editor.enter(`form:has(#x-synonyms) button`, here+`.startsWith("/staff/changes/")`)
	change := publish()
	editor.open("/staff/words")
	if v := evaluate[string](t, editor.ctx, `document.querySelector("#x-synonyms").value`); !strings.Contains(v, "谷物晾晒") {
		t.Errorf("the table: %q", v)
	}
	editor.open(change)
	editor.enter(`form[action$="/undo"] button`, here+`.startsWith("/staff/changes/")`)
	publish()
	editor.open("/staff/words")
	if v := evaluate[string](t, editor.ctx, `document.querySelector("#x-synonyms").value`); strings.Contains(v, "谷物晾晒") {
		t.Errorf("after undoing: %q", v)
	}

	// A file of answers is no way around.
	file := filepath.Join(t.TempDir(), "answers.csv")
	if err := os.WriteFile(file, []byte("问题,回答\n晒谷场归谁管,请咨询12345\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	editor.open("/staff/faq")
	browse(t, editor.ctx, chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	editor.enter(`form[action$="/import"] button`, "")
	editor.has("没有导入")
	editor.has("请至少引用一处原文")
	importsAreReviewed(t, s, editor, reviewer)
	exports(t, editor)
}

// importsAreReviewed: what a file brings waits row by row.
func importsAreReviewed(t *testing.T, s *server, editor, reviewer *seat) {
	t.Helper()
	const question = "晒谷场的热线几点有人接"
	upload := func(page, form, file, content string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), file)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		editor.open(page)
		browse(t, editor.ctx, chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path}))
		editor.enter(`form[action$="`+form+`"] button`, "")
	}
	upload("/staff/faq", "/staff/faq/import", "answers.csv", "问题,回答,出处,引文\n"+question+",全天24小时有人接听。,示例：12345热线常见问题,全天24小时有人接听\n")
	editor.has("待审核")
	editor.audit("faq-imported")
	if a := s.ask(t, question); a.Status == bot.StatusFAQ {
		t.Error("an imported answer is public before anybody has looked at it")
	}
	upload("/staff/offices", "/staff/offices/import", "offices.csv", "名称,电话,负责事项\n县晒谷管理二站,0563-7654321,晒谷\n")
	editor.has("已提交审核")
	for _, title := range []string{question, "部门：县晒谷管理二站"} {
		reviewer.open("/staff/changes")
		reviewer.wait(`document.readyState === "complete"`)
		at := evaluate[int](t, reviewer.ctx, fmt.Sprintf(`[...document.querySelectorAll("tbody a")].findIndex(a => a.textContent === %q)`, title))
		if at < 0 {
			t.Fatalf("%s does not wait", title)
		}
		reviewer.enter(fmt.Sprintf(`tr:nth-child(%d) a`, at+1), "")
		reviewer.enter(`.actions button.primary`, "")
		reviewer.has("已发布")
	}
	if a := s.ask(t, question); a.Status != bot.StatusFAQ {
		t.Errorf("after it was published: %s", a.Status)
	}
	// What was sent back is told to its author.
	editor.open("/staff/offices/edit?name=县晒谷管理二站")
	editor.enter(`button[name="remove"]`, here+`.startsWith("/staff/changes/")`)
	change := evaluate[string](t, editor.ctx, here)
	reviewer.open(change)
	reviewer.typeInto("#reason", "还在使用")
	reviewer.enter(`form[action$="/reject"] button`, "")
	editor.open(change)
	editor.has("已退回")
	editor.has("还在使用")
	// An answer is withdrawn at once.
	editor.open("/staff/faq?q=晒谷场的热线")
	editor.enter(`button[name="id"]`, "")
	if a := s.ask(t, question); a.Status == bot.StatusFAQ {
		t.Error("a withdrawn answer is given")
	}
}

// exports: the files of the pages come with their names.
func exports(t *testing.T, editor *seat) {
	t.Helper()
	for path, kind := range map[string]string{"/staff/faq/export.xlsx": "spreadsheetml", "/staff/offices/export.xlsx": "spreadsheetml", "/staff/stats.csv?days=30": "text/csv"} {
		editor.open("/staff/")
		evaluate[string](t, editor.ctx, `window.got = ""; fetch("`+path+`").then(r => r.blob().then(b => { window.got = r.status + " " + r.headers.get("Content-Type") + " " + r.headers.get("Content-Disposition") + " " + (b.size > 50); })); ""`)
		editor.wait(`window.got !== ""`)
		if got := evaluate[string](t, editor.ctx, `window.got`); !strings.HasPrefix(got, "200 ") || !strings.Contains(got, kind) || !strings.Contains(got, "attachment") || !strings.HasSuffix(got, "true") {
			t.Errorf("%s: %s", path, got)
		}
	}
}

// peopleAndAudit: a manager opens an account, whose owner must change the
// password; the auditor sees it all, and nobody else does.
func peopleAndAudit(t *testing.T, chromium string, s *server) {
	t.Helper()
	manager := sit(t, chromium, s.url, "管一")
	manager.open("/staff/people")
	manager.audit("people")
	manager.typeInto("#name", "新人")
	manager.reach(`#add-name ~ form input[value="editor"]`)
	press(t, manager.ctx, " ")
	manager.enter(`#add-name ~ form button`, `document.querySelector(".secret") !== null`)
	secret := evaluate[string](t, manager.ctx, `document.querySelector(".secret").textContent`)
	manager.open("/staff/audit")
	manager.has("不能使用这个页面")

	auditor := sit(t, chromium, s.url, "审一")
	auditor.open("/staff/audit")
	auditor.audit("audit")
	auditor.has("校验链完整")
	auditor.open("/staff/audit?q=publish")
	text := auditor.text()
	for _, want := range []string{"发布：问答", "发布：上传文档", "发布：元数据与有效性", "发布：通讯录", "发布：词表"} {
		if !strings.Contains(text, want) {
			t.Errorf("the audit lacks %q", want)
		}
	}
	if nav := evaluate[[]string](t, auditor.ctx, `[...document.querySelectorAll(".menu a")].map(a => a.textContent)`); !slices.Equal(nav, []string{"审计"}) {
		t.Errorf("the auditor's menu: %v", nav)
	}
	if response, err := http.Get(s.url + "/staff/login"); err != nil || response.Body.Close() != nil || response.StatusCode != 200 {
		t.Errorf("the login page: %v", err)
	}
	auditor.open("/staff/")
	auditor.enter(`.who button`, here+` === "/staff/login"`)
	auditor.audit("login")

	// The new account changes its password before anything else.
	auditor.typeInto("#name", "新人")
	auditor.typeInto("#password", secret+"\r")
	auditor.wait(here + ` === "/staff/password"`)
	auditor.has("请先修改")
	auditor.typeInto("#old", secret)
	auditor.typeInto("#new", "Shai-Gu-Chang-7")
	auditor.typeInto("#again", "Shai-Gu-Chang-7\r")
	auditor.has("密码已修改")
	auditor.typeInto("#name", "新人")
	auditor.typeInto("#password", "Shai-Gu-Chang-7\r")
	auditor.wait(here + ` === "/staff/"`)
	auditor.has("上次登录：")
}

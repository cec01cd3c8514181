package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"zhiwen/bot"
	"zhiwen/bot/accounts"
	"zhiwen/ingest"
)

// privateWords stand in the draft and nowhere else.
const privateWords = "岭北村晒秋节"

// TestStaffChecksADraft goes the whole way of a clerk in a real browser: log in,
// send a draft, go through what was found by keyboard, export it. The draft is
// the clerk's: the public side, the log and colleagues do not see it.
func TestStaffChecksADraft(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("chromium is not installed: apt-get install chromium fonts-noto-cjk")
		}
		t.Skip("left out: chromium is not installed")
	}
	wordsAlone(t)
	path := sampleStore(t)
	hire(t, path, map[string]accounts.Role{"周文": accounts.Editor, "李默": accounts.Editor})
	s := serve(t, path)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(patience),
		chromedp.WindowSize(1280, 900), chromedp.Flag("disable-quic", true), chromedp.Flag("force-prefers-reduced-motion", true),
	)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()

	// A wrong password is told, the right one lets in, to where it was going.
	browse(t, ctx, chromedp.Navigate(s.url+"/staff/check"), chromedp.WaitVisible(chromedp.CSS("#name")), chromedp.SendKeys(chromedp.CSS("#name"), "周文"))
	browse(t, ctx, chromedp.SendKeys(chromedp.CSS("#password"), "wrong\r"), chromedp.WaitVisible(chromedp.CSS(".problem")))
	shoot(t, ctx, "check-login")
	browse(t, ctx, chromedp.SendKeys(chromedp.CSS("#password"), staffPassword+"\r"), chromedp.WaitVisible(chromedp.CSS("#text")))
	shoot(t, ctx, "check-start")

	// An empty form is refused in a sentence and nothing is lost.
	browse(t, ctx, chromedp.Click(chromedp.CSS("#check button[type=submit]")), chromedp.WaitVisible(chromedp.CSS("#problem")))
	draft, err := filepath.Abs("testdata/draft.txt")
	if err != nil {
		t.Fatal(err)
	}
	browse(t, ctx, chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{draft}),
		chromedp.Click(chromedp.CSS("#check button[type=submit]")), chromedp.WaitVisible(chromedp.CSS("#cards .card")))
	shoot(t, ctx, "check-result")
	address := evaluate[string](t, ctx, `location.href`)

	// The worst comes first; colour is not the only sign.
	if first := evaluate[string](t, ctx, `document.querySelector(".card .sentence").innerText`); !strings.Contains(first, "删除") || !strings.Contains(first, "增加") ||
		!strings.Contains(first, "3326") || !strings.Contains(first, "3336") {
		t.Errorf("the first card says %q", first)
	}
	page := evaluate[string](t, ctx, `document.body.innerText`)
	for _, want := range []string{"244＋2685＋140＋257＝3326，与所写的3336不符", "1913÷1927＝99.27%", "截去尾数", "示例县古树名木保护办法", "没有找到原文", "多了或少了"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}

	// By keyboard: next, accept, ignore with a reason.
	press(t, ctx, "n")
	press(t, ctx, "a")
	until(t, ctx, `document.querySelector(".card.done [data-noted]")?.textContent.includes("采纳")`)
	press(t, ctx, "i")
	until(t, ctx, `document.activeElement.name === "why"`)
	press(t, ctx, "统计口径不同\r")
	until(t, ctx, `document.querySelectorAll(".card.done").length === 2`)
	shoot(t, ctx, "check-decided")
	press(t, ctx, "o")
	browse(t, ctx, chromedp.WaitVisible(chromedp.CSS(`a[href="?"]`)))
	order := evaluate[[]int](t, ctx, `[...document.querySelectorAll(".card")].map(c => Number(c.dataset.n))`)
	if !slices.IsSorted(order) || len(order) < 5 {
		t.Errorf("cards in the order of the text: %v", order)
	}
	if decided := evaluate[string](t, ctx, `[...document.querySelectorAll(".card.done [data-noted]")].map(p => p.textContent).join()`); !strings.Contains(decided, "统计口径不同") || !strings.Contains(decided, "采纳") {
		t.Errorf("after loading again: %q", decided)
	}
	browse(t, ctx, chromedp.EmulateViewport(390, 844))
	shoot(t, ctx, "check-result-phone")

	cookie := evaluate[string](t, ctx, `document.cookie`)
	if cookie != "" {
		t.Errorf("a script can read the login: %q", cookie)
	}
	checkExports(t, s, address)
	checkPrivacy(t, s, address)
}

func evaluate[V any](t *testing.T, ctx context.Context, expression string) V {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[V](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func press(t *testing.T, ctx context.Context, keys string) {
	t.Helper()
	browse(t, ctx, chromedp.KeyEvent(keys))
}

// member is one of the staff with a login of their own, without a browser.
func member(t *testing.T, s *server, name string) func(path string) (int, string) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(client.CloseIdleConnections)
	response, err := client.PostForm(s.url+"/staff/login", map[string][]string{"name": {name}, "password": {staffPassword}})
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return func(path string) (int, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range response.Cookies() {
			request.AddCookie(c)
		}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(body)
	}
}

// checkExports reads the exported files: the DOCX by our own reader and by
// LibreOffice, where it is.
func checkExports(t *testing.T, s *server, address string) {
	t.Helper()
	get := member(t, s, "周文")
	address, _, _ = strings.Cut(address, "?")
	status, html := get(address + "/export.html")
	if status != 200 || !strings.Contains(html, `<del><span class="word">删除</span>3326</del><ins><span class="word">增加</span>3336</ins>`) || !strings.Contains(html, "统计口径不同") {
		t.Errorf("HTML: %d %.2000s", status, html)
	}
	status, docx := get(address + "/export.docx")
	if status != 200 {
		t.Fatalf("DOCX: %d", status)
	}
	drafts, err := ingest.NewDrafts(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer drafts.Close()
	read, err := drafts.Read(t.Context(), "export.docx", []byte(docx))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"合计〔删除：3326〕〔增加：3336〕项", privateWords, "文内核对", "示例县古树名木保护办法"} {
		if !strings.Contains(read.Text, want) {
			t.Errorf("the DOCX lacks %q:\n%s", want, read.Text)
		}
	}
	if _, err := exec.LookPath("soffice"); err != nil {
		t.Log("LibreOffice is not installed: the DOCX is read by our own reader only")
		return
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "export.docx")
	if err := os.WriteFile(file, []byte(docx), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "soffice", "-env:UserInstallation=file://"+folder+"/profile", "--headless", "--convert-to", "odt", "--outdir", folder, file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	if out, err := exec.CommandContext(t.Context(), "unzip", "-p", filepath.Join(folder, "export.odt"), "content.xml").Output(); err != nil || !strings.Contains(string(out), "office:annotation") || !strings.Contains(string(out), "与原文不同：数字不同") {
		t.Errorf("LibreOffice shows no comments: %v", err)
	}
	if dir := os.Getenv("ZHIWEN_SCREENSHOTS"); dir != "" {
		_ = os.WriteFile(filepath.Join(dir, "export.docx"), []byte(docx), 0o644)
		_ = os.WriteFile(filepath.Join(dir, "export.html"), []byte(html), 0o644)
	}
}

// checkPrivacy asks everybody else for the draft.
func checkPrivacy(t *testing.T, s *server, address string) {
	t.Helper()
	get := member(t, s, "李默")
	if status, body := get(address); status != http.StatusNotFound || strings.Contains(body, privateWords) {
		t.Errorf("a colleague who was not named gets %d", status)
	}
	if status, body := get(s.url + "/staff/check"); status != 200 || strings.Contains(body, "送审稿") {
		t.Errorf("a colleague sees the check in the list (%d)", status)
	}
	for _, question := range []string{privateWords + "去年接待游客多少人", "村民王阿婆卖出笋干多少斤", "砍伐古樟须报哪个部门同意"} {
		if a := s.ask(t, question); a.Status != bot.StatusNoAnswer || strings.Contains(a.Text, "四千三百") {
			t.Errorf("%s: %s %s", question, a.Status, a.Text)
		}
	}
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || strings.Contains(string(body), privateWords) {
		t.Errorf("without a login the draft is shown: %v", err)
	}
	for _, words := range []string{privateWords, "王阿婆", "送审稿", "3336", staffPassword} {
		if strings.Contains(s.logged(), words) {
			t.Errorf("the log holds %q:\n%s", words, s.logged())
		}
	}
	response, err = http.Get(s.url + "/metrics")
	if err == nil {
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if strings.Contains(string(body), privateWords) {
			t.Error("the statistics hold the draft")
		}
	}
}

// until waits for a condition on the page.
func until(t *testing.T, ctx context.Context, condition string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](condition)); err != nil {
		t.Fatalf("%s: %v", condition, err)
	}
}

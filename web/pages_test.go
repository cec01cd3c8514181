package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/ingest"
	"zhiwen/retrieval"
)

func TestPages(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	old, repealed, gone, secret := aDocument(), aDocument(), aDocument(), aDocument()
	old.State, repealed.Validity, gone.State, secret.State =
		retrieval.StateSuperseded, retrieval.ValidityRepealed, retrieval.StateWithdrawn, retrieval.StateQuarantine
	hostile := retrieval.Document{
		Meta: retrieval.Meta{State: retrieval.StateCurrent, Title: `<script>alert(1)</script>`, URL: "javascript:alert(1)"},
		Text: `<img src=x onerror=alert(1)>`,
	}
	s.cfg.Documents = library{
		"d1": aDocument(), "old": old, "repealed": repealed, "gone": gone, "secret": secret, "hostile": hostile,
	}
	for _, test := range []struct {
		path   string
		status int
		has    []string
		hasNot []string
	}{
		{"/", 200, []string{`lang="zh-Hans"`, "智问 · 智能问答", "某县人民政府", "法律援助办了多少件", `href="tel:12345"`,
			"请勿输入身份证号、银行卡号等个人信息", `role="log"`}, nil},
		{"/doc/d1", 200, []string{
			`<h1>` + aTitle + `</h1>`, `<meta name="robots" content="noindex">`,
			`<link rel="canonical" href="https://www.example.gov.cn/1.html">`, "某政〔2024〕3号", "2024-02-28 15:48", "司法局",
			`<h2 id="p38" data-start="38">一、主要举措和成效</h2>`, `<strong>(二)加强公共法律服务。</strong>全年办理`,
		}, []string{`class="banner"`}},
		{"/doc/old", 200, []string{"旧版本"}, nil},
		{"/doc/repealed", 200, []string{"这份文件已废止，仅供参考。"}, nil},
		{"/doc/hostile", 200, []string{"&lt;img", "&lt;script&gt;"}, []string{"<img src=x", "javascript:", "canonical"}},
		{"/doc/gone", 410, []string{"这份文件已撤回"}, []string{aTitle}},
		{"/doc/secret", 404, []string{"没有找到这份文件"}, []string{aTitle}},
		{"/doc/none", 404, []string{"没有找到这份文件"}, nil},
		{"/nothing", 404, []string{"没有找到这个页面"}, nil},
		{"/healthz", 200, []string{`{"status":"ok"}`}, nil},
		{"/readyz", 200, []string{`{"ready":true,"mode":"hybrid","documents":3,"chunks":42}`}, nil},
	} {
		t.Run(test.path, func(t *testing.T) {
			r, body := s.get(test.path)
			if r.StatusCode != test.status {
				t.Errorf("status %d, want %d", r.StatusCode, test.status)
			}
			for _, want := range test.has {
				if !strings.Contains(body, want) {
					t.Errorf("no %q in:\n%s", want, body)
				}
			}
			for _, bad := range test.hasNot {
				if strings.Contains(body, bad) {
					t.Errorf("%q in:\n%s", bad, body)
				}
			}
			if csp := r.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
				t.Errorf("policy %q", csp)
			}
			if r.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Error("types may be sniffed")
			}
		})
	}
}

func TestReadyzFails(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	s.cfg.Status = func(context.Context) (Status, error) { return Status{}, errors.New("no store") }
	if r, body := s.get("/readyz"); r.StatusCode != 503 || !strings.Contains(body, `"ready":false`) {
		t.Errorf("%d %s", r.StatusCode, body)
	}
}

// Whatever a page loads is there, under this build's checksum, and nothing of
// it is inline or foreign.
func TestPagesLoadOnlyTheirOwnFiles(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	loads := regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`)
	for _, path := range []string{"/", "/doc/d1", "/doc/none"} {
		_, body := s.get(path)
		found := loads.FindAllStringSubmatch(body, -1)
		if len(found) < 3 {
			t.Errorf("%s loads only %v", path, found)
		}
		for _, m := range found {
			r, _ := s.get(m[1])
			if r.StatusCode != 200 || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %d %v", m[1], r.StatusCode, r.Header)
			}
		}
		for _, bad := range []string{"style=", "onclick=", "<style", "<script>"} {
			if strings.Contains(body, bad) {
				t.Errorf("%s holds %s", path, bad)
			}
		}
	}
}

func TestAssets(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	imports := regexp.MustCompile(`from "\./([^"]+)"`)
	kinds := map[string]string{"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
	err := fs.WalkDir(s.assets.files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		url, err := s.assets.url(name)
		if err != nil {
			return err
		}
		r, body := s.get(url)
		kind := kinds[name[strings.LastIndex(name, ".")+1:]]
		if r.StatusCode != 200 || kind == "" || !strings.HasPrefix(r.Header.Get("Content-Type"), kind) {
			t.Errorf("%s: %d %s", url, r.StatusCode, r.Header.Get("Content-Type"))
		}
		for _, m := range imports.FindAllStringSubmatch(body, -1) {
			if _, err := s.assets.url(m[1]); err != nil {
				t.Errorf("%s imports %s: %v", name, m[1], err)
			}
		}
		if strings.Contains(body, "innerHTML") || regexp.MustCompile(`https?://`).MatchString(strings.ReplaceAll(body, "http://www.w3.org/2000/svg", "")) {
			t.Errorf("%s makes markup of text or names a foreign host", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if r, _ := s.get("/assets/0123456789ab/chat.js"); r.StatusCode != 200 || !strings.Contains(r.Request.URL.Path, s.assets.sum) {
		t.Errorf("an earlier build's URL leads to %s", r.Request.URL)
	}
	if r, _ := s.get("/assets/" + s.assets.sum + "/none.js"); r.StatusCode != 404 {
		t.Errorf("a file that is not there: %d", r.StatusCode)
	}
}

func TestBlocksAreTheText(t *testing.T) {
	doc := aDocument()
	for _, b := range blocks(doc) {
		if whole := b.Heading + b.Body; !strings.HasPrefix(doc.Text[b.Start:], whole) || strings.TrimSpace(whole) == "" {
			t.Errorf("block %+v is not the text at %d", b, b.Start)
		}
	}
	var levels []int
	for _, b := range blocks(doc) {
		levels = append(levels, b.Level)
	}
	if want := []int{0, 2, 0, 0, 3, 0, 2, 0}; !slices.Equal(levels, want) {
		t.Errorf("levels %v, want %v", levels, want)
	}
}

func FuzzBlocks(f *testing.F) {
	f.Add(aText, 0, 10, 20)
	f.Add("\n\n一\r\n二", 1, 0, -5)
	f.Add("a", 5, 3, 1)
	f.Fuzz(func(t *testing.T, text string, start, body, end int) {
		doc := retrieval.Document{Text: text, Sections: []retrieval.Section{{Parent: -1, Start: start, Body: body, End: end}, {Parent: 0, Start: end}}}
		var rest strings.Builder
		at := 0
		for _, b := range blocks(doc) {
			rest.WriteString(text[at:b.Start])
			at = b.Start + len(b.Heading) + len(b.Body)
			if text[b.Start:at] != b.Heading+b.Body {
				t.Fatalf("block %+v is not the text there", b)
			}
		}
		rest.WriteString(text[at:])
		if strings.TrimSpace(rest.String()) != "" {
			t.Fatalf("blocks leave out %q", rest.String())
		}
	})
}

func TestAPIAsk(t *testing.T) {
	var asked []bot.Request
	s := newSite(t, script{
		"错": func(context.Context, bot.Request, bot.Sink) (bot.Answer, error) {
			return bot.Answer{}, errors.New("disk full")
		},
		"记": func(_ context.Context, r bot.Request, _ bot.Sink) (bot.Answer, error) {
			asked = append(asked, r)
			return bot.Answer{ID: "a2", Text: "好"}, nil
		},
	}, newMemory())
	for _, test := range []struct {
		name, body string
		status     int
		has        string
	}{
		{"one question", `{"turns":["法律援助办了多少件"]}`, 200, `"answer":"见原文。全年办理法律援助案件247件。[1]"`},
		{"two turns", `{"turns":["你好","记"],"profile":"elder","script":"hant"}`, 200, `"citations":[]`},
		{"no JSON", `turns`, 400, `"message":"请求应为JSON`},
		{"empty", ``, 400, `"bad_request"`},
		{"no turns", `{}`, 400, `turns应包含1到8个问题。`},
		{"turns of objects", `{"turns":[{"q":"a"}]}`, 400, `"bad_request"`},
		{"too many turns", `{"turns":["1","2","3","4","5","6","7","8","9"]}`, 400, `turns应包含`},
		{"empty question", `{"turns":["你好"," "]}`, 400, `"empty"`},
		{"501 characters", `{"turns":["` + strings.Repeat("问", 501) + `"]}`, 400, `"too_long"`},
		{"unknown profile", `{"turns":["你好"],"profile":"child"}`, 400, `profile应为`},
		{"unknown script", `{"turns":["你好"],"script":"latn"}`, 400, `script应为`},
		{"too large", `{"turns":["` + strings.Repeat("问", maxBody) + `"]}`, 400, `64KB`},
		{"failure", `{"turns":["错"]}`, 500, `"internal"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, body := s.post("/api/v1/ask", test.body)
			if r.StatusCode != test.status || !strings.Contains(body, test.has) {
				t.Errorf("%d %s, want %d with %s", r.StatusCode, body, test.status, test.has)
			}
			if !json.Valid([]byte(body)) {
				t.Errorf("no JSON: %s", body)
			}
		})
	}
	if len(asked) != 1 || len(asked[0].Turns) != 1 || asked[0].Turns[0].Question != "你好" || asked[0].Profile != bot.ProfileElder {
		t.Errorf("asked with %+v", asked)
	}
}

func TestAPIAskLimit(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	s.gate.now = func() time.Time { return noon }
	for range ipQuestions {
		s.gate.question("127.0.0.1", "")
	}
	if r, body := s.post("/api/v1/ask", `{"turns":["你好"]}`); r.StatusCode != 429 || !strings.Contains(body, "rate_limited") {
		t.Errorf("%d %s", r.StatusCode, body)
	}
	noon = noon.Add(time.Minute)
	if r, body := s.post("/api/v1/ask", `{"turns":["你好"]}`); r.StatusCode != 200 {
		t.Errorf("a minute later: %d %s", r.StatusCode, body)
	}
}

// The description names exactly the fields and the paths that there are.
func TestOpenAPIIsTrue(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	_, body := s.get("/api/v1/openapi.json")
	var description struct {
		Paths      map[string]map[string]any
		Components struct {
			Schemas map[string]struct {
				Required   []string
				Properties map[string]any
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &description); err != nil {
		t.Fatal(err)
	}
	for path, methods := range description.Paths {
		for method := range methods {
			r := httptest.NewRecorder()
			s.Handler().ServeHTTP(r, httptest.NewRequest(strings.ToUpper(method), path, strings.NewReader("{}")))
			if r.Code == http.StatusNotFound || r.Code == http.StatusMethodNotAllowed {
				t.Errorf("%s %s: %d", method, path, r.Code)
			}
		}
	}
	for name, value := range map[string]any{
		"AskRequest": askBody{}, "Answer": bot.Answer{}, "Citation": bot.Citation{}, "Link": bot.Link{},
		"Handoff": bot.Handoff{}, "Hant": bot.Hant{}, "Notice": bot.Notice{}, "Problem": refusal{},
	} {
		var always, all []string
		for _, f := range reflect.VisibleFields(reflect.TypeOf(value)) {
			tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			if tag == "" || tag == "-" {
				continue
			}
			all = append(all, tag)
			if options == "" && name != "AskRequest" {
				always = append(always, tag)
			}
		}
		schema := description.Components.Schemas[name]
		for _, f := range all {
			if schema.Properties[f] == nil {
				t.Errorf("%s.%s is not described", name, f)
			}
		}
		if len(schema.Properties) != len(all) {
			t.Errorf("%s describes %d fields of %d", name, len(schema.Properties), len(all))
		}
		if name != "AskRequest" && !slices.Equal(schema.Required, always) {
			t.Errorf("%s requires %v, always has %v", name, schema.Required, always)
		}
	}
}

func TestClientIP(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, test := range []struct {
		peer      string
		forwarded []string
		want      string
	}{
		{"203.0.113.9:1234", nil, "203.0.113.9"},
		{"203.0.113.9:1234", []string{"1.2.3.4"}, "203.0.113.9"},
		{"10.0.0.1:1234", []string{"1.2.3.4"}, "1.2.3.4"},
		{"10.0.0.1:1234", []string{"6.6.6.6, 1.2.3.4, 10.0.0.2"}, "1.2.3.4"},
		{"10.0.0.1:1234", []string{"6.6.6.6", "1.2.3.4"}, "1.2.3.4"},
		{"10.0.0.1:1234", []string{"1.2.3.4, junk"}, "10.0.0.1"},
		{"10.0.0.1:1234", nil, "10.0.0.1"},
		{"[fd00::1]:1234", []string{"2001:db8::7"}, "2001:db8::7"},
	} {
		r := &http.Request{RemoteAddr: test.peer, Header: http.Header{"X-Forwarded-For": test.forwarded}}
		if got := clientIP(r, proxies); got != test.want {
			t.Errorf("%s through %v: %s, want %s", test.peer, test.forwarded, got, test.want)
		}
	}
}

func TestNewNamesWhatIsMissing(t *testing.T) {
	whole := Config{
		Asker: script{}, Documents: library{}, Store: newMemory(),
		Status: func(context.Context) (Status, error) { return Status{}, nil },
	}
	for name, drop := range map[string]func(*Config){
		"Asker": func(c *Config) { c.Asker = nil }, "Documents": func(c *Config) { c.Documents = nil },
		"Store": func(c *Config) { c.Store = nil }, "Status": func(c *Config) { c.Status = nil },
	} {
		c := whole
		drop(&c)
		if _, err := New(c); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// drawn is a Pictures with one picture for every page.
type drawn struct{ err error }

func (d drawn) Page(context.Context, string, int) (*ingest.Picture, error) {
	return &ingest.Picture{Image: []byte("\x89PNG"), Type: "image/png", Width: 1190, Height: 1684}, d.err
}

// The picture of a page is shown for what has one, says what it shows, and is
// not sent twice; what was withdrawn is not shown at all.
func TestPicturePages(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	two, scan, gone, plain := aDocument(), aDocument(), aDocument(), aDocument()
	two.Pictured, two.Pages = true, []int{0, strings.Index(aText, "(二)")}
	scan.ID, scan.Pictured, scan.Pages, scan.Recognised = "scan", true, []int{0}, []int{1}
	gone.Pictured, gone.Pages, gone.State = true, []int{0}, retrieval.StateWithdrawn
	s.cfg.Documents = library{"d1": two, "scan": scan, "gone": gone, "plain": plain}
	s.cfg.Pictures = drawn{}
	start := strings.Index(aText, "全年办理")
	passage := fmt.Sprintf("?start=%d&end=%d", start, start+6)
	for _, test := range []struct {
		path   string
		status int
		has    []string
		hasNot []string
	}{
		{"/doc/d1/page/1", 200, []string{
			`<meta name="robots" content="noindex">`, "原件第1页，共2页", `src="/doc/d1/page/1/picture"`, `width="1190"`, "《" + aTitle + "》第1页的图片",
			`href="/doc/d1/page/2" rel="next"`, `href="/doc/d1#page1"`, "本页文字",
		}, []string{"上一页", "由图像识别"}},
		{"/doc/d1/page/2" + passage + "&zoom=2", 200, []string{
			"上一页", "zoom-2", fmt.Sprintf(`href="/doc/d1#s%d-%d"`, start, start+6),
			`<mark class="quote">全年</mark>`,
		}, []string{"下一页</a>"}},
		{"/doc/d1/page/2?start=9&end=3&zoom=77", 200, []string{"zoom-1"}, []string{"<mark"}},
		{"/doc/scan/page/1", 200, []string{"文字由图像识别，可能有误"}, nil},
		{"/doc/scan", 200, []string{"文字由图像识别，可能有误", `href="/doc/scan/page/1"`, "recognised"}, nil},
		{"/doc/d1", 200, []string{"查看原件", `id="page2"`}, []string{"由图像识别"}},
		{"/doc/plain", 200, nil, []string{"查看原件"}},
		{"/doc/plain/page/1", 404, []string{"没有这一页的图片"}, nil},
		{"/doc/d1/page/3", 404, []string{"没有这一页的图片"}, nil},
		{"/doc/d1/page/0", 404, []string{"没有这一页的图片"}, nil},
		{"/doc/d1/page/x", 404, []string{"没有这一页的图片"}, nil},
		{"/doc/gone/page/1", 410, []string{"已撤回"}, nil},
		{"/doc/gone/page/1/picture", 410, []string{"已撤回"}, nil},
		{"/doc/none/page/1", 404, []string{"没有找到这份文件"}, nil},
	} {
		r, body := s.get(test.path)
		if r.StatusCode != test.status || r.Header.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%s: %d %v", test.path, r.StatusCode, r.Header)
		}
		for _, want := range test.has {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q in:\n%s", test.path, want, body)
			}
		}
		for _, bad := range test.hasNot {
			if strings.Contains(body, bad) {
				t.Errorf("%s: %q in:\n%s", test.path, bad, body)
			}
		}
	}

	const picture = "/doc/d1/page/1/picture"
	r, body := s.get(picture)
	tag := r.Header.Get("ETag")
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != "image/png" || body != "\x89PNG" || tag == "" {
		t.Errorf("picture: %d %v", r.StatusCode, r.Header)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+picture, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("If-None-Match", tag)
	again, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	again.Body.Close()
	if again.StatusCode != 304 {
		t.Errorf("the same picture again: %d", again.StatusCode)
	}
	for err, status := range map[error]int{ingest.ErrBusy: 503, retrieval.ErrNotFound: 404, errors.New("broken"): 500} {
		s.cfg.Pictures = drawn{err}
		for _, path := range []string{"/doc/d1/page/1", picture} {
			if r, _ := s.get(path); r.StatusCode != status || r.Header.Get("ETag") != "" {
				t.Errorf("%s with %v: %d, want %d", path, err, r.StatusCode, status)
			}
		}
	}
}

package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/retrieval"
)

// items is a Catalogue.
type items []Item

func (i items) Items(context.Context) ([]Item, error) { return i, nil }

// guides are more matters than fit one screen; the first is in the library.
func guides() items {
	all := items{{DocID: "d1", Title: "示例：法律援助办事指南", Kind: retrieval.KindGuide}}
	for _, name := range []string{"公证", "调解", "行政复议", "养犬登记", "公交卡"} {
		all = append(all, Item{DocID: "d1", Title: name + "服务指南", Kind: retrieval.KindGuide})
	}
	return append(all,
		Item{DocID: "d1", Title: "老年人优待证申领", Kind: retrieval.KindGuide},
		Item{DocID: "d1", Title: "2024年工作报告", Kind: retrieval.KindReport},
		Item{Question: "高龄津贴什么时候发？"})
}

// newElderSite has a menu, and answers in the elder profile.
func newElderSite(t *testing.T, asker Asker) *site {
	s := newSite(t, asker, newMemory())
	s.shelf.catalogue = guides()
	return s
}

func (s *site) form(path string, fields url.Values) (*http.Response, string) {
	s.t.Helper()
	return s.body(http.PostForm(s.url+path, fields))
}

// Questions are asked without scripts on both pages, with what was asked before.
func TestAskOnPages(t *testing.T) {
	var asked []bot.Request
	s := newElderSite(t, script{
		"记": func(_ context.Context, r bot.Request, _ bot.Sink) (bot.Answer, error) {
			asked = append(asked, r)
			a, err := tell(nil, "全年办理法律援助案件247件。")
			a.More, a.Phones = "全文："+a.Text, []string{"0563-8150123"}
			a.Handoff = &bot.Handoff{Text: "人工服务", Phone: "12345"}
			return a, err
		},
		"错": func(context.Context, bot.Request, bot.Sink) (bot.Answer, error) {
			return bot.Answer{}, errors.New("disk full")
		},
		"<b>": func(context.Context, bot.Request, bot.Sink) (bot.Answer, error) {
			return bot.Answer{Text: "<script>alert(1)</script>"}, nil
		},
	})
	for _, test := range []struct {
		name, path string
		fields     url.Values
		status     int
		has        []string
		hasNot     []string
	}{
		{"an answer with its source", "/", url.Values{"q": {" 记 "}, "turn": {"一", "二", "三", "四"}}, 200, []string{
			`全年办理法律援助案件247件。<a class="mark" href="#source1" aria-label="来源1《` + aTitle + `》一、(二)">1</a>`,
			`id="source1"`, "司法局", "2024-02-28 15:48", "有效", "在原文中查看", "#:~:text=", `name="turn" value="记"`, `name="turn" value="四"`, "原文摘录",
		}, []string{`value="一"`, "大家常问"}},
		{"in the elder profile", "/elder", url.Values{"q": {"记"}, "doc": {"d1"}, "at": {"38"}}, 200, []string{
			"说得更细一些", "全文：", `href="tel:0563-8150123"`, `href="tel:12345"`, "问别的事",
		}, nil},
		{"in Traditional characters", "/?script=hant", url.Values{"q": {"记"}}, 200, []string{
			`lang="zh-Hant"`, "-hant/chat.js", "請勿輸入身份證號", `>记</p>`, "href=\"https://www.example.gov.cn/1.html#:~:text=",
		}, []string{"请勿输入"}},
		{"nothing", "/", url.Values{"q": {" \n"}}, 400, []string{"请输入您想咨询的问题。"}, []string{`id="answer"`}},
		{"too much", "/elder", url.Values{"q": {strings.Repeat("问", 501)}}, 400, []string{"问题太长了", "您想办哪方面的事？"}, nil},
		{"a broken choice", "/elder", url.Values{"q": {"记"}, "doc": {"d1"}, "at": {"x"}}, 400, []string{"消息格式有误"}, nil},
		{"failure", "/", url.Values{"q": {"错"}}, 500, []string{"抱歉，回答时出了问题"}, nil},
		{"markup", "/", url.Values{"q": {"<b>"}}, 200, []string{"&lt;b&gt;", "&lt;script&gt;"}, []string{"<b>", "<script>alert"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, body := s.form(test.path, test.fields)
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
		})
	}
	if len(asked) != 3 || len(asked[0].Turns) != maxFormTurns || asked[0].Turns[0].Question != "二" || asked[0].Profile != bot.ProfileStandard {
		t.Errorf("asked with %+v", asked)
	}
	if elder := asked[1]; elder.Profile != bot.ProfileElder || elder.Chosen == nil || *elder.Chosen != (bot.Chosen{DocID: "d1", At: 38}) {
		t.Errorf("asked with %+v", elder)
	}
	if asked[2].Script != bot.ScriptHant {
		t.Errorf("asked with %+v", asked[2])
	}
	for range ipQuestions {
		s.gate.question("127.0.0.1", "")
	}
	if r, body := s.form("/", url.Values{"q": {"记"}}); r.StatusCode != 429 || !strings.Contains(body, "提问太频繁了") {
		t.Errorf("over the limit: %d", r.StatusCode)
	}
}

// A screen of the 长辈版 has four choices at most, and ways on and back.
func TestMenu(t *testing.T) {
	s := newElderSite(t, script{})
	for _, test := range []struct {
		query   string
		choices []string
		ways    []string
		not     []string
	}{
		{"", []string{"养老、补贴和救助", "出行、宠物和其他"}, nil, []string{"工作报告", ">返回<", ">更多<"}},
		{"?topic=出行、宠物和其他", []string{">示例：法律援助</a>", ">公证</a>", ">行政复议</a>"}, []string{">返回</a>", ">更多</a>"}, []string{"公交卡", "工作报告"}},
		{"?topic=出行、宠物和其他&page=2", []string{">公交卡</a>"}, []string{">返回</a>", ">前面的</a>"}, []string{">更多<", "行政复议"}},
		{"?topic=出行、宠物和其他&page=99", []string{">公交卡</a>"}, nil, nil},
		{"?topic=养老、补贴和救助", []string{">老年人优待证申领</a>", `value="高龄津贴什么时候发？"`}, nil, nil},
		{"?doc=d1&from=出行、宠物和其他", []string{">主要举措和成效<", ">下一步安排<", `name="doc" value="d1"`}, []string{"topic=%E5"}, nil},
		{"?doc=d1&size=2&script=hant", []string{`data-type="2"`, ">主要舉措和成效<", "/elder?script=hant&amp;size=2"}, nil, nil},
	} {
		r, body := s.get("/elder" + strings.ReplaceAll(test.query, " ", "%20"))
		for _, want := range append(test.choices, test.ways...) {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q in:\n%s", test.query, want, body)
			}
		}
		for _, bad := range test.not {
			if strings.Contains(body, bad) {
				t.Errorf("%s: %q in:\n%s", test.query, bad, body)
			}
		}
		if n := strings.Count(body, `class="choice"`); r.StatusCode != 200 || n > onScreen {
			t.Errorf("%s: %d, %d choices", test.query, r.StatusCode, n)
		}
	}
	for _, gone := range []string{"?topic=没有", "?doc=none", "?doc=d1&section=7"} {
		if r, body := s.get("/elder" + gone); r.StatusCode != 200 || r.Request.URL.RawQuery != "" || !strings.Contains(body, "您想办哪方面的事？") {
			t.Errorf("%s leads to %s: %d", gone, r.Request.URL, r.StatusCode)
		}
	}
}

// A list of matters is used for a while, goes on being used where it cannot be
// made again, and is then made anew.
func TestShelf(t *testing.T) {
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	listing := &listings{items: guides()}
	s := &shelf{catalogue: listing, questions: []string{"身份证怎么补办"}, now: func() time.Time { return noon }}
	get := func(want int, fails bool) {
		t.Helper()
		m, err := s.get(t.Context())
		if len(m.candidates) != want || fails != (err != nil) {
			t.Errorf("%d candidates, want %d; %v", len(m.candidates), want, err)
		}
	}
	listing.err = errors.New("no store")
	get(0, true)
	listing.err = nil
	get(len(guides())+1, false)
	listing.items = nil
	get(len(guides())+1, false)
	noon = noon.Add(shelfLife)
	listing.err = errors.New("no store")
	get(len(guides())+1, true)
	listing.err = nil
	get(1, false)
}

type listings struct {
	items items
	err   error
}

func (l *listings) Items(context.Context) ([]Item, error) { return l.items, l.err }

func TestSuggest(t *testing.T) {
	s := newElderSite(t, script{})
	for typed, want := range map[string]string{
		"法律":       `["法律援助办了多少件","示例：法律援助"]`,
		"调解成功":     `["调解成功率是多少"]`,
		"調解成功":     `["调解成功率是多少"]`,
		"成功率是":     `["调解成功率是多少"]`,
		"权责清单有多少项": `["权责清单一共有多少项"]`,
		"调解成功率是多少": `[]`,
		"完全无关的话":   `[]`,
		"":         `[]`,
		"2024年工作":  `["2024年工作报告"]`,
		"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一": `[]`,
	} {
		if r, body := s.post("/api/v1/suggest", fmt.Sprintf(`{"text":%q}`, typed)); r.StatusCode != 200 || body != `{"suggestions":`+want+"}\n" {
			t.Errorf("%s: %d %s, want %s", typed, r.StatusCode, body, want)
		}
	}
	if r, _ := s.post("/api/v1/suggest", "身份证"); r.StatusCode != 400 {
		t.Errorf("no JSON: %d", r.StatusCode)
	}
	for range ipSuggestions {
		s.gate.suggestion("127.0.0.1")
	}
	if r, _ := s.post("/api/v1/suggest", `{"text":"身份"}`); r.StatusCode != 429 {
		t.Errorf("over the limit: %d", r.StatusCode)
	}
}

func TestFeedbackWithoutConnection(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	for body, status := range map[string]int{
		`{"answer_id":"a1","rating":"useless","reasons":["看不懂"]}`: 200,
		`{"rating":4,"text":"好"}`:                                 200,
		`{"rating":6}`:                                            400,
		`{"answer_id":"a1","rating":3}`:                           400,
		`nothing`:                                                 400,
		`{"rating":1,"text":"` + strings.Repeat("长", maxFrame) + `"}`: 400,
	} {
		if r, got := s.post("/api/v1/feedback", body); r.StatusCode != status {
			t.Errorf("%.60s: %d %s, want %d", body, r.StatusCode, got, status)
		}
	}
	if len(s.store.feedback) != 2 || len(s.store.sessions) != 2 {
		t.Errorf("kept %+v in %d sessions", s.store.feedback, len(s.store.sessions))
	}
}

// parrot is a Voice.
type parrot struct{ err error }

func (parrot) Speaks() bool { return true }
func (parrot) Hears() bool  { return true }

func (p parrot) Speak(_ context.Context, text string) ([]byte, string, error) {
	return []byte("sound of " + text), "audio/mpeg", p.err
}

func (p parrot) Hear(_ context.Context, recording io.Reader, mediaType string) (string, error) {
	data, err := io.ReadAll(recording)
	return string(data), errors.Join(err, p.err)
}

func TestVoice(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	hear := func(mediaType, recording string) (*http.Response, string) {
		return s.body(http.Post(s.url+"/api/v1/transcribe", mediaType, strings.NewReader(recording)))
	}
	if r, _ := s.post("/api/v1/speech", `{"text":"你好"}`); r.StatusCode != 404 {
		t.Errorf("without a service: %d", r.StatusCode)
	}
	if r, _ := hear("audio/webm", "你好"); r.StatusCode != 404 {
		t.Errorf("without a service: %d", r.StatusCode)
	}
	if _, body := s.get("/"); !strings.Contains(body, `data-speech="false" data-hearing="false"`) {
		t.Errorf("the page offers a service that is not there:\n%s", body)
	}
	s.cfg.Voice = parrot{}
	if _, body := s.get("/"); !strings.Contains(body, `data-speech="true" data-hearing="true"`) {
		t.Errorf("the page does not offer the service:\n%s", body)
	}
	if r, body := s.post("/api/v1/speech", `{"text":"你好"}`); r.StatusCode != 200 || r.Header.Get("Content-Type") != "audio/mpeg" || body != "sound of 你好" {
		t.Errorf("%d %s", r.StatusCode, body)
	}
	for body, status := range map[string]int{`{"text":" "}`: 400, `{}`: 400, `x`: 400, `{"text":"` + strings.Repeat("长", maxSpoken+1) + `"}`: 400} {
		if r, _ := s.post("/api/v1/speech", body); r.StatusCode != status {
			t.Errorf("%.40s: %d, want %d", body, r.StatusCode, status)
		}
	}
	for _, test := range []struct {
		kind, recording string
		status          int
		has             string
	}{
		{"audio/webm;codecs=opus", " 身份证怎么补办 ", 200, `{"text":"身份证怎么补办"}`},
		{"audio/webm", " ", 422, "没有听清"},
		{"text/plain", "好", 415, "格式不对"},
		{"audio/webm", strings.Repeat("x", maxRecording+1), 413, "录音太长"},
	} {
		if r, body := hear(test.kind, test.recording); r.StatusCode != test.status || !strings.Contains(body, test.has) {
			t.Errorf("%s: %d %s, want %d %s", test.kind, r.StatusCode, body, test.status, test.has)
		}
	}
	s.cfg.Voice = parrot{errors.New("down")}
	if r, body := hear("audio/webm", "好"); r.StatusCode != 502 || !strings.Contains(body, "语音服务暂时用不了") {
		t.Errorf("%d %s", r.StatusCode, body)
	}
	for range ipVoice {
		s.gate.voice("127.0.0.1")
	}
	if r, _ := hear("audio/webm", "好"); r.StatusCode != 429 {
		t.Errorf("over the limit: %d", r.StatusCode)
	}
}

// Nothing that is cited, typed or addressed is changed when a page is put into
// Traditional characters.
func TestPageInTraditional(t *testing.T) {
	for page, want := range map[string]string{
		`<p title="后台">后台</p>`:                                            `<p title="後臺">後臺</p>`,
		`<a href="/后台?发=1">发布</a>`:                                        `<a href="/后台?发=1">發佈</a>`,
		`<div translate="no"><p>发<br>布</p>布</div>发`:                       `<div translate="no"><p>发<br>布</p>布</div>發`,
		`<p translate="no">发<img alt="发"><b>发</p>发`:                       `<p translate="no">发<img alt="发"><b>发</p>發`,
		`<textarea placeholder="发布">发布</textarea>发`:                       `<textarea placeholder="發佈">发布</textarea>發`,
		`<button value="发布" data-x="发">发布</button>`:                       `<button value="發佈" data-x="发">發佈</button>`,
		`<input value="发布"><title>发布 &amp; 发</title>https://a.cn/发布.html`: `<input value="发布"><title>發佈 &amp; 發</title>https://a.cn/发布.html`,
	} {
		if got := string(pageInTraditional([]byte(page))); got != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", page, got, want)
		}
	}
}

func TestTextFragment(t *testing.T) {
	for _, c := range []struct{ address, quote, want string }{
		{"https://a.cn/1.html", "办理-时限", "https://a.cn/1.html#:~:text=%E5%8A%9E%E7%90%86%2D%E6%97%B6%E9%99%90"},
		{"https://a.cn/1.html?x=1#top", " a,b&c\n第二行", "https://a.cn/1.html?x=1#:~:text=a%2Cb%26c"},
		{"https://a.cn", strings.Repeat("a", 99), "https://a.cn#:~:text=" + strings.Repeat("a", fragmentRunes)},
	} {
		if got := textFragment(c.address, c.quote); got != c.want {
			t.Errorf("%q: %s, want %s", c.quote, got, c.want)
		}
	}
}

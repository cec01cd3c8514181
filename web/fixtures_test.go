package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/retrieval"
)

// TestMain fails when a goroutine of this package, or of a connection it
// opened, outlives the tests.
func TestMain(m *testing.M) {
	trustGateways()
	code := m.Run()
	http.DefaultClient.CloseIdleConnections()
	if code == 0 {
		if left := leaked(); left != "" {
			fmt.Fprintf(os.Stderr, "goroutines outlive the tests:\n\n%s\n", left)
			code = 1
		}
	}
	os.Exit(code)
}

// leaked gives the stacks of what still runs code of this package after a
// while to end.
func leaked() string {
	var left []string
	for range 100 {
		left = nil
		buf := make([]byte, 1<<20)
		for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			ours := strings.Contains(g, "zhiwen/web") || strings.Contains(g, "net/http.(*conn)")
			if ours && !strings.Contains(g, "TestMain") {
				left = append(left, g)
			}
		}
		if len(left) == 0 {
			return ""
		}
		time.Sleep(20 * time.Millisecond)
	}
	return strings.Join(left, "\n\n")
}

// script is an Asker that does as each question says; questions it does not
// know get a short answer.
type script map[string]func(ctx context.Context, r bot.Request, s bot.Sink) (bot.Answer, error)

func (a script) Ask(ctx context.Context, r bot.Request, s bot.Sink) (bot.Answer, error) {
	if act := a[r.Question]; act != nil {
		return act(ctx, r, s)
	}
	return tell(s, "见原文。", "全年办理法律援助案件247件。")
}

// tell streams the parts of an answer with one source and gives the whole.
func tell(s bot.Sink, parts ...string) (bot.Answer, error) {
	a := bot.Answer{
		Status: bot.StatusAnswered, Mode: bot.ModeExcerpt, ID: "a1", Label: "原文摘录",
		Text: strings.Join(parts, "") + "[1]", Highlight: "247件", Citations: []bot.Citation{aCitation()},
	}
	if s == nil {
		return a, nil
	}
	if err := s.Stage("search"); err != nil {
		return bot.Answer{}, err
	}
	if err := s.Sources(a.Citations); err != nil {
		return bot.Answer{}, err
	}
	for _, p := range append(parts, "[1]") {
		if err := s.Delta(p); err != nil {
			return bot.Answer{}, err
		}
	}
	return a, nil
}

func aCitation() bot.Citation {
	quote := "全年办理法律援助案件247件。"
	start := strings.Index(aText, quote)
	return bot.Citation{
		N: 1, DocID: "d1", Title: aTitle, Publisher: "司法局", Published: "2024-02-28 15:48", Validity: "有效",
		Clause: "一、(二)", Quote: quote, Start: start, End: start + len(quote),
		URL: fmt.Sprintf("/doc/d1#s%d-%d", start, start+len(quote)), SourceURL: "https://www.example.gov.cn/1.html",
	}
}

const (
	aTitle = "某县2023年度法治政府建设工作情况报告"
	aText  = `本文为测试用的示例材料。

一、主要举措和成效

(一)深入学习贯彻。全年开展学习活动12次,参加600人次。
(二)加强公共法律服务。全年办理法律援助案件247件。其中𠮷姓老人2件,完成年度任务的107%。

1.调解
调解成功率99.27%。

二、下一步安排

暂无。`
)

func aDocument() retrieval.Document {
	at := func(s string) int { return strings.Index(aText, s) }
	section := func(parent int, level retrieval.Level, label, heading string, end int) retrieval.Section {
		start := at(label + heading)
		return retrieval.Section{
			Parent: parent, Level: level, Label: label, Heading: heading,
			Start: start, Body: start + len(label+heading), End: end,
		}
	}
	two, law := at("二、下"), at("(二)")
	return retrieval.Document{
		Meta: retrieval.Meta{
			ID: "d1", Key: "k1", URL: "https://www.example.gov.cn/1.html", Title: aTitle, DocNo: "某政〔2024〕3号",
			Publisher: "司法局", Published: "2024-02-28 15:48", Validity: retrieval.ValidityInForce,
			State: retrieval.StateCurrent, Version: 1,
		},
		Text: aText,
		Sections: []retrieval.Section{
			section(-1, retrieval.LevelOutline1, "一、", "主要举措和成效", two),
			section(0, retrieval.LevelOutline2, "(一)", "深入学习贯彻。", law),
			section(0, retrieval.LevelOutline2, "(二)", "加强公共法律服务。", two),
			section(2, retrieval.LevelOutline3, "1.", "调解", two),
			section(-1, retrieval.LevelOutline1, "二、", "下一步安排", len(aText)),
		},
	}
}

// library is a Documents.
type library map[string]retrieval.Document

func (l library) Document(_ context.Context, id string) (retrieval.Document, error) {
	doc, ok := l[id]
	switch {
	case !ok:
		return doc, fmt.Errorf("document %s: %w", id, retrieval.ErrNotFound)
	case doc.State == retrieval.StateWithdrawn:
		return doc, fmt.Errorf("document %s: %w", id, retrieval.ErrGone)
	}
	return doc, nil
}

// memory is a Store; it holds events to their law: no number twice, none out
// of order.
type memory struct {
	forgotten []string // sessions, as visitors wished
	mu        sync.Mutex
	sessions  map[string]bot.Session
	events    map[string][]bot.Event
	turns     map[string][]bot.Turn
	feedback  []bot.Feedback
	broken    error // what AppendEvents fails with
}

func newMemory() *memory {
	return &memory{
		sessions: map[string]bot.Session{}, events: map[string][]bot.Event{}, turns: map[string][]bot.Turn{},
	}
}

func (m *memory) CreateSession(_ context.Context, s bot.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[s.ID] = s
	return nil
}

func (m *memory) Session(_ context.Context, id string) (bot.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[id]
	if !ok {
		return s, fmt.Errorf("session: %w", retrieval.ErrNotFound)
	}
	return s, nil
}

func (m *memory) AppendEvents(_ context.Context, id string, events []bot.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return m.broken
	}
	for _, e := range events {
		if kept := m.events[id]; len(kept) > 0 && e.Seq <= kept[len(kept)-1].Seq {
			return fmt.Errorf("event %d after %d", e.Seq, kept[len(kept)-1].Seq)
		}
		m.events[id] = append(m.events[id], e)
	}
	return nil
}

func (m *memory) EventsAfter(_ context.Context, id string, seq int64) ([]bot.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var after []bot.Event
	for _, e := range m.events[id] {
		if e.Seq > seq {
			after = append(after, e)
		}
	}
	return after, nil
}

func (m *memory) AppendTurn(_ context.Context, id string, t bot.Turn) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turns[id] = append(m.turns[id], t)
	return nil
}

func (m *memory) ForgetSession(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forgotten = append(m.forgotten, id)
	delete(m.turns, id)
	delete(m.events, id)
	return m.broken
}

func (m *memory) Turns(_ context.Context, id string, last int) ([]bot.Turn, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.turns[id]
	return append([]bot.Turn(nil), t[max(0, len(t)-last):]...), nil
}

func (m *memory) AddFeedback(_ context.Context, f bot.Feedback) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.feedback = append(m.feedback, f)
	return nil
}

// timers stand in for time.AfterFunc: a test lets time pass by calling fire.
type timers struct {
	mu  sync.Mutex
	set []*timer
}

type timer struct {
	d       time.Duration
	f       func()
	stopped bool
}

func (t *timers) after(d time.Duration, f func()) func() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	mine := &timer{d: d, f: f}
	t.set = append(t.set, mine)
	return func() bool {
		t.mu.Lock()
		defer t.mu.Unlock()
		mine.stopped = true
		return true
	}
}

// fire runs what is set, even if it was stopped when late says so: a timer may
// have fired already when it is stopped.
func (t *timers) fire(late bool) (durations []time.Duration) {
	t.mu.Lock()
	set := t.set
	t.set = nil
	t.mu.Unlock()
	for _, one := range set {
		if late || !one.stopped {
			durations = append(durations, one.d)
			one.f()
		}
	}
	return durations
}

func (t *timers) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.set)
}

// site is a server under test on a port of its own.
type site struct {
	*Server
	t      testing.TB
	url    string // where visitors find it
	inner  string // host and port that it listens on
	store  *memory
	timers *timers
	log    *lockedBuffer
}

// lockedBuffer is a log that tests may read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newSite starts a server; it is shut down with the test. More than one may
// share a store, as a restarted process does. What else is to be set, edits set.
func newSite(t testing.TB, asker Asker, store *memory, edits ...func(*Config)) *site {
	t.Helper()
	log := &lockedBuffer{}
	config := Config{
		Asker:     asker,
		Documents: library{"d1": aDocument()},
		Store:     store,
		Status: func(context.Context) (Status, error) {
			return Status{Mode: "hybrid", Documents: 3, Chunks: 42}, nil
		},
		Page: Page{SiteName: "某县人民政府", Samples: []string{
			"法律援助办了多少件", "调解成功率是多少", "权责清单一共有多少项", "下一步有什么安排",
		}},
		Log: slog.New(slog.NewTextHandler(log, nil)),
	}
	for _, edit := range edits {
		edit(&config)
	}
	url, inner, open := standing(t, &config)
	s, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	clock := &timers{}
	s.hub.after = clock.after
	closeServer := open(s.Handler())
	site := &site{Server: s, t: t, url: url, inner: inner, store: store, timers: clock, log: log}
	t.Cleanup(func() {
		site.shutdown()
		closeServer()
	})
	return site
}

func (s *site) shutdown() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		s.t.Error("shutdown:", err)
	}
}

func (s *site) get(path string) (*http.Response, string) {
	s.t.Helper()
	return s.body(http.Get(s.url + path))
}

func (s *site) post(path, body string) (*http.Response, string) {
	s.t.Helper()
	return s.body(http.Post(s.url+path, "application/json", strings.NewReader(body)))
}

func (s *site) body(r *http.Response, err error) (*http.Response, string) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return r, string(data)
}

// eventually waits for what another goroutine is about to do.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for range 2000 {
		if ok() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("never happened:", what)
}

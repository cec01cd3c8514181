package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"zhiwen/bot"
)

func types(frames []got) string {
	var names []string
	for _, f := range frames {
		names = append(names, f.Type)
	}
	return strings.Join(names, " ")
}

func TestAnAnswerIsStreamed(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	p, welcome := s.connect(`{"type":"hello","profile":"elder","script":"hant","page":"/doc/d1"}`)
	if len(welcome.Session) != 32 || welcome.Label == "" {
		t.Errorf("welcome = %+v", welcome)
	}
	if got := p.ws.Subprotocol(); got != "zhiwen.v1" {
		t.Errorf("subprotocol %q", got)
	}
	for n, id := range []string{"q1", "q2"} {
		p.say(fmt.Sprintf(`{"type":"ask","id":%q,"text":"  法律援助办了多少件 "}`, id))
		frames := p.until("final")
		if want := "status sources delta delta delta final"; types(frames) != want {
			t.Errorf("frames %s, want %s", types(frames), want)
		}
		var streamed string
		for i, f := range frames {
			if want := int64(n*6 + i + 1); f.Seq != want {
				t.Errorf("%s has seq %d, want %d", f.Type, f.Seq, want)
			}
			if f.ID != id {
				t.Errorf("%s has id %q, want %q", f.Type, f.ID, id)
			}
			if f.Type == "delta" {
				streamed += f.Text
			}
		}
		final := frames[len(frames)-1]
		if final.Text != streamed || final.AnswerID != "a1" || final.Status != bot.StatusAnswered ||
			final.Mode != bot.ModeExcerpt || final.Highlight != "247件" || len(final.Citations) != 1 ||
			final.Label != "原文摘录" || final.Suggestions == nil {
			t.Errorf("final = %+v", final)
		}
	}
}

func TestEarlierTurnsAndSettingsReachTheAsker(t *testing.T) {
	var asked bot.Request
	s := newSite(t, script{"那今年呢": func(_ context.Context, r bot.Request, sink bot.Sink) (bot.Answer, error) {
		asked = r
		return tell(sink, "好。")
	}}, newMemory())
	p, _ := s.connect(`{"type":"hello","profile":"elder","script":"hant","page":"/doc/d1"}`)
	p.say(`{"type":"ask","id":"q1","text":"去年办了多少件"}`)
	p.until("final")
	p.say(`{"type":"ask","id":"q2","text":"那今年呢"}`)
	p.until("final")
	if asked.Profile != bot.ProfileElder || asked.Script != bot.ScriptHant || asked.Page != "/doc/d1" ||
		len(asked.Turns) != 1 || asked.Turns[0].Question != "去年办了多少件" {
		t.Errorf("asked with %+v", asked)
	}
}

func TestBadFramesAreAnsweredAndTheConnectionStaysOpen(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	p, _ := s.connect(`{"type":"hello"}`)
	for _, test := range []struct{ name, frame, code, id string }{
		{"no JSON", `ask`, "bad_frame", ""},
		{"half a frame", `{"type":"ask","id":"q1"`, "bad_frame", ""},
		{"two frames in one", `{"type":"stop","id":"a"}{"type":"stop","id":"b"}`, "bad_frame", ""},
		{"an array", `[]`, "bad_frame", ""},
		{"null", `null`, "unknown_type", ""},
		{"not UTF-8", "{\"type\":\"ask\",\"id\":\"q1\",\"text\":\"\xff\"}", "bad_frame", ""},
		{"no type", `{"id":"q1","text":"你好"}`, "unknown_type", ""},
		{"unknown type", `{"type":"shout","text":"你好"}`, "unknown_type", ""},
		{"no id", `{"type":"ask","text":"你好"}`, "bad_frame", ""},
		{"a long id", `{"type":"ask","id":"` + strings.Repeat("x", maxID+1) + `","text":"你好"}`, "bad_frame", ""},
		{"text is no string", `{"type":"ask","id":"q1","text":7}`, "bad_frame", ""},
		{"empty question", `{"type":"ask","id":"q1","text":""}`, "empty", "q1"},
		{"invisible question", `{"type":"ask","id":"q1","text":" \u3000\u200b\n"}`, "empty", "q1"},
		{"501 characters", `{"type":"ask","id":"q1","text":"` + strings.Repeat("问", 501) + `"}`, "too_long", "q1"},
		{"501 of the second plane", `{"type":"ask","id":"q1","text":"` + strings.Repeat("𠮷", 501) + `"}`, "too_long", "q1"},
		{"stop of nothing", `{"type":"stop","id":"q9"}`, "not_running", "q9"},
		{"negative seq", `{"type":"hello","last_seq":-1}`, "bad_frame", ""},
		{"seq beyond counting", `{"type":"hello","last_seq":9007199254740992}`, "bad_frame", ""},
		{"unknown profile", `{"type":"hello","profile":"child"}`, "bad_frame", ""},
		{"unknown script", `{"type":"hello","script":"latn"}`, "bad_frame", ""},
		{"rating out of range", `{"type":"feedback","rating":6}`, "bad_rating", ""},
		{"rating without answer", `{"type":"feedback","rating":"useful"}`, "bad_rating", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p.say(test.frame)
			if g := p.next(); g.Type != "error" || g.Code != test.code || g.ID != test.id || !strings.HasSuffix(g.Message, "。") {
				t.Errorf("got %+v, want error %s", g, test.code)
			}
		})
	}
	if err := p.ws.WriteMessage(websocket.BinaryMessage, []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	if g := p.next(); g.Code != "bad_frame" {
		t.Errorf("a binary frame got %+v", g)
	}
	p.say(`{"type":"ask","id":"q1","text":"` + strings.Repeat("问", 500) + `"}`)
	if frames := p.until("final"); frames[0].Seq != 1 {
		t.Errorf("refusals took numbers: the first frame has %d", frames[0].Seq)
	}
}

func TestAFrameTooLongCloses(t *testing.T) {
	for _, size := range []int{maxFrame + 1, 100_000} {
		s := newSite(t, script{}, newMemory())
		p, _ := s.connect(`{"type":"hello"}`)
		p.say(strings.Repeat("x", size))
		if _, code := p.closed(); code != websocket.CloseMessageTooBig {
			t.Errorf("%d bytes closed with %d, want 1009", size, code)
		}
	}
}

func TestAFrameOfTheGreatestSizeIsTaken(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	p, _ := s.connect(`{"type":"hello"}`)
	frame := `{"type":"ask","id":"q1","text":"你好"}`
	p.say(frame + strings.Repeat(" ", maxFrame-len(frame)))
	p.until("final")
}

func TestAskWithoutHelloBeginsASession(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	p, _, err := s.dial(nil)
	if err != nil {
		t.Fatal(err)
	}
	p.say(`{"type":"ask","id":"q1","text":"你好"}`)
	if frames := p.until("final"); frames[0].Type != "welcome" {
		t.Errorf("frames %s, want a welcome first", types(frames))
	}
}

func TestUnknownSessionBeginsANewOne(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	_, welcome := s.connect(`{"type":"hello","session":"0123","last_seq":40}`)
	if len(welcome.Session) != 32 || welcome.Seq != 0 {
		t.Errorf("welcome = %+v", welcome)
	}
}

func TestOrigins(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	s.cfg.Origins = []string{"https://www.example.gov.cn"}
	own := strings.TrimPrefix(s.url, "http://")
	for _, test := range []struct {
		origin, host string
		open         bool
	}{
		{"", "", true},
		{s.url, "", true},
		{"https://" + own, "", true}, // TLS ends at the gateway
		{"https://www.example.gov.cn", "", true},
		{"https://WEN.example.gov.cn", "wen.example.gov.cn:443", true},
		{"http://www.example.gov.cn", "", false},
		{"https://www.example.gov.cn.evil.com", "", false},
		{"https://evil.com", "", false},
		{"http://localhost:1", "", false},
		{"null", "", false},
		{"https://evil.com/" + own, "", false},
		{"http://" + own + "@evil.com", "", false},
	} {
		header := http.Header{}
		if test.origin != "" {
			header.Set("Origin", test.origin)
		}
		if test.host != "" {
			header.Set("Host", test.host)
		}
		p, response, err := s.dial(header)
		if open := err == nil; open != test.open {
			t.Errorf("Origin %q: open = %v", test.origin, open)
		}
		if err == nil {
			p.cut()
		} else if response.StatusCode != http.StatusForbidden {
			t.Errorf("Origin %q: status %d, want 403", test.origin, response.StatusCode)
		}
	}
}

func TestOneQuestionAtATime(t *testing.T) {
	asker := newHeld()
	s := newSite(t, asker, newMemory())
	p, _ := s.connect(`{"type":"hello"}`)
	p.say(`{"type":"ask","id":"q1","text":"一"}`)
	p.until("delta")
	p.say(`{"type":"ask","id":"q2","text":"二"}`)
	if g := p.next(); g.Code != "busy" || g.ID != "q2" || g.Seq != 0 {
		t.Errorf("a second question got %+v", g)
	}
	p.say(`{"type":"ask","id":"q1","text":"一"}`) // repeated by a client that was cut off
	asker.release <- nil
	frames := p.until("final")
	if types(frames) != "delta final" || frames[1].ID != "q1" {
		t.Errorf("frames after the question was repeated: %s", types(frames))
	}
}

func TestAFailureIsToldAndKept(t *testing.T) {
	for name, act := range map[string]func(context.Context, bot.Request, bot.Sink) (bot.Answer, error){
		"error": func(context.Context, bot.Request, bot.Sink) (bot.Answer, error) {
			return bot.Answer{}, errors.New("disk full")
		},
		"panic": func(context.Context, bot.Request, bot.Sink) (bot.Answer, error) { panic("index out of range") },
	} {
		t.Run(name, func(t *testing.T) {
			store := newMemory()
			s := newSite(t, script{"秘密问题": act}, store)
			p, welcome := s.connect(`{"type":"hello"}`)
			p.say(`{"type":"ask","id":"q1","text":"秘密问题"}`)
			if g := p.next(); g.Type != "error" || g.Code != "internal" || g.ID != "q1" || g.Seq != 1 {
				t.Errorf("got %+v", g)
			}
			p.say(`{"type":"ask","id":"q2","text":"你好"}`)
			p.until("final")
			p.settle()
			turns, _ := store.Turns(t.Context(), welcome.Session, 9)
			if len(turns) != 2 || turns[0].Answer.Status != bot.StatusError {
				t.Errorf("turns = %+v", turns)
			}
			if log := s.log.String(); strings.Contains(log, "秘密") || strings.Contains(log, welcome.Session) {
				t.Errorf("the log tells too much:\n%s", log)
			}
		})
	}
}

func TestFeedback(t *testing.T) {
	store := newMemory()
	s := newSite(t, script{}, store)
	p, welcome := s.connect(`{"type":"hello"}`)
	p.say(`{"type":"feedback","answer_id":"a1","rating":"useless","reasons":["内容过期"],"text":"旧了"}`)
	p.say(`{"type":"feedback","rating":5}`)
	p.settle()
	store.mu.Lock()
	defer store.mu.Unlock()
	if len(store.feedback) != 2 {
		t.Fatalf("feedback = %+v", store.feedback)
	}
	f := store.feedback[0]
	if f.SessionID != welcome.Session || f.AnswerID != "a1" || f.Rating != "useless" ||
		!slices.Equal(f.Reasons, []string{"内容过期"}) || f.Text != "旧了" || f.At.IsZero() {
		t.Errorf("feedback = %+v", f)
	}
	if store.feedback[1].Rating != "5" {
		t.Errorf("rating %q, want 5", store.feedback[1].Rating)
	}
}

func TestTooManyQuestions(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	s.gate.now = func() time.Time { return noon }
	p, _ := s.connect(`{"type":"hello"}`)
	for i := range sessionQuestions {
		p.say(fmt.Sprintf(`{"type":"ask","id":"q%d","text":"你好"}`, i))
		p.until("final")
	}
	p.say(`{"type":"ask","id":"more","text":"你好"}`)
	frames, code := p.closed()
	if types(frames) != "error" || frames[0].Code != "rate_limited" || code != websocket.ClosePolicyViolation {
		t.Errorf("got %s, close %d", types(frames), code)
	}
}

func TestTooManyFrames(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	s.cfg.Now = func() time.Time { return noon }
	p, _ := s.connect(`{"type":"hello"}`)
	for range connFrames {
		p.say(`{}`)
	}
	frames, code := p.closed()
	if last := frames[len(frames)-1]; last.Code != "rate_limited" || code != websocket.ClosePolicyViolation {
		t.Errorf("last frame %+v, close %d", last, code)
	}
}

func TestTooManyConnections(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	for _, test := range []struct {
		name   string
		fill   func()
		code   string
		closed int
	}{
		{"one address", func() { s.gate.perIP["127.0.0.1"] = maxConnsPerIP }, "too_many_connections", websocket.ClosePolicyViolation},
		{"all", func() { s.gate.conns = maxConns }, "overloaded", websocket.CloseTryAgainLater},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.gate.mu.Lock()
			test.fill()
			s.gate.mu.Unlock()
			p, _, err := s.dial(nil)
			if err != nil {
				t.Fatal(err)
			}
			frames, code := p.closed()
			if types(frames) != "error" || frames[0].Code != test.code || code != test.closed {
				t.Errorf("got %+v, close %d", frames, code)
			}
		})
	}
}

func TestTooManyAnswers(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	s.hub.running = maxAnswers
	p, _ := s.connect(`{"type":"hello"}`)
	p.say(`{"type":"ask","id":"q1","text":"你好"}`)
	frames, code := p.closed()
	if types(frames) != "error" || frames[0].Code != "overloaded" || code != websocket.CloseTryAgainLater {
		t.Errorf("got %+v, close %d", frames, code)
	}
	r, body := s.post("/api/v1/ask", `{"turns":["你好"]}`)
	if r.StatusCode != 503 || r.Header.Get("Retry-After") == "" || !strings.Contains(body, "请过半分钟再试") {
		t.Errorf("by HTTP: %d %s", r.StatusCode, body)
	}
}

func TestASlowClientIsClosed(t *testing.T) {
	flood := make(chan struct{})
	s := newSite(t, script{"多": func(ctx context.Context, _ bot.Request, sink bot.Sink) (bot.Answer, error) {
		part := strings.Repeat("字", 20_000)
		for {
			select {
			case <-flood:
				return tell(sink, "完。")
			default:
			}
			if err := sink.Delta(part); err != nil {
				return bot.Answer{}, err
			}
		}
	}}, newMemory())
	p, _ := s.connect(`{"type":"hello"}`)
	p.say(`{"type":"ask","id":"q1","text":"多"}`) // and reads nothing
	eventually(t, "the slow client is let go", func() bool { return s.timers.count() == 1 })
	close(flood)
}

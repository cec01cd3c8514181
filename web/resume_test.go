package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"zhiwen/bot"
)

// held is an Asker that shows some words of every answer and then waits to be
// released, or canceled.
type held struct {
	release  chan error // sent once for every answer
	canceled chan error // what each canceled answer's context said
}

func newHeld() *held { return &held{release: make(chan error), canceled: make(chan error, 8)} }

func (h *held) Ask(ctx context.Context, _ bot.Request, s bot.Sink) (bot.Answer, error) {
	if err := errors.Join(s.Stage("search"), s.Sources([]bot.Citation{aCitation()}), s.Delta("前半，")); err != nil {
		return bot.Answer{}, err
	}
	select {
	case err := <-h.release:
		if err != nil {
			return bot.Answer{}, err
		}
	case <-ctx.Done():
		h.canceled <- ctx.Err()
		return bot.Answer{}, ctx.Err()
	}
	if err := s.Delta("后半。"); err != nil {
		return bot.Answer{}, err
	}
	return bot.Answer{Status: bot.StatusAnswered, Mode: bot.ModeExcerpt, ID: "a1", Text: "前半，后半。"}, nil
}

// A connection is cut after each possible frame of an answer. The answer ends
// while nobody hears it, or goes on when somebody is back; the next connection
// gets exactly the rest. While the answer runs, that needs no working store.
func TestReplayAfterEveryCut(t *testing.T) {
	const frames = 6 // status, sources, 3 × delta, final
	for _, test := range []struct {
		name       string
		store      error
		endsUnseen bool
	}{
		{"ends unseen", nil, true},
		{"goes on", nil, false},
		{"goes on, failing store", errors.New("disk full"), false},
	} {
		for cut := range frames - 1 {
			t.Run(fmt.Sprintf("%s, after %d", test.name, cut), func(t *testing.T) {
				steps := make(chan struct{})
				store := newMemory()
				store.broken = test.store
				s := newSite(t, script{"慢": stepped(steps)}, store)
				p, welcome := s.connect(`{"type":"hello"}`)
				p.say(`{"type":"ask","id":"q1","text":"慢"}`)
				var heard []got
				for range cut {
					steps <- struct{}{}
					heard = append(heard, p.next())
				}
				if cut == 0 {
					eventually(t, "the question has arrived", func() bool { return s.answering() == 1 })
				}
				p.cut()
				eventually(t, "the loss is noticed", func() bool { return s.timers.count() == 1 })
				if test.endsUnseen {
					close(steps)
					eventually(t, "the answer has ended", func() bool { return s.alive() == 0 })
				}
				p = s.resume(welcome.Session, int64(cut))
				if !test.endsUnseen {
					close(steps)
				}
				checkWhole(t, append(heard, p.until("final")...))
			})
		}
	}
}

// The last frame may be lost on its way when the connection drops.
func TestReplayOfTheLastFrame(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	p, welcome := s.connect(`{"type":"hello"}`)
	p.say(`{"type":"ask","id":"q1","text":"你好"}`)
	heard := p.until("final")
	p.cut()
	checkWhole(t, append(heard[:5], s.resume(welcome.Session, 5).until("final")...))
}

// stepped waits for a step before every call of the sink.
func stepped(steps <-chan struct{}) func(context.Context, bot.Request, bot.Sink) (bot.Answer, error) {
	return func(ctx context.Context, _ bot.Request, s bot.Sink) (bot.Answer, error) {
		return tell(stepSink{s, steps}, "见原文。", "全年办理法律援助案件247件。")
	}
}

type stepSink struct {
	bot.Sink
	steps <-chan struct{}
}

func (s stepSink) Stage(n string) error           { <-s.steps; return s.Sink.Stage(n) }
func (s stepSink) Sources(c []bot.Citation) error { <-s.steps; return s.Sink.Sources(c) }
func (s stepSink) Delta(text string) error        { <-s.steps; return s.Sink.Delta(text) }

func checkWhole(t *testing.T, heard []got) {
	t.Helper()
	if want := "status sources delta delta delta final"; types(heard) != want {
		t.Fatalf("heard %s, want %s", types(heard), want)
	}
	for i, g := range heard {
		if g.Seq != int64(i+1) {
			t.Errorf("frame %d has seq %d", i, g.Seq)
		}
	}
}

func TestReplayAfterARestart(t *testing.T) {
	store := newMemory()
	before := newSite(t, script{}, store)
	p, welcome := before.connect(`{"type":"hello"}`)
	p.say(`{"type":"ask","id":"q1","text":"你好"}`)
	p.until("final")
	before.shutdown()

	after := newSite(t, script{}, store)
	p = after.resume(welcome.Session, 0)
	checkWhole(t, p.until("final"))
	p.say(`{"type":"ask","id":"q2","text":"再问"}`)
	if frames := p.until("final"); frames[0].Seq != 7 {
		t.Errorf("numbers go on with %d, want 7", frames[0].Seq)
	}
}

// A killed process leaves an answer without an end, and perhaps lost frames
// that its client has seen.
func TestAnAnswerCutByAKillGetsItsEnd(t *testing.T) {
	store := newMemory()
	const id = "00112233445566778899aabbccddeeff"
	store.sessions[id] = bot.Session{ID: id}
	store.events[id] = []bot.Event{
		{Seq: 1, Frame: []byte(`{"type":"status","seq":1,"id":"q1","stage":"search"}`)},
		{Seq: 2, Frame: []byte(`{"type":"delta","seq":2,"id":"q1","text":"前半"}`)},
	}
	s := newSite(t, script{}, store)
	p := s.resume(id, 1)
	if frames := p.until("error"); types(frames) != "delta error" || frames[1].Code != "interrupted" || frames[1].ID != "q1" {
		t.Errorf("replay = %+v", frames)
	}
	p.cut()
	eventually(t, "the session is let go", func() bool { return s.alive() == 0 })
	store.events[id] = store.events[id][:2]
	p = s.resume(id, 5) // it has seen frames that were lost
	if frames := p.until("error"); types(frames) != "error" || frames[0].Seq != 6 || frames[0].Code != "interrupted" {
		t.Errorf("replay = %+v", frames)
	}
	p.cut()
	eventually(t, "the session is let go", func() bool { return s.alive() == 0 })
	p = s.resume(id, 10)
	p.say(`{"type":"ask","id":"q2","text":"你好"}`)
	if frames := p.until("final"); frames[0].Seq != 11 {
		t.Errorf("a number the client has seen is given again: %d", frames[0].Seq)
	}
}

func (s *site) answering() int {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	return s.hub.running
}

func (s *site) alive() int {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	return len(s.hub.live)
}

func TestAnotherConnectionTakesOver(t *testing.T) {
	asker := newHeld()
	s := newSite(t, asker, newMemory())
	first, welcome := s.connect(`{"type":"hello"}`)
	first.say(`{"type":"ask","id":"q1","text":"一"}`)
	seen := first.until("delta")
	second := s.resume(welcome.Session, seen[len(seen)-1].Seq)
	if frames, code := first.closed(); len(frames) != 0 || code != closeReplaced {
		t.Errorf("the first connection got %s, close %d", types(frames), code)
	}
	asker.release <- nil
	if frames := second.until("final"); types(frames) != "delta final" {
		t.Errorf("the second connection heard %s", types(frames))
	}
	if fired := s.timers.fire(false); len(fired) != 0 {
		t.Errorf("a session that is heard counts as lost: %v", fired)
	}
}

func TestStop(t *testing.T) {
	asker := newHeld()
	store := newMemory()
	s := newSite(t, asker, store)
	p, welcome := s.connect(`{"type":"hello"}`)
	p.say(`{"type":"ask","id":"q1","text":"一"}`)
	p.until("delta")
	p.say(`{"type":"stop","id":"q1"}`)
	final := p.next()
	if final.Type != "final" || final.Text != "前半，" || len(final.Citations) != 1 || final.Status != bot.StatusPartial || final.Seq != 4 {
		t.Errorf("stop was answered with %+v", final)
	}
	if err := <-asker.canceled; !errors.Is(err, context.Canceled) {
		t.Errorf("the answer ended with %v", err)
	}
	p.say(`{"type":"ask","id":"q2","text":"二"}`)
	asker.release <- nil
	if frames := p.until("final"); frames[len(frames)-1].ID != "q2" {
		t.Errorf("after a stop: %+v", frames)
	}
	p.settle()
	turns, _ := store.Turns(t.Context(), welcome.Session, 9)
	if len(turns) != 2 || turns[0].Answer.Text != "前半，" {
		t.Errorf("turns = %+v", turns)
	}
}

// What a stopped answer still says is not shown, however late it comes.
func TestAStoppedAnswerIsSilent(t *testing.T) {
	deaf := make(chan struct{})
	said := make(chan error, 1)
	s := newSite(t, script{"聋": func(_ context.Context, _ bot.Request, sink bot.Sink) (bot.Answer, error) {
		if err := sink.Stage("search"); err != nil {
			return bot.Answer{}, err
		}
		<-deaf
		said <- sink.Delta("太晚了")
		return bot.Answer{Text: "太晚了"}, nil
	}}, newMemory())
	p, _ := s.connect(`{"type":"hello"}`)
	p.say(`{"type":"ask","id":"q1","text":"聋"}`)
	p.until("status")
	p.say(`{"type":"stop","id":"q1"}`)
	if final := p.next(); final.Text != "已停止回答。" || final.Mode != bot.ModeFixed {
		t.Errorf("final = %+v", final)
	}
	close(deaf)
	if err := <-said; err == nil {
		t.Error("a stopped answer may go on talking")
	}
	p.say(`{"type":"ask","id":"q2","text":"你好"}`)
	for _, g := range p.until("final") {
		if g.ID != "q2" {
			t.Errorf("heard %+v of a stopped answer", g)
		}
	}
}

func TestNobodyBackInTimeCancels(t *testing.T) {
	asker := newHeld()
	s := newSite(t, asker, newMemory())
	p, welcome := s.connect(`{"type":"hello"}`)
	p.say(`{"type":"ask","id":"q1","text":"一"}`)
	p.until("delta")
	p.cut()
	eventually(t, "the loss is noticed", func() bool { return s.timers.count() == 1 })
	if fired := s.timers.fire(false); len(fired) != 1 || fired[0] != 30*time.Second {
		t.Errorf("timers %v, want one of 30 s", fired)
	}
	<-asker.canceled
	eventually(t, "the session is let go", func() bool { return s.alive() == 0 })
	p = s.resume(welcome.Session, 3)
	if final := p.next(); final.Type != "final" || final.Text != "前半，" {
		t.Errorf("whoever comes back later gets %+v", final)
	}
}

func TestBackInTimeGoesOn(t *testing.T) {
	asker := newHeld()
	s := newSite(t, asker, newMemory())
	p, welcome := s.connect(`{"type":"hello"}`)
	p.say(`{"type":"ask","id":"q1","text":"一"}`)
	p.until("delta")
	p.cut()
	eventually(t, "the loss is noticed", func() bool { return s.timers.count() == 1 })
	p = s.resume(welcome.Session, 3)
	s.timers.fire(true) // a timer that had fired just before it was stopped
	asker.release <- nil
	if frames := p.until("final"); types(frames) != "delta final" {
		t.Errorf("heard %s", types(frames))
	}
}

func TestShutdownLetsAnswersFinish(t *testing.T) {
	asker := newHeld()
	s := newSite(t, asker, newMemory())
	p, _ := s.connect(`{"type":"hello"}`)
	idle, _ := s.connect(`{"type":"hello"}`)
	p.say(`{"type":"ask","id":"q1","text":"一"}`)
	p.until("delta")

	down := make(chan error)
	go func() { down <- s.Shutdown(t.Context()) }()
	eventually(t, "draining", s.hub.isDraining)
	idle.say(`{"type":"ask","id":"q1","text":"二"}`)
	if g := idle.next(); g.Code != "restarting" {
		t.Errorf("a question during shutdown got %+v", g)
	}
	if r, body := s.get("/readyz"); r.StatusCode != 503 {
		t.Errorf("readyz: %d %s", r.StatusCode, body)
	}
	if r, body := s.post("/api/v1/ask", `{"turns":["你好"]}`); r.StatusCode != 503 || !strings.Contains(body, "restarting") {
		t.Errorf("ask: %d %s", r.StatusCode, body)
	}
	asker.release <- nil
	frames, code := p.closed()
	if types(frames) != "delta final" || code != 1001 {
		t.Errorf("got %s, close %d", types(frames), code)
	}
	if err := <-down; err != nil {
		t.Error(err)
	}
}

func TestShutdownCancelsWhatTakesTooLong(t *testing.T) {
	asker := newHeld()
	store := newMemory()
	s := newSite(t, asker, store)
	p, welcome := s.connect(`{"type":"hello"}`)
	p.say(`{"type":"ask","id":"q1","text":"一"}`)
	p.until("delta")
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Shutdown(over); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	frames, code := p.closed()
	if types(frames) != "final" || frames[0].Text != "前半，" || code != 1001 {
		t.Errorf("got %+v, close %d", frames, code)
	}
	if turns, _ := store.Turns(t.Context(), welcome.Session, 9); len(turns) != 1 {
		t.Errorf("turns = %+v", turns)
	}
}

func TestServe(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- s.Serve(l) }()
	s.url = "http://" + l.Addr().String()
	if r, body := s.get("/healthz"); r.StatusCode != 200 {
		t.Errorf("healthz: %d %s", r.StatusCode, body)
	}
	p, _ := s.connect(`{"type":"hello"}`)
	s.shutdown()
	if err := <-served; err != nil {
		t.Error("after a shutdown:", err)
	}
	if _, code := p.closed(); code != 1001 {
		t.Errorf("the connection was closed with %d", code)
	}
	if err := s.Serve(l); err != nil {
		t.Error("once more after the shutdown:", err)
	}
}

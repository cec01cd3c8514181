package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"zhiwen/bot"
	"zhiwen/retrieval"
)

const (
	// saveEvery is how long frames may be in memory alone. What a killed
	// process can lose is this much of an unfinished answer.
	saveEvery = 200 * time.Millisecond
	// storeLimit bounds a write or read of the store: a stuck store must not
	// hold a conversation's lock for ever.
	storeLimit = 5 * time.Second
	// keptTurns is how many earlier turns a question is understood with.
	keptTurns = 8
)

// conversation is a session that lives in this process: somebody is connected
// to it, or an answer runs in it. It numbers the session's frames, keeps them,
// and gives them to the connection that hears it now.
//
// Frames that the store has not taken stay in unsaved, so that a store that
// fails for a while costs no replay as long as the conversation lives.
type conversation struct {
	hub       *hub
	id        string
	borrowers int // guarded by hub.mu; see hub.borrow

	mu      sync.Mutex // may be held while taking hub.mu, never the reverse
	loaded  bool
	hello   helloFrame // of the connection that came last
	seq     int64      // of the last frame
	unsaved []bot.Event
	saved   time.Time
	conn    listener // nil while nobody hears
	run     *run     // nil while no answer is made
	lost    *lost    // set while run goes on with nobody to hear it
}

// A listener takes a conversation's frames. None of its methods blocks.
type listener interface {
	send(frames ...[]byte)
	// replaced: another connection has taken over.
	replaced()
}

// run is one answer in the making. It is over when conversation.run points
// elsewhere: from then on nothing of it is shown, whatever its goroutine still
// does.
type run struct {
	id       string // the client's name of the question
	question string
	began    time.Time
	cancel   context.CancelFunc
	sources  []bot.Citation
	shown    strings.Builder
	written  bool // by a model
}

// lost is one loss of the connection; a new one has a new identity, so that a
// timer which fires late cannot be taken for another.
type lost struct{ stop func() bool }

// attach makes l the listener, welcomes it and replays what it missed.
func (c *conversation) attach(ctx context.Context, l listener, hello helloFrame, label string) error {
	ctx, cancel := context.WithTimeout(ctx, storeLimit)
	defer cancel()
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.load(ctx, hello.LastSeq); err != nil {
		return err
	}
	missed, err := c.after(ctx, hello.LastSeq)
	if err != nil {
		return err
	}
	c.hello = hello
	if c.conn != nil && c.conn != l {
		c.conn.replaced()
	}
	c.conn = l
	c.found()
	frames := [][]byte{encode(welcomeFrame{
		Type: "welcome", Session: c.id, Label: label, Seq: c.seq,
		Limits: welcomeLimits{Question: maxQuestion, Frame: maxFrame, PerMinute: sessionQuestions},
	})}
	for _, e := range missed {
		frames = append(frames, e.Frame)
	}
	l.send(frames...)
	return nil
}

// load reads what the store knows of the session, once. An answer that was
// running when the process ended gets its end here. A process that was killed
// may have lost frames that the client has seen, up to seen: their numbers are
// not given twice.
func (c *conversation) load(ctx context.Context, seen int64) error {
	c.seq = max(c.seq, seen)
	if c.loaded {
		return nil
	}
	if _, err := c.hub.store.Session(ctx, c.id); err != nil {
		return fmt.Errorf("load session: %w", err)
	}
	events, err := c.hub.store.EventsAfter(ctx, c.id, 0)
	if err != nil {
		return fmt.Errorf("load events: %w", err)
	}
	c.loaded = true
	if len(events) == 0 {
		return nil
	}
	last := events[len(events)-1]
	c.seq = max(c.seq, last.Seq)
	var h head
	if err := json.Unmarshal(last.Frame, &h); err != nil {
		return fmt.Errorf("read frame %d of the session: %w", last.Seq, err)
	}
	if h.Type != "final" && h.Type != "error" {
		c.post(newFail(h.ID, refuseInterrupt))
		c.save()
	}
	return nil
}

// after gives the frames with a greater number, kept and unsaved.
func (c *conversation) after(ctx context.Context, seq int64) ([]bot.Event, error) {
	if seq >= c.seq {
		return nil, nil
	}
	events, err := c.hub.store.EventsAfter(ctx, c.id, seq)
	if err != nil {
		return nil, fmt.Errorf("read missed events: %w", err)
	}
	for _, e := range c.unsaved {
		if n := len(events); e.Seq > seq && (n == 0 || e.Seq > events[n-1].Seq) {
			events = append(events, e)
		}
	}
	return events, nil
}

// detach ends l's listening. A running answer has lostGrace to be heard again.
func (c *conversation) detach(l listener) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != l {
		return
	}
	c.conn = nil
	if c.run == nil {
		return
	}
	mine := &lost{}
	c.lost = mine
	mine.stop = c.hub.after(lostGrace, func() { c.abandon(mine) })
}

// abandon stops the answer that nobody came back for.
func (c *conversation) abandon(l *lost) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lost != l {
		return
	}
	c.endShown() // a lost connection is found again when its answer ends
}

// ask begins an answer. A question that is being answered already, asked again
// by a client that was cut off, is the same question.
func (c *conversation) ask(f askFrame) *refusal {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.run != nil {
		if c.run.id == f.ID {
			return nil
		}
		return refuseBusy
	}
	ctx, cancel := context.WithTimeout(c.hub.ctx, answerLimit)
	r := &run{id: f.ID, question: f.Text, began: c.hub.now(), cancel: cancel}
	request := bot.Request{
		Question: f.Text, Profile: c.hello.Profile, Script: c.hello.Script, Page: c.hello.Page, Chosen: chosen(f.Doc, f.At),
		Session: c.id, Address: f.address,
	}
	if refused := c.hub.begin(c, func() { c.answer(ctx, r, request) }); refused != nil {
		cancel()
		return refused
	}
	c.run = r
	return nil
}

// answer makes one answer; the hub runs it in a goroutine and waits for it.
func (c *conversation) answer(ctx context.Context, r *run, request bot.Request) {
	defer r.cancel()
	turns, err := c.hub.store.Turns(ctx, c.id, keptTurns)
	if err != nil {
		// A question that leans on earlier ones is then less well understood;
		// all others are answered as ever.
		c.hub.log.Warn("earlier turns are not at hand", "session", short(c.id), "err", err)
	}
	request.Turns = turns
	a, err := c.hub.ask(ctx, request, &sink{conversation: c, run: r})

	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.run != r: // stopped meanwhile
	case err == nil:
		c.end(newFinal(r.id, a), a)
	case c.hub.ctx.Err() != nil && r.shown.Len() > 0:
		c.endShown()
	case c.hub.ctx.Err() != nil:
		c.endFailed(refuseShutdown)
	default:
		c.hub.log.Error("answer failed", "session", short(c.id), "question", short(r.id), "err", err)
		c.endFailed(refuseFailure)
	}
}

// stop ends the running answer with what was shown of it.
func (c *conversation) stop(id string) *refusal {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.run == nil || c.run.id != id {
		return refuseStop
	}
	c.endShown()
	return nil
}

// The functions below are called with c.mu held.

func (c *conversation) endShown() {
	a := bot.Answer{
		Status: bot.StatusPartial, Mode: bot.ModeExcerpt, ID: randomHex(8), Label: "原文摘录",
		Text: c.run.shown.String(), Citations: c.run.sources,
	}
	if c.run.written {
		a.Mode, a.Label = bot.ModeGenerated, bot.LabelGenerated
	}
	if a.Text == "" {
		a.Mode, a.Label, a.Text = bot.ModeFixed, "", "已停止回答。"
	}
	c.end(newFinal(c.run.id, a), a)
}

func (c *conversation) endFailed(why *refusal) {
	c.end(newFail(c.run.id, why), bot.Answer{Status: bot.StatusError, Mode: bot.ModeFixed, ID: randomHex(8), Text: why.Message})
}

// end closes the running answer with its last frame and keeps the turn.
func (c *conversation) end(last stamped, a bot.Answer) {
	r := c.run
	c.run = nil
	r.cancel()
	c.found()
	c.post(last)
	c.save()
	ctx, cancel := c.storeContext()
	defer cancel()
	if err := c.hub.store.AppendTurn(ctx, c.id, bot.Turn{Question: retrieval.Mask(r.question), Answer: a, At: r.began}); err != nil {
		c.hub.log.Error("turn is not kept", "session", short(c.id), "err", err)
	}
	c.hub.log.Info("answered", "session", short(c.id), "answer", a.ID, "status", a.Status,
		"citations", len(a.Citations), "took", c.hub.now().Sub(r.began).Round(time.Millisecond))
}

// found stops the clock of a lost connection.
func (c *conversation) found() {
	if c.lost != nil {
		c.lost.stop()
		c.lost = nil
	}
}

// post numbers a frame, remembers it and gives it to the listener.
func (c *conversation) post(f stamped) {
	c.seq++
	f.stamp(c.seq)
	data := encode(f)
	c.unsaved = append(c.unsaved, bot.Event{Seq: c.seq, Frame: data})
	if c.conn != nil {
		c.conn.send(data)
	}
}

// save hands the unsaved frames to the store.
func (c *conversation) save() {
	c.saved = c.hub.now()
	ctx, cancel := c.storeContext()
	defer cancel()
	if err := c.hub.store.AppendEvents(ctx, c.id, c.unsaved); err != nil {
		c.hub.log.Error("events are not kept", "session", short(c.id), "count", len(c.unsaved), "err", err)
		return
	}
	c.unsaved = nil
}

// storeContext outlives the answers: the end of a canceled one is kept, too.
func (c *conversation) storeContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(c.hub.ctx), storeLimit)
}

// errOver tells the bot that nobody wants the rest of an answer.
var errOver = errors.New("the answer was stopped")

// sink carries what the bot says into the conversation, for as long as the
// answer is the running one.
type sink struct {
	conversation *conversation
	run          *run
}

func (s *sink) Stage(name string) error {
	f := &statusFrame{head: head{Type: "status", ID: s.run.id}, Stage: name}
	if name == bot.StageWrite {
		f.Label = bot.LabelGenerated
	}
	return s.show(f, func() { s.run.written = name == bot.StageWrite })
}

func (s *sink) Sources(citations []bot.Citation) error {
	f := &sourcesFrame{head: head{Type: "sources", ID: s.run.id}, Citations: listed(citations)}
	return s.show(f, func() { s.run.sources = citations })
}

func (s *sink) Delta(text string) error {
	f := &deltaFrame{head: head{Type: "delta", ID: s.run.id}, Text: text}
	return s.show(f, func() { s.run.shown.WriteString(text) })
}

func (s *sink) show(f stamped, note func()) error {
	c := s.conversation
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.run != s.run {
		return errOver
	}
	note()
	c.post(f)
	if c.hub.now().Sub(c.saved) >= saveEvery {
		c.save()
	}
	return nil
}

// short is enough of a secret name to follow it through a log, and too little
// to use it.
func short(id string) string { return id[:min(8, len(id))] }

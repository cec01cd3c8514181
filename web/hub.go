package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"zhiwen/bot"
)

// Times and amounts of answering.
const (
	// maxAnswers bounds the answers that are made at once: beyond it every
	// visitor would wait longer than a person on the telephone takes.
	maxAnswers = 256
	// answerLimit ends an answer that hangs; no visitor waits longer.
	answerLimit = time.Minute
	// lostGrace is how long an answer goes on with nobody to hear it: a phone
	// that changes networks is back within it.
	lostGrace = 30 * time.Second
	// sessionBytes make a session's name one that nobody guesses.
	sessionBytes = 16
	// cancelWait is what a canceled answer gets to notice it at shutdown.
	cancelWait = 5 * time.Second
)

// hub owns the conversations that live in this process, and all running
// answers: every goroutine that makes one is started by begin and waited for
// by wait.
type hub struct {
	refused func(*refusal) // is told of refusals
	asker   Asker
	store   Store
	log     *slog.Logger
	now     func() time.Time
	// after is time.AfterFunc but for tests; stop reports whether it came in
	// time.
	after func(d time.Duration, f func()) (stop func() bool)

	ctx    context.Context // of all answers
	cancel context.CancelFunc

	mu       sync.Mutex
	live     map[string]*conversation
	running  int
	draining bool
	answers  sync.WaitGroup
}

func newHub(asker Asker, store Store, log *slog.Logger, now func() time.Time, refused func(*refusal)) *hub {
	h := &hub{
		refused: refused,
		asker:   asker, store: store, log: log, now: now,
		after: func(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop },
		live:  make(map[string]*conversation),
	}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	return h
}

// create begins a conversation and borrows it.
func (h *hub) create(ctx context.Context, f helloFrame) (*conversation, error) {
	s := bot.Session{ID: randomHex(sessionBytes), Profile: f.Profile, Script: f.Script, Created: h.now()}
	if err := h.store.CreateSession(ctx, s); err != nil {
		return nil, fmt.Errorf("create session: %w", err)
	}
	return h.borrow(s.ID), nil
}

// borrow gives the one conversation of that ID, living or not yet loaded. It
// stays in memory until everyone who borrowed it has released it.
func (h *hub) borrow(id string) *conversation {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.live[id]
	if c == nil {
		c = &conversation{hub: h, id: id}
		h.live[id] = c
	}
	c.borrowers++
	return c
}

func (h *hub) release(c *conversation) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.borrowers--; c.borrowers == 0 {
		delete(h.live, c.id)
	}
}

// begin runs answer, which borrows c, in a goroutine of its own, or says why
// not.
func (h *hub) begin(c *conversation, answer func()) *refusal {
	h.mu.Lock()
	defer h.mu.Unlock()
	if refused := h.admit(); refused != nil {
		return refused
	}
	c.borrowers++
	h.answers.Go(func() {
		defer h.leave()
		defer h.release(c)
		answer()
	})
	return nil
}

// admit counts an answer in, or says why not; it is called with h.mu held. Who
// was let in leaves.
func (h *hub) admit() *refusal {
	switch {
	case h.draining:
		return refuseShutdown
	case h.running >= maxAnswers:
		h.refused(refuseOverload)
		return refuseOverload
	}
	h.running++
	return nil
}

func (h *hub) leave() {
	h.mu.Lock()
	h.running--
	h.mu.Unlock()
}

// drain lets no further answer begin.
func (h *hub) drain() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.draining = true
}

func (h *hub) isDraining() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.draining
}

// wait returns when no answer runs any more. Those that run when ctx ends are
// canceled.
func (h *hub) wait(ctx context.Context) error {
	defer h.cancel()
	done := make(chan struct{})
	go func() { h.answers.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	h.cancel()
	select {
	case <-done:
		return nil
	case <-time.After(cancelWait):
		return errors.New("an answer did not end when it was canceled")
	}
}

// ask is Asker.Ask, but a defect that one question meets fails that question
// and not the server with all its other visitors.
func (h *hub) ask(ctx context.Context, r bot.Request, s bot.Sink) (a bot.Answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h.asker.Ask(ctx, r, s)
}

// randomHex gives n random bytes as hex digits.
func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails, see its documentation
	return hex.EncodeToString(b)
}

// askAndWait answers a question that no conversation holds, within the same
// limits. What it refuses is to be told with status 503.
func (h *hub) askAndWait(ctx context.Context, r bot.Request) (bot.Answer, *refusal, error) {
	h.mu.Lock()
	refused := h.admit()
	h.mu.Unlock()
	if refused != nil {
		return bot.Answer{}, refused, nil
	}
	defer h.leave()
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	a, err := h.ask(ctx, r, nil)
	return a, nil, err
}

package bot

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"zhiwen/bot/blocklist"
	"zhiwen/bot/gate"
	"zhiwen/prompts"
)

// Writer words an answer; *openai.Chat is one. What it says is never shown
// before the gate has let it through.
type Writer interface {
	// Write asks with a system prompt and a question and hands each piece of what
	// comes to take, in order and from the calling goroutine. It gives the tokens
	// that were used, also with an error; 0 where nobody counted them.
	Write(ctx context.Context, system, user string, maxTokens int, take func(piece string) error) (tokens int, err error)
	// Model names the model.
	Model() string
}

// Ledger is what all servers on a store know of generation together; a store
// is one.
type Ledger interface {
	// GenerationOff reports whether generation is switched off for everybody.
	GenerationOff(ctx context.Context) (bool, error)
	// SpendTokens adds to what was used on a day (2006-01-02 in China) by
	// somebody ("" is all together) and gives the sum; 0 only asks for it.
	SpendTokens(ctx context.Context, day, by string, tokens int64) (int64, error)
}

// Limits bound what generation may take.
type Limits struct {
	First, Whole time.Duration // until the first piece, until the last; default 3 s and 20 s
	AnswerTokens int           // that one answer may have; default 400
	// On a day: of one Request.Session, of one Request.Address, of everybody;
	// default 30,000, 300,000 (an office or a school) and 2,000,000.
	SessionTokens, AddressTokens, DayTokens int64
}

func (l Limits) withDefaults() Limits {
	l.First, l.Whole = cmp.Or(l.First, 3*time.Second), cmp.Or(l.Whole, 20*time.Second)
	l.AnswerTokens = cmp.Or(l.AnswerTokens, 400)
	l.SessionTokens = cmp.Or(l.SessionTokens, 30_000)
	l.AddressTokens = cmp.Or(l.AddressTokens, 300_000)
	l.DayTokens = cmp.Or(l.DayTokens, 2_000_000)
	return l
}

// LabelGenerated stands beside the words of a model (GB 45438-2025: AI and 生成).
const LabelGenerated = "AI生成"

// StageWrite is told to a Sink before the first words of a model.
const StageWrite = "write"

// Why an answer is not in the words of a model.
var (
	errFirst   = errors.New("the model's first words took too long")
	errWhole   = errors.New("the model's answer took too long")
	errLittle  = errors.New("too little of the model's answer passed the gate")
	errSpent   = errors.New("the tokens of the day are used up")
	errBlocked = errors.New("the blocklist holds the answer back")
)

// mostDropped is the share of a model's sentences that may be dropped: an
// answer of which more was wrong is not worth its remainder.
const mostDropped = 0.5

// Generated says how a model's words came about, for receipts.
type Generated struct {
	Prompt   string          `json:"prompt"` // its version
	Model    string          `json:"model"`
	Judged   []gate.Sentence `json:"judged"`
	Unmapped int             `json:"unmapped"` // marks that led nowhere
	Tokens   int             `json:"tokens"`
	Cached   bool            `json:"cached,omitempty"`
	Fallback string          `json:"fallback,omitempty"` // why the excerpt is shown instead; empty: it is not
}

// mayBeWorded reports whether an answer may be put into the words of a model:
// one that quotes what is in force and has been found for certain. What needs
// a warning, or was read from a picture, stays as it is written.
func mayBeWorded(a Answer) bool {
	if a.Status != StatusAnswered || a.Mode != ModeExcerpt || a.Label != labelExcerpt {
		return false
	}
	for _, n := range a.Notices {
		if !slices.Contains([]string{NoticeDated, NoticeAsOf, NoticeStale, NoticeOlder}, n.Kind) {
			return false
		}
	}
	for _, c := range a.Citations {
		if c.Quote == "" {
			return false
		}
	}
	return len(a.Citations) > 0
}

// worded gives an answer in the words of the model, as far as the gate lets
// them through, and tells s each sentence as it passes. Where that fails it
// gives the excerpt; the reason stands in the Generated, which is nil where
// no model was asked.
func (b *Bot) worded(ctx context.Context, r Request, q Question, a Answer, s Sink) (Answer, *Generated, error) {
	if b.Writer == nil || !mayBeWorded(a) {
		return a, nil, nil
	}
	lead, tail, ok := fixedAround(a)
	if !ok || q.Want == WantList || b.isOff(ctx) { // a list is shown whole, as it is written
		return a, nil, nil
	}
	prompt := b.ask.Answer(prompts.AnswerInput{Question: q.Text, Evidence: evidenceOf(a), Elder: r.Profile == ProfileElder})
	g := &Generated{Prompt: prompt.Version, Model: b.Writer.Model()}
	if err := errors.Join(s.Stage(StageWrite), s.Sources(a.Citations)); err != nil {
		return Answer{}, nil, err
	}
	spoken := &speech{sink: s, lead: lead}
	var listener error // the sink's own failure ends the answer
	show := func(passed []gate.Sentence) error {
		for _, sentence := range passed {
			if listener = spoken.say(sentence.Shown()); listener != nil {
				return listener
			}
		}
		return nil
	}
	err := b.write(ctx, r, q, a, prompt, g, show)
	if listener != nil {
		return Answer{}, nil, listener
	}
	if err != nil && ctx.Err() != nil {
		return Answer{}, nil, ctx.Err() // nobody waits any longer
	}
	said := a
	said.Mode, said.Label, said.Text = ModeGenerated, LabelGenerated, spoken.whole()
	if err == nil {
		err = b.passes(ctx, said, q)
	}
	if err == nil && tail != "" {
		said.Text += tail
		if err := s.Delta(tail); err != nil {
			return Answer{}, nil, err
		}
	}
	if err != nil {
		g.Fallback = err.Error()
		b.Log.WarnContext(ctx, "the excerpt is shown in place of a model's words", "answer", a.ID, "cause", err)
		return a, g, nil
	}
	return said, g, nil
}

// fixedAround gives the fixed sentences that stand before and behind the
// quotations of an answer; ok is false where they cannot be told apart.
func fixedAround(a Answer) (lead, tail string, ok bool) {
	at := 0
	for i, c := range a.Citations {
		if c.Older {
			continue
		}
		words := quoted(c)
		found := strings.Index(a.Text[at:], words)
		if found < 0 {
			return "", "", false
		}
		if i == 0 {
			lead = a.Text[:found]
		}
		at += found + len(words)
	}
	return lead, a.Text[at:], at > 0
}

// write lets the model write, or the cache repeat, and the gate judge.
func (b *Bot) write(ctx context.Context, r Request, q Question, a Answer, prompt prompts.Prompt, g *Generated, show func([]gate.Sentence) error) error {
	if kept, ok := b.kept.get(prompt, g.Model); ok {
		g.Judged, g.Cached = kept, true
		for _, s := range kept {
			if s.Reason == gate.Passed {
				if err := show([]gate.Sentence{s}); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := b.affordable(ctx, r); err != nil {
		return err
	}
	held := gate.New(gate.Config{
		Sources: sourcesOf(a), Words: everydayWords(q, a),
		Blocked: func(sentence string) bool { return b.HeldBack(ctx, blocklist.Generated, sentence) },
	})
	err := b.stream(ctx, prompt, g, func(piece string) error { return show(held.Write(piece)) })
	last := held.Close(err == nil)
	g.Judged, g.Unmapped = held.Judged(), held.Unmapped()
	b.spend(ctx, r, prompt, g)
	if err != nil {
		return err
	}
	if err := show(last); err != nil {
		return err
	}
	if !enough(g.Judged) {
		return errLittle
	}
	b.kept.put(prompt, g.Model, g.Judged)
	return nil
}

// stream asks the model within the limits of time.
func (b *Bot) stream(ctx context.Context, prompt prompts.Prompt, g *Generated, take func(string) error) error {
	ctx, stop := context.WithTimeoutCause(ctx, b.Limits.Whole, errWhole)
	defer stop()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	first := time.AfterFunc(b.Limits.First, func() { cancel(errFirst) })
	defer first.Stop()
	var err error
	g.Tokens, err = b.Writer.Write(ctx, prompt.System, prompt.User, b.Limits.AnswerTokens, func(piece string) error {
		first.Stop()
		return take(piece)
	})
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause
	}
	return err
}

// enough reports whether what passed is an answer.
func enough(judged []gate.Sentence) bool {
	passed := 0
	for _, s := range judged {
		if s.Reason == gate.Passed {
			passed++
		}
	}
	return passed > 0 && float64(len(judged)-passed) <= mostDropped*float64(len(judged))
}

// passes holds the whole of what a model wrote to the law of the house once
// more.
func (b *Bot) passes(ctx context.Context, a Answer, q Question) error {
	if figure := Unsupported(a, q.Typed, b.Phone, FixedFigures(q)); figure != "" {
		return fmt.Errorf("the figure %q stands in no cited passage", figure)
	}
	if b.HeldBack(ctx, blocklist.Generated, a.Text) {
		return errBlocked
	}
	return nil
}

// isOff reports whether generation is switched off; where nobody can tell, it is.
func (b *Bot) isOff(ctx context.Context) bool {
	if b.Ledger == nil {
		return false
	}
	off, err := b.Ledger.GenerationOff(ctx)
	if err != nil {
		b.Log.ErrorContext(ctx, "the switch of generation cannot be read: it is taken for off", "cause", err)
		return true
	}
	return off
}

func (b *Bot) day() string { return b.Now().In(china).Format(time.DateOnly) }

// spender is somebody whose tokens are counted, and how many there may be.
type spender struct {
	name string
	most int64
}

// spenders are those whom an answer is charged to. An address is counted by a
// digest that changes every day.
func (b *Bot) spenders(r Request) []spender {
	list := []spender{{"", b.Limits.DayTokens}}
	if r.Session != "" {
		list = append(list, spender{"session " + r.Session, b.Limits.SessionTokens})
	}
	if r.Address != "" {
		sum := sha256.Sum256([]byte(b.day() + " " + r.Address))
		list = append(list, spender{"address " + hex.EncodeToString(sum[:8]), b.Limits.AddressTokens})
	}
	return list
}

// affordable reports errSpent where a limit of the day is reached.
func (b *Bot) affordable(ctx context.Context, r Request) error {
	if b.Ledger == nil {
		return nil
	}
	for _, by := range b.spenders(r) {
		spent, err := b.Ledger.SpendTokens(ctx, b.day(), by.name, 0)
		if err != nil {
			return fmt.Errorf("the tokens of the day cannot be read: %w", err)
		}
		if spent >= by.most {
			return errSpent
		}
	}
	return nil
}

// spend counts what an answer used; where the endpoint does not say, a token a
// character, which is more than it was.
func (b *Bot) spend(ctx context.Context, r Request, prompt prompts.Prompt, g *Generated) {
	if g.Tokens == 0 {
		g.Tokens = utf8.RuneCountInString(prompt.System) + utf8.RuneCountInString(prompt.User)
		for _, s := range g.Judged {
			g.Tokens += utf8.RuneCountInString(s.Text)
		}
	}
	if b.Ledger == nil {
		return
	}
	ctx = context.WithoutCancel(ctx)
	for _, by := range b.spenders(r) {
		if _, err := b.Ledger.SpendTokens(ctx, b.day(), by.name, int64(g.Tokens)); err != nil {
			b.Log.ErrorContext(ctx, "tokens were not counted", "tokens", g.Tokens, "cause", err)
		}
	}
}

// speech tells a sink the sentences that passed, the first with what leads the
// answer.
type speech struct {
	sink Sink
	lead string
	said strings.Builder
}

func (s *speech) say(sentence string) error {
	if s.said.Len() == 0 {
		sentence = s.lead + sentence
	}
	s.said.WriteString(sentence)
	return s.sink.Delta(sentence)
}

func (s *speech) whole() string { return s.said.String() }

func evidenceOf(a Answer) []prompts.Evidence {
	var list []prompts.Evidence
	for _, c := range a.Citations {
		if !c.Older {
			list = append(list, prompts.Evidence{N: c.N, From: strings.TrimSpace(c.Title + " " + c.Clause), Text: c.Quote})
		}
	}
	return list
}

func sourcesOf(a Answer) []gate.Source {
	var list []gate.Source
	for _, c := range a.Citations {
		if !c.Older {
			dates := hanDate(c.Published) + "\n" + hanDate(c.Effective) + "\n" + hanDate(c.Expires)
			list = append(list, gate.Source{N: c.N, Text: c.Quote, Meta: strings.Join([]string{c.Title, c.DocNo, c.Publisher, c.Clause, dates}, "\n")})
		}
	}
	return list
}

// hanDate writes 2024-03-01 as 2024年3月1日; "" if it is no date.
func hanDate(date string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	return day.Format("2006年1月2日")
}

// everydayWords are those of the question for which the passages have the
// official ones.
func everydayWords(q Question, a Answer) []string {
	var words []string
	for _, m := range q.meant {
		for _, official := range m.Official {
			if slices.ContainsFunc(a.Citations, func(c Citation) bool { return strings.Contains(c.Quote, official) }) {
				words = append(words, m.Everyday)
			}
		}
	}
	return words
}

package bot

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"zhiwen/bot/gate"
)

// scripted is a model that says what it is told to, in pieces of a few bytes.
type scripted struct {
	says  string
	err   error
	asked int
	user  string
	hangs bool
	obeys func(system, user string) string
}

func (s *scripted) Model() string { return "scripted" }

func (s *scripted) Write(ctx context.Context, system, user string, _ int, take func(string) error) (int, error) {
	s.asked++
	s.user = user
	if s.hangs {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	says := s.says
	if s.obeys != nil {
		says = s.obeys(system, user)
	}
	for len(says) > 0 {
		n := min(5, len(says))
		if err := take(says[:n]); err != nil {
			return 10, err
		}
		says = says[n:]
	}
	return 100, s.err
}

// heard notes what a visitor sees.
type heard struct {
	stages  []string
	sources []Citation
	deltas  []string
}

func (h *heard) Stage(name string) error    { h.stages = append(h.stages, name); return nil }
func (h *heard) Sources(c []Citation) error { h.sources = append(h.sources, c...); return nil }
func (h *heard) Delta(text string) error    { h.deltas = append(h.deltas, text); return nil }

func botWith(t testing.TB, s *shelfOf, w Writer) *Bot {
	b := newTestBot(t, s)
	b.Writer = w
	return b
}

const borrowing = "图书借期多少天"

func TestWorded(t *testing.T) {
	w := &scripted{says: "图书借期一般是30天，可以续借一次[1]。逾期每天罚款5元。[1]"}
	b := botWith(t, bookstall(), w)
	var h heard
	a, err := b.Ask(t.Context(), Request{Question: borrowing}, &h)
	if err != nil {
		t.Fatal(err)
	}
	if a.Mode != ModeGenerated || a.Label != LabelGenerated || !strings.Contains(a.Text, "图书借期一般是30天，可以续借一次。[1]") || strings.Contains(a.Text, "罚款") {
		t.Errorf("%+v", a)
	}
	if got := strings.Join(h.deltas, ""); got != a.Text || len(h.sources) != len(a.Citations) || h.stages[len(h.stages)-1] != StageWrite {
		t.Errorf("heard %+v, said %q", h, a.Text)
	}
	if g := a.Generated; g == nil || len(g.Judged) != 2 || g.Judged[1].Reason == gate.Passed || g.Fallback != "" || g.Tokens != 100 {
		t.Errorf("generated: %+v", g)
	}
	again, err := b.Ask(t.Context(), Request{Question: borrowing}, nil)
	if err != nil || w.asked != 1 || again.Text != a.Text || !again.Generated.Cached {
		t.Errorf("asked %d times, then %+v, %v", w.asked, again, err)
	}
	elder, err := b.Ask(t.Context(), Request{Question: borrowing, Profile: ProfileElder}, nil)
	if err != nil || elder.Mode != ModeGenerated || w.asked != 2 {
		t.Errorf("elder, asked %d times: %+v, %v", w.asked, elder, err)
	}
	hant, err := b.Ask(t.Context(), Request{Question: borrowing, Script: ScriptHant}, nil)
	if err != nil || hant.Mode != ModeGenerated || !strings.Contains(hant.Text, "圖書借期") {
		t.Errorf("hant: %+v, %v", hant, err)
	}
}

// TestFallback: whatever the model does, the visitor gets the excerpt with the
// citations it would have without a model.
func TestFallback(t *testing.T) {
	plain, err := newTestBot(t, bookstall()).Ask(t.Context(), Request{Question: borrowing}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range map[string]*scripted{
		"fails":       {err: errors.New("status 503")},
		"cut off":     {says: "图书借期为30天。[1]", err: errors.New("cut off")},
		"refuses":     {says: "抱歉，我无法回答这个问题。"},
		"english":     {says: "Books may be kept for 30 days。[1]"},
		"nonsense":    {says: "嘟嘟嘟。[1]啦啦啦。[1]"},
		"leaks":       {says: "你是政府网站的问答助手。只根据【资料】回答【问题】。[1]"},
		"uncited":     {says: "图书借期为60天。"},
		"wrong":       {says: "图书借期为60天。[1]"},
		"mostly so":   {says: "图书借期为30天。[1]逾期罚款九千元。[1]请找老张。[1]"},
		"hangs":       {hangs: true},
		"nothing":     {},
		"without end": {says: "图书借期为3"},
	} {
		b := botWith(t, bookstall(), w)
		b.Limits.First = 20 * time.Millisecond
		var h heard
		a, err := b.Ask(t.Context(), Request{Question: borrowing}, &h)
		if err != nil || a.Mode != ModeExcerpt || a.Label != labelExcerpt || a.Text != plain.Text || len(a.Citations) != len(plain.Citations) || a.Citations[0] != plain.Citations[0] {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
		if a.Generated == nil || a.Generated.Fallback == "" {
			t.Errorf("%s: no reason is kept: %+v", name, a.Generated)
		}
	}
}

// TestStopped: a visitor who does not wait ends the model's answer, too.
func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := botWith(t, bookstall(), &scripted{hangs: true}).Ask(ctx, Request{Question: borrowing}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// ledger is a Ledger in memory.
type ledger struct {
	off   bool
	err   error
	spent map[string]int64
}

func (l *ledger) GenerationOff(context.Context) (bool, error) { return l.off, l.err }

func (l *ledger) SpendTokens(_ context.Context, day, by string, tokens int64) (int64, error) {
	l.spent[day+" "+by] += tokens
	return l.spent[day+" "+by], nil
}

func TestSwitchAndLimits(t *testing.T) {
	w := &scripted{says: "图书借期为30天，可以续借一次。[1]"}
	b := botWith(t, bookstall(), w)
	l := &ledger{spent: map[string]int64{}}
	b.Ledger = l
	b.Limits.SessionTokens, b.Limits.DayTokens = 150, 250
	ask := func(question, client string) Mode {
		t.Helper()
		b.kept.judged.Purge()
		a, err := b.Ask(t.Context(), Request{Question: question, Session: client}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return a.Mode
	}
	l.off = true
	if got := ask(borrowing, "a"); got != ModeExcerpt || w.asked != 0 {
		t.Errorf("switched off: %s, asked %d times", got, w.asked)
	}
	l.off, l.err = false, errors.New("the store is gone")
	if got := ask(borrowing, "a"); got != ModeExcerpt || w.asked != 0 {
		t.Errorf("nobody knows the switch: %s, asked %d times", got, w.asked)
	}
	l.err = nil
	for i, c := range []struct {
		client string
		want   Mode
	}{{"a", ModeGenerated}, {"a", ModeGenerated}, {"a", ModeExcerpt}, {"b", ModeGenerated}, {"c", ModeExcerpt}} {
		if got := ask(borrowing, c.client); got != c.want {
			t.Errorf("question %d of %s: %s, want %s (%v)", i, c.client, got, c.want, l.spent)
		}
	}
}

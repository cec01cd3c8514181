package web

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"zhiwen/bot"
)

// cuts is how often the connection is cut in the middle of answers.
const cuts = 50

// spoken is an Asker whose answer is told by the test, piece by piece.
type spoken struct{ pieces chan string }

func (a spoken) Ask(ctx context.Context, r bot.Request, s bot.Sink) (bot.Answer, error) {
	if err := s.Sources([]bot.Citation{aCitation()}); err != nil {
		return bot.Answer{}, err
	}
	var text strings.Builder
	for {
		select {
		case piece := <-a.pieces:
			if piece == "" {
				return bot.Answer{Status: bot.StatusAnswered, Mode: bot.ModeExcerpt, ID: r.Question, Text: text.String()}, nil
			}
			text.WriteString(piece)
			if err := s.Delta(piece); err != nil {
				return bot.Answer{}, err
			}
		case <-ctx.Done():
			return bot.Answer{}, ctx.Err()
		}
	}
}

// The connection is cut fifty times in the middle of answers, and in between
// pieces come while nobody hears them. The page shows every answer whole, as it
// grows and at its end, and asks no question twice.
func TestBrowserIsCutFiftyTimes(t *testing.T) {
	const answers = 5
	asker := spoken{make(chan string)}
	s := newSite(t, asker, newMemory())
	b := newBrowser(t)
	b.do(chromedp.Navigate(s.url))
	var all []string
	for n := range answers {
		b.ask(fmt.Sprintf("第%d问", n))
		var whole strings.Builder
		tell := func(piece string) {
			whole.WriteString(piece)
			asker.pieces <- piece
		}
		for cut := range cuts / answers {
			tell(fmt.Sprintf("第%d.%d句𠮷，", n, cut))
			b.await(fmt.Sprintf(`(document.querySelector("#draft .answer-text") || {}).textContent === %q`, whole.String()))
			s.cutAll()
			tell(fmt.Sprintf("断了%d，", cut)) // whether it is heard, or replayed
		}
		tell("完。")
		asker.pieces <- ""
		b.settled(n + 1)
		all = append(all, whole.String())
		if got, want := b.answers(), strings.Join(all, "|"); got != want {
			t.Fatalf("answers\n%q, want\n%q", got, want)
		}
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	if n := len(s.store.sessions); n != 1 {
		t.Errorf("%d sessions were begun", n)
	}
	for _, turns := range s.store.turns {
		if len(turns) != answers {
			t.Errorf("%d turns are kept, want %d", len(turns), answers)
		}
	}
}

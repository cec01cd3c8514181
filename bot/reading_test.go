package bot

import (
	"context"
	"testing"
	"time"

	"zhiwen/retrieval"
)

// held is a reader that reads once it is let go.
type held struct{ began, let chan struct{} }

func (h held) Read(_ context.Context, _ string, extracts []retrieval.Extract) ([]retrieval.Reading, error) {
	h.began <- struct{}{}
	<-h.let
	return make([]retrieval.Reading, len(extracts)), nil
}

// TestReadingIsShed: while as many questions are answered as are read for, one
// more is answered in the order of search.
func TestReadingIsShed(t *testing.T) {
	reader := held{make(chan struct{}, 2), make(chan struct{})}
	b := newTestBot(t, bookstall())
	b.Reader, b.ReadBudget, b.Busy = reader, time.Minute, 1
	first := make(chan Examination, 1)
	go func() {
		e, err := b.Examine(t.Context(), Request{Question: borrowing}, 0)
		if err != nil {
			t.Error(err)
		}
		first <- e
	}()
	<-reader.began
	shed, err := b.Examine(t.Context(), Request{Question: "请问" + borrowing}, 0)
	if err != nil || shed.Signals.Read || shed.Said.Status != StatusAnswered || b.Unread() != 1 {
		t.Errorf("while another is read for: %+v, %v", shed.Said, err)
	}
	close(reader.let)
	if e := <-first; !e.Signals.Read {
		t.Error("the first was not read for")
	}
	again, err := b.Examine(t.Context(), Request{Question: borrowing}, 0)
	if err != nil || !again.Signals.Read {
		t.Errorf("afterwards nothing is read: %v", err)
	}
}

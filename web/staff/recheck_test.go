package staff

import (
	"context"
	"strings"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/asked"
	"zhiwen/bot/records"
	"zhiwen/ingest"
	"zhiwen/retrieval"
)

// citing answers from one document as long as it is told so.
type citing struct {
	idle
	doc   *string
	asked *int
}

func (c citing) Examine(context.Context, bot.Request, int) (bot.Examination, error) {
	*c.asked++
	if *c.doc == "" {
		return bot.Examination{Said: bot.Answer{Status: bot.StatusNoAnswer}}, nil
	}
	return bot.Examination{Said: bot.Answer{Status: bot.StatusAnswered, Citations: []bot.Citation{{DocID: *c.doc}}}}, nil
}

// TestRecheck: a settled question is asked again when what it was answered from
// changes, and is open again when it has lost its answer.
func TestRecheck(t *testing.T) {
	doc, times := "", 0
	d := newDesk(t, withIdle, func(c *Config) { c.Examiner = citing{doc: &doc, asked: &times} })
	ctx := t.Context()
	in := &ingest.Ingester{Store: d.store}
	put := func(text string) string {
		t.Helper()
		var id string
		_, err := in.Documents(ctx, func(yield func(ingest.RawDoc, error) bool) {
			yield(ingest.RawDoc{Key: "办法", Title: "办法", Text: text}, nil)
		}, func(r ingest.Report) { id = r.DocID })
		if err != nil || id == "" {
			t.Fatal(err)
		}
		return id
	}
	doc = put("第一条 晒谷场每日6时开放。")
	const session = "0123456789abcdef0123456789abcdef"
	if err := d.store.CreateSession(ctx, bot.Session{ID: session, Created: d.now}); err != nil {
		t.Fatal(err)
	}
	if err := d.store.AppendTurn(ctx, session, bot.Turn{Question: "晒谷场几点开", Answer: bot.Answer{Status: bot.StatusNoAnswer}, At: d.now}); err != nil {
		t.Fatal(err)
	}
	if _, err := asked.Sort(ctx, d.store, asked.NewGrouper(nil, nil)); err != nil {
		t.Fatal(err)
	}
	if err := records.Save(ctx, d.store, records.Record{Kind: noteKind, ID: "1", Updated: d.now}, questionNote{State: "done", At: d.now}); err != nil {
		t.Fatal(err)
	}
	recheck := func(want int, state string) {
		t.Helper()
		d.now = d.now.Add(time.Second)
		n, err := d.server.Recheck(ctx)
		if err != nil || n != want {
			t.Errorf("%d groups asked again, want %d: %v", n, want, err)
		}
		note, _, err := d.server.loadNote(ctx, "1")
		if err != nil || note.State != state {
			t.Errorf("note %+v, want %q: %v", note, state, err)
		}
	}
	recheck(1, "done") // to know what it rests on
	recheck(0, "done")
	doc = put("第一条 晒谷场每日7时开放。")
	recheck(1, "done") // answered from the new version
	recheck(0, "done")
	if err := d.store.Withdraw(ctx, "办法", retrieval.Act{At: d.now, Action: "withdraw", Subject: "办法"}); err != nil {
		t.Fatal(err)
	}
	doc = ""
	recheck(1, "")
	recheck(0, "")
	if lost, err := d.server.reopenedStandings(ctx); err != nil || len(lost) != 1 || lost[0].Question != "晒谷场几点开" {
		t.Errorf("lost %+v, %v", lost, err)
	}
	p := d.enter(ann)
	if _, page := p.get("/staff/questions?need=reopened"); !strings.Contains(page, "晒谷场几点开") {
		t.Errorf("the page lacks it: %s", page)
	}
	if times != 3 {
		t.Errorf("asked %d times", times)
	}
}

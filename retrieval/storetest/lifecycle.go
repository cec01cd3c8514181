package storetest

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/check"
	"zhiwen/bot/faq"
	"zhiwen/retrieval"
)

// Secret is the sentence that testErase erases: stores look for it in what
// they have written to disk.
const Secret = "灵犀渡口的旧事不可外传"

func act(action, subject string) retrieval.Act {
	return retrieval.Act{At: time.Date(2026, 11, 26, 9, 0, 0, 123456789, time.UTC), Actor: "王某", Action: action, Subject: subject, Reason: "有误"}
}

// said keeps an answer that quotes a version: its frames and its turn.
func said(t *testing.T, s Store, session, docID, quote string) {
	t.Helper()
	if err := s.CreateSession(t.Context(), bot.Session{ID: session, Profile: bot.ProfileStandard, Created: time.Now()}); err != nil {
		t.Fatal(err)
	}
	answer := bot.Answer{Status: bot.StatusAnswered, Mode: bot.ModeExcerpt, ID: "a1", Text: quote + "[1]", Citations: []bot.Citation{{N: 1, DocID: docID, Quote: quote}}}
	var events []bot.Event
	for i, frame := range []map[string]any{
		{"type": "sources", "id": "q1", "citations": answer.Citations},
		{"type": "delta", "id": "q1", "text": quote},
		{"type": "final", "id": "q1", "text": answer.Text, "citations": answer.Citations, "status": "answered", "answer_id": "a1"},
		{"type": "delta", "id": "q2", "text": "另一个回答"},
	} {
		frame["seq"] = i + 1
		data, err := json.Marshal(frame)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, bot.Event{Seq: int64(i + 1), Frame: data})
	}
	if err := s.AppendEvents(t.Context(), session, events); err != nil {
		t.Fatal(err)
	}
	if err := s.AppendTurn(t.Context(), session, bot.Turn{Question: "旧事", Answer: answer, At: time.Now()}); err != nil {
		t.Fatal(err)
	}
}

// heard joins the frames of a session.
func heard(t *testing.T, s Store, session string) string {
	t.Helper()
	events, err := s.EventsAfter(t.Context(), session, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, e := range events {
		all.Write(e.Frame)
		all.WriteByte('\n')
	}
	if len(events) != 4 {
		t.Errorf("%d frames, want 4: %s", len(events), &all)
	}
	return all.String()
}

// twoVersions stores two versions of a page, quotes the first, and gives
// their entries.
func twoVersions(t *testing.T, s Store) (first, second retrieval.Entry) {
	t.Helper()
	useModel(t, s)
	vector := small.generator().vector()
	m := retrieval.Meta{Key: "k", URL: "https://x.gov.cn/1", Source: "1.html", Title: "渡口办法"}
	first = NewEntry(m, []string{Secret, "公开的一段"}, [][]float32{vector, vector})
	second = NewEntry(m, []string{"改过的一段" + Secret}, [][]float32{vector})
	put(t, s, first)
	said(t, s, "0123456789abcdef0123456789abcdef", first.Document.ID, Secret)
	put(t, s, second, page("other", "别的", "公开的一段"))
	return first, second
}

func testWithdraw(t *testing.T, s Store) {
	first, second := twoVersions(t, s)
	wantError(t, "withdraw of an unknown key", s.Withdraw(t.Context(), "none", act("withdraw", "none")), retrieval.ErrNotFound)
	for range 2 { // the second time it is done already
		if err := s.Withdraw(t.Context(), "k", act("withdraw", "k")); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range []retrieval.Entry{first, second} {
		_, err := s.Document(t.Context(), e.Document.ID)
		wantError(t, "Document", err, retrieval.ErrGone)
		d, err := s.Version(t.Context(), e.Document.ID)
		if err != nil || d.State != retrieval.StateWithdrawn || d.Text != e.Document.Text {
			t.Errorf("for staff: %+v, %v", d, err)
		}
		wantError(t, "the same again", s.Put(t.Context(), e), retrieval.ErrGone)
	}
	r := recall(t, s, retrieval.RecallQuery{Terms: []string{"旧事", "公开", "改过"}, Limit: 10})
	if len(r.Hits) != 1 || r.Chunks != 1 {
		t.Errorf("recall: %+v", r)
	}
	if st := stats(t, s); st.Documents != 1 || st.Chunks != 1 || st.Vectors != 0 {
		t.Errorf("statistics: %+v", st)
	}
	replay := heard(t, s, "0123456789abcdef0123456789abcdef")
	if strings.Contains(replay, Secret) || !strings.Contains(replay, "已经撤下") || !strings.Contains(replay, "另一个回答") {
		t.Errorf("replayed:\n%s", replay)
	}
	records := audit(t, s)
	if len(records) != 1 || records[0].Action != "withdraw" || records[0].Before != "current" || records[0].After != "withdrawn" || records[0].Reason != "有误" {
		t.Errorf("audit: %+v", records)
	}

	if err := s.Release(t.Context(), second, act("release", "k")); err != nil {
		t.Fatal(err)
	}
	if d, err := s.Document(t.Context(), second.Document.ID); err != nil || d.State != retrieval.StateCurrent {
		t.Errorf("released: %+v, %v", d, err)
	}
	if r := recall(t, s, retrieval.RecallQuery{Terms: []string{"改过"}, Limit: 10}); len(r.Hits) != 1 {
		t.Errorf("after the release: %+v", r)
	}
	if st := stats(t, s); st.Documents != 2 || st.Chunks != 2 || st.Vectors != 1 {
		t.Errorf("statistics after the release: %+v", st)
	}
	audit(t, s)
}

func testErase(t *testing.T, s Store) {
	first, second := twoVersions(t, s)
	curated := faq.Entry{ID: "f", Question: "旧事", Answer: Secret, State: faq.StatePublished, Citations: []faq.Citation{{DocID: first.Document.ID, Quote: Secret}}}
	if err := s.PutFAQ(t.Context(), curated); err != nil {
		t.Fatal(err)
	}
	saved := check.Saved{ID: "c", Owner: "王某", Expires: time.Now().Add(time.Hour)}
	saved.Report.Segments = []check.Segment{{Text: "稿", Matches: []check.Match{{DocID: second.Document.ID, Quote: Secret}}}}
	if err := s.SaveCheck(t.Context(), saved); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Erase(t.Context(), "k", act("erase", "k")); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range []retrieval.Entry{first, second} {
		_, err := s.Document(t.Context(), e.Document.ID)
		wantError(t, "Document", err, retrieval.ErrGone)
		d, err := s.Version(t.Context(), e.Document.ID)
		if err != nil || d.State != retrieval.StateErased || d.Text != "" || d.Title != "" || d.Key != "k" {
			t.Errorf("what is left: %+v, %v", d, err)
		}
		wantError(t, "the same again", s.Put(t.Context(), e), retrieval.ErrGone)
	}
	turns, err := s.Turns(t.Context(), "0123456789abcdef0123456789abcdef", 0)
	if err != nil || len(turns) != 1 || turns[0].Answer.Text != "" || len(turns[0].Answer.Citations) != 0 || turns[0].Answer.Status != bot.StatusAnswered {
		t.Errorf("turns: %+v, %v", turns, err)
	}
	if replay := heard(t, s, "0123456789abcdef0123456789abcdef"); strings.Contains(replay, Secret) {
		t.Errorf("replayed:\n%s", replay)
	}
	if entries, err := s.FAQs(t.Context()); err != nil || len(entries) != 0 {
		t.Errorf("curated answers: %+v, %v", entries, err)
	}
	if _, err := s.LoadCheck(t.Context(), "c", time.Now()); err == nil {
		t.Error("the check that quotes it is left")
	}
	r := recall(t, s, retrieval.RecallQuery{Terms: []string{"旧事", "公开"}, Limit: 10})
	if len(r.Hits) != 1 || r.DF[0] != 0 {
		t.Errorf("recall: %+v", r)
	}
	if records := audit(t, s); len(records) != 1 || records[0].Subject != "k" || records[0].After != "erased" {
		t.Errorf("audit: %+v", records)
	}
}

func testQuarantine(t *testing.T, s Store) {
	useModel(t, s)
	old := page("k", "名单", "旧的名单")
	held := page("k", "名单", "新的名单")
	put(t, s, old)
	held.Document.State = retrieval.StateQuarantine
	put(t, s, held)
	put(t, s, held)
	if _, err := s.Document(t.Context(), held.Document.ID); err == nil {
		t.Error("the public sees what is quarantined")
	}
	if d, err := s.Document(t.Context(), old.Document.ID); err != nil || d.State != retrieval.StateCurrent {
		t.Errorf("the version before: %+v, %v", d, err)
	}
	if d, err := s.Version(t.Context(), held.Document.ID); err != nil || d.State != retrieval.StateQuarantine || d.Text != held.Document.Text {
		t.Errorf("for staff: %+v, %v", d, err)
	}
	r := recall(t, s, retrieval.RecallQuery{Terms: []string{"新的", "旧的"}, Limit: 10})
	if r.DF[0] != 0 || r.DF[1] != 1 {
		t.Errorf("recall: %+v", r)
	}
	if err := s.Release(t.Context(), held, act("release", held.Document.ID)); err != nil {
		t.Fatal(err)
	}
	r = recall(t, s, retrieval.RecallQuery{Terms: []string{"新的", "旧的"}, Limit: 10})
	if r.DF[0] != 1 || r.DF[1] != 0 {
		t.Errorf("after the release: %+v", r)
	}
	if st := stats(t, s); st.Documents != 1 || st.Chunks != 1 {
		t.Errorf("statistics: %+v", st)
	}
}

// audit reads the audit and verifies it.
func audit(t *testing.T, s Store) []retrieval.Record {
	t.Helper()
	records, err := s.Audit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := retrieval.VerifyAudit(records); err != nil {
		t.Error(err)
	}
	return records
}

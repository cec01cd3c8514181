package pgstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"zhiwen/bot"
	"zhiwen/bot/asked"
	"zhiwen/retrieval"
)

// CreateSession stores a session. One that is stored already stays as it is.
func (s *Store) CreateSession(ctx context.Context, session bot.Session) error {
	_, err := s.primary.Exec(ctx, `INSERT INTO session (id, profile, script, created) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		session.ID, session.Profile, session.Script, session.Created)
	if err != nil {
		return fmt.Errorf("create a session in store %s: %w", s.name, err)
	}
	return nil
}

// Session gives a session; retrieval.ErrNotFound if there is none.
func (s *Store) Session(ctx context.Context, id string) (bot.Session, error) {
	session := bot.Session{ID: id}
	err := s.primary.QueryRow(ctx, `SELECT profile, script, created FROM session WHERE id = $1`, id).
		Scan(&session.Profile, &session.Script, &session.Created)
	if err != nil {
		return bot.Session{}, fmt.Errorf("session in store %s: %w", s.name, notFound(err))
	}
	return session, nil
}

// AppendEvents stores events of a session, all or none. An event whose Seq is
// stored already stays as it is, so an append may be repeated;
// retrieval.ErrNotFound if there is no such session.
func (s *Store) AppendEvents(ctx context.Context, sessionID string, events []bot.Event) error {
	seqs, frames := make([]int64, len(events)), make([]string, len(events))
	for i, e := range events {
		seqs[i], frames[i] = e.Seq, string(e.Frame)
	}
	_, err := s.primary.Exec(ctx, `INSERT INTO event (session, seq, frame)
		SELECT $1, * FROM unnest($2::bigint[], $3::text[]) ON CONFLICT DO NOTHING`, sessionID, seqs, frames)
	if err != nil {
		return fmt.Errorf("append events in store %s: %w", s.name, noSession(err))
	}
	return nil
}

// EventsAfter gives the events of a session above seq, in order of Seq.
func (s *Store) EventsAfter(ctx context.Context, sessionID string, seq int64) ([]bot.Event, error) {
	var events []bot.Event
	rows, err := s.primary.Query(ctx, `SELECT seq, frame FROM event WHERE session = $1 AND seq > $2 ORDER BY seq`, sessionID, seq)
	if err == nil {
		var e bot.Event
		var frame string
		_, err = pgx.ForEachRow(rows, []any{&e.Seq, &frame}, func() error {
			events = append(events, bot.Event{Seq: e.Seq, Frame: json.RawMessage(frame)})
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("events in store %s: %w", s.name, err)
	}
	return events, nil
}

// AppendTurn stores a turn as the session's last one; retrieval.ErrNotFound
// if there is no such session.
func (s *Store) AppendTurn(ctx context.Context, sessionID string, t bot.Turn) error {
	answer, err := json.Marshal(t.Answer)
	if err != nil {
		return fmt.Errorf("append a turn in store %s: %w", s.name, err)
	}
	_, err = s.primary.Exec(ctx, `INSERT INTO turn (session, question, answer, at, answer_id, status, took_ms, office, day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		sessionID, storable(t.Question), string(answer), t.At, t.Answer.ID, string(t.Answer.Status), t.Answer.TookMS, storable(asked.Office(t.Answer)), asked.Day(t.At))
	if err != nil {
		return fmt.Errorf("append a turn in store %s: %w", s.name, noSession(err))
	}
	return nil
}

// Turns gives the last turns of a session, oldest first; all of them if last
// is not positive.
func (s *Store) Turns(ctx context.Context, sessionID string, last int) ([]bot.Turn, error) {
	var limit *int // nil: none
	if last > 0 {
		limit = &last
	}
	var turns []bot.Turn
	rows, err := s.primary.Query(ctx, `SELECT question, answer, at FROM turn WHERE session = $1 ORDER BY num DESC LIMIT $2`, sessionID, limit)
	if err == nil {
		var question, answer string
		var at time.Time
		_, err = pgx.ForEachRow(rows, []any{&question, &answer, &at}, func() error {
			turns = append(turns, bot.Turn{Question: question, At: at.UTC()})
			return json.Unmarshal([]byte(answer), &turns[len(turns)-1].Answer)
		})
	}
	if err != nil {
		return nil, fmt.Errorf("turns in store %s: %w", s.name, err)
	}
	slices.Reverse(turns)
	return turns, nil
}

// AddFeedback stores a judgement; retrieval.ErrNotFound if there is no such
// session.
func (s *Store) AddFeedback(ctx context.Context, f bot.Feedback) error {
	reasons, err := json.Marshal(f.Reasons)
	if err != nil {
		return fmt.Errorf("add feedback in store %s: %w", s.name, err)
	}
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO feedback (session, answer_id, rating, reasons, text, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		f.SessionID, storable(f.AnswerID), f.Rating, string(reasons), storable(f.Text), f.At)
	if f.AnswerID != "" {
		batch.Queue(`UPDATE turn SET disliked = $1 WHERE answer_id = $2`, f.Rating == bot.RatingUseless, storable(f.AnswerID))
	}
	err = s.primary.SendBatch(ctx, batch).Close()
	if err != nil {
		return fmt.Errorf("add feedback in store %s: %w", s.name, noSession(err))
	}
	return nil
}

// storable takes out of a visitor's text what PostgreSQL's type text cannot
// hold: NUL and bytes that are not UTF-8.
func storable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "")
}

// noSession puts our word for a row that names a session that is not there.
func noSession(err error) error {
	const foreignKeyViolation = "23503"
	if hasCode(err, foreignKeyViolation) {
		return retrieval.ErrNotFound
	}
	return err
}

package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"zhiwen/bot"
	"zhiwen/bot/asked"
	"zhiwen/retrieval"
)

// CreateSession stores a session. One that is stored already stays as it is.
func (s *Store) CreateSession(ctx context.Context, session bot.Session) error {
	_, err := s.writer.ExecContext(ctx, `INSERT INTO session (id, profile, script, created) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		session.ID, session.Profile, session.Script, formatTime(session.Created))
	if err != nil {
		return fmt.Errorf("create a session in store %s: %w", s.path, err)
	}
	return nil
}

// Session gives a session; retrieval.ErrNotFound if there is none.
func (s *Store) Session(ctx context.Context, id string) (bot.Session, error) {
	session := bot.Session{ID: id}
	var created string
	err := s.readers.QueryRowContext(ctx, `SELECT profile, script, created FROM session WHERE id = ?`, id).
		Scan(&session.Profile, &session.Script, &created)
	if err == nil {
		session.Created, err = parseTime(created)
	}
	if err != nil {
		return bot.Session{}, fmt.Errorf("session in store %s: %w", s.path, notFound(err))
	}
	return session, nil
}

// AppendEvents stores events of a session, all or none. An event whose Seq is
// stored already stays as it is, so an append may be repeated;
// retrieval.ErrNotFound if there is no such session.
func (s *Store) AppendEvents(ctx context.Context, sessionID string, events []bot.Event) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, `INSERT INTO event (session, seq, frame) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`)
		if err != nil {
			return err
		}
		defer insert.Close()
		for _, e := range events {
			if _, err := insert.ExecContext(ctx, sessionID, e.Seq, string(e.Frame)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("append events in store %s: %w", s.path, noSession(err))
	}
	return nil
}

// EventsAfter gives the events of a session above seq, in order of Seq.
func (s *Store) EventsAfter(ctx context.Context, sessionID string, seq int64) ([]bot.Event, error) {
	var events []bot.Event
	err := eachRow(ctx, s.readers, `SELECT seq, frame FROM event WHERE session = ? AND seq > ? ORDER BY seq`, []any{sessionID, seq},
		func(scan func(...any) error) error {
			var e bot.Event
			err := scan(&e.Seq, (*[]byte)(&e.Frame))
			events = append(events, e)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("events in store %s: %w", s.path, err)
	}
	return events, nil
}

// AppendTurn stores a turn as the session's last one; retrieval.ErrNotFound
// if there is no such session.
func (s *Store) AppendTurn(ctx context.Context, sessionID string, t bot.Turn) error {
	answer, err := json.Marshal(t.Answer)
	if err != nil {
		return fmt.Errorf("append a turn in store %s: %w", s.path, err)
	}
	_, err = s.writer.ExecContext(ctx, `INSERT INTO turn (session, question, answer, at, answer_id, status, took_ms, office, day) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		sessionID, t.Question, string(answer), formatTime(t.At), t.Answer.ID, t.Answer.Status, t.Answer.TookMS, asked.Office(t.Answer), asked.Day(t.At))
	if err != nil {
		return fmt.Errorf("append a turn in store %s: %w", s.path, noSession(err))
	}
	return nil
}

// Turns gives the last turns of a session, oldest first; all of them if last
// is not positive.
func (s *Store) Turns(ctx context.Context, sessionID string, last int) ([]bot.Turn, error) {
	if last <= 0 {
		last = -1 // no limit, to SQLite
	}
	var turns []bot.Turn
	err := eachRow(ctx, s.readers, `SELECT question, answer, at FROM turn WHERE session = ? ORDER BY num DESC LIMIT ?`, []any{sessionID, last},
		func(scan func(...any) error) error {
			var t bot.Turn
			var answer, at string
			if err := scan(&t.Question, &answer, &at); err != nil {
				return err
			}
			var err error
			if t.At, err = parseTime(at); err != nil {
				return err
			}
			turns = append(turns, t)
			return json.Unmarshal([]byte(answer), &turns[len(turns)-1].Answer)
		})
	if err != nil {
		return nil, fmt.Errorf("turns in store %s: %w", s.path, err)
	}
	slices.Reverse(turns)
	return turns, nil
}

// AddFeedback stores a judgement; retrieval.ErrNotFound if there is no such
// session.
func (s *Store) AddFeedback(ctx context.Context, f bot.Feedback) error {
	reasons, err := json.Marshal(f.Reasons)
	if err != nil {
		return fmt.Errorf("add feedback in store %s: %w", s.path, err)
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO feedback (session, answer_id, rating, reasons, text, at) VALUES (?, ?, ?, ?, ?, ?)`,
			f.SessionID, f.AnswerID, f.Rating, string(reasons), f.Text, formatTime(f.At))
		if err != nil || f.AnswerID == "" {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE turn SET disliked = ? WHERE answer_id = ?`, f.Rating == bot.RatingUseless, f.AnswerID)
		return err
	})
	if err != nil {
		return fmt.Errorf("add feedback in store %s: %w", s.path, noSession(err))
	}
	return nil
}

// noSession puts our word for a row that names a session that is not there.
func noSession(err error) error {
	var broken *sqlite.Error
	if errors.As(err, &broken) && broken.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY {
		return retrieval.ErrNotFound
	}
	return err
}

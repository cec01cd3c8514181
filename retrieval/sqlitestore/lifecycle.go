package sqlitestore

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zhiwen/bot"
	"zhiwen/retrieval"
	"zhiwen/retrieval/postings"
)

var (
	//go:embed queries/blank_document.sql
	blankDocumentSQL string
	//go:embed queries/events_citing.sql
	eventsCitingSQL string
)

// Version gives a version whatever its state, for staff; an erased one has no
// text. retrieval.ErrNotFound if there is none.
func (s *Store) Version(ctx context.Context, id string) (retrieval.Document, error) {
	d, err := s.version(ctx, id)
	if err != nil {
		return retrieval.Document{}, fmt.Errorf("version %s in store %s: %w", id, s.path, err)
	}
	return d, nil
}

// Withdraw takes all versions under a key from the public: they leave the
// index, Document refuses them, and what was said from them is not heard again.
// retrieval.ErrNotFound if there are none.
func (s *Store) Withdraw(ctx context.Context, key string, act retrieval.Act) error {
	if err := s.end(ctx, key, retrieval.StateWithdrawn, act); err != nil {
		return fmt.Errorf("withdraw %s from store %s: %w", key, s.path, err)
	}
	return nil
}

// Erase deletes what all versions under a key said, wherever it is kept: text,
// file, chunks, vectors, postings, answers and curated answers that quote it,
// checks of drafts that name it. Their IDs and the audit stay. The file is
// written anew, so that no byte of it is left.
func (s *Store) Erase(ctx context.Context, key string, act retrieval.Act) error {
	err := s.end(ctx, key, retrieval.StateErased, act)
	if err == nil {
		err = s.rewrite(ctx)
	}
	if err != nil {
		return fmt.Errorf("erase %s from store %s: %w", key, s.path, err)
	}
	return nil
}

// Release makes a version that was quarantined or withdrawn the current one of
// its key.
func (s *Store) Release(ctx context.Context, e retrieval.Entry, act retrieval.Act) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		p, err := beginPut(ctx, tx)
		if err != nil {
			return err
		}
		if err := e.Check(s.usedModel(), retrieval.ActiveSet(p.sets).Model); err != nil {
			return err
		}
		e.Document.State = retrieval.StateCurrent
		p.changed, p.released = true, true
		if err := p.write(ctx, &e); err != nil {
			return err
		}
		if err := appendAct(ctx, tx, act); err != nil {
			return err
		}
		return p.finish(ctx)
	})
	if err != nil {
		return fmt.Errorf("release %s in store %s: %w", e.Document.ID, s.path, err)
	}
	return nil
}

// Audit gives all acts in order.
func (s *Store) Audit(ctx context.Context) ([]retrieval.Record, error) {
	var records []retrieval.Record
	err := eachRow(ctx, s.readers, `SELECT seq, at, actor, action, subject, reason, before, after, hash FROM audit ORDER BY seq`, nil,
		func(scan func(...any) error) error {
			var r retrieval.Record
			var at string
			err := scan(&r.Seq, &at, &r.Actor, &r.Action, &r.Subject, &r.Reason, &r.Before, &r.After, &r.Hash)
			if err == nil {
				r.At, err = parseTime(at)
			}
			records = append(records, r)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("audit of store %s: %w", s.path, err)
	}
	return records, nil
}

func appendAct(ctx context.Context, tx *sql.Tx, act retrieval.Act) error {
	var seq int64
	var hash string
	err := tx.QueryRowContext(ctx, `SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1`).Scan(&seq, &hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	act.At = act.At.UTC().Truncate(time.Microsecond)
	_, err = tx.ExecContext(ctx, `INSERT INTO audit (seq, at, actor, action, subject, reason, before, after, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		seq+1, formatTime(act.At), act.Actor, act.Action, act.Subject, act.Reason, act.Before, act.After, act.Chain(hash))
	if err != nil {
		return fmt.Errorf("write the audit: %w", err)
	}
	return nil
}

// ending is the transaction that takes the versions of a key from the public.
type ending struct {
	*putting
	nums []int64
	ids  []string // of the same versions
}

func (s *Store) end(ctx context.Context, key string, state retrieval.State, act retrieval.Act) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		p, err := beginPut(ctx, tx)
		if err != nil {
			return err
		}
		e := ending{putting: p}
		if act.Before, err = e.find(ctx, key, state); err != nil || len(e.nums) == 0 {
			return err
		}
		act.After = string(state)
		if err := e.supersede(ctx, key); err != nil {
			return fmt.Errorf("take it out of the index: %w", err)
		}
		for _, num := range e.nums {
			if _, err := tx.ExecContext(ctx, `UPDATE document SET state = ? WHERE num = ?`, state, num); err != nil {
				return err
			}
		}
		if err := e.silence(ctx); err != nil {
			return fmt.Errorf("take back what was said from it: %w", err)
		}
		if state == retrieval.StateErased {
			if err := e.erase(ctx, key); err != nil {
				return err
			}
		}
		if err := appendAct(ctx, tx, act); err != nil {
			return err
		}
		e.changed = true
		return e.finish(ctx)
	})
}

// find reads the versions that are to end, and gives the state of the newest.
// There are none where all have ended so already.
func (e *ending) find(ctx context.Context, key string, state retrieval.State) (newest string, err error) {
	rows := 0
	err = eachRow(ctx, e.tx, `SELECT num, id, state FROM document WHERE key = ? ORDER BY version`, []any{key}, func(scan func(...any) error) error {
		var num int64
		var id string
		var now retrieval.State
		if err := scan(&num, &id, &now); err != nil {
			return err
		}
		rows++
		newest = string(now)
		if now != state && now != retrieval.StateErased {
			e.nums, e.ids = append(e.nums, num), append(e.ids, id)
		}
		return nil
	})
	if err == nil && rows == 0 {
		err = retrieval.ErrNotFound
	}
	return newest, err
}

// silence takes what was said from the versions out of the frames that a
// visitor who comes back would hear again.
func (e *ending) silence(ctx context.Context) error {
	ids, err := json.Marshal(e.ids)
	if err != nil {
		return err
	}
	bySession := map[string][]bot.Event{}
	err = eachRow(ctx, e.tx, eventsCitingSQL, []any{string(ids)}, func(scan func(...any) error) error {
		var session string
		var event bot.Event
		err := scan(&session, &event.Seq, (*[]byte)(&event.Frame))
		bySession[session] = append(bySession[session], event)
		return err
	})
	if err != nil {
		return err
	}
	for session, events := range bySession {
		if err := bot.Withhold(events); err != nil {
			return err
		}
		for _, event := range events {
			_, err := e.tx.ExecContext(ctx, `UPDATE event SET frame = ? WHERE session = ? AND seq = ?`, string(event.Frame), session, event.Seq)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// erase deletes the words of the versions.
func (e *ending) erase(ctx context.Context, key string) error {
	for _, num := range e.nums {
		for _, statement := range []string{blankDocumentSQL, `DELETE FROM original WHERE doc = ?1`, `DELETE FROM replacement WHERE doc = ?1`} {
			if _, err := e.tx.ExecContext(ctx, statement, num); err != nil {
				return fmt.Errorf("delete its text: %w", err)
			}
		}
	}
	if err := e.forgetAnswers(ctx); err != nil {
		return fmt.Errorf("delete the answers that quote it: %w", err)
	}
	for _, id := range e.ids {
		for _, statement := range []string{
			`DELETE FROM checked WHERE instr(data, ?1) > 0`,
			`DELETE FROM receipt WHERE instr(body, ?1) > 0`,
			`DELETE FROM record WHERE kind = 'change' AND instr(body, ?1) > 0`,
			`UPDATE faq_state SET generation = generation + 1 WHERE EXISTS (SELECT 1 FROM faq WHERE instr(citations, ?1) > 0)`,
			`DELETE FROM faq WHERE instr(citations, ?1) > 0`,
		} {
			if _, err := e.tx.ExecContext(ctx, statement, id); err != nil {
				return fmt.Errorf("delete what staff wrote from it: %w", err)
			}
		}
	}
	for _, statement := range []string{`DELETE FROM repeal WHERE notice = ?`, `DELETE FROM ruling WHERE doc_key = ?`} {
		if _, err := e.tx.ExecContext(ctx, statement, key); err != nil {
			return fmt.Errorf("delete what it says of others: %w", err)
		}
	}
	return e.dropPostings(ctx)
}

func (e *ending) forgetAnswers(ctx context.Context) error {
	answers := map[int64]bot.Answer{}
	for _, id := range e.ids {
		err := eachRow(ctx, e.tx, `SELECT num, answer FROM turn WHERE instr(answer, ?) > 0`, []any{id}, func(scan func(...any) error) error {
			var num int64
			var data []byte
			if err := scan(&num, &data); err != nil {
				return err
			}
			var a bot.Answer
			err := json.Unmarshal(data, &a)
			answers[num] = a.Withheld()
			return err
		})
		if err != nil {
			return err
		}
	}
	for num, a := range answers {
		data, err := json.Marshal(a)
		if err != nil {
			return err
		}
		if _, err := e.tx.ExecContext(ctx, `UPDATE turn SET answer = ? WHERE num = ?`, string(data), num); err != nil {
			return err
		}
	}
	return nil
}

// dropPostings writes the segments anew that still have postings of chunks
// that are gone, those of the erased versions among them.
func (e *ending) dropPostings(ctx context.Context) error {
	segments, err := loadSegments(ctx, e.tx)
	if err != nil {
		return err
	}
	for _, segment := range segments {
		if segment.Dead == 0 {
			continue
		}
		if err := mergeSegments(ctx, e.tx, []postings.Segment{segment}); err != nil {
			return fmt.Errorf("write the lexical index anew: %w", err)
		}
	}
	return nil
}

// rewrite writes the file anew and empties its log.
func (s *Store) rewrite(ctx context.Context) error {
	if _, err := s.writer.ExecContext(ctx, `VACUUM`); err != nil {
		return fmt.Errorf("write the file anew: %w", err)
	}
	for {
		var busy, log, checkpointed int
		err := s.writer.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &checkpointed)
		if err != nil {
			return fmt.Errorf("empty its log: %w", err)
		}
		if busy == 0 {
			return nil
		}
		select { // somebody still reads what was
		case <-ctx.Done():
			return fmt.Errorf("empty its log: %w", ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

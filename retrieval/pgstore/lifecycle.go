package pgstore

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"zhiwen/bot"
	"zhiwen/retrieval"
	"zhiwen/retrieval/postings"
)

var (
	//go:embed queries/blank_documents.sql
	blankDocumentsSQL string
	//go:embed queries/events_citing.sql
	eventsCitingSQL string
)

// Version gives a version whatever its state, for staff; an erased one has no
// text. retrieval.ErrNotFound if there is none.
func (s *Store) Version(ctx context.Context, id string) (retrieval.Document, error) {
	d, err := s.version(ctx, id)
	if err != nil {
		return retrieval.Document{}, fmt.Errorf("version %s in store %s: %w", id, s.name, err)
	}
	return d, nil
}

// Withdraw takes all versions under a key from the public: they leave the
// index, Document refuses them, and what was said from them is not heard again.
// retrieval.ErrNotFound if there are none.
func (s *Store) Withdraw(ctx context.Context, key string, act retrieval.Act) error {
	if err := s.end(ctx, key, retrieval.StateWithdrawn, act); err != nil {
		return fmt.Errorf("withdraw %s from store %s: %w", key, s.name, err)
	}
	return nil
}

// Erase deletes what all versions under a key said, wherever it is kept: text,
// file, chunks, vectors, postings, answers and curated answers that quote it,
// checks of drafts that name it. Their IDs and the audit stay. The tables are
// written anew, for which others wait; the log of the server and copies of the
// database keep what they have.
func (s *Store) Erase(ctx context.Context, key string, act retrieval.Act) error {
	err := s.end(ctx, key, retrieval.StateErased, act)
	if err == nil {
		err = s.rewrite(ctx)
	}
	if err != nil {
		return fmt.Errorf("erase %s from store %s: %w", key, s.name, err)
	}
	return nil
}

// Release makes a version that was quarantined or withdrawn the current one of
// its key.
func (s *Store) Release(ctx context.Context, e retrieval.Entry, act retrieval.Act) error {
	err := s.release(ctx, e, act)
	if err != nil {
		return fmt.Errorf("release %s in store %s: %w", e.Document.ID, s.name, err)
	}
	return nil
}

func (s *Store) release(ctx context.Context, e retrieval.Entry, act retrieval.Act) error {
	e.Document.State = retrieval.StateCurrent
	nextRow, err := s.reserveRows(ctx, []retrieval.Entry{e})
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, s.primary, func(tx pgx.Tx) error {
		p, err := beginPut(ctx, tx, []retrieval.Entry{e})
		if err != nil {
			return err
		}
		if err := e.Check(s.usedModel(), retrieval.ActiveSet(p.sets).Model); err != nil {
			return err
		}
		p.nextRow, p.released = nextRow, true
		p.hold(&e)
		if err := p.flush(ctx); err != nil {
			return err
		}
		if err := appendAct(ctx, tx, act); err != nil {
			return err
		}
		return p.finish(ctx)
	})
}

// Audit gives all acts in order.
func (s *Store) Audit(ctx context.Context) ([]retrieval.Record, error) {
	rows, err := s.primary.Query(ctx, `SELECT seq, at, actor, action, subject, reason, before, after, hash FROM audit ORDER BY seq`)
	if err != nil {
		return nil, fmt.Errorf("audit of store %s: %w", s.name, err)
	}
	records, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r retrieval.Record, err error) {
		err = row.Scan(&r.Seq, &r.At, &r.Actor, &r.Action, &r.Subject, &r.Reason, &r.Before, &r.After, &r.Hash)
		r.At = r.At.UTC()
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("audit of store %s: %w", s.name, err)
	}
	return records, nil
}

// appendAct writes an act; others that write one wait.
func appendAct(ctx context.Context, tx pgx.Tx, act retrieval.Act) error {
	if _, err := tx.Exec(ctx, `LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE`); err != nil {
		return fmt.Errorf("write the audit: %w", err)
	}
	var seq int64
	var hash string
	err := tx.QueryRow(ctx, `SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1`).Scan(&seq, &hash)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("read the audit: %w", err)
	}
	act.At = act.At.UTC().Truncate(time.Microsecond)
	act.Actor, act.Subject, act.Reason = storable(act.Actor), storable(act.Subject), storable(act.Reason)
	_, err = tx.Exec(ctx, `INSERT INTO audit (seq, at, actor, action, subject, reason, before, after, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		seq+1, act.At, act.Actor, act.Action, act.Subject, act.Reason, act.Before, act.After, act.Chain(hash))
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
	return pgx.BeginFunc(ctx, s.primary, func(tx pgx.Tx) error {
		p, err := beginPut(ctx, tx, nil)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, lockKeysSQL, []string{key}); err != nil {
			return err
		}
		e := ending{putting: p}
		if act.Before, err = e.find(ctx, key, state); err != nil || len(e.nums) == 0 {
			return err
		}
		act.After = string(state)
		if err := e.leaveIndex(ctx, key); err != nil {
			return fmt.Errorf("take it out of the index: %w", err)
		}
		if _, err := tx.Exec(ctx, `UPDATE document SET state = $1 WHERE num = ANY ($2)`, string(state), e.nums); err != nil {
			return err
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
	rows, err := e.tx.Query(ctx, `SELECT num, id, state FROM document WHERE key = $1 ORDER BY version`, key)
	if err != nil {
		return "", err
	}
	var num int64
	var id string
	found := 0
	_, err = pgx.ForEachRow(rows, []any{&num, &id, &newest}, func() error {
		found++
		if now := retrieval.State(newest); now != state && now != retrieval.StateErased {
			e.nums, e.ids = append(e.nums, num), append(e.ids, id)
		}
		return nil
	})
	if err == nil && found == 0 {
		err = retrieval.ErrNotFound
	}
	return newest, err
}

func (e *ending) leaveIndex(ctx context.Context, key string) error {
	var num int64
	var id string
	err := e.tx.QueryRow(ctx, supersedeSQL, key).Scan(&num, &id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	e.documents--
	return e.unindex(ctx, []int64{num})
}

// silence takes what was said from the versions out of the frames that a
// visitor who comes back would hear again.
func (e *ending) silence(ctx context.Context) error {
	rows, err := e.tx.Query(ctx, eventsCitingSQL, e.ids)
	if err != nil {
		return err
	}
	bySession := map[string][]bot.Event{}
	var session, frame string
	var seq int64
	_, err = pgx.ForEachRow(rows, []any{&session, &seq, &frame}, func() error {
		bySession[session] = append(bySession[session], bot.Event{Seq: seq, Frame: json.RawMessage(frame)})
		return nil
	})
	if err != nil {
		return err
	}
	for session, events := range bySession {
		if err := bot.Withhold(events); err != nil {
			return err
		}
		for _, event := range events {
			_, err := e.tx.Exec(ctx, `UPDATE event SET frame = $1 WHERE session = $2 AND seq = $3`, string(event.Frame), session, event.Seq)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// erase deletes the words of the versions.
func (e *ending) erase(ctx context.Context, key string) error {
	for _, statement := range []string{
		blankDocumentsSQL, `DELETE FROM original_part WHERE doc = ANY ($1)`, `DELETE FROM original WHERE doc = ANY ($1)`, `DELETE FROM replacement WHERE doc = ANY ($1)`,
	} {
		if _, err := e.tx.Exec(ctx, statement, e.nums); err != nil {
			return fmt.Errorf("delete its text: %w", err)
		}
	}
	if err := e.forgetAnswers(ctx); err != nil {
		return fmt.Errorf("delete the answers that quote it: %w", err)
	}
	for _, id := range e.ids {
		for _, statement := range []string{
			`DELETE FROM checked WHERE strpos(data, $1) > 0`,
			`DELETE FROM receipt WHERE strpos(body::text, $1) > 0`,
			`DELETE FROM record WHERE kind = 'change' AND strpos(body, $1) > 0`,
			`UPDATE faq_state SET generation = generation + 1 WHERE EXISTS (SELECT 1 FROM faq WHERE strpos(citations, $1) > 0)`,
			`DELETE FROM faq WHERE strpos(citations, $1) > 0`,
		} {
			if _, err := e.tx.Exec(ctx, statement, id); err != nil {
				return fmt.Errorf("delete what staff wrote from it: %w", err)
			}
		}
	}
	for _, statement := range []string{`DELETE FROM repeal WHERE notice = $1`, `DELETE FROM ruling WHERE doc_key = $1`} {
		if _, err := e.tx.Exec(ctx, statement, key); err != nil {
			return fmt.Errorf("delete what it says of others: %w", err)
		}
	}
	return e.dropPostings(ctx)
}

func (e *ending) forgetAnswers(ctx context.Context) error {
	answers := map[int64]bot.Answer{}
	for _, id := range e.ids {
		rows, err := e.tx.Query(ctx, `SELECT num, answer FROM turn WHERE strpos(answer, $1) > 0`, id)
		if err != nil {
			return err
		}
		var num int64
		var data string
		_, err = pgx.ForEachRow(rows, []any{&num, &data}, func() error {
			var a bot.Answer
			err := json.Unmarshal([]byte(data), &a)
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
		if _, err := e.tx.Exec(ctx, `UPDATE turn SET answer = $1 WHERE num = $2`, string(data), num); err != nil {
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
		// Who merges it meanwhile leaves them out as well; then it is gone.
		var locked int64
		err := e.tx.QueryRow(ctx, `SELECT id FROM segment WHERE id = $1 FOR UPDATE`, segment.ID).Scan(&locked)
		if errors.Is(err, pgx.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		if err := mergeSegments(ctx, e.tx, []postings.Segment{segment}); err != nil {
			return fmt.Errorf("write the lexical index anew: %w", err)
		}
	}
	return nil
}

// rewrite writes the tables anew that held the words.
func (s *Store) rewrite(ctx context.Context) error {
	sets, err := loadSets(ctx, s.primary)
	if err != nil {
		return err
	}
	tables := `document, original, original_part, replacement, chunk, block, event, turn, receipt, checked, faq`
	for _, set := range sets {
		tables += inSet(", embedding_{{set}}", set.ID)
	}
	if _, err := s.primary.Exec(ctx, `VACUUM (FULL) `+tables); err != nil {
		return fmt.Errorf("write its tables anew: %w", err)
	}
	return nil
}

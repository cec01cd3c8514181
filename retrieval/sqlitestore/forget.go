package sqlitestore

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"time"
)

var (
	//go:embed queries/forget_words.sql
	forgetWordsSQL string
	//go:embed queries/forget_session.sql
	forgetSessionSQL string
)

// ForgetConversations takes the words out of what was asked and answered before
// words, and deletes what is left of it from before traces: that there was a
// question and how it ended. It gives the number of turns that changed.
func (s *Store) ForgetConversations(ctx context.Context, words, traces time.Time) (int, error) {
	forgotten := 0
	err := s.write(ctx, func(tx *sql.Tx) error {
		w, t := formatTime(words), formatTime(traces)
		for _, step := range []struct {
			statement, before string
			counts            bool
		}{
			{forgetWordsSQL, w, true},
			{`UPDATE feedback SET text = '' WHERE at < ? AND text <> ''`, w, false},
			{`DELETE FROM event WHERE session IN (SELECT id FROM session WHERE created < ?1 AND NOT EXISTS (SELECT 1 FROM turn WHERE turn.session = session.id AND turn.at >= ?1))`, w, false},
			{`DELETE FROM turn WHERE at < ?`, t, true},
			{`DELETE FROM question_group WHERE NOT EXISTS (SELECT 1 FROM turn WHERE turn.grp = question_group.id AND turn.at >= ?)`, w, false},
			{`DELETE FROM feedback WHERE at < ?`, t, false},
			{`DELETE FROM session WHERE created < ? AND NOT EXISTS (SELECT 1 FROM turn WHERE turn.session = session.id)
				AND NOT EXISTS (SELECT 1 FROM event WHERE event.session = session.id) AND NOT EXISTS (SELECT 1 FROM feedback WHERE feedback.session = session.id)`, t, false},
		} {
			r, err := tx.ExecContext(ctx, step.statement, step.before)
			if err != nil {
				return err
			}
			if n, err := r.RowsAffected(); err == nil && step.counts {
				forgotten += int(n)
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("forget conversations in store %s: %w", s.path, err)
	}
	return forgotten, nil
}

// ForgetSession takes the words out of one conversation, because its visitor
// wishes so; that there were questions and how they ended stays. It is no error
// if there is no such session.
func (s *Store) ForgetSession(ctx context.Context, id string) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		for _, statement := range []string{
			forgetSessionSQL, `DELETE FROM event WHERE session = ?1`, `UPDATE feedback SET text = '' WHERE session = ?1`,
			`DELETE FROM question_group WHERE id IN (SELECT grp FROM turn WHERE session = ?1)
				AND NOT EXISTS (SELECT 1 FROM turn WHERE turn.grp = question_group.id AND turn.question <> '')`,
		} {
			if _, err := tx.ExecContext(ctx, statement, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("forget a conversation in store %s: %w", s.path, err)
	}
	return nil
}

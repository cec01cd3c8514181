package sqlitestore

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"time"
)

//go:embed queries/forget_words.sql
var forgetWordsSQL string

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

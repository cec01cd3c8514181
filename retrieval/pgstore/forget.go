package pgstore

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
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
	err := pgx.BeginFunc(ctx, s.primary, func(tx pgx.Tx) error {
		for _, step := range []struct {
			statement string
			before    time.Time
			counts    bool
		}{
			{forgetWordsSQL, words, true},
			{`UPDATE feedback SET text = '' WHERE at < $1 AND text <> ''`, words, false},
			{`DELETE FROM event USING session WHERE session.id = event.session AND session.created < $1
				AND NOT EXISTS (SELECT 1 FROM turn WHERE turn.session = session.id AND turn.at >= $1)`, words, false},
			{`DELETE FROM turn WHERE at < $1`, traces, true},
			{`DELETE FROM question_group WHERE NOT EXISTS (SELECT 1 FROM turn WHERE turn.grp = question_group.id AND turn.at >= $1)`, words, false},
			{`DELETE FROM feedback WHERE at < $1`, traces, false},
			{`DELETE FROM session WHERE created < $1 AND NOT EXISTS (SELECT 1 FROM turn WHERE turn.session = session.id)
				AND NOT EXISTS (SELECT 1 FROM event WHERE event.session = session.id) AND NOT EXISTS (SELECT 1 FROM feedback WHERE feedback.session = session.id)`, traces, false},
		} {
			r, err := tx.Exec(ctx, step.statement, step.before)
			if err != nil {
				return err
			}
			if step.counts {
				forgotten += int(r.RowsAffected())
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("forget conversations in store %s: %w", s.name, err)
	}
	return forgotten, nil
}

// ForgetSession takes the words out of one conversation, because its visitor
// wishes so; that there were questions and how they ended stays. It is no error
// if there is no such session.
func (s *Store) ForgetSession(ctx context.Context, id string) error {
	batch := &pgx.Batch{}
	for _, statement := range []string{
		forgetSessionSQL, `DELETE FROM event WHERE session = $1`, `UPDATE feedback SET text = '' WHERE session = $1`,
		`DELETE FROM question_group WHERE id IN (SELECT grp FROM turn WHERE session = $1)
			AND NOT EXISTS (SELECT 1 FROM turn WHERE turn.grp = question_group.id AND turn.question <> '')`,
	} {
		batch.Queue(statement, storable(id))
	}
	if err := s.primary.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("forget a conversation in store %s: %w", s.name, err)
	}
	return nil
}

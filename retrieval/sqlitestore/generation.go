package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zhiwen/bot"
	"zhiwen/retrieval"
)

// GenerationOff reports whether generation is switched off for everybody.
func (s *Store) GenerationOff(ctx context.Context) (bool, error) {
	var off bool
	if err := s.readers.QueryRowContext(ctx, `SELECT off FROM generation`).Scan(&off); err != nil {
		return false, fmt.Errorf("the switch of generation in store %s: %w", s.path, err)
	}
	return off, nil
}

// SwitchGeneration switches generation off or on for everybody.
func (s *Store) SwitchGeneration(ctx context.Context, off bool) error {
	if _, err := s.writer.ExecContext(ctx, `UPDATE generation SET off = ?`, off); err != nil {
		return fmt.Errorf("switch generation in store %s: %w", s.path, err)
	}
	return nil
}

// SpendTokens adds to the tokens that somebody used on a day and gives the sum.
func (s *Store) SpendTokens(ctx context.Context, day, by string, tokens int64) (int64, error) {
	var sum int64
	err := s.writer.QueryRowContext(ctx, `INSERT INTO tokens_spent (day, spender, tokens) VALUES (?, ?, ?)
		ON CONFLICT (day, spender) DO UPDATE SET tokens = tokens_spent.tokens + excluded.tokens
		RETURNING tokens`, day, by, tokens).Scan(&sum)
	if err != nil {
		return 0, fmt.Errorf("count tokens in store %s: %w", s.path, err)
	}
	return sum, nil
}

// PutReceipt keeps the receipt of an answer.
func (s *Store) PutReceipt(ctx context.Context, r bot.Receipt) error {
	body, err := json.Marshal(r)
	if err == nil {
		_, err = s.writer.ExecContext(ctx, `INSERT INTO receipt (answer_id, made, body) VALUES (?, ?, ?)`,
			r.AnswerID, r.Made.UTC().Format(time.RFC3339), string(body))
	}
	if err != nil {
		return fmt.Errorf("put a receipt in store %s: %w", s.path, err)
	}
	return nil
}

// Receipt gives the receipt of an answer; retrieval.ErrNotFound if there is
// none.
func (s *Store) Receipt(ctx context.Context, answerID string) (bot.Receipt, error) {
	var r bot.Receipt
	var body string
	err := s.readers.QueryRowContext(ctx, `SELECT body FROM receipt WHERE answer_id = ?`, answerID).Scan(&body)
	if err == nil {
		err = json.Unmarshal([]byte(body), &r)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return bot.Receipt{}, retrieval.ErrNotFound
	}
	if err != nil {
		return bot.Receipt{}, fmt.Errorf("receipt %s in store %s: %w", answerID, s.path, err)
	}
	return r, nil
}

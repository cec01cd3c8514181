package pgstore

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"zhiwen/bot/faq"
)

var (
	//go:embed queries/put_faq.sql
	putFAQSQL string
	//go:embed queries/faqs.sql
	faqsSQL string
)

// PutFAQ implements faq.Store.
func (s *Store) PutFAQ(ctx context.Context, entries ...faq.Entry) error {
	err := pgx.BeginFunc(ctx, s.primary, func(tx pgx.Tx) error {
		// First, so that those who write at the same time wait for each other.
		if _, err := tx.Exec(ctx, `UPDATE faq_state SET generation = generation + 1`); err != nil {
			return err
		}
		for _, e := range entries {
			if err := putFAQ(ctx, tx, e); err != nil {
				return fmt.Errorf("curated answer %s: %w", e.ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("put into store %s: %w", s.name, err)
	}
	return nil
}

func putFAQ(ctx context.Context, tx pgx.Tx, e faq.Entry) error {
	variants, negatives, citations, err := e.MarshalLists()
	if err != nil {
		return err
	}
	if e.State == faq.StatePublished {
		if _, err := tx.Exec(ctx, `DELETE FROM faq WHERE id = $1 AND NOT live`, e.ID); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, putFAQSQL, e.ID, e.Live(), string(e.State), e.Question, variants, negatives, e.Answer, e.Owner, e.ValidUntil,
		citations, e.Updated.UTC().Format(time.RFC3339Nano))
	return err
}

// FAQs implements faq.Store.
func (s *Store) FAQs(ctx context.Context) ([]faq.Entry, error) {
	var entries []faq.Entry
	err := s.onReader(ctx, func(pool *pgxpool.Pool) error {
		entries = nil
		var e faq.Entry
		var variants, negatives, citations, updated string
		fields := []any{&e.ID, &e.State, &e.Question, &variants, &negatives, &e.Answer, &e.Owner, &e.ValidUntil, &citations, &updated}
		rows, err := pool.Query(ctx, faqsSQL)
		if err != nil {
			return err
		}
		_, err = pgx.ForEachRow(rows, fields, func() (err error) {
			read := e
			if read.Updated, err = time.Parse(time.RFC3339Nano, updated); err != nil {
				return err
			}
			if err := read.UnmarshalLists(variants, negatives, citations); err != nil {
				return err
			}
			entries = append(entries, read)
			return nil
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("curated answers in store %s: %w", s.name, err)
	}
	return entries, nil
}

// FAQGeneration rises with every change of the curated answers.
func (s *Store) FAQGeneration(ctx context.Context) (int64, error) {
	var generation int64
	err := s.onReader(ctx, func(pool *pgxpool.Pool) error {
		return pool.QueryRow(ctx, `SELECT generation FROM faq_state`).Scan(&generation)
	})
	if err != nil {
		return 0, fmt.Errorf("curated answers in store %s: %w", s.name, err)
	}
	return generation, nil
}

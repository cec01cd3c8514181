package sqlitestore

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"

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
	err := s.write(ctx, func(tx *sql.Tx) error {
		for _, e := range entries {
			if err := putFAQ(ctx, tx, e); err != nil {
				return fmt.Errorf("curated answer %s: %w", e.ID, err)
			}
		}
		_, err := tx.ExecContext(ctx, `UPDATE faq_state SET generation = generation + 1`)
		return err
	})
	if err != nil {
		return fmt.Errorf("put into store %s: %w", s.path, err)
	}
	return nil
}

func putFAQ(ctx context.Context, tx *sql.Tx, e faq.Entry) error {
	variants, negatives, citations, err := e.MarshalLists()
	if err != nil {
		return err
	}
	if e.State == faq.StatePublished {
		if _, err := tx.ExecContext(ctx, `DELETE FROM faq WHERE id = ? AND live = 0`, e.ID); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, putFAQSQL, e.ID, e.Live(), e.State, e.Question, variants, negatives, e.Answer, e.Owner, e.ValidUntil,
		citations, formatTime(e.Updated))
	return err
}

// FAQs implements faq.Store.
func (s *Store) FAQs(ctx context.Context) ([]faq.Entry, error) {
	var entries []faq.Entry
	err := eachRow(ctx, s.readers, faqsSQL, nil, func(scan func(...any) error) error {
		var e faq.Entry
		var variants, negatives, citations, updated string
		err := scan(&e.ID, &e.State, &e.Question, &variants, &negatives, &e.Answer, &e.Owner, &e.ValidUntil, &citations, &updated)
		if err != nil {
			return err
		}
		if e.Updated, err = parseTime(updated); err != nil {
			return err
		}
		if err := e.UnmarshalLists(variants, negatives, citations); err != nil {
			return err
		}
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("curated answers in store %s: %w", s.path, err)
	}
	return entries, nil
}

// FAQGeneration rises with every change of the curated answers.
func (s *Store) FAQGeneration(ctx context.Context) (int64, error) {
	var generation int64
	if err := s.readers.QueryRowContext(ctx, `SELECT generation FROM faq_state`).Scan(&generation); err != nil {
		return 0, fmt.Errorf("curated answers in store %s: %w", s.path, err)
	}
	return generation, nil
}

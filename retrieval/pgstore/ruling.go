package pgstore

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"zhiwen/ingest"
	"zhiwen/retrieval"
)

// Rule keeps what staff have ruled of a document, in place of what they ruled
// before; an empty ruling takes it back.
func (s *Store) Rule(ctx context.Context, r ingest.Ruling, act retrieval.Act) error {
	err := pgx.BeginFunc(ctx, s.primary, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM ruling WHERE doc_key = $1`, r.Key); err != nil {
			return err
		}
		if r != (ingest.Ruling{Key: r.Key}) {
			_, err := tx.Exec(ctx, `INSERT INTO ruling (doc_key, validity, effective, expires, replaced_by, title, doc_no, publisher, kind, published) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
				r.Key, string(r.Validity), r.Effective, r.Expires, storable(r.ReplacedBy), storable(r.Title), storable(r.DocNo), storable(r.Publisher), string(r.Kind), r.Published)
			if err != nil {
				return err
			}
		}
		return appendAct(ctx, tx, act)
	})
	if err != nil {
		return fmt.Errorf("rule on %s in store %s: %w", r.Key, s.name, err)
	}
	return nil
}

// Rulings gives all that staff have ruled, in order of key.
func (s *Store) Rulings(ctx context.Context) ([]ingest.Ruling, error) {
	rows, err := s.primary.Query(ctx, `SELECT doc_key, validity, effective, expires, replaced_by, title, doc_no, publisher, kind, published FROM ruling ORDER BY doc_key COLLATE "C"`)
	if err != nil {
		return nil, fmt.Errorf("rulings in store %s: %w", s.name, err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ingest.Ruling])
	if err != nil {
		return nil, fmt.Errorf("rulings in store %s: %w", s.name, err)
	}
	return all, nil
}

// SetRepeals keeps what a document says of others, in place of what it said.
func (s *Store) SetRepeals(ctx context.Context, notice string, repeals []ingest.Repeal) error {
	batch := &pgx.Batch{}
	batch.Queue(`DELETE FROM repeal WHERE notice = $1`, notice)
	for _, r := range repeals {
		batch.Queue(`INSERT INTO repeal (notice, title, doc_no, validity) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
			notice, storable(r.Title), storable(r.DocNo), string(r.Validity))
	}
	if err := s.primary.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("keep what %s repeals in store %s: %w", notice, s.name, err)
	}
	return nil
}

// Repeals gives all that documents say of others, in order of notice.
func (s *Store) Repeals(ctx context.Context) ([]ingest.Repeal, error) {
	rows, err := s.primary.Query(ctx, `SELECT notice, title, doc_no, validity FROM repeal ORDER BY notice, title, doc_no`)
	if err != nil {
		return nil, fmt.Errorf("repeals in store %s: %w", s.name, err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ingest.Repeal])
	if err != nil {
		return nil, fmt.Errorf("repeals in store %s: %w", s.name, err)
	}
	return all, nil
}

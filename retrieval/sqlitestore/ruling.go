package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"

	"zhiwen/ingest"
	"zhiwen/retrieval"
)

// Rule keeps what staff have ruled of a document, in place of what they ruled
// before; an empty ruling takes it back.
func (s *Store) Rule(ctx context.Context, r ingest.Ruling, act retrieval.Act) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM ruling WHERE doc_key = ?`, r.Key); err != nil {
			return err
		}
		if r != (ingest.Ruling{Key: r.Key}) {
			_, err := tx.ExecContext(ctx, `INSERT INTO ruling (doc_key, validity, effective, expires, replaced_by, title, doc_no, publisher, kind, published) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				r.Key, r.Validity, r.Effective, r.Expires, r.ReplacedBy, r.Title, r.DocNo, r.Publisher, r.Kind, r.Published)
			if err != nil {
				return err
			}
		}
		return appendAct(ctx, tx, act)
	})
	if err != nil {
		return fmt.Errorf("rule on %s in store %s: %w", r.Key, s.path, err)
	}
	return nil
}

// Rulings gives all that staff have ruled, in order of key.
func (s *Store) Rulings(ctx context.Context) ([]ingest.Ruling, error) {
	var all []ingest.Ruling
	err := eachRow(ctx, s.readers, `SELECT doc_key, validity, effective, expires, replaced_by, title, doc_no, publisher, kind, published FROM ruling ORDER BY doc_key`, nil, func(scan func(...any) error) error {
		var r ingest.Ruling
		err := scan(&r.Key, &r.Validity, &r.Effective, &r.Expires, &r.ReplacedBy, &r.Title, &r.DocNo, &r.Publisher, &r.Kind, &r.Published)
		all = append(all, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rulings in store %s: %w", s.path, err)
	}
	return all, nil
}

// SetRepeals keeps what a document says of others, in place of what it said.
func (s *Store) SetRepeals(ctx context.Context, notice string, repeals []ingest.Repeal) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM repeal WHERE notice = ?`, notice); err != nil {
			return err
		}
		for _, r := range repeals {
			_, err := tx.ExecContext(ctx, `INSERT INTO repeal (notice, title, doc_no, validity) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
				notice, r.Title, r.DocNo, r.Validity)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep what %s repeals in store %s: %w", notice, s.path, err)
	}
	return nil
}

// Repeals gives all that documents say of others, in order of notice.
func (s *Store) Repeals(ctx context.Context) ([]ingest.Repeal, error) {
	var all []ingest.Repeal
	err := eachRow(ctx, s.readers, `SELECT notice, title, doc_no, validity FROM repeal ORDER BY notice, title, doc_no`, nil, func(scan func(...any) error) error {
		var r ingest.Repeal
		err := scan(&r.Notice, &r.Title, &r.DocNo, &r.Validity)
		all = append(all, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("repeals in store %s: %w", s.path, err)
	}
	return all, nil
}

package sqlitestore

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"fmt"

	"zhiwen/retrieval"
)

//go:embed queries/original.sql
var originalSQL string

// partBytes is the size of the pieces in which a file is kept.
const partBytes = 1 << 20

// putOriginal keeps the file of an entry, in place of one kept before.
func (p *putting) putOriginal(ctx context.Context, num int64, e *retrieval.Entry) error {
	if _, err := p.tx.ExecContext(ctx, `DELETE FROM original WHERE doc = ?`, num); err != nil {
		return err
	}
	if len(e.Original) == 0 {
		return nil
	}
	recognised, err := json.Marshal(e.Document.Recognised)
	if err != nil {
		return err
	}
	if _, err := p.tx.ExecContext(ctx, `INSERT INTO original (doc, recognised) VALUES (?, ?)`, num, string(recognised)); err != nil {
		return err
	}
	for part := 0; part*partBytes < len(e.Original); part++ {
		data := e.Original[part*partBytes : min((part+1)*partBytes, len(e.Original))]
		if _, err := p.tx.ExecContext(ctx, `INSERT INTO original_part (doc, part, data) VALUES (?, ?, ?)`, num, part, data); err != nil {
			return err
		}
	}
	return nil
}

// Original gives the file that a version was read from. It fails with
// retrieval.ErrNotFound if there is no such version or its file is not kept,
// and with retrieval.ErrGone if it was withdrawn or erased.
func (s *Store) Original(ctx context.Context, id string) ([]byte, error) {
	var b []byte
	err := s.read(ctx, func(tx *sql.Tx) error {
		var num int64
		var state retrieval.State
		if err := tx.QueryRowContext(ctx, `SELECT num, state FROM document WHERE id = ?`, id).Scan(&num, &state); err != nil {
			return notFound(err)
		}
		if state == retrieval.StateWithdrawn || state == retrieval.StateErased {
			return retrieval.ErrGone
		}
		var size int
		if err := tx.QueryRowContext(ctx, `SELECT coalesce(sum(length(data)), 0) FROM original_part WHERE doc = ?`, num).Scan(&size); err != nil {
			return err
		}
		if size == 0 {
			return retrieval.ErrNotFound
		}
		b = make([]byte, 0, size)
		rows, err := tx.QueryContext(ctx, originalSQL, num)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var data sql.RawBytes
			if err := rows.Scan(&data); err != nil {
				return err
			}
			b = append(b, data...)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("file of document %s in store %s: %w", id, s.path, err)
	}
	return b, nil
}

// readOriginal fills in what a document's row says of its file: nothing
// where it is not kept.
func readOriginal(d *retrieval.Document, recognised string) error {
	if recognised == "" {
		return nil
	}
	d.Pictured = true
	if err := json.Unmarshal([]byte(recognised), &d.Recognised); err != nil {
		return fmt.Errorf("read its recognised pages: %w", err)
	}
	return nil
}

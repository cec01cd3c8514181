package pgstore

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"zhiwen/retrieval"
)

//go:embed queries/original.sql
var originalSQL string

// partBytes is the size of the pieces in which a file is kept.
const partBytes = 1 << 20

// dropOriginals forgets the files that the waiting entries had before: a
// version that comes back may bring another.
func (p *putting) dropOriginals(batch *pgx.Batch) {
	ids := make([]string, len(p.waiting))
	for i, e := range p.waiting {
		ids[i] = e.Document.ID
	}
	batch.Queue(`DELETE FROM original USING document WHERE original.doc = document.num AND document.id = ANY ($1)`, ids)
}

// putOriginal keeps the file of an entry.
func (p *putting) putOriginal(ctx context.Context, num int64, e *retrieval.Entry) error {
	if len(e.Original) == 0 {
		return nil
	}
	recognised, err := json.Marshal(e.Document.Recognised)
	if err != nil {
		return err
	}
	if _, err := p.tx.Exec(ctx, `INSERT INTO original (doc, recognised) VALUES ($1, $2)`, num, string(recognised)); err != nil {
		return err
	}
	for part := 0; part*partBytes < len(e.Original); part++ {
		data := e.Original[part*partBytes : min((part+1)*partBytes, len(e.Original))]
		if _, err := p.tx.Exec(ctx, `INSERT INTO original_part (doc, part, data) VALUES ($1, $2, $3)`, num, part, data); err != nil {
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
	gone := false // said apart: it is no failure of the one who reads
	err := s.onReader(ctx, func(pool *pgxpool.Pool) error {
		b = nil
		rows, err := pool.Query(ctx, originalSQL, id)
		if err != nil {
			return err
		}
		var state retrieval.State
		var data []byte
		_, err = pgx.ForEachRow(rows, []any{&state, &data}, func() error {
			gone = state == retrieval.StateWithdrawn || state == retrieval.StateErased
			b = append(b, data...)
			return nil
		})
		return err
	})
	if err == nil && gone {
		err = retrieval.ErrGone
	}
	if err == nil && b == nil {
		err = retrieval.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("file of document %s in store %s: %w", id, s.name, notFound(err))
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

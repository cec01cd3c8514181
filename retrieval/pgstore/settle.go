package pgstore

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Settle does what pays off once after a load and not with every document:
// it builds the approximate index over the vectors where that is still
// missing, and brings up to date what the planner and index-only scans rest
// on. Searches go on meanwhile; they are right before, too, only slower.
func (s *Store) Settle(ctx context.Context) error {
	if err := s.indexVectors(ctx); err != nil {
		return fmt.Errorf("index the vectors of store %s: %w", s.name, err)
	}
	// Dead entries of the indexes are left to autovacuum: clearing them out
	// of the vectors' graph takes long, and waiting for it gains nothing. Those
	// of merged segments are many, and clearing them out is quick.
	for _, statement := range []string{
		`VACUUM (ANALYZE, INDEX_CLEANUP OFF) document, chunk, embedding`,
		`VACUUM (ANALYZE) segment, block, gone`,
	} {
		if _, err := s.primary.Exec(ctx, statement); err != nil {
			return fmt.Errorf("tidy store %s: %w", s.name, err)
		}
	}
	return nil
}

// indexVectors builds the approximate index unless there is one, or so few
// vectors that none is used. Later vectors enter it as they are put.
func (s *Store) indexVectors(ctx context.Context) error {
	return pgx.BeginFunc(ctx, s.primary, func(tx pgx.Tx) error {
		// Writers wait, and with them whoever else would build it. They lock
		// this table before the collection's row, and so does this.
		if _, err := tx.Exec(ctx, `LOCK TABLE embedding IN SHARE ROW EXCLUSIVE MODE`); err != nil {
			return err
		}
		var vectors, dim int
		if err := tx.QueryRow(ctx, `SELECT vectors, dim FROM collection`).Scan(&vectors, &dim); err != nil {
			return err
		}
		if vectors <= exactBelow {
			return nil
		}
		// Half the precision: the graph fits in half the memory, and what it
		// finds is compared exactly afterwards.
		_, err := tx.Exec(ctx, fmt.Sprintf(
			`CREATE INDEX IF NOT EXISTS embedding_nearest ON embedding USING hnsw ((vector::halfvec(%d)) halfvec_ip_ops)`, dim))
		return err
	})
}

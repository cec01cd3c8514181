package pgstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"zhiwen/retrieval"
)

const (
	// maxIndexed is the highest dimension that pgvector indexes at half the
	// precision; longer vectors are compared one by one.
	maxIndexed = 4000
	// indexing begins the key of the advisory lock of who builds the index of a
	// set.
	indexing = 0x5A484958 // "ZHIX"
)

// Settle does what pays off once after a load and not with every document:
// it builds the approximate index over the vectors where that is still
// missing, and brings up to date what the planner and index-only scans rest
// on. Searches and writers go on meanwhile; searches are right before, too,
// only slower.
func (s *Store) Settle(ctx context.Context) error {
	sets, err := loadSets(ctx, s.primary)
	if err != nil {
		return fmt.Errorf("store %s: %w", s.name, err)
	}
	tables := "document, chunk"
	for _, set := range sets {
		if err := s.indexVectors(ctx, set); err != nil {
			return fmt.Errorf("index the vectors of store %s: %w", s.name, err)
		}
		tables += inSet(", embedding_{{set}}", set.ID)
	}
	// Dead entries of the indexes are left to autovacuum: clearing them out
	// of the vectors' graph takes long, and waiting for it gains nothing. Those
	// of merged segments are many, and clearing them out is quick.
	for _, statement := range []string{
		`VACUUM (ANALYZE, INDEX_CLEANUP OFF) ` + tables,
		`VACUUM (ANALYZE) segment, block, gone`,
	} {
		if _, err := s.primary.Exec(ctx, statement); err != nil {
			return fmt.Errorf("tidy store %s: %w", s.name, err)
		}
	}
	return nil
}

// indexVectors builds the approximate index of a set unless there is one, or
// somebody is building it, or there are so few vectors that it is not used.
// Later vectors enter it as they are put.
func (s *Store) indexVectors(ctx context.Context, set retrieval.VectorSet) error {
	if set.Vectors <= exactBelow || set.Model.Dim > maxIndexed {
		return nil
	}
	return s.primary.AcquireFunc(ctx, func(conn *pgxpool.Conn) (err error) {
		// The table's own number, because other schemas have sets, too.
		const key = `($1::bigint << 32) + $2::regclass::oid::bigint`
		table := inSet("embedding_{{set}}", set.ID)
		var locked bool
		if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock(`+key+`)`, indexing, table).Scan(&locked); err != nil || !locked {
			return err
		}
		defer func() {
			_, unlockErr := conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock(`+key+`)`, indexing, table)
			err = errors.Join(err, unlockErr)
		}()
		return buildIndex(ctx, conn, set)
	})
}

func buildIndex(ctx context.Context, conn *pgxpool.Conn, set retrieval.VectorSet) error {
	index := inSet("embedding_{{set}}_nearest", set.ID)
	var exists, valid bool
	err := conn.QueryRow(ctx, `SELECT count(*) > 0, coalesce(bool_and(indisvalid), false) FROM pg_index WHERE indexrelid = to_regclass($1)`, index).
		Scan(&exists, &valid)
	if err != nil || valid {
		return err
	}
	if exists { // what a build that was interrupted left
		if _, err := conn.Exec(ctx, `DROP INDEX CONCURRENTLY IF EXISTS `+index); err != nil {
			return err
		}
	}
	// Half the precision: the graph fits in half the memory, and what it finds
	// is compared exactly afterwards.
	_, err = conn.Exec(ctx, inSet(fmt.Sprintf(`CREATE INDEX CONCURRENTLY embedding_{{set}}_nearest ON embedding_{{set}}
		USING hnsw ((vector::halfvec(%d)) halfvec_ip_ops)`, set.Model.Dim), set.ID))
	return err
}

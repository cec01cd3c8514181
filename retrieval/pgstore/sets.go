package pgstore

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"zhiwen/retrieval"
)

var (
	//go:embed queries/new_set.sql
	newSetSQL string
	//go:embed queries/unembedded.sql
	unembeddedSQL string
)

const (
	// Writers of documents work side by side, but not while a set is changed.
	lockWriterSQL   = `LOCK TABLE vector_set IN ROW EXCLUSIVE MODE`
	lockSetsSQL     = `LOCK TABLE vector_set IN SHARE ROW EXCLUSIVE MODE`
	setsSQL         = `SELECT id, model, dim, state, vectors FROM vector_set ORDER BY id`
	countVectorsSQL = `UPDATE vector_set SET vectors = vectors + $2 WHERE id = $1`
)

// Codes of the server's errors.
const (
	undefinedTable = "42P01"
	lockTimeout    = "55P03"
)

// UseModel says which embedding model this process uses: its questions are
// compared with the vectors of that model, and documents are put with them. In
// a store without vectors the model is recorded; one whose vectors of it are
// missing or not complete is refused with retrieval.ErrModel.
func (s *Store) UseModel(ctx context.Context, name string, dim int) error {
	m := retrieval.Model{Name: name, Dim: dim}
	if name == "" || dim <= 0 {
		return fmt.Errorf("use model %q of %d dimensions: a model has a name and at least one dimension", name, dim)
	}
	// Most often there is nothing to record, and no writer to wait for.
	sets, err := loadSets(ctx, s.primary)
	if err == nil && len(sets) == 0 {
		err = s.alone(ctx, func(tx pgx.Tx) error {
			if sets, err = loadSets(ctx, tx); err != nil || len(sets) > 0 {
				return err
			}
			_, err := newSet(ctx, tx, m, retrieval.SetActive)
			return err
		})
	}
	if err == nil {
		err = retrieval.CheckModel(sets, m)
	}
	if err != nil {
		return fmt.Errorf("store %s: %w", s.name, err)
	}
	s.model.Store(&m)
	return nil
}

// usedModel is the model of this process, none before UseModel.
func (s *Store) usedModel() retrieval.Model {
	if m := s.model.Load(); m != nil {
		return *m
	}
	return retrieval.Model{}
}

// alone runs do in a transaction while nobody writes documents or changes sets.
func (s *Store) alone(ctx context.Context, do func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, s.primary, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lockSetsSQL); err != nil {
			return fmt.Errorf("wait for other writers: %w", err)
		}
		return do(tx)
	})
}

// querier is a transaction or the pool.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func loadSets(ctx context.Context, q querier) ([]retrieval.VectorSet, error) {
	rows, err := q.Query(ctx, setsSQL)
	if err != nil {
		return nil, fmt.Errorf("read the sets of vectors: %w", err)
	}
	return scanSets(rows)
}

func scanSets(rows pgx.Rows) ([]retrieval.VectorSet, error) {
	sets, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s retrieval.VectorSet, err error) {
		err = row.Scan(&s.ID, &s.Model.Name, &s.Model.Dim, &s.State, &s.Vectors)
		return s, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the sets of vectors: %w", err)
	}
	return sets, nil
}

func newSet(ctx context.Context, tx pgx.Tx, m retrieval.Model, state retrieval.SetState) (retrieval.VectorSet, error) {
	set := retrieval.VectorSet{Model: m, State: state}
	err := tx.QueryRow(ctx, `INSERT INTO vector_set (model, dim, state) VALUES ($1, $2, $3) RETURNING id`, m.Name, m.Dim, state).Scan(&set.ID)
	if err == nil {
		_, err = tx.Exec(ctx, inSet(newSetSQL, set.ID))
	}
	if err != nil {
		return retrieval.VectorSet{}, fmt.Errorf("make a set of vectors of %s: %w", m, err)
	}
	return set, nil
}

// VectorSets gives all sets in the order in which they were made.
func (s *Store) VectorSets(ctx context.Context) ([]retrieval.VectorSet, error) {
	sets, err := loadSets(ctx, s.primary)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", s.name, err)
	}
	return sets, nil
}

// BeginSet gives the set of a model, and makes it beside the others if there
// is none: a new one is for building.
func (s *Store) BeginSet(ctx context.Context, m retrieval.Model) (set retrieval.VectorSet, err error) {
	err = s.alone(ctx, func(tx pgx.Tx) error {
		sets, err := loadSets(ctx, tx)
		if err != nil {
			return err
		}
		if set = retrieval.FindSet(sets, m); set.ID == 0 {
			set, err = newSet(ctx, tx, m, retrieval.SetBuilding)
		}
		return err
	})
	if err != nil {
		return retrieval.VectorSet{}, fmt.Errorf("begin a set of vectors in store %s: %w", s.name, err)
	}
	return set, nil
}

// Unembedded gives about limit chunks that have no vector in a set, from a row
// on and in order of row. They go to AddVectors together.
func (s *Store) Unembedded(ctx context.Context, set retrieval.VectorSet, from int64, limit int) ([]retrieval.Passage, error) {
	chunks, err := unembedded(ctx, s.primary, set, from, limit)
	if err != nil {
		return nil, fmt.Errorf("chunks of store %s without vectors of %s: %w", s.name, set.Model, dropped(err))
	}
	return chunks, nil
}

func unembedded(ctx context.Context, q querier, set retrieval.VectorSet, from int64, limit int) ([]retrieval.Passage, error) {
	found, err := q.Query(ctx, inSet(unembeddedSQL, set.ID), from, limit)
	if err != nil {
		return nil, err
	}
	rows, err := pgx.CollectRows(found, pgx.RowTo[int64])
	if err != nil {
		return nil, err
	}
	return passages(ctx, q, rows)
}

// AddVectors gives chunks their vectors in a set. Those that are gone
// meanwhile, or have one, are passed over.
func (s *Store) AddVectors(ctx context.Context, set retrieval.VectorSet, chunks []retrieval.Passage, vectors [][]float32) error {
	err := s.alone(ctx, func(tx pgx.Tx) error { return addVectors(ctx, tx, set, chunks, vectors) })
	if err != nil {
		return fmt.Errorf("add vectors of %s to store %s: %w", set.Model, s.name, dropped(err))
	}
	return nil
}

func addVectors(ctx context.Context, tx pgx.Tx, set retrieval.VectorSet, chunks []retrieval.Passage, vectors [][]float32) error {
	byRow := make(map[int64][]float32, len(chunks))
	asked := make([]int64, len(chunks))
	for i, c := range chunks {
		if err := retrieval.CheckVector(vectors[i], set.Model.Dim); err != nil {
			return fmt.Errorf("chunk %s: %w", c.Chunk.ID, err)
		}
		asked[i], byRow[c.Row] = c.Row, vectors[i]
	}
	found, err := tx.Query(ctx, inSet(`SELECT row FROM chunk WHERE row = ANY ($1)
		EXCEPT SELECT row FROM embedding_{{set}} WHERE row = ANY ($1)`, set.ID), asked)
	if err != nil {
		return err
	}
	rows, err := pgx.CollectRows(found, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	wanted := make([][]float32, len(rows))
	for i, row := range rows {
		wanted[i] = byRow[row]
	}
	if err := copyVectors(ctx, tx, set.ID, rows, wanted); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, countVectorsSQL, set.ID, len(rows)); err != nil {
		return err
	}
	return changed(ctx, tx)
}

// changed tells the world that the index is another.
func changed(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE collection SET generation = generation + 1, updated = clock_timestamp()`)
	return err
}

// Activate makes a set the active one, and retires the one before, once every
// chunk has its vector. Up to retrieval.ActivateWithin chunks that do not are
// embedded while all writers wait; with more it is retrieval.ErrUnembedded.
func (s *Store) Activate(ctx context.Context, set retrieval.VectorSet, embed func(context.Context, []retrieval.Passage) ([][]float32, error)) error {
	err := s.alone(ctx, func(tx pgx.Tx) error {
		rest, err := unembedded(ctx, tx, set, 0, retrieval.ActivateWithin+1)
		switch {
		case err != nil:
			return err
		case len(rest) > retrieval.ActivateWithin:
			return retrieval.ErrUnembedded
		case len(rest) > 0:
			vectors, err := embed(ctx, rest)
			if err != nil {
				return err
			}
			if err := addVectors(ctx, tx, set, rest, vectors); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `UPDATE vector_set SET state = $1 WHERE state = $2`, retrieval.SetRetired, retrieval.SetActive); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE vector_set SET state = $1 WHERE id = $2`, retrieval.SetActive, set.ID); err != nil {
			return err
		}
		return changed(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("go over to vectors of %s in store %s: %w", set.Model, s.name, dropped(err))
	}
	return nil
}

// DropSets removes all sets but the active one, and says which they were.
// Processes that search one of them go on by words alone.
func (s *Store) DropSets(ctx context.Context) ([]retrieval.VectorSet, error) {
	var gone []retrieval.VectorSet
	err := s.alone(ctx, func(tx pgx.Tx) error {
		sets, err := loadSets(ctx, tx)
		if err != nil {
			return err
		}
		gone = slices.DeleteFunc(sets, func(set retrieval.VectorSet) bool { return set.State == retrieval.SetActive })
		// Searches queue behind whoever waits to drop a table.
		if _, err := tx.Exec(ctx, `SET LOCAL lock_timeout = '3s'`); err != nil {
			return err
		}
		for _, set := range gone {
			if _, err := tx.Exec(ctx, `DELETE FROM vector_set WHERE id = $1`, set.ID); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, inSet(`DROP TABLE embedding_{{set}}`, set.ID)); err != nil {
				return err
			}
		}
		return nil
	})
	if hasCode(err, lockTimeout) {
		err = fmt.Errorf("somebody has been reading them for long, perhaps a backup: try again later (%w)", err)
	}
	if err != nil {
		return nil, fmt.Errorf("drop sets of vectors in store %s: %w", s.name, err)
	}
	return gone, nil
}

// dropped says what it means that a set's table is not there.
func dropped(err error) error {
	if hasCode(err, undefinedTable) {
		return errors.Join(retrieval.ErrNotFound, err)
	}
	return err
}

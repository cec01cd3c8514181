package sqlitestore

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"zhiwen/retrieval"
)

var (
	//go:embed queries/new_set.sql
	newSetSQL string
	//go:embed queries/unembedded.sql
	unembeddedSQL string
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
	sets, err := loadSets(ctx, s.readers)
	if err == nil && len(sets) == 0 {
		err = s.write(ctx, func(tx *sql.Tx) error {
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
		return fmt.Errorf("store %s: %w", s.path, err)
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

// querier is a transaction or the readers.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func loadSets(ctx context.Context, q querier) ([]retrieval.VectorSet, error) {
	var sets []retrieval.VectorSet
	err := eachRow(ctx, q, `SELECT id, model, dim, state, vectors FROM vector_set ORDER BY id`, nil, func(scan func(...any) error) error {
		var s retrieval.VectorSet
		err := scan(&s.ID, &s.Model.Name, &s.Model.Dim, &s.State, &s.Vectors)
		sets = append(sets, s)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the sets of vectors: %w", err)
	}
	return sets, nil
}

func newSet(ctx context.Context, tx *sql.Tx, m retrieval.Model, state retrieval.SetState) (retrieval.VectorSet, error) {
	set := retrieval.VectorSet{Model: m, State: state}
	err := tx.QueryRowContext(ctx, `INSERT INTO vector_set (model, dim, state) VALUES (?, ?, ?) RETURNING id`, m.Name, m.Dim, state).Scan(&set.ID)
	if err == nil {
		_, err = tx.ExecContext(ctx, inSet(newSetSQL, set.ID))
	}
	if err != nil {
		return retrieval.VectorSet{}, fmt.Errorf("make a set of vectors of %s: %w", m, err)
	}
	return set, nil
}

// VectorSets gives all sets in the order in which they were made.
func (s *Store) VectorSets(ctx context.Context) ([]retrieval.VectorSet, error) {
	sets, err := loadSets(ctx, s.readers)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", s.path, err)
	}
	return sets, nil
}

// BeginSet gives the set of a model, and makes it beside the others if there
// is none: a new one is for building.
func (s *Store) BeginSet(ctx context.Context, m retrieval.Model) (set retrieval.VectorSet, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
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
		return retrieval.VectorSet{}, fmt.Errorf("begin a set of vectors in store %s: %w", s.path, err)
	}
	return set, nil
}

// Unembedded gives about limit chunks that have no vector in a set, from a row
// on and in order of row. They go to AddVectors together.
func (s *Store) Unembedded(ctx context.Context, set retrieval.VectorSet, from int64, limit int) ([]retrieval.Passage, error) {
	var chunks []retrieval.Passage
	err := s.read(ctx, func(tx *sql.Tx) error {
		err := mustExist(ctx, tx, set)
		if err == nil {
			chunks, err = unembedded(ctx, tx, set, from, limit)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("chunks of store %s without vectors of %s: %w", s.path, set.Model, err)
	}
	return chunks, nil
}

// unembedded takes whole documents, because a document's signs are one row.
func unembedded(ctx context.Context, tx *sql.Tx, set retrieval.VectorSet, from int64, limit int) ([]retrieval.Passage, error) {
	var rows []int64
	err := eachRow(ctx, tx, inSet(unembeddedSQL, set.ID), []any{from, limit}, func(scan func(...any) error) error {
		var first, chunks int64
		if err := scan(&first, &chunks); err != nil {
			return err
		}
		if len(rows) < limit {
			for row := first; row < first+chunks; row++ {
				rows = append(rows, row)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return passages(ctx, tx, rows)
}

// mustExist is retrieval.ErrNotFound if the set was dropped.
func mustExist(ctx context.Context, tx *sql.Tx, set retrieval.VectorSet) error {
	var id int64
	return notFound(tx.QueryRowContext(ctx, `SELECT id FROM vector_set WHERE id = ?`, set.ID).Scan(&id))
}

// AddVectors gives chunks their vectors in a set. Those that are gone
// meanwhile, or have one, are passed over.
func (s *Store) AddVectors(ctx context.Context, set retrieval.VectorSet, chunks []retrieval.Passage, vectors [][]float32) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		if err := mustExist(ctx, tx, set); err != nil {
			return err
		}
		return addVectors(ctx, tx, set, chunks, vectors)
	})
	if err != nil {
		return fmt.Errorf("add vectors of %s to store %s: %w", set.Model, s.path, err)
	}
	return nil
}

func addVectors(ctx context.Context, tx *sql.Tx, set retrieval.VectorSet, chunks []retrieval.Passage, vectors [][]float32) error {
	place := make(map[int64]int, len(chunks))
	rows := make([]int64, len(chunks))
	for i, c := range chunks {
		if err := retrieval.CheckVector(vectors[i], set.Model.Dim); err != nil {
			return fmt.Errorf("chunk %s: %w", c.Chunk.ID, err)
		}
		rows[i], place[c.Row] = c.Row, i
	}
	asked, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	var ranges [][2]int64 // first row and number of chunks of the documents that are still there
	err = eachRow(ctx, tx, inSet(`SELECT first_row, length(lengths) / 4 FROM json_each(?) CROSS JOIN indexed ON first_row = value
		WHERE first_row NOT IN (SELECT first_row FROM signs_{{set}})`, set.ID), []any{string(asked)}, func(scan func(...any) error) error {
		var r [2]int64
		err := scan(&r[0], &r[1])
		ranges = append(ranges, r)
		return err
	})
	if err != nil {
		return err
	}
	for _, r := range ranges {
		at, end := place[r[0]], place[r[0]]+int(r[1])
		if end > len(chunks) || chunks[end-1].Row != r[0]+r[1]-1 {
			return fmt.Errorf("chunk %s: all chunks of its document come together", chunks[at].Chunk.ID)
		}
		if err := insertVectors(ctx, tx, set.ID, r[0], vectors[at:end]); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE vector_set SET filled = filled + 1 WHERE id = ?`, set.ID); err != nil {
		return err
	}
	return changed(ctx, tx)
}

// changed tells the readers that the index is another.
func changed(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE collection SET generation = generation + 1, updated = ?`, formatTime(time.Now()))
	return err
}

// Activate makes a set the active one, and retires the one before, once every
// chunk has its vector. Up to retrieval.ActivateWithin chunks that do not are
// embedded while all writers wait; with more it is retrieval.ErrUnembedded.
func (s *Store) Activate(ctx context.Context, set retrieval.VectorSet, embed func(context.Context, []retrieval.Passage) ([][]float32, error)) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		if err := mustExist(ctx, tx, set); err != nil {
			return err
		}
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
		if _, err := tx.ExecContext(ctx, `UPDATE vector_set SET state = ? WHERE state = ?`, retrieval.SetRetired, retrieval.SetActive); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE vector_set SET state = ? WHERE id = ?`, retrieval.SetActive, set.ID); err != nil {
			return err
		}
		return changed(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("go over to vectors of %s in store %s: %w", set.Model, s.path, err)
	}
	return nil
}

// DropSets removes all sets but the active one, gives their room back to the
// disk, and says which they were. Processes that search one of them go on by
// words alone.
func (s *Store) DropSets(ctx context.Context) ([]retrieval.VectorSet, error) {
	var gone []retrieval.VectorSet
	err := s.write(ctx, func(tx *sql.Tx) error {
		sets, err := loadSets(ctx, tx)
		if err != nil {
			return err
		}
		gone = slices.DeleteFunc(sets, func(set retrieval.VectorSet) bool { return set.State == retrieval.SetActive })
		for _, set := range gone {
			if _, err := tx.ExecContext(ctx, `DELETE FROM vector_set WHERE id = ?`, set.ID); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, inSet(`DROP TABLE vector_{{set}}; DROP TABLE signs_{{set}}`, set.ID)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("drop sets of vectors in store %s: %w", s.path, err)
	}
	if err := s.shrink(ctx); err != nil {
		return gone, fmt.Errorf("the old vectors are gone, but store %s keeps its size: %w", s.path, err)
	}
	return gone, nil
}

// shrink writes the file anew if some of it is free.
func (s *Store) shrink(ctx context.Context) error {
	var free int64
	if err := s.writer.QueryRowContext(ctx, `PRAGMA freelist_count`).Scan(&free); err != nil || free == 0 {
		return err
	}
	_, err := s.writer.ExecContext(ctx, `VACUUM; PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

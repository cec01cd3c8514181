package pgstore

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"zhiwen/retrieval"
	"zhiwen/retrieval/pgstore/pgtest"
	"zhiwen/retrieval/storetest"
)

// indexed is enough chunks for the approximate index to be used.
var indexed = storetest.Corpus{Seed: 11, Documents: exactBelow/10 + 20, Chunks: 10, ChunkRunes: 10, Dim: 32}

func putAll(t testing.TB, s *Store, c storetest.Corpus) {
	t.Helper()
	if err := s.UseModel(t.Context(), "synthetic", max(c.Dim, 1)); err != nil {
		t.Fatal(err)
	}
	var batch []retrieval.Entry
	n := 0
	for e := range c.All() {
		batch = append(batch, e)
		if n++; len(batch) < 50 && n < c.Documents {
			continue
		}
		if err := s.Put(t.Context(), batch...); err != nil {
			t.Fatal(err)
		}
		batch = nil
	}
}

func TestApproximateIndex(t *testing.T) {
	s := open(t, pgtest.Schema(t))
	defer s.Close()
	putAll(t, s, indexed)
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, vector := indexed.Question(1)
	alone := retrieval.Meta{Key: "alone", Source: "alone", Title: "公示", Kind: retrieval.KindReport}
	far := make([]float32, indexed.Dim) // the opposite of the question: the last to be found
	for i, x := range vector {
		far[i] = -x
	}
	if err := s.Put(t.Context(), storetest.NewEntry(alone, []string{"唯一的一段"}, [][]float32{far})); err != nil {
		t.Fatal(err)
	}

	t.Run("IsUsed", func(t *testing.T) {
		q := retrieval.RecallQuery{Vector: vector, Limit: 100}
		plan := strings.Join(nearest[string](t, s, q, "EXPLAIN "), "\n")
		if !strings.Contains(plan, "Index Scan using embedding_1_nearest") {
			t.Errorf("the plan has no scan of the index:\n%s", plan)
		}
	})
	t.Run("NarrowFilter", func(t *testing.T) {
		q := retrieval.RecallQuery{Vector: vector, Limit: 10, Filter: retrieval.Filter{Kinds: []retrieval.Kind{retrieval.KindReport}}}
		r, err := s.Recall(t.Context(), q)
		if err != nil || len(r.Hits) != 1 || r.Hits[0].Cosine > -0.99 {
			t.Errorf("one chunk in thousands: %+v, %v", r.Hits, err)
		}
		// Also where the index is asked and the filter comes after it.
		if rows := nearest[int64](t, s, q, ""); len(rows) != 1 {
			t.Errorf("through the index: rows %v", rows)
		}
	})
	t.Run("Recall", func(t *testing.T) {
		const questions, wanted = 30, 10
		missing := 0
		for i := range questions {
			_, vector := indexed.Question(i)
			q := retrieval.RecallQuery{Vector: vector, Limit: wanted}
			got := cosines(t, s, q)
			q.ExactVectors = true
			for row := range cosines(t, s, q) {
				if _, found := got[row]; !found {
					missing++
				}
			}
		}
		if missing > questions*wanted*2/100 {
			t.Errorf("%d of the %d nearest are missing, want at most 2 in 100", missing, questions*wanted)
		}
	})
}

// TestIndexOfEachSet goes over to a model of other dimensions and looks for the
// index of its vectors, also after a build was interrupted.
func TestIndexOfEachSet(t *testing.T) {
	s := open(t, pgtest.Schema(t))
	defer s.Close()
	c := indexed
	c.Dim = 8
	putAll(t, s, c)
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	set, err := s.BeginSet(t.Context(), retrieval.Model{Name: "another", Dim: 12})
	if err != nil {
		t.Fatal(err)
	}
	c.Seed, c.Dim = c.Seed+1, set.Model.Dim
	var vectors [][]float32
	for e := range c.All() {
		for _, chunk := range e.Chunks {
			vectors = append(vectors, chunk.Vector)
		}
	}
	for {
		chunks, err := s.Unembedded(t.Context(), set, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(chunks) == 0 {
			break
		}
		if err := s.AddVectors(t.Context(), set, chunks, vectors[:len(chunks)]); err != nil {
			t.Fatal(err)
		}
		vectors = vectors[len(chunks):]
	}
	_, vector := c.Question(1)
	for _, spoil := range []string{`SELECT`, `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'embedding_2_nearest'::regclass`} {
		if _, err := s.primary.Exec(t.Context(), spoil); err != nil {
			t.Fatal(err)
		}
		if err := s.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Activate(t.Context(), set, nil); err != nil {
			t.Fatal(err)
		}
		if err := s.UseModel(t.Context(), set.Model.Name, set.Model.Dim); err != nil {
			t.Fatal(err)
		}
		plan := strings.Join(nearest[string](t, s, retrieval.RecallQuery{Vector: vector, Limit: 100}, "EXPLAIN "), "\n")
		if !strings.Contains(plan, "Index Scan using embedding_2_nearest") {
			t.Errorf("the plan has no scan of the index:\n%s", plan)
		}
	}
	verify(t, s)
}

// nearest runs the query of the approximate index, or has it explained.
func nearest[Row any](t *testing.T, s *Store, q retrieval.RecallQuery, explain string) []Row {
	t.Helper()
	var found []Row
	err := s.read(t.Context(), func(tx pgx.Tx) error {
		r := recalling{tx: tx, query: q, model: s.usedModel()}
		if err := r.begin(t.Context()); err != nil {
			return err
		}
		rows, err := tx.Query(t.Context(), explain+nearestIndexedSQL(r.set, r.model.Dim), r.arguments())
		if err != nil {
			return err
		}
		found, err = pgx.CollectRows(rows, pgx.RowTo[Row])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func cosines(t *testing.T, s *Store, q retrieval.RecallQuery) map[int64]float64 {
	t.Helper()
	r, err := s.Recall(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	byRow := map[int64]float64{}
	for _, h := range r.Hits {
		byRow[h.Row] = h.Cosine
	}
	return byRow
}

// A replica sees what another process commits: nothing is held in memory.
func TestChangesOfAnotherProcess(t *testing.T) {
	database := pgtest.Schema(t)
	writer := open(t, database)
	defer writer.Close()
	reader, err := Open(t.Context(), database, Options{ReadURL: database + "&application_name=standby"})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for version := range 5 {
		word := fmt.Sprint("w", version)
		e := storetest.NewEntry(retrieval.Meta{Key: "k", Source: "k", Title: "办法"}, []string{"改过的 " + word}, nil)
		if err := writer.Put(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		r, err := reader.Recall(t.Context(), retrieval.RecallQuery{Terms: []string{word, "改过"}, Limit: 10})
		if err != nil || len(r.Hits) != 1 || r.DF[0] != 1 || r.DF[1] != 1 {
			t.Errorf("version %d: %+v, %v", version, r, err)
		}
		verify(t, writer)
	}
}

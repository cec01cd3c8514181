package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/retrieval"
	"zhiwen/retrieval/postings"
	"zhiwen/retrieval/storetest"
)

func TestContract(t *testing.T) {
	storetest.Test(t, func(t *testing.T) storetest.Store { return open(t, filepath.Join(t.TempDir(), "store.db")) })
}

func open(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closeStore(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func execSQL(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	newer := filepath.Join(dir, "newer.db")
	closeStore(t, open(t, newer))
	execSQL(t, newer, `PRAGMA user_version = 99`)
	foreign := filepath.Join(dir, "foreign.db")
	execSQL(t, foreign, `CREATE TABLE other (x)`)
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("这不是数据库\n", 1000)), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{
		newer:                                "version 99",
		foreign:                              "another program",
		text:                                 "not a database",
		filepath.Join(dir, "none", "dir.db"): "no folder",
		dir:                                  "is a folder",
	} {
		s, err := Open(t.Context(), path, Options{})
		if err == nil {
			closeStore(t, s)
		}
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one line that says %q", filepath.Base(path), err, says)
		}
		if path == newer && !errors.Is(err, retrieval.ErrSchema) {
			t.Errorf("newer schema: %v, want ErrSchema", err)
		}
	}
}

// TestMigrateVectors: vectors of a store from before there were sets are the
// first set's.
func TestMigrateVectors(t *testing.T) {
	for _, vectors := range []int{0, 1} {
		path := filepath.Join(t.TempDir(), "old.db")
		for _, name := range []string{"0001_collection.sql", "0002_pages.sql"} {
			statements, err := migrationFiles.ReadFile("migrations/" + name)
			if err != nil {
				t.Fatal(err)
			}
			execSQL(t, path, string(statements))
		}
		execSQL(t, path, `PRAGMA user_version = 2`)
		if vectors > 0 {
			execSQL(t, path, `UPDATE collection SET generation = 1, documents = 1, chunks = 1, vectors = 1, model = 'm', dim = 2;
				INSERT INTO document VALUES (1, 'd', 'k', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', 'current', 1, '', '', 1, '', 0, '[]', 'x', 'null');
				INSERT INTO chunk VALUES (1, 1, 0, '', '', 0, 1);
				INSERT INTO vector VALUES (1, x'000000000000803f');
				INSERT INTO indexed VALUES (1, 1, x'00000000', x'0200000000000000')`)
		}
		s := open(t, path)
		defer closeStore(t, s)
		verifyFile(t, s)
		if err := s.UseModel(t.Context(), "m", 2); err != nil {
			t.Fatal(err)
		}
		r, err := s.Recall(t.Context(), retrieval.RecallQuery{Vector: []float32{0, 1}, Limit: 1})
		if err != nil || r.NoVectors || len(r.Hits) != vectors || vectors == 1 && r.Hits[0].Cosine != 1 {
			t.Errorf("%d vectors: %+v, %v", vectors, r, err)
		}
		sets, err := s.VectorSets(t.Context())
		want := retrieval.VectorSet{ID: 1, Model: retrieval.Model{Name: "m", Dim: 2}, State: retrieval.SetActive, Vectors: vectors}
		if err != nil || len(sets) != 1 || sets[0] != want {
			t.Errorf("sets %+v, %v, want %+v", sets, err, want)
		}
	}
}

func TestOpenOddNames(t *testing.T) {
	for _, name := range []string{"a b.db", "库.db", "50%.db", "what?.db", "a#b.db", "a&b=c.db"} {
		path := filepath.Join(t.TempDir(), name)
		closeStore(t, open(t, path))
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A second process changes the file: a reader that is open sees every change.
func TestChangesOfAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	reader, writer := open(t, path), open(t, path)
	defer closeStore(t, reader)
	defer closeStore(t, writer)
	var last []retrieval.Entry
	for e := range (storetest.Corpus{Seed: 5, Documents: 12, Chunks: 3, ChunkRunes: 30}).All() {
		last = append(last, e)
		if err := writer.Put(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		changed := storetest.NewEntry(last[0].Document.Meta, []string{"改过的一段 " + e.Document.ID}, nil)
		if err := writer.Put(t.Context(), changed); err != nil {
			t.Fatal(err)
		}
		q := retrieval.RecallQuery{Terms: []string{"改过", e.Document.ID, "条:1"}, Limit: 10}
		got, err := reader.Recall(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if want := []int{1, 1, len(last) - 1}; got.DF[0] != want[0] || got.DF[1] != want[1] || got.DF[2] != want[2] {
			t.Errorf("after %d documents: df %v, want %v", len(last), got.DF, want)
		}
		if got.Chunks != 1+3*(len(last)-1) {
			t.Errorf("after %d documents: %d chunks", len(last), got.Chunks)
		}
		verifyFile(t, writer)
	}
}

// verifyFile holds the file to its invariants.
func verifyFile(t *testing.T, s *Store) {
	t.Helper()
	err := s.read(context.Background(), func(tx *sql.Tx) error {
		var state string
		if err := tx.QueryRow(`PRAGMA integrity_check`).Scan(&state); err != nil || state != "ok" {
			t.Errorf("integrity: %s, %v", state, err)
		}
		for name, query := range map[string]string{
			"chunks without a current document": `SELECT count(*) FROM chunk JOIN document ON num = doc WHERE state <> 'current'`,
			"chunks counted wrongly":            `SELECT chunks <> (SELECT count(*) FROM chunk) FROM collection`,
			"chunks beside their documents":     `SELECT chunks <> (SELECT coalesce(sum(length(lengths) / 4), 0) FROM indexed) FROM collection`,
			"documents counted wrongly":         `SELECT documents <> (SELECT count(*) FROM document WHERE state = 'current') FROM collection`,
			"keys with two current versions":    `SELECT count(*) FROM (SELECT key FROM document WHERE state = 'current' GROUP BY key HAVING count(*) > 1)`,
			"overlapping segments":              `SELECT count(*) FROM segment a JOIN segment b ON a.id < b.id AND a.first_row <= b.last_row AND b.first_row <= a.last_row`,
			"blocks without a segment":          `SELECT count(*) FROM block WHERE segment NOT IN (SELECT id FROM segment)`,
		} {
			var wrong int
			if err := tx.QueryRow(query).Scan(&wrong); err != nil || wrong != 0 {
				t.Errorf("%s: %d, %v", name, wrong, err)
			}
		}
		verifyPostings(t, tx)
		verifySets(t, tx)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// verifySets compares the sets of vectors with their counts and with the chunks.
func verifySets(t *testing.T, tx *sql.Tx) {
	t.Helper()
	sets, err := loadSets(t.Context(), tx)
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range sets {
		for name, query := range map[string]string{
			"vectors":                  `SELECT count(*) FROM vector_{{set}}`,
			"vectors of chunks":        `SELECT count(*) FROM vector_{{set}} JOIN chunk USING (row)`,
			"signs":                    `SELECT coalesce(sum(length(signs)), 0) / (8 * ((dim + 63) / 64)) FROM vector_set LEFT JOIN signs_{{set}} WHERE id = {{set}}`,
			"vectors beside the signs": `SELECT coalesce(sum(length(lengths) / 4), 0) FROM signs_{{set}} JOIN indexed USING (first_row)`,
		} {
			var n int
			if err := tx.QueryRow(inSet(query, set.ID)).Scan(&n); err != nil || n != set.Vectors {
				t.Errorf("%s: %d %s, want %d, %v", set.Model, n, name, set.Vectors, err)
			}
		}
	}
}

// verifyPostings adds up the postings of every chunk and compares the sum
// with the length that ingest counted.
func verifyPostings(t *testing.T, tx *sql.Tx) {
	t.Helper()
	total := map[int64]int{}
	segments, err := loadSegments(t.Context(), tx)
	if err != nil {
		t.Fatal(err)
	}
	for _, seg := range segments {
		c := postings.NewCursor(part(tx, seg))
		last := ""
		for {
			if err := c.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
			if c.Done {
				break
			}
			if string(c.Term()) <= last {
				t.Errorf("term %q stands after %q", c.Term(), last)
			}
			last = string(c.Term())
			for p := range format.Postings(seg.FirstRow, c.List()) {
				total[p.Row] += int(p.Count)
			}
		}
	}
	v := &view{}
	if err := v.load(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	for slot, doc := range v.docOf {
		if row := v.base + int64(slot); doc != noDoc && total[row] != int(v.lengths[slot]) {
			t.Errorf("row %d: %d terms in postings, want %d", row, total[row], v.lengths[slot])
		}
	}
}

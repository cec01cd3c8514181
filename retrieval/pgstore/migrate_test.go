package pgstore

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"zhiwen/retrieval"
	"zhiwen/retrieval/pgstore/pgtest"
)

func TestMigrateTogether(t *testing.T) {
	database := pgtest.Schema(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := Migrate(t.Context(), database); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s := open(t, database)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	needed := strconv.Itoa(len(names))
	empty, older, newer := pgtest.Schema(t), pgtest.Schema(t), pgtest.Schema(t)
	for database, change := range map[string]string{
		older: `DELETE FROM migration WHERE version > 1`,
		newer: `INSERT INTO migration (version) VALUES (99)`,
	} {
		if err := Migrate(t.Context(), database); err != nil {
			t.Fatal(err)
		}
		pgtest.Exec(t, database, change)
	}
	for _, test := range []struct {
		name, database, says string
		schema               bool
	}{
		{"empty", empty, "run 'zhiwen migrate' to make it", true},
		{"older", older, "version 1 and this program needs " + needed + ": run 'zhiwen migrate'", true},
		{"newer", newer, "version 99", true},
		{"nobody there", "postgres://me:secret@localhost:1/db", "me:xxxxx@localhost:1", false},
		{"no URL", "postgres://me:secret@[", "postgres://…", false},
	} {
		_, err := Open(t.Context(), test.database, Options{})
		if err == nil || !strings.Contains(err.Error(), test.says) || strings.ContainsAny(err.Error(), "\n\t") ||
			errors.Is(err, retrieval.ErrSchema) != test.schema || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error %v, want one line that says %q", test.name, err, test.says)
		}
	}
	if err := Migrate(t.Context(), newer); !errors.Is(err, retrieval.ErrSchema) {
		t.Errorf("migrate a newer schema: %v", err)
	}
}

// TestMigrateVectors: vectors of a store from before there were sets are the
// first set's, with their index.
func TestMigrateVectors(t *testing.T) {
	for _, vectors := range []int{0, 1} {
		database := pgtest.Schema(t)
		names, err := fs.Glob(migrationFiles, "migrations/*.sql")
		if err != nil {
			t.Fatal(err)
		}
		last := slices.IndexFunc(names, func(name string) bool { return strings.HasSuffix(name, "_vectors.sql") })
		for i, name := range names[:last] {
			statements, err := migrationFiles.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			pgtest.Exec(t, database, string(statements)+fmt.Sprintf("; INSERT INTO migration (version) VALUES (%d)", i+1))
		}
		if vectors > 0 {
			pgtest.Exec(t, database, `UPDATE collection SET documents = 1, chunks = 1, terms = 1, vectors = 1, model = 'm', dim = 2;
				INSERT INTO document (id, key, url, source, title, doc_no, index_no, publisher, kind, site_column, published, written,
					effective, expires, validity, validity_source, parent, state, version, bytes_sha256, parser, quality, fetched, sections, pages, text)
				VALUES ('d', 'k', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', 'current', 1, '', '', 1, '', '[]', 'null', 'x');
				INSERT INTO chunk VALUES (1, 1, 0, 0, 1, 1, '', '');
				INSERT INTO embedding VALUES (1, '[0,1]');
				CREATE INDEX embedding_nearest ON embedding USING hnsw ((vector::halfvec(2)) halfvec_ip_ops)`)
		}
		s := open(t, database)
		defer s.Close()
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
		if n := pgtest.Int(t, database, `SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('embedding_1_nearest')`); n != vectors {
			t.Errorf("%d indexes, want %d", n, vectors)
		}
	}
}

// Postings of an earlier schema cannot be packed, so a database that has some
// is left as it is.
func TestMigrateFilled(t *testing.T) {
	database := pgtest.Schema(t)
	for _, statement := range []string{
		readMigration(t, "0001_collection.sql"),
		`INSERT INTO migration (version) VALUES (1)`,
		`INSERT INTO document OVERRIDING SYSTEM VALUE VALUES (1` + strings.Repeat(", ''", 18) + `, 1, '', '', 1, '', '', '', '')`,
		`INSERT INTO chunk VALUES (1, 1, 0, 0, 0, 0, '', '')`,
	} {
		pgtest.Exec(t, database, statement)
	}
	err := Migrate(t.Context(), database)
	if err == nil || !strings.Contains(err.Error(), "run zhiwen migrate and ingest again") || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v, want one line that says what to do", err)
	}
	pgtest.Exec(t, database, `DELETE FROM chunk`)
	if err := Migrate(t.Context(), database); err != nil {
		t.Errorf("without chunks: %v", err)
	}
}

func readMigration(t *testing.T, name string) string {
	t.Helper()
	statements, err := migrationFiles.ReadFile("migrations/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(statements)
}

func TestCheckVector(t *testing.T) {
	for version, says := range map[string]string{
		"":      "CREATE EXTENSION vector",
		"0.7.4": "ALTER EXTENSION vector UPDATE",
		"0.8":   "",
		"0.8.0": "",
		"0.10":  "",
		"1.0.0": "",
	} {
		err := checkVector(version)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("version %q: %v, want %q", version, err, says)
		}
	}
}

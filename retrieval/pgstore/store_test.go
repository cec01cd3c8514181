package pgstore

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"zhiwen/retrieval/storetest"
)

func TestContract(t *testing.T) {
	storetest.Test(t, func(t *testing.T) storetest.Store { return open(t, newSchema(t)) })
}

// newSchema makes an empty schema, gone after the test, and gives a URL whose
// connections work in it.
func newSchema(t testing.TB) string {
	t.Helper()
	database := os.Getenv("TEST_DATABASE_URL")
	if database == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("CI needs a database in TEST_DATABASE_URL; make postgres starts one")
		}
		t.Skip("no database: set TEST_DATABASE_URL to what make postgres prints")
	}
	name := "test_" + rand.Text()
	quoted := pgx.Identifier{name}.Sanitize()
	execSQL(t, database, `CREATE SCHEMA `+quoted)
	t.Cleanup(func() { execSQL(t, database, `DROP SCHEMA `+quoted+` CASCADE`) })
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("search_path", quoted+","+cmp.Or(query.Get("search_path"), "public"))
	u.RawQuery = query.Encode()
	return u.String()
}

func execSQL(t testing.TB, database, statement string) {
	t.Helper()
	ctx := context.Background() // also when the test's own has ended
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, database string) *Store {
	t.Helper()
	if err := Migrate(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), database, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

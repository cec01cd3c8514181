// Package pgtest gives tests a PostgreSQL schema of their own in the database
// that TEST_DATABASE_URL names, or a server of their own.
package pgtest

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Schema makes an empty schema, gone after the test, and gives a URL whose
// connections work in it. Where there is no database the test is skipped, but
// fails in CI.
func Schema(t testing.TB) string {
	t.Helper()
	database := database(t)
	name := "test_" + rand.Text()
	quoted := pgx.Identifier{name}.Sanitize()
	Exec(t, database, `CREATE SCHEMA `+quoted)
	t.Cleanup(func() { drop(t, database, quoted) })
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("search_path", quoted+","+cmp.Or(query.Get("search_path"), "public"))
	u.RawQuery = query.Encode()
	return u.String()
}

const deadlock = "40P01" // PostgreSQL's error code

// drop removes a schema, once the server has noticed that a killed client is
// gone and has ended what it was doing there.
func drop(t testing.TB, database, schema string) {
	t.Helper()
	for {
		err := try(database, `DROP SCHEMA `+schema+` CASCADE`)
		var refused *pgconn.PgError
		if errors.As(err, &refused) && refused.Code == deadlock {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
}

// database gives the URL of the tests' database.
func database(t testing.TB) string {
	t.Helper()
	database := os.Getenv("TEST_DATABASE_URL")
	if database == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("CI needs a database in TEST_DATABASE_URL; make postgres starts one")
		}
		t.Skip("no database: set TEST_DATABASE_URL to what make postgres prints")
	}
	return database
}

// Exec runs one statement on a connection of its own.
func Exec(t testing.TB, database, statement string) {
	t.Helper()
	if err := try(database, statement); err != nil {
		t.Fatal(err)
	}
}

func try(database, statement string) error {
	ctx := context.Background() // also when the test's own has ended
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// Int runs a query for one number.
func Int(t testing.TB, database, query string) int {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var n int
	if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

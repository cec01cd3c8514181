package main

import (
	"crypto/rand"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/retrieval/pgstore/pgtest"
)

// TestBackup goes the way of docs/postgres.md: a dump of one database,
// restored into a new one, answers as the first did.
func TestBackup(t *testing.T) {
	pgtest.Schema(t) // skips, or fails in CI, where there is no PostgreSQL
	from, to := newDatabase(t), newDatabase(t)
	fillSamples(t, from)
	file := filepath.Join(t.TempDir(), "zhiwen.dump")
	for _, command := range [][]string{
		{"pg_dump", "--format=custom", "--file", file, from},
		{"pg_restore", "--no-owner", "--exit-on-error", "--dbname", to, file},
	} {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", command, err, out)
		}
	}
	if got := zhiwen(t, "doctor", "--store", to); got.code != 0 || !strings.Contains(got.stdout, "are as they were stored") {
		t.Errorf("doctor: %+v", got)
	}
	for _, args := range [][]string{{"docs", "--json"}, {"ask", "2023年法律援助办了多少件"}} {
		before, after := zhiwen(t, append(args, "--store", from)...), zhiwen(t, append(args, "--store", to)...)
		if before.code != 0 || before.stdout != after.stdout {
			t.Errorf("%v: before\n%safter\n%s", args, before.stdout, after.stdout)
		}
	}
}

// newDatabase makes an empty database, gone after the test.
func newDatabase(t *testing.T) string {
	t.Helper()
	database, err := url.Parse(os.Getenv("TEST_DATABASE_URL"))
	if err != nil {
		t.Fatal(err)
	}
	server := database.String()
	name := "test_" + strings.ToLower(rand.Text())
	pgtest.Exec(t, server, `CREATE DATABASE `+name)
	t.Cleanup(func() { pgtest.Exec(t, server, `DROP DATABASE `+name+` WITH (FORCE)`) })
	database.Path = "/" + name
	return database.String()
}

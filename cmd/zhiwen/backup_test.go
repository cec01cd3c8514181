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

// TestBackupWhileUsed copies the embedded store while it is written and asked;
// what is restored answers as the store did, and nothing is overwritten.
func TestBackupWhileUsed(t *testing.T) {
	wordsAlone(t)
	dir := t.TempDir()
	store, backup, restored := sampleStore(t), filepath.Join(dir, "backup.db"), filepath.Join(dir, "restored.db")
	server := serve(t, store)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				server.tryAsk(t, "补办身份证要多少钱")
			}
		}
	}()
	note := filepath.Join(dir, "note.txt")
	writeNotice(t, note, "青石镇", "3月7日8时")
	succeed(t, store, []string{"backup", backup}, []string{"ingest", note})
	close(stop)
	<-stopped
	if got := zhiwen(t, "backup", backup, "--store", store); got.code != 1 || !strings.Contains(got.stderr, "is there already") {
		t.Errorf("over a copy: %+v", got)
	}
	if got := zhiwen(t, "restore", backup, "--store", store); got.code != 1 || !strings.Contains(got.stderr, "is there already") {
		t.Errorf("over a store: %+v", got)
	}
	broken := filepath.Join(dir, "broken.db")
	if err := os.WriteFile(broken, []byte("no store"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := zhiwen(t, "restore", broken, "--store", restored); got.code != 1 || strings.Contains(got.stderr, "panic") {
		t.Errorf("of no store: %+v", got)
	}
	if _, err := os.Stat(restored); err == nil {
		t.Error("a store was made of no store")
	}
	succeed(t, restored, []string{"restore", backup}, []string{"doctor", "--addr", "127.0.0.1:0"})
	before, after := zhiwen(t, "ask", "补办身份证要多少钱", "--store", store), zhiwen(t, "ask", "补办身份证要多少钱", "--store", restored)
	if before.code != 0 || before.stdout != after.stdout {
		t.Errorf("before\n%safter\n%s", before.stdout, after.stdout)
	}
	if got := zhiwen(t, "docs", "--store", restored); strings.Contains(got.stdout, "停水") {
		t.Error("the copy holds what came after it")
	}
}

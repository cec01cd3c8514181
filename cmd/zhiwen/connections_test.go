package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"zhiwen/retrieval/pgstore/pgtest"
)

// TestConnectionsExhausted takes away all connections that the database gives
// the server: visitors get one sentence, and once there are some again their
// next questions are answered, and the conversations are whole.
func TestConnectionsExhausted(t *testing.T) {
	database := pgtest.Schema(t)
	fillSamples(t, database)
	limited := limitedRole(t, database)
	s := serve(t, limited)
	var visitors []*visitor
	for range 3 {
		visitors = append(visitors, visit(t, s.url))
	}
	everyoneGets(t, visitors, "final")
	release := takeAll(t, database, limited)
	everyoneGets(t, visitors, "error")
	if !strings.Contains(s.logged(), "too many connections") {
		t.Errorf("the log does not say why:\n%s", s.logged())
	}
	release()
	everyoneGets(t, visitors, "final")
	for _, v := range visitors {
		v.Close()
		again := visitAs(t, s.url, v.session, 0)
		again.until(t, "final")
		again.until(t, "error")
		again.until(t, "final")
	}
}

// TestOneConnection lets many questions at once wait for the one connection
// that their server may have.
func TestOneConnection(t *testing.T) {
	database := pgtest.Schema(t) + "&pool_max_conns=1"
	fillSamples(t, database)
	s := serve(t, database)
	var visitors []*visitor
	for range 40 {
		visitors = append(visitors, visit(t, s.url))
	}
	everyoneGets(t, visitors, "final")
}

// connectionLimit is how many connections a limited role may have.
const connectionLimit = 4

// limitedRole makes a role that may use the schema of a database URL, and gives
// its URL.
func limitedRole(t *testing.T, database string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	schema, _, _ := strings.Cut(u.Query().Get("search_path"), ",")
	role, password := strings.ToLower("test_"+rand.Text()), rand.Text()
	pgtest.Exec(t, database, fmt.Sprintf(`CREATE ROLE %s LOGIN PASSWORD '%s' CONNECTION LIMIT %d`, role, password, connectionLimit))
	t.Cleanup(func() { pgtest.Exec(t, database, `DROP OWNED BY `+role+`; DROP ROLE `+role) })
	for _, grant := range []string{`USAGE ON SCHEMA `, `ALL ON ALL TABLES IN SCHEMA `, `ALL ON ALL SEQUENCES IN SCHEMA `} {
		pgtest.Exec(t, database, `GRANT `+grant+schema+` TO `+role)
	}
	u.User = url.UserPassword(role, password)
	return u.String()
}

// takeAll ends the connections of a limited role and takes all it may have,
// until release is called.
func takeAll(t *testing.T, database, limited string) (release func()) {
	t.Helper()
	u, err := url.Parse(limited)
	if err != nil {
		t.Fatal(err)
	}
	var taken []*pgx.Conn
	release = sync.OnceFunc(func() {
		for _, conn := range taken {
			if err := conn.Close(context.Background()); err != nil {
				t.Error(err)
			}
		}
	})
	t.Cleanup(release)
	for len(taken) < connectionLimit {
		conn, err := pgx.Connect(t.Context(), limited)
		var refused *pgconn.PgError
		switch {
		case err == nil:
			taken = append(taken, conn)
		case errors.As(err, &refused) && refused.Code == "53300":
			pgtest.Exec(t, database, fmt.Sprintf(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
				WHERE usename = '%s' AND pid <> ALL (ARRAY[%s]::int[])`, u.User.Username(), pids(taken)))
		default:
			t.Fatal(err)
		}
	}
	return release
}

// pids lists the processes of the server behind connections.
func pids(conns []*pgx.Conn) string {
	var list []string
	for _, conn := range conns {
		list = append(list, fmt.Sprint(conn.PgConn().PID()))
	}
	return strings.Join(list, ",")
}

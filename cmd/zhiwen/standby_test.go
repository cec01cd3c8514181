package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"zhiwen/retrieval/pgstore/pgtest"
)

// TestStandby serves from a primary with a streaming standby: searches are
// the standby's, conversations the primary's, and what the standby does not
// have or cannot give the primary gives.
func TestStandby(t *testing.T) {
	primary := pgtest.NewCluster(t)
	fillSamples(t, primary.URL)
	standby := primary.Standby(t)
	s := serve(t, primary.URL, "ZHIWEN_STORE_READ="+standby.URL)
	const place = "青石镇"

	// While the standby stands still, what it does not know yet is not found:
	// so it is the one that answers. A conversation is kept all the same.
	pgtest.Exec(t, standby.URL, `SELECT pg_wal_replay_pause()`)
	eventually(t, "the standby stands still", func() bool {
		return value[string](t, standby.URL, `SELECT pg_get_wal_replay_pause_state()`) == "paused"
	})
	file := filepath.Join(t.TempDir(), "notice.txt")
	writeNotice(t, file, place, "3月7日8时")
	succeed(t, primary.URL, []string{"ingest", file})
	if a := s.ask(t, "2023年法律援助办了多少件"); len(a.Citations) == 0 {
		t.Errorf("the standby does not answer: %+v", a)
	}
	if a := s.ask(t, water(place)); strings.Contains(a.Text, "3月7日") {
		t.Errorf("the primary was searched: %s", a.Text)
	}
	askOverWebSocket(t, s.url)
	eventually(t, "the primary keeps the turn", func() bool { // a moment after the visitor has seen its end
		return value[int](t, primary.URL, `SELECT count(*) FROM turn`) == 1
	})

	pgtest.Exec(t, standby.URL, `SELECT pg_wal_replay_resume()`)
	caughtUp(t, primary, standby)
	if a := s.ask(t, water(place)); !strings.Contains(a.Text, "3月7日") {
		t.Errorf("what was ingested is not found through the standby: %+v", a)
	}

	standby.Halt(t)
	for range 2 {
		if a := s.ask(t, water(place)); !strings.Contains(a.Text, "3月7日") {
			t.Errorf("without the standby: %+v", a)
		}
	}
	if n := strings.Count(s.logged(), "the standby is away"); n != 1 {
		t.Errorf("the log says %d times that the standby is away, want once:\n%s", n, s.logged())
	}
	// A server that starts meanwhile does without, too.
	if a := serve(t, primary.URL, "ZHIWEN_STORE_READ="+standby.URL).ask(t, water(place)); !strings.Contains(a.Text, "3月7日") {
		t.Errorf("started without the standby: %+v", a)
	}

	standby.Start(t)
	eventually(t, "the standby is asked again", func() bool {
		s.ask(t, water(place))
		return value[int](t, standby.URL, `SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`) > 0
	})

	// And while the primary is away questions are answered all the same, though
	// no conversation is kept.
	primary.Halt(t)
	if a := s.ask(t, water(place)); !strings.Contains(a.Text, "3月7日") {
		t.Errorf("without the primary: %+v", a)
	}
}

// caughtUp waits until a standby has all that its primary has.
func caughtUp(t *testing.T, primary, standby *pgtest.Cluster) {
	t.Helper()
	now := value[string](t, primary.URL, `SELECT pg_current_wal_lsn()::text`)
	eventually(t, "the standby has caught up", func() bool {
		return value[bool](t, standby.URL, `SELECT pg_last_wal_replay_lsn() >= '`+now+`'::pg_lsn`)
	})
}

// value gives what a query finds.
func value[V any](t *testing.T, database, query string) V {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	var v V
	if err := conn.QueryRow(t.Context(), query).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/retrieval/pgstore/pgtest"
)

// TestReplicas serves one database from two processes: a change is answered
// by both at once, and a conversation goes on with either.
func TestReplicas(t *testing.T) {
	database := pgtest.Schema(t)
	fillSamples(t, database)
	replicas := []*server{serve(t, database), serve(t, database)}
	const place = "白沙乡"
	file := filepath.Join(t.TempDir(), "notice.txt")
	for _, hour := range []string{"3月7日8时", "3月9日14时", "3月8日10时"} {
		writeNotice(t, file, place, hour)
		succeed(t, database, []string{"ingest", file})
		for i, s := range replicas {
			if a := s.ask(t, water(place)); !strings.Contains(a.Text, hour) {
				t.Errorf("replica %d: %q, want %s in it", i, a.Text, hour)
			}
		}
	}

	// A visitor whose connection is cut in the middle comes to the other
	// replica, hears the rest, asks there, and comes back.
	first := visitAs(t, replicas[0].url, "", 0)
	heard := first.ask(t, "q1", "2023年法律援助办了多少件")
	if len(heard) < 3 {
		t.Fatalf("an answer in %d frames", len(heard))
	}
	first.Close()
	kept(t, database, first.session, heard)
	second := visitAs(t, replicas[1].url, first.session, heard[0].Seq)
	if replayed := second.until(t, "final"); fmt.Sprint(replayed) != fmt.Sprint(heard[1:]) {
		t.Errorf("replayed %v, want %v", replayed, heard[1:])
	}
	more := second.ask(t, "q2", water(place))
	second.Close()
	kept(t, database, first.session, more)
	third := visitAs(t, replicas[0].url, first.session, heard[len(heard)-1].Seq)
	if replayed := third.until(t, "final"); fmt.Sprint(replayed) != fmt.Sprint(more) {
		t.Errorf("replayed %v, want %v", replayed, more)
	}
}

// kept waits until the database has frames, which a visitor sees a moment
// sooner.
func kept(t *testing.T, database, session string, frames []frame) {
	t.Helper()
	eventually(t, "the frames are kept", func() bool {
		return value[int64](t, database, `SELECT coalesce(max(seq), 0) FROM event WHERE session = '`+session+`'`) == frames[len(frames)-1].Seq
	})
}

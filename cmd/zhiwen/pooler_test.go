package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/retrieval/pgstore/pgtest"
)

// TestPooler puts a connection pooler in transaction mode, with fewer
// connections than the servers behind it hold, before the database.
func TestPooler(t *testing.T) {
	cluster := pgtest.NewCluster(t)
	fillSamples(t, cluster.URL) // holds locks over transactions: not through the pooler
	pooled := cluster.Pooler(t) + "&default_query_exec_mode=cache_describe"

	replicas := []*server{serve(t, pooled), serve(t, pooled)}
	var visitors []*visitor
	for i := range 24 {
		visitors = append(visitors, visit(t, replicas[i%2].url))
	}
	for range 3 {
		everyoneGets(t, visitors, "final")
	}
	notices := t.TempDir()
	for i, place := range []string{"青石镇", "白沙乡", "南街口"} {
		writeNotice(t, filepath.Join(notices, fmt.Sprint(i, ".txt")), place, "3月7日8时")
	}
	succeed(t, cluster.URL, []string{"ingest", notices})
	succeed(t, pooled, []string{"doctor"})
	for _, s := range replicas {
		if a := s.ask(t, water("青石镇")); !strings.Contains(a.Text, "3月7日8时") {
			t.Errorf("behind the pooler: %+v", a)
		}
	}
}

package main

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"zhiwen/retrieval/pgstore/pgtest"
)

// TestPooler puts a connection pooler in transaction mode, with fewer
// connections than the servers behind it hold, before the database.
func TestPooler(t *testing.T) {
	cluster := pgtest.NewCluster(t)
	wordsAlone(t)
	succeed(t, cluster.URL, []string{"migrate"}) // holds a lock over transactions: not through the pooler
	pooled := cluster.Pooler(t) + "&default_query_exec_mode=cache_describe"

	succeed(t, pooled, []string{"ingest", samplePages}, []string{"doctor"})
	replicas := []*server{serve(t, pooled), serve(t, pooled)}
	var visits sync.WaitGroup
	for i := range 24 {
		s := replicas[i%2]
		v := visit(t, s.url)
		visits.Go(func() {
			for n := range 3 {
				frames := v.ask(t, fmt.Sprint("q", n), "2023年法律援助办了多少件")
				if last := frames[len(frames)-1]; last.Type != "final" {
					t.Errorf("visitor %d: %+v", i, last)
				}
			}
		})
	}
	notices := t.TempDir()
	for n := range 20 {
		notice(t, filepath.Join(notices, fmt.Sprint(n, ".txt")), fmt.Sprintf("第%d村", n+10), "3月7日8时")
	}
	succeed(t, pooled, []string{"ingest", notices}, []string{"doctor"})
	visits.Wait()
	if t.Failed() {
		t.Log(replicas[0].logged())
	}
}

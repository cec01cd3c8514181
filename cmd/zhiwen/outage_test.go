package main

import (
	"crypto/rand"
	"sync"
	"testing"

	"zhiwen/retrieval/pgstore/pgtest"
)

// TestDatabaseOutage stops the database under a server with visitors: each
// gets one sentence, and the next question on the same connection is answered
// once the database is back.
func TestDatabaseOutage(t *testing.T) {
	cluster := pgtest.NewCluster(t)
	fillSamples(t, cluster.URL)
	url := serve(t, cluster.URL).url
	var visitors []*visitor
	for range 4 {
		visitors = append(visitors, visit(t, url))
	}
	everyoneGets(t, visitors, "final")
	cluster.Halt(t)
	everyoneGets(t, visitors, "error")
	cluster.Start(t)
	everyoneGets(t, visitors, "final")
}

// everyoneGets lets all visitors ask at once and waits for how each question
// ends.
func everyoneGets(t *testing.T, visitors []*visitor, want string) {
	t.Helper()
	for _, v := range visitors {
		v.say(t, map[string]any{"type": "ask", "id": "q" + rand.Text(), "text": "2023年法律援助办了多少件"})
	}
	var hearing sync.WaitGroup
	for i, v := range visitors {
		hearing.Go(func() {
			last, err := v.last(0)
			if err != nil || last.Type != want || want == "error" && last.Message == "" {
				t.Errorf("visitor %d gets %+v, %v, want %s", i, last, err, want)
			}
		})
	}
	hearing.Wait()
}

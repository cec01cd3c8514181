package pgstore

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"zhiwen/retrieval/pgstore/pgtest"
)

// TestWaitEnds: a call that gets no connection ends with an error although its
// caller set no limit, and the next one works when there is one again.
func TestWaitEnds(t *testing.T) {
	database := pgtest.Schema(t)
	open(t, database).Close()
	var log bytes.Buffer
	s, err := Open(t.Context(), database+"&pool_max_conns=1", Options{Wait: time.Millisecond, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	// A connection is made in more than a millisecond, but then it is there.
	for s.primary.Stat().IdleConns() == 0 {
		_, _ = s.Stats(t.Context())
	}
	conn, err := s.primary.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Stats(t.Context()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("without a connection: %v", err)
	}
	if !strings.Contains(log.String(), "pool_max_conns") {
		t.Errorf("the log does not say what to do: %s", &log)
	}
	conn.Release()
	if _, err := s.Stats(t.Context()); err != nil {
		t.Errorf("with a connection: %v", err)
	}
}

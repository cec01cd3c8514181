// Package pgstore keeps the collection and the conversations in PostgreSQL
// with the extension pgvector. It implements what retrieval, ingest, bot and
// web ask of a store, for any number of processes on one database: nothing of
// it is held in memory between calls, so every process sees a change as soon as
// it is committed.
//
// Lexical search runs on packed postings (package postings) that the database
// keeps in blocks: a search reads the blocks of its terms in one round trip and
// scores them here, by the code of the embedded store. Nearest vectors are
// found by an HNSW index and compared exactly afterwards.
// docs/decisions/0004-postgres.md says why.
//
// A Store is safe for concurrent use.
package pgstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"zhiwen/retrieval"
)

// Options adjust a store; the zero value is right for one server.
type Options struct {
	// ReadURL names a standby that answers what may be a moment old: searches,
	// passages and documents. Conversations and ingest stay with the primary,
	// and while the standby is away everything does.
	ReadURL string
	// Wait is how long a call waits for a connection; 0 means 30 s.
	Wait time.Duration
	Log  *slog.Logger // slog.Default when nil
}

// Store is a pool of connections to a database. Close it after use.
type Store struct {
	name    string // the URL without its password
	primary *pgxpool.Pool
	standby *standby // nil: there is none

	model atomic.Pointer[retrieval.Model] // of this process; nil until UseModel
}

// Open connects to the database that a URL postgres://… names. Its schema must
// be this program's: another one is refused with retrieval.ErrSchema and a
// sentence that says what to run.
func Open(ctx context.Context, databaseURL string, o Options) (*Store, error) {
	o.Wait = cmp.Or(o.Wait, defaultWait)
	o.Log = cmp.Or(o.Log, slog.Default())
	s := &Store{name: Redact(databaseURL)}
	if err := checkDatabase(ctx, databaseURL); err != nil {
		return nil, fmt.Errorf("open store %s: %w", s.name, err)
	}
	var err error
	if s.primary, err = openPool(ctx, databaseURL, waiting{s.name, o.Wait, o.Log}); err != nil {
		return nil, fmt.Errorf("open store %s: %w", s.name, err)
	}
	if o.ReadURL == "" {
		return s, nil
	}
	reader := &standby{name: Redact(o.ReadURL), log: o.Log}
	if reader.pool, err = openPool(ctx, o.ReadURL, waiting{reader.name, min(o.Wait, standbyWait), o.Log}); err != nil {
		s.primary.Close()
		return nil, fmt.Errorf("open store %s for reading: %w", reader.name, err)
	}
	s.standby = reader
	look, cancel := context.WithTimeout(ctx, standbyWait)
	defer cancel()
	if err := checkDatabase(look, o.ReadURL); err != nil {
		s.standby.failed(err)
	}
	return s, nil
}

// Close closes all connections, after the calls that still run.
func (s *Store) Close() error {
	if s.standby != nil {
		s.standby.pool.Close()
	}
	s.primary.Close()
	return nil
}

// read runs do on one snapshot of the database, and again on one of the
// primary where the standby fails.
func (s *Store) read(ctx context.Context, do func(pgx.Tx) error) error {
	return s.onReader(ctx, func(pool *pgxpool.Pool) error {
		return pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, do)
	})
}

// notFound puts our word for the driver's. A key that cannot be text to
// PostgreSQL names nothing.
func notFound(err error) error {
	if errors.Is(err, pgx.ErrNoRows) || hasCode(err, "22021") {
		return retrieval.ErrNotFound
	}
	return err
}

// hasCode reports whether the server gave an error with this SQLSTATE.
func hasCode(err error, code string) bool {
	var answered *pgconn.PgError
	return errors.As(err, &answered) && answered.Code == code
}

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
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	pgxvec "github.com/pgvector/pgvector-go/pgx"

	"zhiwen/retrieval"
)

// Options adjust a store; the zero value is right for one server.
type Options struct {
	// ReadURL names a standby that answers what may be a moment old: searches,
	// passages and documents. Conversations and ingest stay with the primary.
	ReadURL string
}

// Store is a pool of connections to a database. Close it after use.
type Store struct {
	name    string // the URL without its password
	primary *pgxpool.Pool
	readers *pgxpool.Pool // the primary, too, if there is no ReadURL

	model atomic.Pointer[retrieval.Model] // of this process; nil until UseModel
}

// Open connects to the database that a URL postgres://… names. Its schema must
// be this program's: another one is refused with retrieval.ErrSchema and a
// sentence that says what to run.
func Open(ctx context.Context, databaseURL string, o Options) (*Store, error) {
	s := &Store{name: Redact(databaseURL)}
	var err error
	if s.primary, err = connect(ctx, databaseURL); err != nil {
		return nil, fmt.Errorf("open store %s: %w", s.name, err)
	}
	s.readers = s.primary
	if o.ReadURL != "" {
		if s.readers, err = connect(ctx, o.ReadURL); err != nil {
			s.primary.Close()
			return nil, fmt.Errorf("open store %s for reading: %w", Redact(o.ReadURL), err)
		}
	}
	return s, nil
}

// connect makes a pool once the schema behind the URL is known to be right.
func connect(ctx context.Context, databaseURL string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, oneLine(err)
	}
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return nil, oneLine(err)
	}
	err = checkSchema(ctx, conn)
	if err := errors.Join(err, conn.Close(ctx)); err != nil {
		return nil, err
	}
	config.AfterConnect = pgxvec.RegisterTypes
	return pgxpool.NewWithConfig(ctx, config)
}

// Redact gives a database URL without its password, for logs and messages.
func Redact(databaseURL string) string {
	parsed, err := url.Parse(databaseURL)
	if err != nil {
		scheme, _, _ := strings.Cut(databaseURL, "://")
		return scheme + "://…"
	}
	query := parsed.Query()
	if query.Has("password") {
		query.Set("password", "xxxxx")
		parsed.RawQuery = query.Encode()
	}
	return parsed.Redacted()
}

// Close closes all connections, after the calls that still run.
func (s *Store) Close() error {
	if s.readers != s.primary {
		s.readers.Close()
	}
	s.primary.Close()
	return nil
}

// read runs do on one snapshot of the database.
func (s *Store) read(ctx context.Context, do func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, s.readers, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, do)
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

// oneLine keeps an error that the driver spreads over several lines, one for
// each address it tried, to one.
func oneLine(err error) error {
	return lined{err}
}

type lined struct{ error }

func (l lined) Error() string { return strings.Join(strings.Fields(l.error.Error()), " ") }

func (l lined) Unwrap() error { return l.error }

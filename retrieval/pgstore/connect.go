package pgstore

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	pgxvec "github.com/pgvector/pgvector-go/pgx"
)

const (
	// defaultWait is how long a call waits for a connection: less than a
	// visitor's question may take in all, and more than a full pool needs.
	defaultWait = 30 * time.Second
	// standbyWait is the same for a standby: the primary is there to ask.
	standbyWait = 3 * time.Second
	// standbyRest is how long a standby that failed is left alone.
	standbyRest = 10 * time.Second
)

// openPool makes a pool; no connection is made yet.
func openPool(ctx context.Context, databaseURL string, w waiting) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, oneLine(err)
	}
	config.AfterConnect = pgxvec.RegisterTypes
	config.ConnConfig.Tracer = w
	config.ConnConfig.DialFunc = dialer().DialContext
	return pgxpool.NewWithConfig(ctx, config)
}

// connect makes one connection, whatever the URL says of a pool.
func connect(ctx context.Context, databaseURL string) (*pgx.Conn, error) {
	config, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, oneLine(err)
	}
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return nil, oneLine(err)
	}
	return conn, nil
}

// checkDatabase tells whether a store can be opened in the database.
func checkDatabase(ctx context.Context, databaseURL string) error {
	conn, err := connect(ctx, databaseURL)
	if err != nil {
		return err
	}
	return errors.Join(checkSchema(ctx, conn), conn.Close(ctx))
}

// waiting bounds how long a call waits for a connection, and nothing else of
// it. The pool has no setting for that, but hands the context of each wait to
// its tracer.
type waiting struct {
	name  string
	limit time.Duration
	log   *slog.Logger
}

// waitEnd is the key of the function that ends a wait's clock.
type waitEnd struct{}

// TraceAcquireStart implements pgxpool.AcquireTracer.
func (w waiting) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	ctx, cancel := context.WithTimeout(ctx, w.limit)
	return context.WithValue(ctx, waitEnd{}, cancel)
}

// TraceAcquireEnd implements pgxpool.AcquireTracer.
func (w waiting) TraceAcquireEnd(ctx context.Context, pool *pgxpool.Pool, data pgxpool.TraceAcquireEndData) {
	if errors.Is(data.Err, context.DeadlineExceeded) {
		w.log.Warn("no connection to the database became free in time; more of them: pool_max_conns in its URL",
			"store", w.name, "in use", pool.Stat().AcquiredConns(), "of", pool.Stat().MaxConns())
	}
	if cancel, ok := ctx.Value(waitEnd{}).(context.CancelFunc); ok {
		cancel()
	}
}

// TraceQueryStart implements pgx.QueryTracer, without which the driver takes
// no tracer.
func (waiting) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (waiting) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// standby is a server that answers what may be a moment old. It is a help and
// not a need: while it is away the primary answers in its place.
type standby struct {
	name string
	pool *pgxpool.Pool
	log  *slog.Logger
	rest atomic.Int64 // the time, in Unix nanoseconds, up to which it is not asked
}

func (s *standby) resting() bool { return time.Now().UnixNano() < s.rest.Load() }

// failed lets the standby rest unless it only refused this one query, as it
// does when that holds up the replay of the primary's changes.
func (s *standby) failed(err error) {
	var answered *pgconn.PgError
	switch {
	case errors.Is(err, pgx.ErrNoRows): // not there yet
	case errors.As(err, &answered) && answered.SeverityUnlocalized == "ERROR":
		s.log.Warn("the standby refused a query; the primary answers it", "standby", s.name, "err", err)
	default:
		s.rest.Store(time.Now().Add(standbyRest).UnixNano())
		s.log.Warn("the standby is away; the primary answers", "standby", s.name, "again in", standbyRest, "err", oneLine(err))
	}
}

// onReader runs do on the standby. Where that fails, or does not find what may
// not have arrived there yet, do runs again on the primary.
func (s *Store) onReader(ctx context.Context, do func(*pgxpool.Pool) error) error {
	if s.standby == nil || s.standby.resting() {
		return do(s.primary)
	}
	err := do(s.standby.pool)
	if err == nil || ctx.Err() != nil {
		return err
	}
	s.standby.failed(err)
	return do(s.primary)
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

// oneLine keeps an error that the driver spreads over several lines, one for
// each address it tried, to one.
func oneLine(err error) error {
	return lined{err}
}

type lined struct{ error }

func (l lined) Error() string { return strings.Join(strings.Fields(l.error.Error()), " ") }

func (l lined) Unwrap() error { return l.error }

// Package sqlitestore keeps the collection and the conversations in one
// SQLite file, through a driver in pure Go. It implements what retrieval,
// ingest, bot and web ask of a store.
//
// Lexical search runs on postings of our own (package postings): the score is that
// of retrieval.BM25, which FTS5 does not compute. Nearest vectors are found by
// their sign bits, held in memory, and compared exactly with the floats in the
// file (nearest.go). docs/decisions/0001-vector-search.md says why.
//
// A Store is safe for concurrent use, and so is the file: one process may
// ingest while others search.
package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"zhiwen/retrieval"
)

const (
	// pageSize lets seven vectors of 512 floats share a page; with SQLite's
	// 4096 bytes each would fill one, and the file be half as large again.
	pageSize = 16384
	// cacheKiB is the page cache of each connection: enough for the inner
	// pages of the trees, while the operating system caches the rest.
	cacheKiB = 8 << 10
	// mmapBytes lets readers see the file's pages without a copy each; a search
	// looks at a thousand of them. It costs address space, not memory.
	mmapBytes int64 = 4 << 30
	// maxReaders bounds the connections that read. A search keeps one core
	// busy; more than a few at once only wait for each other.
	maxReaders = 8

	defaultBusyTimeout = 10 * time.Second
)

// Options adjust a store; the zero value is right for most.
type Options struct {
	// BusyTimeout is how long a write waits for another process; 0 means 10 s.
	BusyTimeout time.Duration
}

// Store is an open file. Close it after use.
type Store struct {
	path    string
	writer  *sql.DB // one connection: SQLite has one writer at a time
	readers *sql.DB

	model atomic.Pointer[retrieval.Model] // of this process; nil until UseModel

	loading sync.Mutex // held while a view is brought up to date
	view    *view      // guarded by loading; a view itself never changes
}

// Open opens the store in the file at path, makes it if there is none, and
// brings an older schema up to date. A newer schema is refused with
// retrieval.ErrSchema.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	if o.BusyTimeout <= 0 {
		o.BusyTimeout = defaultBusyTimeout
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	if err := checkPath(full); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	s := &Store{path: path}
	if s.writer, err = sql.Open("sqlite", dsn(full, o, "_txlock=immediate")); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	s.writer.SetMaxOpenConns(1)
	if err := migrate(ctx, s.writer); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), s.writer.Close())
	}
	if s.readers, err = sql.Open("sqlite", dsn(full, o, fmt.Sprintf("_pragma=query_only(1)&_pragma=mmap_size(%d)", mmapBytes))); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), s.writer.Close())
	}
	s.readers.SetMaxOpenConns(maxReaders)
	s.readers.SetMaxIdleConns(maxReaders)
	return s, nil
}

// checkPath puts words for what the driver calls "unable to open database file".
func checkPath(full string) error {
	if info, err := os.Stat(full); err == nil && info.IsDir() {
		return errors.New("it is a folder: name a file")
	}
	dir := filepath.Dir(full)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no folder %s: make it first", dir)
	}
	return nil
}

// Close closes the file. Calls that still run may fail.
func (s *Store) Close() error {
	return errors.Join(s.readers.Close(), s.writer.Close())
}

func dsn(path string, o Options, mode string) string {
	pragmas := fmt.Sprintf("_busy_timeout=%d&_pragma=page_size(%d)&_pragma=cache_size(-%d)"+
		"&_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_pragma=foreign_keys(1)&_dqs=0",
		o.BusyTimeout.Milliseconds(), pageSize, cacheKiB)
	return (&url.URL{Scheme: "file", Path: path, RawQuery: pragmas + "&" + mode}).String()
}

// write runs do in a transaction of its own; nothing is kept unless do and
// the commit succeed.
func (s *Store) write(ctx context.Context, do func(*sql.Tx) error) error {
	return inTx(ctx, s.writer, do)
}

// read runs do on one snapshot of the file.
func (s *Store) read(ctx context.Context, do func(*sql.Tx) error) error {
	return inTx(ctx, s.readers, do)
}

func inTx(ctx context.Context, db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		// The first error is the cause; a failed rollback says nothing more.
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}

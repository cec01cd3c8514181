package main

import (
	"context"
	"os"
	"strings"

	"zhiwen/retrieval/pgstore"
)

// onPostgres reports whether the store is a database and not a file.
func (s *shell) onPostgres() bool {
	return strings.HasPrefix(s.storePath, "postgres://") || strings.HasPrefix(s.storePath, "postgresql://")
}

// storeName names the store in logs and results; a database's password is
// nobody's business.
func (s *shell) storeName() string {
	if s.onPostgres() {
		return pgstore.Redact(s.storePath)
	}
	return s.storePath
}

func (s *shell) openPostgres(ctx context.Context) (store, error) {
	opened, err := pgstore.Open(ctx, s.storePath, pgstore.Options{ReadURL: os.Getenv("ZHIWEN_STORE_READ"), Log: s.log})
	if err != nil {
		return nil, err // not opened: a nil *Store in an interface is not nil
	}
	return opened, nil
}

// settler is a store that has something to do once after a load.
type settler interface {
	Settle(ctx context.Context) error
}

// settle is called when documents were read into the store.
func (r *rooms) settle(ctx context.Context) error {
	if st, ok := r.store.(settler); ok {
		return st.Settle(ctx)
	}
	return nil
}

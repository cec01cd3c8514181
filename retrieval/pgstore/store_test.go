package pgstore

import (
	"testing"

	"zhiwen/retrieval/pgstore/pgtest"
	"zhiwen/retrieval/storetest"
)

func TestContract(t *testing.T) {
	storetest.Test(t, func(t *testing.T) storetest.Store { return open(t, pgtest.Schema(t)) })
}

func open(t testing.TB, database string) *Store {
	t.Helper()
	if err := Migrate(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), database, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

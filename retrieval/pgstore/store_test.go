package pgstore

import (
	"crypto/rand"
	"strings"
	"testing"

	"zhiwen/retrieval/pgstore/pgtest"
	"zhiwen/retrieval/storetest"
)

func TestContract(t *testing.T) {
	storetest.Test(t, func(t *testing.T) storetest.Store { return open(t, pgtest.Schema(t)) })
}

// TestContractBehindPooler: with one parameter in its URL the store works over
// connections that change from transaction to transaction.
func TestContractBehindPooler(t *testing.T) {
	cluster := pgtest.NewCluster(t)
	pooled := cluster.Pooler(t)
	storetest.Test(t, func(t *testing.T) storetest.Store {
		name := "test_" + strings.ToLower(rand.Text())
		pgtest.Exec(t, cluster.URL, `CREATE DATABASE `+name)
		// Its lock lasts over transactions: not through the pooler.
		if err := Migrate(t.Context(), strings.Replace(cluster.URL, "/zhiwen?", "/"+name+"?", 1)); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), strings.Replace(pooled, "/zhiwen?", "/"+name+"?", 1)+"&default_query_exec_mode=cache_describe", Options{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
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

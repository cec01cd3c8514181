package main

import (
	"strings"
	"testing"

	"zhiwen/retrieval/pgstore/pgtest"
)

// TestOnPostgres goes an operator's way on a new database.
func TestOnPostgres(t *testing.T) {
	database := pgtest.Schema(t)
	for _, step := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"serve"}, 1, "run 'zhiwen migrate'"},
		{[]string{"ingest", samplePages}, 1, "run 'zhiwen migrate'"},
		{[]string{"doctor"}, 1, "run 'zhiwen migrate'"},
		{[]string{"migrate"}, 0, "is up to date"},
		{[]string{"migrate"}, 0, "is up to date"},
		{[]string{"ingest", samplePages}, 0, " 0 failed"},
		{[]string{"ingest", samplePages}, 0, " 0 new chunks, 0 failed"},
		{[]string{"docs"}, 0, " chunks "},
		{[]string{"doctor"}, 0, "are as they were stored"},
		{[]string{"ask", "2023年法律援助办了多少件"}, 0, "法律援助"},
	} {
		got := zhiwen(t, append(step.args, "--store", database)...)
		if got.code != step.code || !strings.Contains(got.stdout+got.stderr, step.says) {
			t.Errorf("%v: %+v, want exit status %d and %q", step.args, got, step.code, step.says)
		}
	}
	// Searches may go to a standby, and to the primary while that is away.
	t.Setenv("ZHIWEN_STORE_READ", database+"&default_transaction_read_only=on")
	if got := zhiwen(t, "ask", "--store", database, "2023年法律援助办了多少件"); got.code != 0 || !strings.Contains(got.stdout, "法律援助") {
		t.Errorf("ask with a standby: %+v", got)
	}
	t.Setenv("ZHIWEN_STORE_READ", "postgres://me:secret@localhost:1/zhiwen")
	if got := zhiwen(t, "ask", "--store", database, "你好"); got.code != 0 || !strings.Contains(got.stderr, "me:xxxxx@localhost:1") {
		t.Errorf("ask with a standby that is away: %+v", got)
	}
}

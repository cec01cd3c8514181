package main

import (
	"database/sql"
	"net"
	"path/filepath"
	"testing"
)

// statuses runs doctor and gives the status of each check.
func statuses(t *testing.T, code int, args ...string) map[string]string {
	t.Helper()
	got := zhiwen(t, append([]string{"doctor", "--json"}, args...)...)
	if got.code != code {
		t.Errorf("exit %d, want %d: %+v", got.code, code, got)
	}
	found := map[string]string{}
	for _, f := range lines[finding](t, got.stdout) {
		found[f.Check] = f.Status
		if f.Status != statusOK && f.Fix == "" {
			t.Errorf("nothing is said of how to mend %+v", f)
		}
	}
	return found
}

func TestDoctor(t *testing.T) {
	store := sampleStore(t)
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()

	found := statuses(t, 0, "--store", store, "--addr", busy.Addr().String())
	if found["store"] != statusOK || found["texts"] != statusOK || found["port"] != statusWarn || found["disk"] == "" || found["model"] == "" {
		t.Errorf("%v", found)
	}
	found = statuses(t, 0, "--store", filepath.Join(t.TempDir(), "none.db"), "--addr", "127.0.0.1:0")
	if found["store"] != statusWarn || found["port"] != statusOK {
		t.Errorf("without a store: %v", found)
	}
	newer := sampleStore(t)
	setSchema(t, newer, 9999)
	if found = statuses(t, 1, "--store", newer); found["store"] != statusFail {
		t.Errorf("of a newer schema: %v", found)
	}
}

// TestDoctorSeesAlteredText: a stored text that somebody changed is found.
func TestDoctorSeesAlteredText(t *testing.T) {
	store := sampleStore(t)
	db, err := sql.Open("sqlite", store)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `UPDATE document SET title = title || '（改）'`); err != nil {
		t.Fatal(err)
	}
	if found := statuses(t, 1, "--store", store); found["texts"] != statusFail {
		t.Errorf("%v", found)
	}
}

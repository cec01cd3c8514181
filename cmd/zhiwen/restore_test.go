package main

import (
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/retrieval/pgstore/pgtest"
)

// TestPointInTime goes the way of docs/postgres.md: a base backup and the
// archived log bring back the store as it was at a moment between two changes.
func TestPointInTime(t *testing.T) {
	cluster := pgtest.NewCluster(t, "archive_mode = on")
	archive := filepath.Join(cluster.Dir, "archive")
	cluster.Run(t, "mkdir", archive)
	pgtest.Exec(t, cluster.URL, `ALTER SYSTEM SET archive_command = 'test ! -f `+archive+`/%f && cp %p `+archive+`/%f'`)
	pgtest.Exec(t, cluster.URL, `SELECT pg_reload_conf()`)
	fillSamples(t, cluster.URL)
	restored := cluster.Backup(t, "restored")

	dir := t.TempDir()
	kept, later := filepath.Join(dir, "kept.txt"), filepath.Join(dir, "later.txt")
	writeNotice(t, kept, "青石镇", "3月7日8时")
	succeed(t, cluster.URL, []string{"ingest", kept})
	pgtest.Exec(t, cluster.URL, `SELECT pg_create_restore_point('before the mistake')`)
	writeNotice(t, kept, "青石镇", "4月4日4时") // the mistake
	writeNotice(t, later, "白沙乡", "5月5日5时")
	succeed(t, cluster.URL, []string{"ingest", dir})
	last := value[string](t, cluster.URL, `SELECT pg_walfile_name(pg_switch_wal())`)
	eventually(t, "the log is archived", func() bool {
		return value[bool](t, cluster.URL, `SELECT coalesce(last_archived_wal >= '`+last+`', false) FROM pg_stat_archiver`)
	})

	restored.Recover(t, "recovery", `restore_command = 'cp `+archive+`/%f %p'`, `archive_mode = off`,
		`recovery_target_name = 'before the mistake'`, `recovery_target_action = promote`)
	eventually(t, "the recovery has ended", func() bool {
		return !value[bool](t, restored.URL, `SELECT pg_is_in_recovery()`)
	})
	if got := zhiwen(t, "doctor", "--store", restored.URL); got.code != 0 || !strings.Contains(got.stdout, "all 10 are as they were stored") {
		t.Errorf("doctor: %+v", got)
	}
	for question, want := range map[string]string{
		water("青石镇"):     "3月7日8时",
		"2023年法律援助办了多少件": "法律援助",
	} {
		if got := zhiwen(t, "ask", "--store", restored.URL, question); got.code != 0 || !strings.Contains(got.stdout, want) {
			t.Errorf("%s: %+v, want %s", question, got, want)
		}
	}
	if got := zhiwen(t, "docs", "--store", restored.URL); got.code != 0 || strings.Contains(got.stdout, "白沙乡") {
		t.Errorf("what came later is there: %+v", got)
	}
	// The restored store is a whole one: it takes the documents in again.
	succeed(t, restored.URL, []string{"ingest", later})
}

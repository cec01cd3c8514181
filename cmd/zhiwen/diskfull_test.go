package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"zhiwen/ingest"
	"zhiwen/retrieval/pgstore/pgtest"
)

// TestDiskFull ingests onto a disk without room: each document that does not
// fit gets one sentence, what was stored is answered, and the same ingest
// completes when there is room again.
func TestDiskFull(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		disk := smallDisk(t, 64)
		cluster := pgtest.NewCluster(t)
		cluster.Own(t, disk)
		pgtest.Exec(t, cluster.URL, `CREATE TABLESPACE small LOCATION '`+disk+`'`)
		testDiskFull(t, cluster.URL+"&default_tablespace=small", disk)
	})
	t.Run("sqlite", func(t *testing.T) {
		disk := smallDisk(t, 64)
		testDiskFull(t, filepath.Join(disk, "zhiwen.db"), disk)
	})
}

func testDiskFull(t *testing.T, store, disk string) {
	fillSamples(t, store)
	s := serve(t, store)
	const question = "2023年法律援助办了多少件"
	before := s.ask(t, question)
	documents := t.TempDir()
	writeNotice(t, filepath.Join(documents, "notice.txt"), "青石镇", "3月7日8时")
	for n := range 3 {
		longDocument(t, filepath.Join(documents, fmt.Sprintf("long-%d.txt", n)), uint64(n))
	}

	ballast := fillDisk(t, disk)
	got := zhiwen(t, "ingest", "--json", "--store", store, documents)
	t.Logf("%s%s", got.stdout, got.stderr)
	if got.code != 1 {
		t.Errorf("without room: exit status %d", got.code)
	}
	failed := 0
	for _, row := range lines[ingestLine](t, got.stdout) {
		if row.Summary != nil || row.Status != ingest.StatusFailed {
			continue
		}
		failed++
		if strings.Contains(row.Error, "\n") || !strings.Contains(row.Error, "full") && !strings.Contains(row.Error, "No space left") {
			t.Errorf("%s: %q does not say why in one line", row.Source, row.Error)
		}
	}
	if failed < 3 {
		t.Errorf("%d documents failed, want the 3 long ones", failed)
	}
	if after := s.ask(t, question); after.Text != before.Text {
		t.Errorf("without room: %q, want %q", after.Text, before.Text)
	}
	if got := zhiwen(t, "doctor", "--store", store); got.code != 0 {
		t.Errorf("without room: %+v", got)
	}

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	succeed(t, store, []string{"ingest", documents}, []string{"doctor"})
	if docs := lines[docLine](t, zhiwen(t, "docs", "--json", "--store", store).stdout); len(docs) != 9+4 {
		t.Errorf("%d documents are stored, want 13", len(docs))
	}
	if a := s.ask(t, water("青石镇")); !strings.Contains(a.Text, "3月7日8时") {
		t.Errorf("with room again: %+v", a)
	}
}

// TestLogDiskFull leaves the database no room for its own log, at which it
// stops. Once there is room and it is started, all is as it was.
func TestLogDiskFull(t *testing.T) {
	disk := smallDisk(t, 256)
	cluster := pgtest.NewClusterIn(t, filepath.Join(disk, "postgres"))
	fillSamples(t, cluster.URL)
	s := serve(t, cluster.URL)
	const question = "2023年法律援助办了多少件"
	before := s.ask(t, question)

	ballast := fillDisk(t, disk)
	conn, err := pgx.Connect(t.Context(), cluster.URL)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil { // until the log wants a file that there is no room for
		_, err = conn.Exec(t.Context(), `SELECT pg_logical_emit_message(true, 'test', 'more'), pg_switch_wal()`)
	}
	t.Logf("the database stops: %v", err)
	eventually(t, "visitors are told", func() bool {
		_, status := s.tryAsk(t, question)
		return status == http.StatusInternalServerError
	})

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	cluster.Shut(t)
	cluster.Start(t)
	eventually(t, "questions are answered again", func() bool {
		after, status := s.tryAsk(t, question)
		return status == http.StatusOK && after.Text == before.Text
	})
	succeed(t, cluster.URL, []string{"doctor"}, []string{"ingest", samplePages})
}

// smallDisk is a folder of so many megabytes.
func smallDisk(t *testing.T, megabytes int) string {
	t.Helper()
	disk, err := os.MkdirTemp("", "zhiwen-disk-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(disk) })
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dm,mode=0755", megabytes), "tmpfs", disk).CombinedOutput(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("CI needs a small disk: mount: %v %s", err, out)
		}
		t.Skip("a small disk: only root can mount one")
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", disk).CombinedOutput(); err != nil {
			t.Errorf("umount: %v %s", err, out)
		}
	})
	return disk
}

// fillDisk writes a file that leaves no room, and gives its name.
func fillDisk(t *testing.T, disk string) string {
	t.Helper()
	name := filepath.Join(disk, "ballast")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	block := make([]byte, 4096)
	for err == nil {
		_, err = file.Write(block)
	}
	if !strings.Contains(err.Error(), "no space left") {
		t.Fatal(err)
	}
	return name
}

// longDocument is one that needs more room than a store has left in its pages.
func longDocument(t *testing.T, file string, seed uint64) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 0))
	var text strings.Builder
	fmt.Fprintf(&text, "关于第%d次普查的公报\n\n", seed+1)
	for range 400 {
		for range 100 {
			text.WriteRune(rune('一' + random.IntN(3000)))
		}
		text.WriteString("。\n\n")
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

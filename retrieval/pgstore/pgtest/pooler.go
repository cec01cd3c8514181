package pgtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Pooler puts pgbouncer in transaction mode before the server, with few
// connections for each database, and gives the URL of the server's database
// behind it. Where there is no pgbouncer the test is skipped, but fails in CI.
func (c *Cluster) Pooler(t testing.TB) string {
	t.Helper()
	_, err := exec.LookPath("pgbouncer")
	if err != nil {
		_, err = os.Stat("/usr/sbin/pgbouncer") // a folder not on everybody's path
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI needs pgbouncer; scripts/prepare installs it")
		}
		t.Skip("no connection pooler: install pgbouncer")
	}
	settings := fmt.Sprintf(`[databases]
* = host=%[1]s user=zhiwen
[pgbouncer]
unix_socket_dir = %[1]s
listen_port = 6432
auth_type = any
pool_mode = transaction
default_pool_size = 3
logfile = %[1]s/pooler.log
pidfile = %[1]s/pooler.pid
`, c.Dir)
	file := filepath.Join(c.Dir, "pooler.ini")
	if err := os.WriteFile(file, []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	c.Run(t, "pgbouncer", "--daemon", file)
	t.Cleanup(func() { c.Run(t, "sh", "-c", "kill $(cat "+c.Dir+"/pooler.pid)") })
	socket := filepath.Join(c.Dir, ".s.PGSQL.6432")
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(socket); err == nil {
			return c.URL + "&port=6432"
		}
		if time.Now().After(end) {
			t.Fatal("the pooler does not listen")
		}
	}
}

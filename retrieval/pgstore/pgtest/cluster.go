package pgtest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Cluster is a PostgreSQL server of the test's own, for tests that stop it or
// fill its disk. It is gone after the test.
type Cluster struct {
	// Dir is a folder of the server's user with the socket and the data.
	Dir string
	URL string
}

// NewCluster makes and starts a server with these lines in its configuration.
// Where there is no PostgreSQL the test is skipped, but fails in CI.
func NewCluster(t testing.TB, settings ...string) *Cluster {
	t.Helper()
	// Not t.TempDir: the path of a socket is short, and the server's user has
	// to get there.
	dir, err := os.MkdirTemp("", "zhiwen-cluster-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(dir) }) // where no server was made
	return NewClusterIn(t, dir, settings...)
}

// NewClusterIn does the same in a folder of the caller's.
func NewClusterIn(t testing.TB, dir string, settings ...string) *Cluster {
	t.Helper()
	database(t)
	c := &Cluster{Dir: dir}
	c.Start(t, settings...)
	t.Cleanup(func() { c.script(t, "stop") })
	return c
}

// Backup takes a base backup of the running server and gives a server that
// works on it, not started yet. It lives in a folder within this one's.
func (c *Cluster) Backup(t testing.TB, name string) *Cluster {
	t.Helper()
	b := &Cluster{Dir: filepath.Join(c.Dir, name)}
	c.Run(t, "pg_basebackup", "--dbname", c.URL, "--pgdata", filepath.Join(b.Dir, "data"), "--checkpoint=fast", "--no-sync")
	t.Cleanup(func() { b.script(t, "stop") })
	return b
}

// Recover starts a server that was made by Backup in recovery: with the signal
// "standby" it goes on as a hot standby, with "recovery" up to a target.
func (c *Cluster) Recover(t testing.TB, signal string, settings ...string) {
	t.Helper()
	c.Run(t, "touch", filepath.Join(c.Dir, "data", signal+".signal"))
	c.Start(t, append(settings, "unix_socket_directories = '"+c.Dir+"'")...)
}

// Standby starts a hot standby that streams from this server.
func (c *Cluster) Standby(t testing.TB) *Cluster {
	t.Helper()
	standby := c.Backup(t, "standby")
	standby.Recover(t, "standby", "primary_conninfo = 'host="+c.Dir+" user=zhiwen'")
	return standby
}

// Start starts the server with further lines in its configuration, unless it
// runs.
func (c *Cluster) Start(t testing.TB, settings ...string) {
	t.Helper()
	c.URL = strings.TrimSpace(c.script(t, append([]string{"start"}, settings...)...))
}

// Halt stops the server as a crash does.
func (c *Cluster) Halt(t testing.TB) {
	t.Helper()
	c.script(t, "halt")
}

// Shut stops the server if it still runs, without waiting for anybody.
func (c *Cluster) Shut(t testing.TB) {
	t.Helper()
	c.Run(t, "sh", "-c", "pg_ctl stop -m immediate -D '"+filepath.Join(c.Dir, "data")+"' || true")
}

// Run runs a command with the server's programs, as the server's user, and
// gives what it prints.
func (c *Cluster) Run(t testing.TB, command ...string) string {
	t.Helper()
	return c.script(t, append([]string{"run"}, command...)...)
}

// Own gives a folder to the server's user.
func (c *Cluster) Own(t testing.TB, folder string) {
	t.Helper()
	if out, err := exec.Command("chown", "--reference="+filepath.Join(c.Dir, "data"), folder).CombinedOutput(); err != nil {
		t.Fatalf("chown: %v %s", err, out)
	}
}

// script runs scripts/postgres for this cluster.
func (c *Cluster) script(t testing.TB, args ...string) string {
	t.Helper()
	script := exec.Command(filepath.Join("..", "..", "scripts", "postgres"), args...)
	script.Env = append(os.Environ(), "ZHIWEN_POSTGRES_DIR="+c.Dir, "TEST_DATABASE_URL=")
	out, err := script.Output()
	if err != nil {
		var failed *exec.ExitError
		errors.As(err, &failed)
		t.Fatalf("scripts/postgres %q: %v %s", args, err, failed.Stderr)
	}
	return string(out)
}

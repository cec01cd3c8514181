//go:build soak && linux

package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"zhiwen/retrieval/pgstore/pgtest"
)

// TestSoakPartition cuts the network between a server and its database, so that
// packets are lost and no connection ends: each visitor gets one sentence, and
// the next question on the same connection is answered once the network is
// whole again.
func TestSoakPartition(t *testing.T) {
	cluster := pgtest.NewCluster(t)
	fillSamples(t, cluster.URL)
	network := newNamespace(t)
	s := serveBy(t, []string{
		"ip", "netns", "exec", network.name, os.Args[0], "serve", "--addr", network.inside("visitors") + ":0",
		"--store", "postgres://zhiwen@" + forward(t, network.outside("database"), cluster) + "/zhiwen?sslmode=disable",
	})
	var visitors []*visitor
	for range 4 {
		visitors = append(visitors, visit(t, s.url))
	}
	everyoneGets(t, visitors, "final")
	for range 3 {
		network.run(t, "link", "set", network.outside("database.link"), "down")
		began := time.Now()
		everyoneGets(t, visitors, "error")
		t.Logf("told after %.1f s", time.Since(began).Seconds())
		network.run(t, "link", "set", network.outside("database.link"), "up")
		began = time.Now()
		everyoneGets(t, visitors, "final")
		t.Logf("answered again after %.1f s", time.Since(began).Seconds())
	}
}

// leaveOut skips a test that this machine cannot run; CI has to be able to.
func leaveOut(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// namespace is a network of its own with two lines to the machine's.
type namespace struct{ name string }

var namespaceLines = map[string]string{"visitors": "10.231.1", "database": "10.231.2"}

func newNamespace(t *testing.T) namespace {
	t.Helper()
	n := namespace{fmt.Sprintf("zw%d", os.Getpid())}
	if out, err := exec.Command("ip", "netns", "add", n.name).CombinedOutput(); err != nil {
		leaveOut(t, "only root can make a network namespace: "+string(out))
	}
	t.Cleanup(func() { n.run(t, "netns", "delete", n.name) })
	n.run(t, "-n", n.name, "link", "set", "lo", "up")
	for line := range namespaceLines {
		far := "in-" + line
		n.run(t, "link", "add", n.outside(line+".link"), "type", "veth", "peer", "name", far, "netns", n.name)
		n.run(t, "address", "add", n.outside(line)+"/24", "dev", n.outside(line+".link"))
		n.run(t, "link", "set", n.outside(line+".link"), "up")
		n.run(t, "-n", n.name, "address", "add", n.inside(line)+"/24", "dev", far)
		n.run(t, "-n", n.name, "link", "set", far, "up")
	}
	return n
}

func (n namespace) run(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		t.Fatalf("ip %v: %s", args, out)
	}
}

// outside gives the address of this machine's end of a line, or its name.
func (n namespace) outside(line string) string {
	if name, ok := strings.CutSuffix(line, ".link"); ok {
		return n.name + name[:2]
	}
	return namespaceLines[line] + ".1"
}

func (n namespace) inside(line string) string { return namespaceLines[line] + ".2" }

// forward lets a cluster, which listens on a socket in a folder, be reached at
// an address.
func forward(t *testing.T, address string, cluster *pgtest.Cluster) string {
	t.Helper()
	u, err := url.Parse(cluster.URL)
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432")
	listener, err := net.Listen("tcp", address+":0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	t.Cleanup(func() { listener.Close(); all.Wait() })
	all.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", socket)
			if err != nil {
				near.Close()
				continue
			}
			for from, to := range map[net.Conn]net.Conn{near: far, far: near} {
				all.Go(func() {
					io.Copy(to, from) // however it ends, both do
					near.Close()
					far.Close()
				})
			}
		}
	})
	return listener.Addr().String()
}

// TestSoakSlowDisk lets every write of a server to its disk take 200 ms:
// visitors wait longer, and each gets an answer that is kept.
func TestSoakSlowDisk(t *testing.T) {
	wordsAlone(t)
	store := sampleStore(t)
	s := serve(t, store)
	tracer := exec.Command("strace", "-f", "-q", "-o", os.DevNull, "-p", fmt.Sprint(s.process.Process.Pid),
		"-e", "trace=pwrite64,fsync,fdatasync", "-e", "inject=pwrite64,fsync,fdatasync:delay_enter=200000")
	if err := tracer.Start(); errors.Is(err, exec.ErrNotFound) {
		leaveOut(t, "strace is not installed")
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = tracer.Process.Signal(os.Interrupt)
		_ = tracer.Wait() // it says that it was interrupted
	})
	eventually(t, "the disk is slow", func() bool {
		began := time.Now()
		s.ask(t, legalAid)
		return time.Since(began) > 200*time.Millisecond
	})
	var visitors []*visitor
	for range 8 {
		visitors = append(visitors, visit(t, s.url))
	}
	for range 3 {
		began := time.Now()
		everyoneGets(t, visitors, "final")
		t.Logf("8 answered in %.1f s", time.Since(began).Seconds())
	}
	for _, v := range visitors {
		again := visitAs(t, s.url, v.session, 0)
		for range 3 {
			if frames := again.until(t, "final"); !strings.Contains(frames[len(frames)-1].Text, "247") {
				t.Errorf("kept: %+v", frames)
			}
		}
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"zhiwen/retrieval/pgstore/pgtest"
)

// TestDatabaseOutage stops the database under a server with visitors: each
// gets one sentence, and the next question on the same connection is answered
// once the database is back.
func TestDatabaseOutage(t *testing.T) {
	pgtest.Schema(t) // skips, or fails in CI, where there is no PostgreSQL
	// A cluster of its own, because others work in the tests' one.
	folder, err := os.MkdirTemp("", "zhiwen-outage-")
	if err != nil {
		t.Fatal(err)
	}
	database := strings.TrimSpace(cluster(t, folder, "start"))
	t.Cleanup(func() { cluster(t, folder, "stop") })
	t.Setenv("ZHIWEN_ORT_LIB", filepath.Join(folder, "none.so")) // by words alone
	for _, args := range [][]string{{"migrate"}, {"ingest", samplePages}} {
		if got := zhiwen(t, append(args, "--store", database)...); got.code != 0 {
			t.Fatalf("%v: %+v", args, got)
		}
	}

	ctx, stop := context.WithCancel(t.Context())
	logs, log := io.Pipe()
	served := make(chan int, 1)
	go func() {
		defer log.Close()
		served <- run(ctx, []string{"serve", "--store", database, "--addr", "127.0.0.1:0"}, strings.NewReader(""), io.Discard, log)
	}()
	url := waitForURL(t, logs)
	drained := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, logs)
		drained <- err
	}()
	var visitors []*websocket.Conn
	for range 4 {
		visitors = append(visitors, visit(t, url))
	}
	everyoneGets(t, visitors, "final")
	cluster(t, folder, "halt")
	everyoneGets(t, visitors, "error")
	cluster(t, folder, "start")
	everyoneGets(t, visitors, "final")

	for _, v := range visitors {
		v.Close()
	}
	stop()
	if code := <-served; code != 0 {
		t.Errorf("serve ended with %d", code)
	}
	if err := <-drained; err != nil {
		t.Error(err)
	}
}

// cluster runs scripts/postgres for the cluster in a folder and gives what it
// prints.
func cluster(t *testing.T, folder, command string) string {
	t.Helper()
	script := exec.Command(filepath.Join("..", "..", "scripts", "postgres"), command)
	script.Env = append(os.Environ(), "ZHIWEN_POSTGRES_DIR="+folder, "TEST_DATABASE_URL=")
	out, err := script.Output()
	if err != nil {
		var failed *exec.ExitError
		errors.As(err, &failed)
		t.Fatalf("scripts/postgres %s: %v %s", command, err, failed.Stderr)
	}
	return string(out)
}

func visit(t *testing.T, url string) *websocket.Conn {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{"zhiwen.v1"}, HandshakeTimeout: patience}
	conn, response, err := dialer.Dial("ws"+strings.TrimPrefix(url, "http")+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	t.Cleanup(func() { conn.Close() })
	if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"hello","profile":"standard","script":"hans"}`)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// everyoneGets lets all visitors ask at once and waits for how each question
// ends.
func everyoneGets(t *testing.T, visitors []*websocket.Conn, want string) {
	t.Helper()
	for i, conn := range visitors {
		ask := fmt.Sprintf(`{"type":"ask","id":"%s%d-%d","text":"2023年法律援助办了多少件"}`, want, i, time.Now().UnixNano())
		if err := conn.WriteMessage(websocket.TextMessage, []byte(ask)); err != nil {
			t.Fatal(err)
		}
	}
	for i, conn := range visitors {
		if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		for {
			var frame struct{ Type, Message string }
			if err := conn.ReadJSON(&frame); err != nil {
				t.Fatalf("visitor %d waits for %s: %v", i, want, err)
			}
			if frame.Type == "final" || frame.Type == "error" {
				if frame.Type != want || want == "error" && frame.Message == "" {
					t.Errorf("visitor %d gets %+v, want %s", i, frame, want)
				}
				break
			}
		}
	}
}

package main

import (
	"fmt"
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
	cluster := pgtest.NewCluster(t)
	fillSamples(t, cluster.URL)
	url := serve(t, cluster.URL).url
	var visitors []*websocket.Conn
	for range 4 {
		visitors = append(visitors, visit(t, url))
	}
	everyoneGets(t, visitors, "final")
	cluster.Halt(t)
	everyoneGets(t, visitors, "error")
	cluster.Start(t)
	everyoneGets(t, visitors, "final")
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

package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"zhiwen/retrieval/pgstore/pgtest"
)

// TestReplicas serves one database from two processes: a change is answered
// by both at once, and a conversation goes on with either.
func TestReplicas(t *testing.T) {
	database := pgtest.Schema(t)
	fillSamples(t, database)
	replicas := []*server{serve(t, database), serve(t, database)}
	const place = "白沙乡"
	file := filepath.Join(t.TempDir(), "notice.txt")
	for _, hour := range []string{"3月7日8时", "3月9日14时", "3月8日10时"} {
		notice(t, file, place, hour)
		succeed(t, database, []string{"ingest", file})
		for i, s := range replicas {
			if a := s.ask(t, water(place)); !strings.Contains(a.Text, hour) {
				t.Errorf("replica %d: %q, want %s in it", i, a.Text, hour)
			}
		}
	}

	// A visitor whose connection is cut in the middle comes to the other
	// replica, hears the rest, asks there, and comes back.
	first := visitAs(t, replicas[0].url, "", 0)
	heard := first.ask(t, "q1", "2023年法律援助办了多少件")
	if len(heard) < 3 {
		t.Fatalf("an answer in %d frames", len(heard))
	}
	first.Close()
	second := visitAs(t, replicas[1].url, first.session, heard[0].Seq)
	if replayed := second.until(t, "final"); fmt.Sprint(replayed) != fmt.Sprint(heard[1:]) {
		t.Errorf("replayed %v, want %v", replayed, heard[1:])
	}
	more := second.ask(t, "q2", water(place))
	second.Close()
	third := visitAs(t, replicas[0].url, first.session, heard[len(heard)-1].Seq)
	if replayed := third.until(t, "final"); fmt.Sprint(replayed) != fmt.Sprint(more) {
		t.Errorf("replayed %v, want %v", replayed, more)
	}
}

// frame is what the tests look at of a server's frame.
type frame struct {
	Type, ID, Text, Message, Session string
	Seq                              int64
}

// visitor is a visitor's connection.
type visitor struct {
	*websocket.Conn
	session string
}

// visitAs connects to a session, or a new one, of which the frames up to seq
// are known.
func visitAs(t *testing.T, url, session string, seq int64) *visitor {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{"zhiwen.v1"}, HandshakeTimeout: patience}
	conn, response, err := dialer.Dial("ws"+strings.TrimPrefix(url, "http")+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	t.Cleanup(func() { conn.Close() })
	v := &visitor{Conn: conn}
	v.say(t, map[string]any{"type": "hello", "profile": "standard", "script": "hans", "session": session, "last_seq": seq})
	welcome := v.until(t, "welcome")
	v.session = welcome[0].Session
	return v
}

func (v *visitor) say(t *testing.T, frame map[string]any) {
	t.Helper()
	if err := v.WriteJSON(frame); err != nil {
		t.Fatal(err)
	}
}

// ask asks and gives the frames up to the end of the answer, be it an error.
func (v *visitor) ask(t *testing.T, id, question string) []frame {
	t.Helper()
	v.say(t, map[string]any{"type": "ask", "id": id, "text": question})
	return v.until(t, "final", "error")
}

// until reads frames up to one of these types.
func (v *visitor) until(t *testing.T, types ...string) []frame {
	t.Helper()
	if err := v.SetReadDeadline(time.Now().Add(2 * patience)); err != nil {
		t.Fatal(err)
	}
	var frames []frame
	for {
		var f frame
		if err := v.ReadJSON(&f); err != nil {
			t.Fatalf("after %v: %v", frames, err)
		}
		frames = append(frames, f)
		for _, last := range types {
			if f.Type == last {
				return frames
			}
		}
	}
}

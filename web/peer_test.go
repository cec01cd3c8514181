package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"zhiwen/bot"
)

// peer is a client of the protocol.
type peer struct {
	t  testing.TB
	ws *websocket.Conn
}

// got is any server frame.
type got struct {
	Type        string         `json:"type"`
	Seq         int64          `json:"seq"`
	ID          string         `json:"id"`
	Session     string         `json:"session"`
	Label       string         `json:"label"`
	Stage       string         `json:"stage"`
	Text        string         `json:"text"`
	Status      bot.Status     `json:"status"`
	Mode        bot.Mode       `json:"mode"`
	AnswerID    string         `json:"answer_id"`
	Highlight   string         `json:"highlight"`
	Citations   []bot.Citation `json:"citations"`
	Suggestions []string       `json:"suggestions"`
	Code        string         `json:"code"`
	Message     string         `json:"message"`
}

func (s *site) dial(header http.Header) (*peer, *http.Response, error) {
	d := websocket.Dialer{Subprotocols: []string{subprotocol}, HandshakeTimeout: 5 * time.Second}
	ws, response, err := d.Dial("ws"+strings.TrimPrefix(s.url, "http")+"/ws", header)
	if err != nil {
		return nil, response, err
	}
	p := &peer{t: s.t, ws: ws}
	s.t.Cleanup(p.cut)
	return p, response, nil
}

// connect dials and says hello.
func (s *site) connect(hello string) (*peer, got) {
	s.t.Helper()
	p, _, err := s.dial(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	p.say(hello)
	welcome := p.next()
	if welcome.Type != "welcome" {
		s.t.Fatalf("hello was answered with %+v", welcome)
	}
	return p, welcome
}

func (s *site) resume(session string, seq int64) *peer {
	s.t.Helper()
	p, welcome := s.connect(fmt.Sprintf(`{"type":"hello","session":%q,"last_seq":%d}`, session, seq))
	if welcome.Session != session {
		s.t.Fatalf("session %s was not resumed but %s begun", session, welcome.Session)
	}
	return p
}

func (p *peer) say(frame string) {
	p.t.Helper()
	if err := p.ws.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
		p.t.Fatal("write:", err)
	}
}

func (p *peer) next() got {
	p.t.Helper()
	g, err := p.read()
	if err != nil {
		p.t.Fatal("read:", err)
	}
	return g
}

func (p *peer) read() (got, error) {
	var g got
	// Long enough for a machine under load: it is only met by a failing test.
	p.ws.SetReadDeadline(time.Now().Add(20 * time.Second))
	_, data, err := p.ws.ReadMessage()
	if err != nil {
		return g, err
	}
	return g, json.Unmarshal(data, &g)
}

// until reads frames up to the first one of a type, which is the last given.
func (p *peer) until(kind string) []got {
	p.t.Helper()
	var all []got
	for {
		g := p.next()
		all = append(all, g)
		if g.Type == kind {
			return all
		}
	}
}

// settle waits until the server has done all it was told.
func (p *peer) settle() {
	p.t.Helper()
	p.say(`{"type":"stop","id":"none"}`)
	p.until("error")
}

// cut drops the connection as a phone does that loses its network: without a
// word.
func (p *peer) cut() { p.ws.NetConn().Close() }

// closed reads on until the connection ends and gives the close code.
func (p *peer) closed() (frames []got, code int) {
	p.t.Helper()
	for {
		g, err := p.read()
		if err == nil {
			frames = append(frames, g)
			continue
		}
		if e, ok := err.(*websocket.CloseError); ok {
			return frames, e.Code
		}
		p.t.Fatal("the connection ended without a close:", err)
	}
}

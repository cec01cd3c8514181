package web

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gorilla/websocket"

	"zhiwen/bot"
	"zhiwen/retrieval"
)

// dialogue is what one connection has to say: it reads frames and passes them
// to the conversation it has borrowed, if it has said hello.
type dialogue struct {
	*conn
	server       *Server
	ip           string
	log          *slog.Logger
	ctx          context.Context
	conversation *conversation
	frames       counter
}

func (s *Server) webSocket(w http.ResponseWriter, r *http.Request) {
	ip := clientIP(r, s.cfg.Proxies)
	log := s.cfg.Log.With("ip", ip, "origin", r.Header.Get("Origin"))
	if s.hub.isDraining() {
		http.Error(w, refuseShutdown.Message, http.StatusServiceUnavailable)
		return
	}
	upgrader := websocket.Upgrader{
		Subprotocols: []string{subprotocol},
		CheckOrigin:  s.originAllowed,
		Error: func(w http.ResponseWriter, r *http.Request, status int, reason error) {
			log.Warn("connection refused", "status", status, "reason", reason)
			http.Error(w, "无法建立连接。", status)
		},
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // answered and logged
	}
	// The request's context stays open after a hijack however the connection
	// ends; this one ends with the reading.
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	d := &dialogue{conn: newConn(ws), server: s, ip: ip, log: log, ctx: ctx}
	if !s.conns.add(d.conn) {
		ws.Close()
		return
	}
	defer s.conns.remove(d.conn)
	refused := s.gate.enter(ip)
	if refused == nil {
		defer s.gate.leave(ip)
	} else {
		d.refuse("", refused)
	}
	log.Info("connected")
	err = d.run(d.hear)
	d.leave()
	log.Info("disconnected", "reason", err)
}

// originAllowed lets in a page's own origin, the public and the configured ones, and clients
// that are no browsers: those send no Origin, and could send any.
func (s *Server) originAllowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || origin == s.cfg.Public.Origin || slices.Contains(s.cfg.Origins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(hostOf(u.Host), hostOf(r.Host))
}

// hostOf leaves out a port that the scheme implies: a gateway that ends TLS
// may add or drop it.
func hostOf(host string) string {
	host, _ = strings.CutSuffix(host, ":443")
	host, _ = strings.CutSuffix(host, ":80")
	return host
}

// hear takes one frame of the client.
func (d *dialogue) hear(kind int, data []byte) {
	if !d.frames.allow(d.server.cfg.Now(), connFrames) {
		d.refuse("", d.server.gate.refuse(refuseRate))
		return
	}
	if kind != websocket.TextMessage {
		d.refuse("", refuseFrame)
		return
	}
	frame, id, refused := decodeFrame(data)
	if refused == nil {
		refused = d.act(frame)
	}
	if refused != nil {
		d.refuse(id, refused)
	}
}

func (d *dialogue) act(frame any) *refusal {
	if hello, ok := frame.(helloFrame); ok {
		return d.greet(hello)
	}
	if d.conversation == nil {
		// Whoever does not introduce himself is a new visitor.
		if refused := d.greet(helloFrame{Profile: bot.ProfileStandard, Script: bot.ScriptHans}); refused != nil {
			return refused
		}
	}
	switch f := frame.(type) {
	case askFrame:
		if refused := d.server.gate.question(d.ip, d.conversation.id); refused != nil {
			return refused
		}
		f.address = d.ip
		return d.conversation.ask(f)
	case stopFrame:
		return d.conversation.stop(f.ID)
	case feedbackFrame:
		return d.note(f)
	}
	return refuseType
}

// greet attaches the connection to the session it names, or to a new one when
// that is not known here.
func (d *dialogue) greet(hello helloFrame) *refusal {
	d.leave()
	if isSessionID(hello.Session) {
		c := d.server.hub.borrow(hello.Session)
		err := c.attach(d.ctx, d.conn, hello, d.server.cfg.Page.Notice)
		if err == nil {
			d.conversation = c
			return nil
		}
		d.server.hub.release(c)
		if !errors.Is(err, retrieval.ErrNotFound) {
			return d.fail("attach", err)
		}
	}
	hello.LastSeq = 0
	c, err := d.server.hub.create(d.ctx, hello)
	if err != nil {
		return d.fail("begin a session", err)
	}
	if err := c.attach(d.ctx, d.conn, hello, d.server.cfg.Page.Notice); err != nil {
		d.server.hub.release(c)
		return d.fail("attach to a new session", err)
	}
	d.conversation = c
	return nil
}

// isSessionID tells what may be one of ours from what never is, and is not worth
// asking the store for.
func isSessionID(id string) bool {
	b, err := hex.DecodeString(id)
	return err == nil && len(b) == sessionBytes
}

func (d *dialogue) note(f feedbackFrame) *refusal {
	err := d.server.cfg.Store.AddFeedback(d.ctx, bot.Feedback{
		SessionID: d.conversation.id, AnswerID: f.AnswerID, Rating: string(f.Rating), Reasons: f.Reasons,
		Text: retrieval.Mask(f.Text), At: d.server.cfg.Now(),
	})
	if err != nil {
		return d.fail("keep feedback", err)
	}
	return nil
}

func (d *dialogue) fail(doing string, err error) *refusal {
	d.log.Error(doing, "err", err)
	return refuseFailure
}

// refuse says no, and goodbye where the refusal asks for it.
func (d *dialogue) refuse(id string, why *refusal) {
	frame := encode(errorFrame{Type: "error", ID: id, refusal: why})
	if why.closeCode == 0 {
		d.send(frame)
		return
	}
	d.log.Warn("connection closed by a limit", "code", why.Code)
	d.end(why.closeCode, why.Message, frame)
}

// leave gives the conversation back.
func (d *dialogue) leave() {
	if d.conversation == nil {
		return
	}
	d.conversation.detach(d.conn)
	d.server.hub.release(d.conversation)
	d.conversation = nil
}

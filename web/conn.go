package web

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// Close codes in use. 4001 is ours: another connection has taken the session
// over, and the client must not take it back by itself.
const (
	closeGone     = websocket.CloseGoingAway
	closePolicy   = websocket.ClosePolicyViolation
	closeTryLater = websocket.CloseTryAgainLater
	closeReplaced = 4001
)

// Times and amounts of a connection.
const (
	// pingEvery keeps gateways from cutting an idle connection; their usual
	// limit is a minute.
	pingEvery = 25 * time.Second
	// silence is when a peer is taken for dead: two pings unanswered.
	silence = 60 * time.Second
	// writeLimit bounds one write to a peer that takes nothing.
	writeLimit = 10 * time.Second
	// closeWait is what a peer gets to answer a close; a socket closed at
	// once with bytes unread is reset, and the reason is lost with it.
	closeWait = time.Second
	// closeDrain bounds, in bytes, what is read of a frame that is too long.
	closeDrain = 1 << 20
	// queued is how many messages a slow client may lag behind: some seconds
	// of a streamed answer.
	queued = 256
)

// conn is one WebSocket connection: the goroutine that reads, and one that
// writes. Everybody else hands messages to the queue and never waits: a client
// that lets its queue fill up is closed.
type conn struct {
	ws      *websocket.Conn
	queue   chan message
	gone    chan struct{} // closed when reading has ended
	closing atomic.Bool   // nothing the client still says counts
}

// message is frames to write at one go and, with a code, the close after them.
type message struct {
	frames [][]byte
	code   int
	reason string
}

func newConn(ws *websocket.Conn) *conn {
	return &conn{ws: ws, queue: make(chan message, queued), gone: make(chan struct{})}
}

// run reads until the connection ends, giving each frame to handle. It returns
// when the writing goroutine has ended, too.
func (c *conn) run(handle func(kind int, data []byte)) error {
	written := make(chan struct{})
	go func() { defer close(written); c.write() }()
	err := c.read(handle)
	close(c.gone)
	<-written
	return err
}

func (c *conn) read(handle func(kind int, data []byte)) error {
	c.ws.SetReadLimit(maxFrame)
	alive := func(string) error { return c.ws.SetReadDeadline(time.Now().Add(silence)) }
	c.ws.SetPongHandler(alive)
	for {
		if err := alive(""); err != nil {
			return err
		}
		kind, data, err := c.ws.ReadMessage()
		if errors.Is(err, websocket.ErrReadLimit) {
			c.drain() // the library has sent the close with 1009
		}
		if err != nil {
			return err
		}
		if !c.closing.Load() {
			handle(kind, data)
		}
	}
}

// drain reads what is still coming, so that the close is not lost in a reset.
func (c *conn) drain() {
	raw := c.ws.NetConn()
	if raw.SetReadDeadline(time.Now().Add(closeWait)) == nil {
		io.CopyN(io.Discard, raw, closeDrain) // any end will do
	}
}

func (c *conn) write() {
	defer c.ws.Close()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		select {
		case m := <-c.queue:
			if !c.writeMessage(m) {
				return
			}
		case <-ping.C:
			if c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeLimit)) != nil {
				return
			}
		case <-c.gone:
			return
		}
	}
}

// writeMessage reports whether more may be written.
func (c *conn) writeMessage(m message) bool {
	for _, frame := range m.frames {
		if c.ws.SetWriteDeadline(time.Now().Add(writeLimit)) != nil ||
			c.ws.WriteMessage(websocket.TextMessage, frame) != nil {
			return false
		}
	}
	if m.code == 0 {
		return true
	}
	reason := websocket.FormatCloseMessage(m.code, m.reason)
	if c.ws.WriteControl(websocket.CloseMessage, reason, time.Now().Add(writeLimit)) == nil {
		select {
		case <-c.gone:
		case <-time.After(closeWait):
		}
	}
	return false
}

// send queues frames.
func (c *conn) send(frames ...[]byte) { c.put(message{frames: frames}) }

// replaced closes the connection for another that has taken its session over.
func (c *conn) replaced() { c.end(closeReplaced, "会话已在另一个窗口打开") }

// end queues last frames and the close after them.
func (c *conn) end(code int, reason string, frames ...[]byte) {
	if !c.closing.Swap(true) {
		c.put(message{frames: frames, code: code, reason: reason})
	}
}

func (c *conn) put(m message) {
	select {
	case c.queue <- m:
	default:
		c.ws.Close() // reader and writer notice
	}
}

// connections are all that are open, so that a shutdown can close them and
// wait until nothing of them runs.
type connections struct {
	mu     sync.Mutex
	open   map[*conn]bool
	closed bool
	ended  sync.WaitGroup
}

func newConnections() *connections { return &connections{open: make(map[*conn]bool)} }

// count is the number of open connections.
func (s *connections) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// add counts c in; it fails when everything is being closed.
func (s *connections) add(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.open[c] = true
	s.ended.Add(1)
	return true
}

func (s *connections) remove(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
	s.ended.Done()
}

func (s *connections) closeAll() {
	s.mu.Lock()
	s.closed = true
	for c := range s.open {
		c.end(closeGone, "服务正在重启")
	}
	s.mu.Unlock()
	s.ended.Wait()
}

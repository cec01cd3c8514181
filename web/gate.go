package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// Limits of visitors.
const (
	// maxConns is what one process holds: a connection costs two goroutines
	// and their buffers, some 40 KiB.
	maxConns = 12_000
	// maxConnsPerIP leaves room for an office or a school behind one address.
	maxConnsPerIP = 100
	// sessionQuestions a minute is more than a person can read answers to.
	sessionQuestions = 20
	// ipQuestions a minute is what a whole office may ask.
	ipQuestions = 200
	// ipSuggestions a minute is what an office types: a request for every pause.
	ipSuggestions = 1000
	// ipVoice a minute is what an office hears and says; each call costs money.
	ipVoice = 60
	// ipFeedback a minute is what an office judges where no connection is.
	ipFeedback = 60
	// connFrames a minute leaves room for every kind of frame beside the
	// questions; a client that sends more is broken or hostile.
	connFrames = 120
)

// gate counts connections and questions against the limits.
type gate struct {
	now     func() time.Time
	refused func(*refusal) // is told of each refusal

	mu       sync.Mutex
	conns    int
	perIP    map[string]int
	minute   int64
	byVisits map[string]int // questions in this minute, by address and by session
}

func newGate(now func() time.Time, refused func(*refusal)) *gate {
	return &gate{now: now, refused: refused, perIP: make(map[string]int)}
}

// refuse tells of a refusal.
func (g *gate) refuse(r *refusal) *refusal {
	g.refused(r)
	return r
}

// enter counts a connection in, or refuses it. Only one that was let in
// leaves.
func (g *gate) enter(ip string) *refusal {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.conns >= maxConns:
		return g.refuse(refuseOverload)
	case g.perIP[ip] >= maxConnsPerIP:
		return g.refuse(refuseConns)
	}
	g.conns++
	g.perIP[ip]++
	return nil
}

func (g *gate) leave(ip string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.conns--
	if g.perIP[ip]--; g.perIP[ip] == 0 {
		delete(g.perIP, ip)
	}
}

// question counts a question from an address in a session; the HTTP interface
// has no session and gives "".
func (g *gate) question(ip, session string) *refusal {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.turn()
	g.byVisits["ip "+ip]++
	if session != "" {
		g.byVisits["session "+session]++
	}
	if g.byVisits["ip "+ip] > ipQuestions || g.byVisits["session "+session] > sessionQuestions {
		return g.refuse(refuseRate)
	}
	return nil
}

// suggestion, feedback and voice count a request of their kind.
func (g *gate) suggestion(ip string) *refusal { return g.count("suggestion "+ip, ipSuggestions) }
func (g *gate) feedback(ip string) *refusal   { return g.count("feedback "+ip, ipFeedback) }
func (g *gate) voice(ip string) *refusal      { return g.count("voice "+ip, ipVoice) }

func (g *gate) count(who string, limit int) *refusal {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.turn()
	if g.byVisits[who]++; g.byVisits[who] > limit {
		return g.refuse(refuseRate)
	}
	return nil
}

// turn begins a new minute; it is called with g.mu held.
func (g *gate) turn() {
	if m := minuteOf(g.now()); m != g.minute || g.byVisits == nil {
		g.minute, g.byVisits = m, make(map[string]int)
	}
}

// counter counts for one owner and one goroutine.
type counter struct {
	minute int64
	count  int
}

func (c *counter) allow(now time.Time, limit int) bool {
	if m := minuteOf(now); m != c.minute {
		c.minute, c.count = m, 0
	}
	c.count++
	return c.count <= limit
}

func minuteOf(t time.Time) int64 { return t.Unix() / 60 }

// clientIP is the visitor's address: the peer's, or what the nearest proxy
// that is not ours reported.
func clientIP(r *http.Request, proxies []netip.Prefix) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	ours := func(addr string) bool {
		ip, err := netip.ParseAddr(addr)
		return err == nil && slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && ours(host); i-- {
		ip, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		host = ip.Unmap().String()
	}
	return host
}

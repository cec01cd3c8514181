//go:build soak && linux

package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"zhiwen/bot"
)

// loadConnections is how many visitors are connected throughout.
const loadConnections = 10_000

// TestSoakLoad lets 10,000 visitors connect to one server over 10,000 chunks
// and ask more and more. Up to the rates that are promised each is answered;
// beyond them each is answered or told when to come back, and nothing else.
// ZHIWEN_LOAD_SECONDS is how long a round lasts.
func TestSoakLoad(t *testing.T) {
	seconds := 30
	if set := os.Getenv("ZHIWEN_LOAD_SECONDS"); set != "" {
		var err error
		if seconds, err = strconv.Atoi(set); err != nil {
			t.Fatal(err)
		}
	}
	questions := loadQuestions(t)
	s := serve(t, loadStore(t), "ZHIWEN_PROXIES=127.0.0.1")
	crowd := gather(t, s.url)
	t.Logf("%d connected: %s", loadConnections, s.gauges(t))
	for _, round := range []struct {
		name    string
		rate    int // questions a second
		repeat  int // so many questions again and again; 0: all differ
		promise bool
	}{
		{"15 a second, all different", 15, 0, true},
		{"60 a second, all different", 60, 0, true},
		{"300 a second of 20", 300, 20, true},
		{"200 a second, all different", 200, 0, false},
		{"15 a second again", 15, 0, true},
	} {
		n := min(round.rate*seconds, len(questions))
		asked := questions[:n]
		if round.repeat > 0 {
			asked = make([]string, n)
			for i := range asked {
				asked[i] = questions[i%round.repeat]
			}
		} else {
			questions = append(questions[n:], questions[:n]...)
		}
		before := s.unread(t)
		got := crowd.askAtRate(t, asked, round.rate)
		t.Logf("%s: %s; read in time %.3f; %s", round.name, got, 1-float64(s.unread(t)-before)/float64(n), s.gauges(t))
		for _, wrong := range got.wrong {
			t.Errorf("%s: %s", round.name, wrong)
		}
		if round.promise && got.overloaded > 0 {
			t.Errorf("%s: %d of %d were told to come back", round.name, got.overloaded, n)
		}
	}
	crowd.leave()
	eventually(t, "the connections are gone", func() bool { return s.metric(t, "zhiwen_connections") == 0 })
	t.Logf("all gone: %s", s.gauges(t))
}

// loadStore has 10,000 chunks of policies and letters.
func loadStore(t *testing.T) string {
	t.Helper()
	store := filepath.Join(t.TempDir(), "load.db")
	args := []string{"bench", "--store", store, "--chunks", "10000", "--limit", "1", "--queries", evalFile(t, "ncp_policy", "queries")}
	for _, set := range []string{"ncp_policy", "gov_letters", "dureader_robust", "procuratorate_faq"} {
		args = append(args, "--docs", evalFile(t, set, "docs"))
	}
	if got := zhiwen(t, args...); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	return store
}

func evalFile(t *testing.T, set, name string) string {
	t.Helper()
	path := filepath.Join("../../../shared/eval", set, name+".jsonl.gz")
	if _, err := os.Stat(path); err != nil {
		t.Skip("../shared/eval is not here")
	}
	return path
}

func loadQuestions(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, set := range []string{"ncp_policy", "gov_letters", "dureader_robust", "procuratorate_faq"} {
		files = append(files, evalFile(t, set, "queries"))
	}
	queries, err := readQueries(files)
	if err != nil {
		t.Fatal(err)
	}
	var questions []string
	for _, q := range queries {
		questions = append(questions, q.Question)
	}
	// Each of the four has its turn.
	slices.SortFunc(questions, func(a, b string) int { return strings.Compare(hexOf(a), hexOf(b)) })
	return questions
}

func (s *server) unread(t *testing.T) int { return int(s.metric(t, "zhiwen_unread_total")) }

func (s *server) gauges(t *testing.T) string {
	return fmt.Sprintf("%.0f MB, %.0f goroutines, %.0f connections",
		s.metric(t, "process_resident_memory_bytes")/1e6, s.metric(t, "go_goroutines"), s.metric(t, "zhiwen_connections"))
}

// crowd is many visitors, each of whom asks one question at a time.
type crowd struct {
	url  string
	free chan *asker
	all  sync.WaitGroup
	seq  atomic.Int64
}

type asker struct {
	*websocket.Conn
	address string
	ended   chan frame // ends of answers
}

// gather connects everybody, each from an address of their own.
func gather(t *testing.T, url string) *crowd {
	t.Helper()
	c := &crowd{url: url, free: make(chan *asker, loadConnections)}
	errs := make(chan error, loadConnections)
	var connecting sync.WaitGroup
	for w := range 50 {
		connecting.Go(func() {
			for i := w; i < loadConnections; i += 50 {
				m, err := c.connect(fmt.Sprintf("10.%d.%d.1", i/250, i%250))
				if err != nil {
					errs <- err
					return
				}
				c.free <- m
			}
		})
	}
	connecting.Wait()
	t.Cleanup(c.leave)
	select {
	case err := <-errs:
		t.Fatal(err)
	default:
	}
	return c
}

func (c *crowd) connect(address string) (*asker, error) {
	dialer := websocket.Dialer{
		Subprotocols: []string{"zhiwen.v1"}, HandshakeTimeout: patience, ReadBufferSize: 1 << 10, WriteBufferSize: 1 << 10,
	}
	conn, response, err := dialer.Dial("ws"+strings.TrimPrefix(c.url, "http")+"/ws", http.Header{"X-Forwarded-For": {address}})
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	response.Body.Close()
	m := &asker{Conn: conn, address: address, ended: make(chan frame, 4)}
	if err := m.WriteJSON(map[string]string{"type": "hello", "profile": "standard"}); err != nil {
		return nil, fmt.Errorf("say hello: %w", err)
	}
	c.all.Go(func() { m.listen() })
	return m, nil
}

// listen passes on how answers end, until the connection does.
func (m *asker) listen() {
	defer close(m.ended)
	for {
		var f frame
		if m.ReadJSON(&f) != nil {
			return
		}
		if f.Type == "final" || f.Type == "error" {
			m.ended <- f
		}
	}
}

// loadResult is how the questions of one round ended.
type loadResult struct {
	mu                   sync.Mutex
	answered, overloaded int
	took                 []time.Duration // of those answered
	late                 time.Duration   // the asking itself, behind its rate
	wrong                []string
}

func (r *loadResult) String() string {
	return fmt.Sprintf("%d answered, p50 %.0f ms, p95 %.0f ms; %d told to come back; the asking was %.1f s late",
		r.answered, percentile(r.took, .5), percentile(r.took, .95), r.overloaded, r.late.Seconds())
}

// askAtRate has each question asked by another visitor, so many a second, and
// waits for all to end. Who is told to come back connects anew.
func (c *crowd) askAtRate(t *testing.T, questions []string, rate int) *loadResult {
	t.Helper()
	result := &loadResult{}
	var asking sync.WaitGroup
	began := time.Now()
	for i, question := range questions {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		select {
		case m := <-c.free:
			asking.Go(func() { c.askOnce(result, m, question) })
		case <-time.After(patience):
			t.Fatalf("nobody is free to ask: %s", result)
		}
	}
	result.late = time.Since(began) - time.Duration(len(questions))*time.Second/time.Duration(rate)
	asking.Wait()
	return result
}

func (c *crowd) askOnce(result *loadResult, m *asker, question string) {
	began := time.Now()
	id := "q" + strconv.FormatInt(c.seq.Add(1), 10)
	last, kept := m.askAndHear(id, question)
	took := time.Since(began)
	if !kept || last.Type == "error" && last.Code == "overloaded" {
		m.Close()
		fresh, err := c.connect(m.address)
		if err != nil {
			result.note(func() { result.wrong = append(result.wrong, err.Error()) })
			return
		}
		m = fresh
	}
	c.free <- m
	result.note(func() {
		switch {
		case last.Type == "final" && last.Status != string(bot.StatusError):
			result.answered++
			result.took = append(result.took, took)
		case last.Type == "error" && last.Code == "overloaded":
			result.overloaded++
		default:
			result.wrong = append(result.wrong, fmt.Sprintf("%q ended with %+v", question, last))
		}
	})
}

func (m *asker) askAndHear(id, question string) (last frame, kept bool) {
	if m.WriteJSON(map[string]string{"type": "ask", "id": id, "text": question}) != nil {
		return frame{}, false
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	for {
		select {
		case f, open := <-m.ended:
			if !open || f.ID == id {
				return f, open
			}
		case <-ctx.Done():
			return frame{Type: "nothing within the limit"}, false
		}
	}
}

func (r *loadResult) note(what func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	what()
}

// leave closes all connections and waits for their listeners.
func (c *crowd) leave() {
	for {
		select {
		case m := <-c.free:
			m.Close()
		default:
			c.all.Wait()
			return
		}
	}
}

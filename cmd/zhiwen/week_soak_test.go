//go:build soak && linux

package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	// weekVisitors come on each day of the simulated week, most of them in office
	// hours; each asks one to six questions.
	weekVisitors = 600
	// weekAtOnce are connected at the same time.
	weekAtOnce = 16
)

// TestSoakWeek lets a week of visitors come to one server without the nights'
// quiet: some go away in the middle of an answer, some ask over HTTP, and each
// night a document changes. After the days the server holds no more memory and
// no more goroutines than after the second.
func TestSoakWeek(t *testing.T) {
	questions := loadQuestions(t)[:500]
	store := loadStore(t)
	s := serve(t, store, "ZHIWEN_PROXIES=127.0.0.1")
	notice := filepath.Join(t.TempDir(), "notice.txt")
	var second, last weekState
	for day := 1; day <= 7; day++ {
		asked, wrong := s.liveADay(t, questions, day)
		writeNotice(t, notice, "白沙乡", fmt.Sprintf("3月%d日8时", day))
		succeed(t, store, []string{"ingest", notice})
		if a := s.ask(t, water("白沙乡")); !strings.Contains(a.Text, fmt.Sprintf("3月%d日8时", day)) {
			t.Errorf("day %d: the notice of the night is not answered: %q", day, a.Text)
		}
		last = s.settled(t)
		if day == 2 {
			second = last
		}
		t.Logf("day %d: %d questions, %d without an end; %.0f MB, %.0f goroutines", day, asked, wrong, last.memory/1e6, last.goroutines)
		if wrong > 0 {
			t.Errorf("day %d: %d questions have no end", day, wrong)
		}
	}
	if last.goroutines > second.goroutines+2 {
		t.Errorf("%.0f goroutines after the second day, %.0f after the last", second.goroutines, last.goroutines)
	}
	if last.memory > 1.1*second.memory {
		t.Errorf("%.0f MB after the second day, %.0f after the last", second.memory/1e6, last.memory/1e6)
	}
}

// weekState is what a server holds when nobody is connected.
type weekState struct{ memory, goroutines float64 }

// settled waits until nobody is connected and the answers of those who went away
// have ended.
func (s *server) settled(t *testing.T) weekState {
	t.Helper()
	eventually(t, "everybody has left", func() bool { return s.metric(t, "zhiwen_connections") == 0 })
	var now weekState
	for range 30 {
		before := now.goroutines
		now = weekState{s.metric(t, "process_resident_memory_bytes"), s.metric(t, "go_goroutines")}
		if now.goroutines == before {
			break
		}
		time.Sleep(time.Second)
	}
	return now
}

// liveADay has the visitors of one day come, and counts questions, and those that
// neither ended nor were left by their visitor.
func (s *server) liveADay(t *testing.T, questions []string, day int) (asked, wrong int64) {
	t.Helper()
	visitors := make(chan int)
	var coming sync.WaitGroup
	var all, lost atomic.Int64
	c := &crowd{url: s.url}
	for range weekAtOnce {
		coming.Go(func() {
			for n := range visitors {
				did, failed := s.comeOnce(c, questions, rand.New(rand.NewPCG(uint64(day), uint64(n))))
				all.Add(int64(did))
				lost.Add(int64(failed))
			}
		})
	}
	for n := range weekVisitors {
		visitors <- n
	}
	close(visitors)
	coming.Wait()
	c.all.Wait()
	return all.Load(), lost.Load()
}

// comeOnce is one visitor's stay.
func (s *server) comeOnce(c *crowd, questions []string, random *rand.Rand) (asked, failed int) {
	m, err := c.connect(fmt.Sprintf("10.%d.%d.%d", random.IntN(256), random.IntN(256), 1+random.IntN(254)))
	if err != nil {
		return 1, 1
	}
	defer m.Close()
	for range 1 + random.IntN(6) {
		question := questions[random.IntN(len(questions))]
		asked++
		id := fmt.Sprint("q", c.seq.Add(1))
		if random.IntN(10) == 0 { // goes away in the middle of it
			if m.WriteJSON(map[string]string{"type": "ask", "id": id, "text": question}) != nil {
				failed++
			}
			return asked, failed
		}
		if last, _ := m.askAndHear(id, question); last.Type != "final" {
			return asked, failed + 1
		}
	}
	return asked, failed
}

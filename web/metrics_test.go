package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// TestMetrics: monitoring inside the network reads what was answered and
// refused; visitors do not, and nothing that they typed is there.
func TestMetrics(t *testing.T) {
	s := newSite(t, script{}, newMemory())
	for _, body := range []string{`{"turns":["秘密的问题"]}`, `{"turns":["另一个"]}`} {
		response, err := http.Post(s.url+"/api/v1/ask", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	ask := func(remote, forwarded string) (int, string) {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.RemoteAddr = remote
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		w := httptest.NewRecorder()
		s.Server.Handler().ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	s.Server.cfg.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32")}
	code, body := ask("127.0.0.1:1", "")
	if code != http.StatusOK {
		t.Fatalf("status %d", code)
	}
	for _, want := range []string{`zhiwen_answers_total{mode="excerpt",status="answered"} 2`, "zhiwen_documents 3", "zhiwen_chunks 42", "zhiwen_connections 0", "go_goroutines", `zhiwen_answer_seconds_count{mode="excerpt"} 2`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in\n%.3000s", want, body)
		}
	}
	if strings.Contains(body, "秘密") {
		t.Error("it tells what visitors typed")
	}
	for _, c := range []struct {
		remote, forwarded string
		want              int
	}{
		{"10.0.0.1:1", "10.1.2.3", http.StatusOK},
		{"10.0.0.1:1", "8.8.8.8", http.StatusNotFound},
		{"8.8.8.8:1", "", http.StatusNotFound},
		{"8.8.8.8:1", "127.0.0.1", http.StatusNotFound},
		{"[::1]:1", "", http.StatusOK},
	} {
		if code, _ := ask(c.remote, c.forwarded); code != c.want {
			t.Errorf("%s for %q: status %d, want %d", c.remote, c.forwarded, code, c.want)
		}
	}
}

// TestKeptMasked: what is kept of a visitor's words holds no personal data.
func TestKeptMasked(t *testing.T) {
	store := newMemory()
	s := newSite(t, script{}, store)
	p, _ := s.connect(`{"type":"hello","profile":"standard"}`)
	p.say(`{"type":"ask","id":"q1","text":"我的手机139 0000 1111，法律援助办了多少件"}`)
	p.until("final")
	p.say(`{"type":"feedback","answer_id":"a1","rating":"useless","text":"请打13900001111"}`)
	eventually(t, "both are kept", func() bool {
		store.mu.Lock()
		defer store.mu.Unlock()
		if len(store.feedback) != 1 {
			return false
		}
		for _, turns := range store.turns {
			for _, turn := range turns {
				if turn.Question != "我的手机＊＊＊，法律援助办了多少件" {
					t.Errorf("kept %q", turn.Question)
				}
			}
		}
		if store.feedback[0].Text != "请打＊＊＊" {
			t.Errorf("kept %q", store.feedback[0].Text)
		}
		return len(store.turns) == 1
	})
}

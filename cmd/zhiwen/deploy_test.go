package main

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestDashboard: every metric that the dashboard shows is told by a server.
func TestDashboard(t *testing.T) {
	wordsAlone(t)
	server := serve(t, sampleStore(t))
	server.ask(t, "补办身份证要多少钱")
	server.tryAsk(t, "")
	_, told := fetchPage(t, server.url+"/metrics", nil, "")
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(read(t, "../../deploy/grafana.json"), &dashboard); err != nil {
		t.Fatal(err)
	}
	// Told only once something of the kind has happened.
	rare := []string{"zhiwen_refused_total", "zhiwen_crawl_complete_timestamp_seconds"}
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			for _, name := range regexp.MustCompile(`\b(?:zhiwen|process|go)_[a-z_]+`).FindAllString(target.Expr, -1) {
				if !strings.Contains(told, "\n"+name) && !strings.Contains(strings.Join(rare, " "), name) {
					t.Errorf("%s: no metric %s", p.Title, name)
				}
			}
		}
	}
	if len(dashboard.Panels) < 8 {
		t.Errorf("%d panels", len(dashboard.Panels))
	}
}

// TestProxies: visitors behind a gateway that is named are counted by their own
// address; a setting that is none is named.
func TestProxies(t *testing.T) {
	wordsAlone(t)
	store := sampleStore(t)
	server := serve(t, store, "ZHIWEN_PROXIES=127.0.0.1, 10.0.0.0/8")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.url+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Forwarded-For", "8.8.8.8")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("a visitor reads the metrics: status %d", response.StatusCode)
	}
	t.Setenv("ZHIWEN_PROXIES", "10.0.0")
	if got := zhiwenAsSet(t, "serve", "--store", store, "--addr", "127.0.0.1:0"); got.code != 2 || !strings.Contains(got.stderr, `"10.0.0"`) {
		t.Errorf("%+v", got)
	}
}

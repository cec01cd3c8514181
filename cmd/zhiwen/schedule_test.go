package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhiwen/retrieval/pgstore/pgtest"
	"zhiwen/web"
)

func TestLastTime(t *testing.T) {
	now := time.Date(2026, 11, 26, 9, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		times []string
		want  string
	}{
		{nil, "0001-01-01 00:00:00"},
		{[]string{"02:30"}, "2026-11-26 02:30:00"},
		{[]string{"23:00"}, "2026-11-25 23:00:00"},
		{[]string{"02:30", "09:30", "12:00"}, "2026-11-26 09:30:00"},
	} {
		if got := lastTime(c.times, now).Format(time.DateTime); got != c.want {
			t.Errorf("%v: %s, want %s", c.times, got, c.want)
		}
	}
}

// TestSchedule: two servers on one database make up for a missed crawl, one of
// them; then it is answered from the site, and everybody sees how fresh it is.
func TestSchedule(t *testing.T) {
	wordsAlone(t)
	site := newMadeSite(t)
	file := filepath.Join(t.TempDir(), "sites.json")
	config := `{"sites":[{"starts":["` + site.url + `/tzgg/index.html"],"rate":100000,"times":["00:00"]}]}`
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	database := pgtest.Schema(t)
	succeed(t, database, []string{"migrate"})
	one := serve(t, database, "ZHIWEN_SITES_FILE="+file, "ZHIWEN_ALLOW_PRIVATE=1")
	two := serve(t, database, "ZHIWEN_SITES_FILE="+file, "ZHIWEN_ALLOW_PRIVATE=1")
	status := func(s *server) (report web.Status) {
		t.Helper()
		_, body := fetchPage(t, s.url+"/readyz", nil, "")
		if err := json.Unmarshal([]byte(body), &report); err != nil {
			t.Fatal(err)
		}
		return report
	}
	eventually(t, "the site is crawled", func() bool {
		s := status(two)
		return len(s.Sites) == 1 && !s.Sites[0].LastComplete.IsZero() && !s.Sites[0].Stale
	})
	site.mu.Lock()
	requests := site.requests
	site.mu.Unlock()
	if requests > 2*150 {
		t.Errorf("%d requests: both servers have crawled", requests)
	}
	path := "/tzgg/7.html"
	if a := one.ask(t, water(site.articles[path].place)); !strings.Contains(a.Text, site.articles[path].text()[:30]) {
		t.Errorf("asked: %s", a.Text)
	}
	if code, body := fetchPage(t, one.url+"/", nil, ""); code != http.StatusOK || !strings.Contains(body, "资料更新至 2") {
		t.Errorf("the page does not say how fresh it is: %d", code)
	}
	got := zhiwen(t, "doctor", "--store", database, "--addr", "127.0.0.1:0")
	if !strings.Contains(got.stdout, "1 sites, all crawled whole within three days") {
		t.Errorf("doctor: %s", got.stdout)
	}
}

func TestSitesFile(t *testing.T) {
	for _, c := range []struct{ content, says string }{
		{`{"sites":[]}`, "names no site"},
		{`{"sites":[{"starts":[]}]}`, "site 1: starts is empty"},
		{`{"sites":[{"starts":["ftp://x"]}]}`, "ftp://x"},
		{`{"sites":[{"starts":["http://x"],"times":["25:00"]}]}`, "25:00"},
		{`{"sites":[{"starts":["http://x"],"lists":[{"url":"http://x/l"}]}]}`, "link"},
		{`{"sites":[{"starts":["http://x"],"rate":-1}]}`, "rate"},
		{`{"site":[]}`, "unknown field"},
		{`{"sites":[{"starts":["http://x"]}]} x`, "behind the list"},
	} {
		file := filepath.Join(t.TempDir(), "sites.json")
		if err := os.WriteFile(file, []byte(c.content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := readSites(file); err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "sites.json") {
			t.Errorf("%s: %v, want %q", c.content, err, c.says)
		}
	}
}

// TestSiteReport: the staff's report names the columns that came short.
func TestSiteReport(t *testing.T) {
	wordsAlone(t)
	site := newMadeSite(t)
	for path, a := range site.articles {
		if a.column == "zcwj" {
			site.broken[path] = http.StatusBadGateway
		}
	}
	file := filepath.Join(t.TempDir(), "report.html")
	got := zhiwen(t, "ingest", "--store", filepath.Join(t.TempDir(), "z.db"), "--rate", "100000", "--allow-private", "--report", file, site.url+"/zcwj/index.html")
	if got.code != 1 || !strings.Contains(got.stdout, "short     "+site.url+"/zcwj/index.html: 0 of 100 documents found (政策文件)") {
		t.Errorf("%+v", got)
	}
	if page := string(read(t, file)); !strings.Contains(page, "政策文件<small>"+site.url+"/zcwj/index.html</small></td><td class=\"number\">100</td><td class=\"number\">0</td>") || !strings.Contains(page, "网站返回状态 502") {
		t.Errorf("the report:\n%.3000s", page)
	}
}

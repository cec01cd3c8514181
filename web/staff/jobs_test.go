package staff

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"zhiwen/bot/accounts"
	"zhiwen/bot/records"
	"zhiwen/ingest"
)

// heldCrawler crawls when it is told to.
type heldCrawler struct {
	next chan error
}

func (heldCrawler) Sites() []string { return []string{"www.example.gov.cn"} }

func (c heldCrawler) Crawl(ctx context.Context, _ string, progress func(int)) (ingest.Crawled, error) {
	progress(7)
	select {
	case err := <-c.next:
		return ingest.Crawled{Documents: 7, Complete: err == nil}, err
	case <-ctx.Done():
		return ingest.Crawled{}, ctx.Err()
	}
}

// TestJobs: work that takes long goes on without its page, is found again by
// anybody, and says how it ended.
func TestJobs(t *testing.T) {
	crawler := heldCrawler{make(chan error)}
	d := newDesk(t, withIdle, func(c *Config) { c.Crawler = crawler })
	d.hire("管", accounts.Manager)
	p, m := d.enter(ann), d.enter("管")
	begin := func() string {
		t.Helper()
		r, body := p.post("/staff/documents/crawl", map[string]string{"csrf": p.csrf, "site": "www.example.gov.cn"}, nil)
		if r.StatusCode != http.StatusSeeOther {
			t.Fatalf("begin: %d %s", r.StatusCode, body)
		}
		return r.Header.Get("Location")
	}
	if r, _ := p.post("/staff/documents/crawl", map[string]string{"csrf": p.csrf, "site": "evil.example"}, nil); r.StatusCode != http.StatusNotFound {
		t.Errorf("a site that is not configured: %d", r.StatusCode)
	}
	state := func(job string) (s struct {
		State string
		Done  int
	}) {
		t.Helper()
		r, body := m.get(job + "/state")
		if err := json.Unmarshal([]byte(body), &s); err != nil || r.StatusCode != 200 {
			t.Fatalf("%d %s", r.StatusCode, body)
		}
		return s
	}
	wait := func(job, want string) {
		t.Helper()
		deadline := time.Now().Add(20 * time.Second)
		for state(job).State != want {
			if time.Now().After(deadline) {
				t.Fatalf("%s is %+v", job, state(job))
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	job := begin()
	if _, body := m.get("/staff/jobs"); !strings.Contains(body, "采集www.example.gov.cn") || !strings.Contains(body, "进行中") {
		t.Errorf("a colleague does not find the job: %s", body)
	}
	crawler.next <- nil
	wait(job, "done")
	if _, body := m.get(job); !strings.Contains(body, "文档7份") {
		t.Errorf("the result: %s", body)
	}
	job = begin()
	crawler.next <- ErrBusy
	wait(job, "failed")
	if _, body := m.get(job); !strings.Contains(body, "正在采集中") {
		t.Errorf("a busy site: %s", body)
	}
	job = begin()
	crawler.next <- errors.New("the disk is full")
	wait(job, "failed")

	// A job whose server has ended is said to be lost.
	lost := Job{ID: "LOST", Name: "上传甲", State: "running", Began: d.now}
	if err := records.Save(t.Context(), d.store, records.Record{Kind: jobKind, ID: lost.ID, Updated: d.now.Add(-lostAfter - time.Second)}, lost); err != nil {
		t.Fatal(err)
	}
	if got := state("/staff/jobs/LOST").State; got != "failed" {
		t.Errorf("a job without news is %s", got)
	}
	if r, _ := m.get("/staff/jobs/none"); r.StatusCode != http.StatusNotFound {
		t.Errorf("no job: %d", r.StatusCode)
	}
}

package storetest

import (
	"reflect"
	"testing"
	"time"

	"zhiwen/ingest"
)

func testCrawled(t *testing.T, s Store) {
	now := time.Date(2026, 11, 26, 9, 0, 0, 1000, time.UTC)
	page := ingest.Seen{
		Site: "www.x.gov.cn", Address: "https://www.x.gov.cn/1.html?a=b", Key: "11341824/1", ETag: `"a"`, LastModified: "Thu, 26 Nov 2026 01:00:00 GMT",
		Links: []string{"https://www.x.gov.cn/2.html"}, Chars: 300, Fetched: now,
	}
	list := ingest.Seen{Site: "www.x.gov.cn", Address: "https://www.x.gov.cn/", IsList: true, Links: []string{}, Fetched: now, Missing: now, Failure: "状态503"}
	other := ingest.Seen{Site: "www.y.gov.cn", Address: "https://www.y.gov.cn/", Links: []string{}, Fetched: now}
	page.Failure = "later overwritten"
	remember := func(seen ...ingest.Seen) {
		t.Helper()
		if err := s.Remember(t.Context(), seen...); err != nil {
			t.Fatal(err)
		}
	}
	remember(page, other)
	page.Failure = ""
	remember(page, list)
	remember()
	got, err := s.Seen(t.Context(), "www.x.gov.cn")
	if err != nil || !reflect.DeepEqual(got, []ingest.Seen{list, page}) {
		t.Errorf("seen %+v, %v", got, err)
	}

	crawl := ingest.Crawled{Site: "www.x.gov.cn", Began: now, Ended: now.Add(time.Hour), Complete: true, Documents: 3, LastComplete: now.Add(time.Hour)}
	next := ingest.Crawled{Site: "www.x.gov.cn", Began: now.Add(24 * time.Hour), Ended: now.Add(25 * time.Hour), Documents: 3, Failed: 1, Waiting: 12}
	for _, c := range []ingest.Crawled{crawl, next} {
		if err := s.SaveCrawl(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	next.LastComplete = crawl.LastComplete // it stays
	if crawls, err := s.Crawls(t.Context()); err != nil || !reflect.DeepEqual(crawls, []ingest.Crawled{next}) {
		t.Errorf("crawls %+v, %v", crawls, err)
	}

	for _, c := range []struct {
		holder string
		at     time.Time
		want   bool
	}{{"甲", now, true}, {"乙", now.Add(time.Minute), false}, {"甲", now.Add(2 * time.Minute), true}, {"乙", now.Add(time.Hour), true}, {"甲", now.Add(time.Hour), false}} {
		if got, err := s.Lease(t.Context(), "crawl", c.holder, c.at, c.at.Add(5*time.Minute)); err != nil || got != c.want {
			t.Errorf("lease for %s at %v: %v, %v", c.holder, c.at, got, err)
		}
	}
}

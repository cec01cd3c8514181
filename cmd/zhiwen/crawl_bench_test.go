package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"zhiwen/ingest"
)

// BenchmarkCrawl crawls the made site, whole and then again as it is, without
// waiting between requests: what is left is our own work.
func BenchmarkCrawl(b *testing.B) {
	b.Setenv("ZHIWEN_ORT_LIB", filepath.Join(b.TempDir(), "none.so"))
	for b.Loop() {
		site := newMadeSite(b)
		s := &shell{storePath: filepath.Join(b.TempDir(), "z.db"), log: slog.New(slog.DiscardHandler), now: time.Now, err: os.Stderr}
		r, err := s.openRooms(b.Context(), s.open)
		if err != nil {
			b.Fatal(err)
		}
		config := siteConfig{Starts: []string{site.url + "/tzgg/index.html", site.url + "/zcwj/index.html"}, Rate: 1e6}
		for _, round := range []string{"first", "again"} {
			began := time.Now()
			site.requests, site.saved = 0, 0
			_, found, err := r.crawl(b.Context(), s, config, ingestFlags{private: true, ocrTime: time.Minute}, func(ingest.Report) {})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(found.Asked)/time.Since(began).Minutes(), round+"-pages/min")
			b.ReportMetric(float64(site.saved)/float64(site.requests), round+"-saved")
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapSys)/(1<<20), "heap-MB")
	}
}

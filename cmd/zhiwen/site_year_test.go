package main

import (
	"bufio"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/ingest"
	"zhiwen/ingest/crawl"
	"zhiwen/retrieval"
	"zhiwen/retrieval/pgstore/pgtest"
)

// TestSiteYear crawls a made site through a year of some forty events. After
// each the collection is what the site has shown, nothing is lost while the site
// is down or guarded, and what changed is answered from the new text.
func TestSiteYear(t *testing.T) {
	for _, store := range []string{"sqlite", "postgres"} {
		t.Run(store, func(t *testing.T) {
			wordsAlone(t)
			path := filepath.Join(t.TempDir(), "z.db")
			if store == "postgres" {
				path = pgtest.Schema(t)
				succeed(t, path, []string{"migrate"})
			}
			newYear(t, path).live(t)
		})
	}
}

// year is a made site and the collection that is crawled from it.
type year struct {
	site   *madeSite
	shell  *shell
	rooms  *rooms
	now    time.Time
	config siteConfig
	accept bool
	// shown is what the collection should hold: the text by path, of articles and
	// of their files.
	shown map[string]string
}

func newYear(t *testing.T, store string) *year {
	y := &year{site: newMadeSite(t), now: time.Date(2026, 1, 1, 2, 30, 0, 0, time.UTC), shown: map[string]string{}}
	y.shell = &shell{storePath: store, log: slog.New(slog.DiscardHandler), now: func() time.Time { return y.now }, err: os.Stderr}
	var err error
	if y.rooms, err = y.shell.openRooms(t.Context(), y.shell.open); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { y.rooms.Close() })
	y.config = siteConfig{
		Starts: []string{y.site.url + "/"}, Rate: 1e6,
		Lists: []crawl.Source{{URL: y.site.url + "/api/list?page={page}", First: 1, Items: "data.rows", Link: "url", Title: "title"}},
	}
	return y
}

// crawl crawls the site as it is.
func (y *year) crawl(t *testing.T) (map[ingest.Status]int, ingest.SiteReport) {
	t.Helper()
	counts := map[ingest.Status]int{}
	_, found, err := y.rooms.crawl(t.Context(), y.shell, y.config, ingestFlags{private: true, removes: y.accept, ocrTime: time.Minute}, func(r ingest.Report) { counts[r.Status]++ })
	if err != nil {
		t.Fatal(err)
	}
	return counts, found
}

// current gives the texts of the collection by path.
func (y *year) current(t *testing.T) map[string]string {
	t.Helper()
	held := map[string]string{}
	for l, err := range y.rooms.store.List(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if l.State != retrieval.StateCurrent {
			continue
		}
		doc, err := y.rooms.store.Document(t.Context(), l.ID)
		if err != nil {
			t.Fatal(err)
		}
		path := strings.TrimPrefix(doc.Source, y.site.url)
		if held[path] != "" {
			t.Errorf("%s is held twice", path)
		}
		held[path] = doc.Text
	}
	return held
}

// asSite is what a collection that has just read all of the site holds.
func (y *year) asSite() map[string]string {
	all := map[string]string{}
	for path, a := range y.site.articles {
		if a.removed || y.site.moved[path] != "" {
			continue
		}
		all[path] = fmt.Sprintf("%s定于本月%d时停水", a.place, a.hour)
		if a.repeals != "" {
			all[path] = a.repeals
		}
		if a.file != "" {
			all[strings.TrimSuffix(path, ".html")+".txt"] = a.place + "附件共列"
		}
	}
	return all
}

// check compares the collection with what it should hold.
func (y *year) check(t *testing.T, event string) {
	t.Helper()
	held := y.current(t)
	for path, words := range y.shown {
		if !strings.Contains(held[path], words) {
			t.Errorf("%s: %s should say %q: %.80q", event, path, words, held[path])
		}
	}
	for path := range held {
		if y.shown[path] == "" {
			t.Errorf("%s: %s should not be held", event, path)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}

// answers asks about an article and wants its hour.
func (y *year) answers(t *testing.T, path string) {
	t.Helper()
	a := y.site.articles[path]
	got, err := y.rooms.bot.Ask(t.Context(), bot.Request{Question: water(a.place)}, nil)
	if err != nil || !strings.Contains(got.Text, fmt.Sprintf("%s定于本月%d时停水", a.place, a.hour)) {
		t.Errorf("asked about %s at %s, %v: %s", path, y.now.Format(time.DateOnly), err, got.Text)
	}
}

// event changes the site, and says what becomes of the collection.
type event struct {
	name   string
	change func(m *madeSite)
	// unseen: the collection does not see the change, now.
	unseen bool
	after  time.Duration // since the event before; a day if none is given
	accept bool
	wants  map[ingest.Status]int // of the statuses named
	asks   []string              // articles that are asked about
	waits  bool                  // removals wait for somebody
	// repealed is the article that is marked 废止 then, "" if none is.
	repealed string
}

func (y *year) live(t *testing.T) {
	counts, found := y.crawl(t)
	y.shown = y.asSite()
	y.check(t, "the first crawl")
	if counts[ingest.StatusAdded] != 330 || !found.Complete || counts[ingest.StatusFailed] != 0 {
		t.Errorf("first crawl: %v, %+v", counts, found.Crawled)
	}
	y.answers(t, "/tzgg/7.html")
	for _, e := range events() {
		y.now = y.now.Add(max(e.after, 24*time.Hour))
		if e.after > 0 {
			y.now = y.now.Add(e.after - 24*time.Hour)
		}
		y.site.mu.Lock()
		e.change(y.site)
		y.site.mu.Unlock()
		y.accept = e.accept
		counts, found := y.crawl(t)
		if !e.unseen {
			y.shown = y.asSite()
		}
		y.check(t, e.name)
		for status, n := range e.wants {
			if counts[status] != n {
				t.Errorf("%s: %v, want %d %s", e.name, counts, n, status)
			}
		}
		if e.waits != (found.Waiting > 0) {
			t.Errorf("%s: %d wait", e.name, found.Waiting)
		}
		for _, path := range e.asks {
			y.answers(t, path)
		}
		if got := y.repealed(t); got != e.repealed {
			t.Errorf("%s: %q is repealed, want %q", e.name, got, e.repealed)
		}
	}
	t.Logf("%d events, %d requests, %d of them answered with 304", len(events()), y.site.requests, y.site.saved)
	crawls, err := y.rooms.store.Crawls(t.Context())
	if err != nil || len(crawls) != 1 || crawls[0].LastComplete.IsZero() {
		t.Errorf("crawls %+v, %v", crawls, err)
	}
}

// repealed is the path of the current document that is marked 废止.
func (y *year) repealed(t *testing.T) string {
	t.Helper()
	found := ""
	for l, err := range y.rooms.store.List(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if l.State == retrieval.StateCurrent && l.Validity == retrieval.ValidityRepealed {
			found += strings.TrimPrefix(l.Source, y.site.url)
		}
	}
	return found
}

// events are the year.
func events() []event {
	nothing := func(*madeSite) {}
	all := func(column string, do func(a *article)) func(m *madeSite) {
		return func(m *madeSite) {
			for _, path := range m.paths(column) {
				do(m.articles[path])
			}
		}
	}
	one := func(path string, do func(a *article)) func(m *madeSite) {
		return func(m *madeSite) { do(m.articles[path]) }
	}
	hour := func(n int) func(a *article) { return func(a *article) { a.hour = n } }
	remove := func(a *article) { a.removed = true }
	add := func(column string, n int) func(m *madeSite) {
		return func(m *madeSite) {
			m.articles[fmt.Sprintf("/%s/%d.html", column, n)] = &article{column: column, place: placeName(column, n), hour: 5}
		}
	}
	status := func(path string, code int) func(m *madeSite) { return func(m *madeSite) { m.broken[path] = code } }
	mend := func(path string) func(m *madeSite) { return func(m *madeSite) { delete(m.broken, path) } }
	kept := map[ingest.Status]int{ingest.StatusRemoved: 0, ingest.StatusUpdated: 0, ingest.StatusAdded: 0}
	return []event{
		{name: "nothing happens", change: nothing, wants: map[ingest.Status]int{ingest.StatusUnchanged: 330, ingest.StatusFailed: 0}},
		{name: "an hour changes", change: one("/tzgg/7.html", hour(21)), wants: map[ingest.Status]int{ingest.StatusUpdated: 1}, asks: []string{"/tzgg/7.html"}},
		{name: "an hour changes on a GBK page", change: one("/zcwj/40.html", hour(22)), wants: map[ingest.Status]int{ingest.StatusUpdated: 1}, asks: []string{"/zcwj/40.html"}},
		{name: "an hour changes on a page of a list that a script fills", change: one("/bsfw/80.html", hour(23)), wants: map[ingest.Status]int{ingest.StatusUpdated: 1}, asks: []string{"/bsfw/80.html"}},
		{name: "the site is down", change: func(m *madeSite) { m.down = 503 }, unseen: true, wants: kept},
		{name: "it is still down, the next day", change: nothing, unseen: true, wants: kept},
		{name: "it is back", change: func(m *madeSite) { m.down = 0 }, wants: kept},
		{name: "every page says 404", change: func(m *madeSite) { m.down = 404 }, unseen: true, wants: kept},
		{name: "and again a day later", change: nothing, unseen: true, wants: kept, waits: true},
		{name: "the pages are back", change: func(m *madeSite) { m.down = 0 }, wants: kept},
		{name: "the site asks whether visitors are persons", change: func(m *madeSite) { m.guarded = true }, unseen: true, wants: kept},
		{name: "a page changes behind the guard", change: one("/tzgg/8.html", hour(20)), unseen: true, wants: kept},
		{name: "the guard goes", change: func(m *madeSite) { m.guarded = false }, wants: map[ingest.Status]int{ingest.StatusUpdated: 1}, asks: []string{"/tzgg/8.html"}},
		{name: "the site forbids", change: func(m *madeSite) { m.down = 403 }, unseen: true, wants: kept},
		{name: "it allows again", change: func(m *madeSite) { m.down = 0 }, wants: kept},
		{name: "an article is published", change: add("tzgg", 150), wants: map[ingest.Status]int{ingest.StatusAdded: 1}, asks: []string{"/tzgg/150.html"}},
		{name: "an article with a file is published", change: func(m *madeSite) {
			add("tzgg", 151)(m)
			m.articles["/tzgg/151.html"].file = placeName("tzgg", 151) + "附件清单\n\n" + placeName("tzgg", 151) + "附件共列物资9种。\n"
		}, wants: map[ingest.Status]int{ingest.StatusAdded: 2}},
		{name: "a notice repeals another page", change: func(m *madeSite) {
			m.articles["/tzgg/152.html"] = &article{column: "tzgg", place: placeName("tzgg", 152), repeals: m.articles["/zcwj/60.html"].title()}
		}, wants: map[ingest.Status]int{ingest.StatusAdded: 1}, repealed: "/zcwj/60.html"},
		{name: "which changes, and stays repealed", change: one("/zcwj/60.html", func(a *article) { a.note = "本通知印发各户。" }), wants: map[ingest.Status]int{ingest.StatusUpdated: 1}, repealed: "/zcwj/60.html"},
		{name: "the notice is taken back", change: one("/tzgg/152.html", remove), unseen: true, wants: kept, repealed: "/zcwj/60.html"},
		{name: "and repeals nothing any more", change: nothing, wants: map[ingest.Status]int{ingest.StatusRemoved: 1}},
		{name: "an article is taken away", change: one("/tzgg/20.html", remove), unseen: true, wants: kept},
		{name: "three hours later it is not there yet", change: nothing, unseen: true, after: 3 * time.Hour, wants: kept},
		{name: "the next day it is removed", change: nothing, wants: map[ingest.Status]int{ingest.StatusRemoved: 1}},
		{name: "it comes back", change: one("/tzgg/20.html", func(a *article) { a.removed = false }), wants: map[ingest.Status]int{ingest.StatusAdded: 0}, asks: []string{"/tzgg/20.html"}},
		{name: "an article is away for a day", change: one("/zcwj/3.html", remove), unseen: true, wants: kept},
		{name: "and is back", change: one("/zcwj/3.html", func(a *article) { a.removed = false }), wants: kept, asks: []string{"/zcwj/3.html"}},
		{name: "one page is broken", change: status("/tzgg/30.html", 500), unseen: true, wants: map[ingest.Status]int{ingest.StatusFailed: 1, ingest.StatusRemoved: 0}},
		{name: "for days", change: nothing, unseen: true, wants: map[ingest.Status]int{ingest.StatusFailed: 1, ingest.StatusRemoved: 0}},
		{name: "it is mended", change: mend("/tzgg/30.html"), wants: kept},
		{name: "one page needs a password", change: status("/tzgg/31.html", 401), unseen: true, wants: map[ingest.Status]int{ingest.StatusFailed: 1}},
		{name: "it needs none", change: mend("/tzgg/31.html"), wants: kept},
		{name: "one page says with status 200 that it is not there", change: func(m *madeSite) { m.soft["/tzgg/32.html"] = true }, unseen: true, wants: map[ingest.Status]int{ingest.StatusFailed: 1, ingest.StatusRemoved: 0}},
		{name: "it is there", change: func(m *madeSite) { delete(m.soft, "/tzgg/32.html") }, wants: kept},
		{name: "one answer breaks off", change: func(m *madeSite) { m.cut["/tzgg/33.html"] = true; m.articles["/tzgg/33.html"].hour = 19 }, unseen: true, wants: map[ingest.Status]int{ingest.StatusFailed: 1}},
		{name: "it is whole", change: func(m *madeSite) { delete(m.cut, "/tzgg/33.html") }, wants: map[ingest.Status]int{ingest.StatusUpdated: 1}, asks: []string{"/tzgg/33.html"}},
		{name: "a page moves", change: func(m *madeSite) {
			m.articles["/bsfw/500.html"] = m.articles["/bsfw/5.html"]
			delete(m.articles, "/bsfw/5.html")
			m.moved["/bsfw/5.html"] = "/bsfw/500.html"
		}, wants: map[ingest.Status]int{ingest.StatusAdded: 1, ingest.StatusRemoved: 1}, asks: []string{"/bsfw/500.html"}},
		{name: "a column is broken", change: status("/zcwj/index.html", 502), wants: map[ingest.Status]int{ingest.StatusRemoved: 0}},
		{name: "it is mended, and one page is new", change: func(m *madeSite) { mend("/zcwj/index.html")(m); add("zcwj", 160)(m) }, wants: map[ingest.Status]int{ingest.StatusAdded: 1}},
		{name: "a whole column is taken away", change: all("bsfw", remove), unseen: true, wants: kept},
		{name: "it is gone for two days, which waits", change: nothing, unseen: true, wants: kept, waits: true},
		{name: "it comes back", change: func(m *madeSite) {
			for _, a := range m.articles {
				if a.column == "bsfw" {
					a.removed = false
				}
			}
		}, wants: kept},
		{name: "all of a column's pages grow", change: all("tzgg", func(a *article) { a.long = true }), wants: map[ingest.Status]int{ingest.StatusUpdated: 132}},
		{name: "and shrink to less than half, which waits", change: all("tzgg", func(a *article) { a.long = false; a.hour = 2 }), unseen: true, wants: kept, waits: true},
		{name: "somebody accepts it", change: nothing, accept: true, wants: map[ingest.Status]int{ingest.StatusUpdated: 132}, asks: []string{"/tzgg/9.html"}},
		{name: "a column is taken away for good", change: all("bsfw", remove), unseen: true, wants: kept},
		{name: "two days", change: nothing, unseen: true, wants: kept, waits: true},
		{name: "and somebody accepts it", change: nothing, accept: true, wants: map[ingest.Status]int{ingest.StatusRemoved: 90}},
		{name: "the year ends", change: nothing, wants: kept},
	}
}

// TestCrawlKilled kills crawls at random moments; the next whole one completes
// the collection to what the site shows.
func TestCrawlKilled(t *testing.T) {
	wordsAlone(t)
	store := filepath.Join(t.TempDir(), "z.db")
	y := newYear(t, store)
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 20 {
		y.site.mu.Lock()
		for n := range 8 {
			y.site.articles[fmt.Sprintf("/zcwj/%d.html", (round*8+n)%100)].hour = 1 + round
		}
		y.site.mu.Unlock()
		cmd := exec.Command(os.Args[0], "ingest", "--store", store, "--rate", "100000", "--allow-private", "--json", y.site.url+"/tzgg/index.html", y.site.url+"/zcwj/index.html")
		cmd.Env = append(os.Environ(), asProgram+"=1", "ZHIWEN_NOW=")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for range 1 + random.IntN(200) {
			if !lines.Scan() {
				break
			}
		}
		if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed, and says so
	}
	y.now = time.Now()
	y.crawl(t)
	y.shown = y.asSite()
	y.check(t, "after 20 kills")
	counts, found := y.crawl(t)
	if counts[ingest.StatusUnchanged] != len(y.shown) || !found.Complete {
		t.Errorf("a second crawl: %v, %+v", counts, found.Crawled)
	}
}

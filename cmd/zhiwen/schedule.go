package main

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"zhiwen/ingest"
)

const (
	// staleAfter is how long a site may go without a complete crawl before it is
	// called stale.
	staleAfter = 72 * time.Hour
	// leaseFor is how long a server has a crawl for itself without renewing it: if
	// it dies, another one takes over.
	leaseFor = 5 * time.Minute
	// lookEvery is how often a server looks whether a crawl is due.
	lookEvery = time.Minute
)

func isStale(c ingest.Crawled, now time.Time) bool { return now.Sub(c.LastComplete) > staleAfter }

// schedule crawls sites at their times of day, one server at a time.
type schedule struct {
	shell  *shell
	rooms  *rooms
	sites  []siteConfig
	flags  ingestFlags
	holder string
}

func newSchedule(s *shell, r *rooms, sites []siteConfig, flags ingestFlags) *schedule {
	return &schedule{shell: s, rooms: r, sites: sites, flags: flags, holder: rand.Text()}
}

// run crawls until ctx ends. A crawl that was missed, because no server ran, is
// made up for.
func (d *schedule) run(ctx context.Context) {
	for {
		for _, site := range d.sites {
			if err := d.crawlIfDue(ctx, site); err != nil && ctx.Err() == nil {
				d.shell.log.ErrorContext(ctx, "a crawl failed", "site", site.Starts[0], "cause", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(lookEvery):
		}
	}
}

func (d *schedule) crawlIfDue(ctx context.Context, site siteConfig) error {
	name := ingest.Site{Starts: site.Starts}.Name()
	due, err := d.isDue(ctx, name, site.Times)
	if err != nil || !due {
		return err
	}
	_, err = d.alone(ctx, name, d.holder, func(ctx context.Context) error {
		if due, err := d.isDue(ctx, name, site.Times); err != nil || !due { // another server has just done it
			return err
		}
		_, found, err := d.rooms.crawl(ctx, d.shell, site, d.flags, func(ingest.Report) {})
		if err != nil {
			return err
		}
		d.shell.log.InfoContext(ctx, "crawled", "site", name, "documents", found.Documents, "failed", found.Failed, "waiting", found.Waiting, "complete", found.Complete)
		return d.rooms.settle(context.WithoutCancel(ctx))
	})
	return err
}

// alone crawls a site if nobody else does so, and keeps others from it.
func (d *schedule) alone(ctx context.Context, name, holder string, crawl func(context.Context) error) (busy bool, err error) {
	now := d.shell.now()
	mine, err := d.rooms.store.Lease(ctx, "crawl "+name, holder, now, now.Add(leaseFor))
	if err != nil || !mine {
		return !mine, err
	}
	held, cancel := context.WithCancel(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() { d.renew(held, cancel, name, holder) })
	err = crawl(held)
	cancel()
	renewing.Wait()
	if holder != d.holder { // the schedule keeps it, so that a server is not asked twice for one time of day
		_, freeErr := d.rooms.store.Lease(context.WithoutCancel(ctx), "crawl "+name, holder, now, d.shell.now())
		err = errors.Join(err, freeErr)
	}
	return false, err
}

// renew keeps the lease until ctx ends, and ends the crawl if it is lost.
func (d *schedule) renew(ctx context.Context, lost context.CancelFunc, name, holder string) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(leaseFor / 3):
		}
		now := d.shell.now()
		mine, err := d.rooms.store.Lease(ctx, "crawl "+name, holder, now, now.Add(leaseFor))
		if err == nil && !mine || err != nil && !errors.Is(err, context.Canceled) {
			lost()
			return
		}
	}
}

// isDue reports whether a time of day has come since the last crawl began.
func (d *schedule) isDue(ctx context.Context, name string, times []string) (bool, error) {
	crawls, err := d.rooms.store.Crawls(ctx)
	if err != nil {
		return false, err
	}
	var began time.Time
	for _, c := range crawls {
		if c.Site == name {
			began = c.Began
		}
	}
	return lastTime(times, d.shell.now()).After(began), nil
}

// lastTime is the last moment up to now that is one of the times of day; zero
// where there are none.
func lastTime(times []string, now time.Time) time.Time {
	var last time.Time
	for _, at := range times {
		clock, err := time.Parse("15:04", at)
		if err != nil {
			continue // readSites has looked at them
		}
		moment := time.Date(now.Year(), now.Month(), now.Day(), clock.Hour(), clock.Minute(), 0, 0, now.Location())
		if moment.After(now) {
			moment = moment.AddDate(0, 0, -1)
		}
		if moment.After(last) {
			last = moment
		}
	}
	return last
}

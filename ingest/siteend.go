package ingest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"zhiwen/ingest/crawl"
	"zhiwen/retrieval"
)

const (
	// goneFor is how long the server must have said that a page is not there,
	// in two runs, before it counts as removed.
	goneFor = 6 * time.Hour
	// mostRemoved is the share of a site's documents that a run may remove or
	// shrink by half, and fewRemoved how many it may in any case.
	mostRemoved = 0.05
	fewRemoved  = 10
)

// retrievalDocument is a document of which no more is known than where it was
// read.
func retrievalDocument(source string, b []byte, f format, now time.Time) retrieval.Document {
	return retrieval.Document{Meta: retrieval.Meta{Source: source}, BytesSHA256: hash(b), Parser: f.parser(), Fetched: now}
}

// report passes on what became of a document, unless that is not decided yet.
func (c *crawling) report(r Report) {
	if r.Status != "" && c.tell != nil {
		c.tell(r)
	}
}

// stored remembers an address once its document is in the store.
func (c *crawling) stored(ctx context.Context, res result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	step, ok := c.steps[res.job]
	if !ok {
		return
	}
	switch res.report.Status {
	case StatusAdded, StatusUpdated, StatusUnchanged, StatusQuarantined:
	case StatusSkipped: // withdrawn; else it is no document
		if res.key == "" {
			return
		}
	default:
		return
	}
	before := c.before[step.Address]
	seen := c.seenOf(step, Seen{Key: res.key, Chars: res.report.Chars})
	if step.Outcome == crawl.Unchanged {
		seen.Chars = before.Chars
	}
	if before.Key != "" && before.Key != res.key && res.part == 0 {
		c.gone = append(c.gone, Seen{Site: before.Site, Address: "", Key: before.Key}) // it stands elsewhere now
	}
	c.documents[step.Address], c.alive[res.key] = true, true
	c.note(ctx, seen)
}

// seenOf is what a step says of its address.
func (c *crawling) seenOf(step crawl.Step, is Seen) Seen {
	is.Site, is.Address, is.Fetched, is.Missing, is.Failure = c.site.Name(), step.Address, c.began, time.Time{}, ""
	is.ETag, is.LastModified = step.Page.ETag, step.Page.LastModified
	is.IsList = is.Key == "" && is.IsList
	if step.Outcome == crawl.Unchanged {
		before := c.before[step.Address]
		is.ETag, is.LastModified = firstOf(is.ETag, before.ETag), firstOf(is.LastModified, before.LastModified)
		is.Links, is.IsList = before.Links, before.IsList
		return is
	}
	for _, l := range step.Look.Links {
		is.Links = append(is.Links, l.Address)
	}
	is.Links = append(is.Links, step.Look.More...)
	return is
}

// note remembers an address. c.mu is held.
func (c *crawling) note(ctx context.Context, s Seen) {
	if err := c.site.Memory.Remember(ctx, s); err != nil && ctx.Err() == nil {
		c.failed = fmt.Errorf("remember %s: %w", s.Address, err)
	}
}

// end removes what is gone and stores what shrank, if that is not too much.
func (c *crawling) end(ctx context.Context, in *Ingester, summary *Summary) error {
	removed, err := c.removals(ctx)
	if err != nil {
		return err
	}
	documents := 0
	for _, s := range c.before {
		if s.Key != "" {
			documents++
		}
	}
	affected := len(removed) + len(c.held)
	if !c.site.AcceptRemovals && affected >= fewRemoved && float64(affected) > mostRemoved*float64(documents) {
		c.wait(removed, affected, documents)
		return nil
	}
	if len(c.held) > 0 {
		jobs := func(yield func(job, error) bool) {
			for i, h := range c.held {
				c.mu.Lock()
				c.steps[i] = h.step
				c.mu.Unlock()
				read := func(context.Context) ([]reading, error) { return []reading{h.reading}, nil }
				if !yield(job{i, h.step.Address, read}, nil) {
					return
				}
			}
		}
		shrunk, err := in.run(ctx, iter.Seq2[job, error](jobs), 0, c.report, c.stored)
		summary.add(shrunk)
		if err != nil {
			return err
		}
	}
	c.held = nil
	return c.remove(ctx, removed, summary)
}

// removals gives what two runs did not find, and remembers what this one did
// not.
func (c *crawling) removals(ctx context.Context) ([]Seen, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var removed []Seen
	for _, s := range c.gone {
		if c.alive[s.Key] || slices.ContainsFunc(removed, func(r Seen) bool { return r.Key == s.Key }) {
			continue
		}
		if s.Address == "" { // the page has another key now
			removed = append(removed, s)
			continue
		}
		if s.Missing.IsZero() {
			s.Missing = c.began
		}
		c.note(ctx, s)
		if c.began.Sub(s.Missing) >= goneFor {
			removed = append(removed, s)
		}
	}
	return removed, c.failed
}

// wait reports what nobody has accepted yet.
func (c *crawling) wait(removed []Seen, affected, documents int) {
	why := fmt.Sprintf("this run would remove or shrink %d of the site's %d documents, so it changed none of them: look at the site, then run it with --accept-removals", affected, documents)
	for _, s := range removed {
		c.report(Report{Source: firstOf(s.Address, s.Key), Status: StatusSkipped, Error: why, Warnings: []string{}})
	}
	for _, h := range c.held {
		c.report(Report{Source: h.step.Address, Status: StatusSkipped, Error: why, Warnings: []string{}})
	}
	c.gone = removed
}

func (c *crawling) remove(ctx context.Context, removed []Seen, summary *Summary) error {
	c.gone = nil
	if len(removed) == 0 {
		return nil
	}
	keys := make([]string, len(removed))
	for i, s := range removed {
		keys[i] = s.Key
	}
	if err := c.Store.Retire(ctx, keys...); err != nil {
		return err
	}
	if c.Held != nil { // what they said of others holds no more
		if err := c.SettleRepeals(ctx, c.Held); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range removed {
		r := Report{Source: firstOf(s.Address, s.Key), Status: StatusRemoved, Warnings: []string{}}
		summary.count(r)
		c.report(r)
		if s.Address != "" {
			s.Key, s.Chars, s.ETag, s.LastModified = "", 0, "", "" // if it comes back, it is read again
			c.note(ctx, s)
		}
	}
	return c.failed
}

// found sums up the crawl.
func (c *crawling) found(summary Summary, interrupted bool) SiteReport {
	c.mu.Lock()
	defer c.mu.Unlock()
	waiting := len(c.gone) + len(c.held)
	r := SiteReport{Asked: c.asked, Unchanged: c.unchanged, Columns: c.walk.Columns(c.documents), Interrupted: interrupted}
	r.Crawled = Crawled{
		Site: c.site.Name(), Began: c.began, Ended: c.now(), Documents: len(c.documents), Failed: summary.Failed, Waiting: waiting,
		Complete: !interrupted && waiting == 0 && c.startsAnswered(),
	}
	if r.Complete {
		r.LastComplete = r.Ended
	}
	return r
}

// startsAnswered reports whether the pages that the crawl began with could be
// read: a site that is down has been crawled to no end.
func (c *crawling) startsAnswered() bool { return c.failures*2 <= c.asked }

package ingest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"zhiwen/ingest/crawl"
	"zhiwen/ingest/fetch"
	"zhiwen/ingest/ocr"
	"zhiwen/ingest/pdf"
)

// Site is a web site to crawl.
type Site struct {
	Starts  []string       // addresses to begin with; the host of the first names the site
	Hosts   []string       // that may be asked, as in fetch.Options
	Entries []crawl.Source // lists that scripts fill
	Get     crawl.Getter
	Memory  Memory
	// AcceptRemovals lets a run remove or shrink as much as it finds gone.
	AcceptRemovals bool
}

// Name is the host that a site's crawls are remembered by.
func (s Site) Name() string {
	u, err := url.Parse(s.Starts[0])
	if err != nil {
		return s.Starts[0]
	}
	return strings.ToLower(u.Host)
}

// SiteReport is what a crawl found besides its documents.
type SiteReport struct {
	Crawled
	Asked       int            // addresses
	Unchanged   int            // that the server did not send again
	Columns     []crawl.Column // lists, with what was found in each
	Interrupted bool
}

// errHeld marks a document that shrank: it is stored in a second pass, if so
// much may shrink.
var errHeld = errors.New("it has shrunk to less than half")

// errBarred: an address may not be asked for.
var errBarred = errors.New("left out")

// errDeadLink: an address that was never a document is not there.
var errDeadLink = errors.New("the server says that it is not there")

// Crawl walks through a site and stores what is new or changed; what is gone
// is taken out of the answers once two runs have not found it. A run that would
// take away or shrink much does neither, see removals.
func (in *Ingester) Crawl(ctx context.Context, site Site, report func(Report)) (summary Summary, found SiteReport, err error) {
	html, err := newHTMLReader(in.BodySelectors)
	if err != nil {
		return Summary{}, SiteReport{}, err
	}
	pdfs := pdf.Reader{Cache: in.Cache, RecogniseTime: in.OCRTime}
	if engine, err := ocr.Find(ctx, keptPages(in.Cache)); err == nil {
		pdfs.Recognise = engine.Recognise
	}
	defer func() { err = errors.Join(err, pdfs.Close()) }()
	c, err := in.begin(ctx, site, formats(html, &pdfs), report)
	if err != nil {
		return Summary{}, SiteReport{}, err
	}
	one := *in
	one.Workers = 1 // pages come one after the other; their order decides between two of one key
	summary, err = one.run(ctx, c.jobs(ctx), 0, c.report, c.stored)
	if err == nil {
		err = c.end(ctx, &one, &summary)
	}
	found = c.found(summary, err != nil)
	if saved := site.Memory.SaveCrawl(context.WithoutCancel(ctx), found.Crawled); err == nil {
		err = saved
	}
	return summary, found, errors.Join(err, c.failed)
}

// crawling is one crawl.
type crawling struct {
	*Ingester
	site   Site
	table  []format
	tell   func(Report)
	began  time.Time
	walk   crawl.Walk
	before map[string]Seen // by address
	failed error           // of the memory

	mu      sync.Mutex
	steps   map[int]crawl.Step       // by job, until it is stored
	pages   map[string]chan struct{} // closed once the page at an address was read
	parents map[string]Parent        // the pages that were read, by address
	owners  map[string]string        // the address that a key belongs to in this run
	held    []heldPage

	asked, unchanged, failures int
	documents                  map[string]bool // addresses that are documents
	alive                      map[string]bool // keys that were found
	gone                       []Seen
}

// heldPage is a document that shrank.
type heldPage struct {
	step    crawl.Step
	reading reading
}

func (in *Ingester) begin(ctx context.Context, site Site, table []format, report func(Report)) (*crawling, error) {
	seen, err := site.Memory.Seen(ctx, site.Name())
	if err != nil {
		return nil, err
	}
	c := &crawling{
		Ingester: in, site: site, table: table, tell: report, began: in.now(), before: map[string]Seen{},
		steps: map[int]crawl.Step{}, pages: map[string]chan struct{}{}, parents: map[string]Parent{}, owners: map[string]string{},
		documents: map[string]bool{}, alive: map[string]bool{},
	}
	known := map[string]crawl.Known{}
	for _, s := range seen {
		c.before[s.Address] = s
		known[s.Address] = crawl.Known{Validators: fetch.Validators{ETag: s.ETag, LastModified: s.LastModified}, IsList: s.IsList, Links: s.Links}
	}
	c.walk = crawl.Walk{Get: site.Get, Hosts: site.Hosts, Known: known, Entries: site.Entries}
	return c, nil
}

// jobs walks, and makes a job of every address that is, or was, a document.
func (c *crawling) jobs(ctx context.Context) iter.Seq2[job, error] {
	return func(yield func(job, error) bool) {
		number := 0
		for step, err := range c.walk.Steps(ctx, c.site.Starts) {
			if err != nil {
				yield(job{}, err)
				return
			}
			read := c.consider(ctx, step)
			if read == nil {
				continue
			}
			c.mu.Lock()
			c.steps[number] = step
			c.mu.Unlock()
			if !yield(job{number, step.Address, read}, nil) {
				return
			}
			number++
		}
	}
}

// consider decides what an address is to the run; nil: nothing to report.
func (c *crawling) consider(ctx context.Context, step crawl.Step) func(context.Context) ([]reading, error) {
	before := c.before[step.Address]
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	switch step.Outcome {
	case crawl.Listed:
		switch {
		case before.Key != "" && !step.Moved: // a document has become a list
			c.gone = append(c.gone, before)
			return nil
		case before.Key != "":
			c.gone = append(c.gone, Seen{Site: before.Site, Key: before.Key})
		}
		c.note(ctx, c.seenOf(step, Seen{IsList: true}))
		return nil
	case crawl.Unchanged:
		c.unchanged++
		if before.Key == "" {
			c.note(ctx, c.seenOf(step, before))
			return nil
		}
		return func(context.Context) ([]reading, error) { return []reading{c.same(before)}, nil }
	case crawl.Gone:
		if before.Key == "" {
			return failing(fmt.Errorf("%w, and %s leads to it", errDeadLink, firstOf(step.From, "a list")))
		}
		c.gone = append(c.gone, before)
		return nil
	case crawl.Barred:
		if before.Key == "" {
			return failing(fmt.Errorf("%w: %s", errBarred, step.Why))
		}
		c.alive[before.Key] = true
		return failing(fmt.Errorf("%s; the stored version stays", step.Why))
	case crawl.Failed:
		c.failures++
		if before.Address != "" {
			before.Failure = step.Why
			c.note(ctx, before)
		}
		if before.IsList || before.Address == "" && step.From == "" {
			return failing(errors.New(step.Why)) // a column, or a start: much may hang on it
		}
		if before.Key != "" {
			c.alive[before.Key] = true // as far as anybody knows
			return failing(fmt.Errorf("%s; the stored version stays", step.Why))
		}
		return failing(errors.New(step.Why))
	}
	done := make(chan struct{})
	c.pages[step.Address] = done
	return func(ctx context.Context) ([]reading, error) {
		defer close(done)
		return c.readStep(ctx, step)
	}
}

func failing(err error) func(context.Context) ([]reading, error) {
	return func(context.Context) ([]reading, error) { return nil, err }
}

// same is the reading of a document that the server did not send again.
func (c *crawling) same(before Seen) reading {
	r := reading{same: true, coverage: 1}
	r.doc.Key, r.doc.Source = before.Key, before.Address
	return r
}

// readStep reads the documents of a page or file.
func (c *crawling) readStep(ctx context.Context, step crawl.Step) ([]reading, error) {
	src := Source{Name: step.Page.URL, ContentType: step.Page.ContentType, Bytes: step.Page.Body, Parent: c.parentOf(ctx, step)}
	f, err := formatOf(c.table, src)
	if err != nil {
		return nil, err
	}
	page, err := f.read(ctx, src)
	if err != nil {
		return nil, err
	}
	doc := retrievalDocument(step.Page.URL, src.Bytes, f, c.now())
	if page.Parts != nil {
		readings := make([]reading, len(page.Parts))
		for i, part := range page.Parts {
			if part.Err == nil {
				readings[i] = readingOf(doc, firstOf(part.Key, crawl.Key(step.Page.URL)+"#"+part.Name), part.Page, src.Parent)
			}
			readings[i].part, readings[i].list, readings[i].err = "#"+part.Name, step.Address, part.Err
		}
		return readings, nil
	}
	if !c.isOwn(page.Meta.URL, step.Page.URL) {
		page.Meta.URL = step.Page.URL
	}
	r := readingOf(doc, c.keyOf(step.Address, page), page, src.Parent)
	if f.pictured {
		r.original = src.Bytes
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parents[step.Address] = Parent{Meta: r.doc.Meta}
	before := c.before[step.Address]
	if chars := utf8.RuneCountInString(r.doc.Text); before.Key != "" && chars*2 < before.Chars {
		c.held = append(c.held, heldPage{step, r})
		r.err = errHeld
	}
	return []reading{r}, nil
}

// isOwn reports whether the address that a page gives itself may be its own:
// templates that name the front page on every page are common.
func (c *crawling) isOwn(own, address string) bool {
	u, err := url.Parse(own)
	if err != nil || own == "" || strings.Trim(u.Path, "/") == "" && u.RawQuery == "" {
		return false
	}
	for _, host := range c.site.Hosts {
		if strings.TrimPrefix(strings.ToLower(u.Host), "www.") == strings.TrimPrefix(host, "www.") {
			return crawl.IsFile(own) == crawl.IsFile(address)
		}
	}
	return false
}

// keyOf is the key of a page: its 索引号, unless another page of this run has
// it, else its address. A page that had a key keeps it.
func (c *crawling) keyOf(address string, page Page) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	own := crawl.Key(page.Meta.URL)
	key := firstOf(page.Meta.IndexNo, own)
	if owner := c.owners[key]; owner != "" && owner != address {
		key = own
		if owner := c.owners[key]; owner != "" && owner != address {
			key = crawl.Key(address)
		}
	}
	c.owners[key] = address
	return key
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// parentOf gives the page that a file is attached to, once that was read.
func (c *crawling) parentOf(ctx context.Context, step crawl.Step) *Parent {
	if !crawl.IsFile(step.Page.URL) || step.From == "" {
		return nil
	}
	c.mu.Lock()
	page := c.pages[step.From]
	c.mu.Unlock()
	if page == nil {
		return nil
	}
	select {
	case <-page:
	case <-ctx.Done():
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	parent, ok := c.parents[step.From]
	if !ok {
		return nil
	}
	parent.Link = step.Text
	return &parent
}

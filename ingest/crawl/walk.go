// Package crawl walks through web sites: from the pages that it is given, and
// those that it knows, to all that they lead to on the hosts allowed. It tells
// what every address answers with, and remembers nothing itself; what the
// pages say is the affair of whoever walks.
package crawl

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"zhiwen/ingest/fetch"
)

// Getter fetches pages; fetch.Client is one.
type Getter interface {
	Get(ctx context.Context, address string, known fetch.Validators) (fetch.Page, error)
}

// Known is what an earlier walk learned of an address.
type Known struct {
	fetch.Validators
	IsList bool
	Links  []string // of the page as it was
}

// Outcome is what became of an address.
type Outcome string

// Outcomes.
const (
	Found     Outcome = "found"     // a document, new or perhaps changed
	Unchanged Outcome = "unchanged" // what it was before, by the server's word
	Listed    Outcome = "listed"    // a page of links
	Gone      Outcome = "gone"      // 404 or 410
	Barred    Outcome = "barred"    // robots.txt or the list of hosts does not let it be asked for
	Failed    Outcome = "failed"    // anything else: it says nothing about the document
)

// Step is one address of a walk.
type Step struct {
	Address string // as it was asked for, see Address
	Outcome Outcome
	Why     string // of a failure
	Page    fetch.Page
	Look    Look   // of pages, not of files
	From    string // the address of the page that first led here; empty for those that were given
	Text    string // of that link
	Moved   bool   // it leads to a page that is met by its own address
	further bool   // the link counts on in a list
}

// Walk is one walk through a site.
type Walk struct {
	Get   Getter
	Hosts []string         // as in fetch.Options
	Known map[string]Known // by address
	// Entries are lists that scripts fill, each read from an address that answers
	// with JSON.
	Entries []Source
	// Most is how many addresses are asked for; 0: mostAddresses.
	Most int

	queue   []Step
	queued  map[string]bool
	columns map[string]*Column // by the address of the first page
	first   map[string]string  // of the list that a page of one belongs to
}

// mostAddresses bounds a walk: at one a second it takes a night and a day.
const mostAddresses = 100_000

// sitemapPath is where sites list their pages (sitemaps.org).
const sitemapPath = "/sitemap.xml"

// Steps walks from the starts. An error ends it: only ctx can cause one.
func (w *Walk) Steps(ctx context.Context, starts []string) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		w.queued, w.columns, w.first = map[string]bool{}, map[string]*Column{}, map[string]string{}
		for _, start := range starts {
			if address, ok := Address("", start); ok {
				w.enqueue(Step{Address: address})
			}
		}
		w.readSitemaps(ctx)
		w.readEntries(ctx)
		known := make([]string, 0, len(w.Known))
		for address := range w.Known {
			known = append(known, address)
		}
		slices.Sort(known)
		most := w.Most
		if most == 0 {
			most = mostAddresses
		}
		for asked := 0; asked < most; asked++ {
			if len(w.queue) == 0 { // what is no longer linked may still be there
				for _, address := range known {
					w.enqueue(Step{Address: address})
				}
				known = nil
			}
			if len(w.queue) == 0 {
				break
			}
			step := w.queue[0]
			w.queue = w.queue[1:]
			w.take(ctx, &step)
			if err := ctx.Err(); err != nil {
				yield(step, err)
				return
			}
			if !yield(step, nil) {
				return
			}
		}
		w.again(ctx, yield)
	}
}

func (w *Walk) enqueue(s Step) {
	key := Key(s.Address)
	if w.queued[key] || !slices.Contains(w.Hosts, hostOf(s.Address)) {
		return
	}
	w.queued[key] = true
	w.queue = append(w.queue, s)
}

// take asks for an address and follows what it leads to.
func (w *Walk) take(ctx context.Context, s *Step) {
	known := w.Known[s.Address]
	page, err := w.Get.Get(ctx, s.Address, known.Validators)
	s.Page = page
	switch {
	case errors.Is(err, fetch.ErrHost), errors.Is(err, fetch.ErrRobots) && !errors.Is(err, fetch.ErrUnread):
		s.Outcome, s.Why = Barred, err.Error()
	case err != nil:
		s.Outcome, s.Why = Failed, err.Error()
	case page.NotModified && leads(page.URL) != Key(s.Address): // validators go with a redirect
		w.enqueue(Step{Address: page.URL, From: s.Address})
		s.Outcome, s.Moved = Listed, true
	case page.NotModified:
		s.Outcome = Unchanged
		s.Look = lookBefore(known)
		w.follow(s)
	case page.Status == http.StatusNotFound || page.Status == http.StatusGone:
		s.Outcome = Gone
	case page.Status != http.StatusOK:
		s.Outcome, s.Why = Failed, fmt.Sprintf("the server answers with status %d", page.Status)
	default:
		w.read(s)
	}
}

// leads is the key of where an answer came from.
func leads(to string) string {
	address, _ := Address("", to)
	return Key(address)
}

// lookBefore is the look of a page that has not changed since.
func lookBefore(known Known) Look {
	look := Look{Kind: Article, Count: -1}
	if known.IsList {
		look.Kind = List
	}
	for _, address := range known.Links {
		look.Links = append(look.Links, Link{Address: address})
	}
	return look
}

// read looks at what a server sent.
func (w *Walk) read(s *Step) {
	s.Outcome = Found
	if to, ok := Address("", s.Page.URL); ok && Key(to) != Key(s.Address) {
		if w.queued[Key(to)] { // a page that is met, or will be, by its own address
			s.Outcome, s.Moved = Listed, true
			return
		}
		w.queued[Key(to)] = true
		if front := strings.TrimSuffix(to, "/"); strings.Count(front, "/") <= 2 && s.From != "" {
			s.Outcome, s.Why = Failed, "it leads to the front page"
			return
		}
	}
	if !isHTML(s.Page) {
		s.Look = Look{Kind: File, Count: -1}
		return
	}
	look, err := LookAt(s.Page.URL, s.Page.ContentType, s.Page.Body)
	if err != nil {
		s.Outcome, s.Why = Failed, err.Error()
		return
	}
	s.Look = look
	if s.further && look.Kind == Article && !look.Named {
		s.Look.Kind = List // the last page of a list may have one entry
	}
	if IsFile(s.Page.URL) && look.Kind != Challenge && look.Kind != Login {
		s.Look.Kind = NotThere
	}
	switch s.Look.Kind {
	case Challenge, Login, NotThere:
		s.Outcome, s.Why = Failed, why[s.Look.Kind]
		return
	case List:
		s.Outcome = Listed
	}
	w.follow(s)
}

// countsOn are the texts of links to further pages of a list.
var countsOn = regexp.MustCompile(`^(?:[上下前后]一?页|首页|[尾末]页|第?\d{1,4}页?|[<>«»‹›]+|\.{2,})$`)

// why says what a page is that stands where a document should.
var why = map[Kind]string{
	Challenge: "the server asks whether the visitor is a person",
	Login:     "the server asks for a password",
	NotThere:  "the page says that there is none, or that the site is being worked on",
}

func isHTML(p fetch.Page) bool {
	head := strings.ToLower(string(p.Body[:min(len(p.Body), 1024)]))
	return strings.Contains(strings.ToLower(p.ContentType), "html") || strings.Contains(head, "<html") || strings.Contains(head, "<!doctype html")
}

// follow queues what a page leads to, and counts the entries of lists.
func (w *Walk) follow(s *Step) {
	for _, more := range s.Look.More {
		w.enqueue(Step{Address: more, From: s.Address, further: true})
		w.belongs(more, s.Address)
	}
	for _, l := range s.Look.Links {
		further := s.Look.Kind == List && countsOn.MatchString(l.Text)
		if further {
			w.belongs(l.Address, s.Address)
		}
		w.enqueue(Step{Address: l.Address, From: s.Address, Text: l.Text, further: further})
	}
	if s.Look.Kind == List {
		w.count(s)
	}
}

// again asks once more for the first pages of lists: what was published while
// the walk went on stands there.
func (w *Walk) again(ctx context.Context, yield func(Step, error) bool) {
	var lists []string
	for address, c := range w.columns {
		if c.pages > 0 && address == w.firstOf(address) {
			lists = append(lists, address)
		}
	}
	slices.Sort(lists)
	for _, address := range lists {
		page, err := w.Get.Get(ctx, address, w.columns[address].validators)
		if err != nil || page.NotModified || page.Status != http.StatusOK || !isHTML(page) {
			continue
		}
		if look, err := LookAt(page.URL, page.ContentType, page.Body); err == nil && look.Kind == List {
			for _, l := range look.Links {
				w.enqueue(Step{Address: l.Address, From: address, Text: l.Text})
			}
		}
	}
	for len(w.queue) > 0 {
		step := w.queue[0]
		w.queue = w.queue[1:]
		w.take(ctx, &step)
		if err := ctx.Err(); err != nil {
			yield(step, err)
			return
		}
		if !yield(step, nil) {
			return
		}
	}
}

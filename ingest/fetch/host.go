package fetch

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/temoto/robotstxt"
	"golang.org/x/time/rate"
)

const robotsPath = "/robots.txt"

// robotsFor is how long a robots.txt counts (RFC 9309, 2.4).
const robotsFor = 24 * time.Hour

// maxDelay bounds the Crawl-delay that a site may ask for: with more, a site
// of some thousand pages would not be read within a night.
const maxDelay = 10 * time.Second

// hosts are those that were asked, each with its rate and rules.
type hosts struct {
	mu    sync.Mutex
	known map[string]*host
}

// host is a scheme with a host: robots.txt is theirs.
type host struct {
	limit *rate.Limiter

	mu    sync.Mutex // held while robots.txt is fetched
	group *robotstxt.Group
	until time.Time // the rules count
}

func (hs *hosts) get(u *url.URL, perSecond float64) *host {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	name := u.Scheme + "://" + u.Host
	h := hs.known[name]
	if h == nil {
		h = &host{limit: rate.NewLimiter(rate.Limit(perSecond), 1)}
		hs.known[name] = h
	}
	return h
}

// wait lets one request pass at a time, no faster than the rate.
func (h *host) wait(ctx context.Context) error { return h.limit.Wait(ctx) }

// allows asks the site's rules, which are fetched first if need be.
func (h *host) allows(ctx context.Context, c *Client, u *url.URL) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Now().After(h.until) {
		if err := h.fetchRules(ctx, c, u); err != nil {
			return err
		}
	}
	if !h.group.Test(u.RequestURI()) {
		return fmt.Errorf("%w: %s", ErrRobots, u.RequestURI())
	}
	return nil
}

// fetchRules reads robots.txt. Where there is none all is allowed; where the
// server fails nothing is, for the time being (RFC 9309, 2.3.1).
func (h *host) fetchRules(ctx context.Context, c *Client, u *url.URL) error {
	if err := h.wait(ctx); err != nil {
		return err
	}
	page, err := c.request(ctx, &url.URL{Scheme: u.Scheme, Host: u.Host, Path: robotsPath}, Validators{})
	if err != nil {
		return fmt.Errorf("read robots.txt: %w", err)
	}
	if page.Status >= 500 {
		return fmt.Errorf("%w: %w: the server answers with status %d when asked for it", ErrRobots, ErrUnread, page.Status)
	}
	if strings.Contains(page.ContentType, "html") { // a page that says there is none, with status 200
		page.Body = nil
	}
	rules, err := robotstxt.FromStatusAndBytes(page.Status, page.Body)
	if err != nil {
		return fmt.Errorf("read robots.txt: %w", err)
	}
	h.group = rules.FindGroup(c.options.Agent)
	if delay := min(h.group.CrawlDelay, maxDelay); delay > 0 && rate.Every(delay) < h.limit.Limit() {
		h.limit.SetLimit(rate.Every(delay))
	}
	h.until = time.Now().Add(robotsFor)
	return nil
}

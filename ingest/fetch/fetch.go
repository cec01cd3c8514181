// Package fetch reads pages of web sites as a guest should: only hosts that
// are on a list, what their robots.txt allows, one request after the other at
// a set rate, never an address inside one's own network, nothing without
// bounds. It knows addresses and bytes and nothing of documents.
package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Why an address is not fetched; the errors that wrap them name it.
var (
	// ErrHost: the host is not on the list.
	ErrHost = errors.New("the host is not one of those allowed")
	// ErrPrivate: the name leads to an address inside somebody's network.
	ErrPrivate = errors.New("the address is a private one")
	// ErrRobots: the site's robots.txt forbids it, or cannot be read.
	ErrRobots = errors.New("robots.txt does not allow it")
	// ErrUnread: robots.txt cannot be read now, so nothing may be. It comes with
	// ErrRobots.
	ErrUnread = errors.New("robots.txt cannot be read")
	// ErrTooLarge: the body is longer than the limit.
	ErrTooLarge = errors.New("the page is too large")
	// ErrRedirects: more redirects than the limit.
	ErrRedirects = errors.New("too many redirects")
)

// Defaults of Options.
const (
	defaultRate    = 1.0
	defaultBytes   = 64 << 20
	defaultTimeout = time.Minute
	defaultAgent   = "zhiwen"
	maxRedirects   = 5
)

// Options are the terms on which pages are fetched. Zero values take the
// defaults named.
type Options struct {
	Hosts        []string      // that may be asked, as URLs name them, with a port that is not the scheme's own
	Rate         float64       // requests a second to one host; 1
	AllowPrivate bool          // loopback and private addresses, too: for tests
	MaxBytes     int64         // of one body, unpacked; 64 MB
	Timeout      time.Duration // of one request with its redirects and body; a minute
	Agent        string        // the name by which robots.txt and logs know us; "zhiwen"
}

// Client fetches pages. It is safe for concurrent use.
type Client struct {
	options Options
	http    http.Client
	hosts   hosts
}

// New makes a client. Close it after use.
func New(o Options) *Client {
	o.Rate = cmp.Or(o.Rate, defaultRate)
	o.MaxBytes = cmp.Or(o.MaxBytes, defaultBytes)
	o.Timeout = cmp.Or(o.Timeout, defaultTimeout)
	o.Agent = cmp.Or(o.Agent, defaultAgent)
	c := &Client{options: o, hosts: hosts{known: map[string]*host{}}}
	c.http = http.Client{Transport: transport(o.AllowPrivate), CheckRedirect: c.follow}
	return c
}

// Close closes idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Validators are what a server said of a page, given back to it to learn
// whether the page has changed. Both may be empty.
type Validators struct {
	ETag         string
	LastModified string
}

// Page is an answer. Any status is one: whoever fetches decides what a 404 or
// a 503 means.
type Page struct {
	URL         string // after redirects
	Status      int
	ContentType string
	Body        []byte // nil if not modified
	Validators
	NotModified bool
	RetryAfter  time.Duration // that the server asks for; 0: it does not
}

// Get fetches a page, unless the server says that it still is what known
// describes. Errors wrap one of this package's, ctx's cause, or a failure of
// the network.
func (c *Client) Get(ctx context.Context, address string, known Validators) (Page, error) {
	page, err := c.get(ctx, address, known)
	if err != nil {
		return Page{}, fmt.Errorf("fetch %s: %w", address, err)
	}
	return page, nil
}

func (c *Client) get(ctx context.Context, address string, known Validators) (Page, error) {
	u, err := Parse(address)
	if err != nil {
		return Page{}, err
	}
	if err := c.admit(ctx, u); err != nil {
		return Page{}, err
	}
	return c.request(ctx, u, known)
}

// request asks for a page that was let through. The time that it takes is
// bounded, unlike that of waiting for its turn.
func (c *Client) request(ctx context.Context, u *url.URL, known Validators) (Page, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.options.Timeout, fmt.Errorf("no complete answer within %v", c.options.Timeout))
	defer cancel()
	page, err := c.answer(ctx, u, known)
	if err != nil {
		return Page{}, plain(ctx, err)
	}
	return page, nil
}

// plain leaves out the URL that net/http puts before its errors, and says why
// a request was given up.
func plain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

func (c *Client) answer(ctx context.Context, u *url.URL, known Validators) (Page, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Page{}, err
	}
	req.Header.Set("User-Agent", c.options.Agent)
	req.Header.Set("Accept-Language", "zh-CN, zh;q=0.9")
	if known.ETag != "" {
		req.Header.Set("If-None-Match", known.ETag)
	}
	if known.LastModified != "" {
		req.Header.Set("If-Modified-Since", known.LastModified)
	}
	answer, err := c.http.Do(req)
	if err != nil {
		return Page{}, err
	}
	defer answer.Body.Close()
	page := Page{
		URL: answer.Request.URL.String(), Status: answer.StatusCode, ContentType: answer.Header.Get("Content-Type"),
		Validators:  Validators{ETag: answer.Header.Get("ETag"), LastModified: answer.Header.Get("Last-Modified")},
		NotModified: answer.StatusCode == http.StatusNotModified,
		RetryAfter:  retryAfter(answer.Header.Get("Retry-After"), time.Now()),
	}
	if page.NotModified {
		return page, nil
	}
	page.Body, err = c.body(answer)
	return page, err
}

// body reads what a server sends, up to the limit.
func (c *Client) body(answer *http.Response) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(answer.Body, c.options.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	if int64(len(b)) > c.options.MaxBytes {
		return nil, fmt.Errorf("%w: more than %d MB", ErrTooLarge, c.options.MaxBytes>>20)
	}
	return b, nil
}

// follow lets a redirect pass that may be fetched itself.
func (c *Client) follow(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fmt.Errorf("%w: more than %d", ErrRedirects, maxRedirects)
	}
	if err := checkURL(req.URL); err != nil {
		return err
	}
	if via[0].URL.Path == robotsPath { // the rules do not apply to themselves
		return c.listed(req.URL)
	}
	return c.admit(req.Context(), req.URL)
}

// admit waits until the address may be asked.
func (c *Client) admit(ctx context.Context, u *url.URL) error {
	if err := c.listed(u); err != nil {
		return err
	}
	h := c.hosts.get(u, c.options.Rate)
	if err := h.allows(ctx, c, u); err != nil {
		return err
	}
	return h.wait(ctx)
}

func (c *Client) listed(u *url.URL) error {
	if slices.Contains(c.options.Hosts, u.Host) {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrHost, u.Host)
}

// retryAfter reads the header of that name: seconds, or a time.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(max(seconds, 0)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

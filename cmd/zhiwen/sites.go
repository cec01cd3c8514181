package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"zhiwen/ingest"
	"zhiwen/ingest/crawl"
	"zhiwen/ingest/fetch"
)

// siteConfig is one site of the file that --sites names.
type siteConfig struct {
	Starts []string       `json:"starts"` // addresses to begin with
	Hosts  []string       `json:"hosts"`  // further hosts that belong to it
	Lists  []crawl.Source `json:"lists"`  // lists that scripts fill
	Rate   float64        `json:"rate"`   // requests a second to one host
	Body   []string       `json:"body"`   // CSS selectors of the body of its pages
	Times  []string       `json:"times"`  // at which serve crawls it, "02:30"
}

// readSites reads the file of the sites.
func readSites(path string) ([]siteConfig, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--sites: %w", err)
	}
	var file struct {
		Sites []siteConfig `json:"sites"`
	}
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("--sites %s: %w", path, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("--sites %s: something stands behind the list of sites", path)
	}
	for i, site := range file.Sites {
		if err := site.check(); err != nil {
			return nil, fmt.Errorf("--sites %s, site %d: %w", path, i+1, err)
		}
	}
	if len(file.Sites) == 0 {
		return nil, fmt.Errorf(`--sites %s: it names no site; write {"sites":[{"starts":["https://www.example.gov.cn/"]}]}`, path)
	}
	return file.Sites, nil
}

func (c siteConfig) check() error {
	if len(c.Starts) == 0 {
		return errors.New("starts is empty: give at least one address to begin with")
	}
	for _, start := range c.Starts {
		if _, err := fetch.Parse(start); err != nil {
			return fmt.Errorf("starts: %s: %w", start, err)
		}
	}
	for _, l := range c.Lists {
		if l.URL == "" || l.Link == "" {
			return errors.New("lists: every list needs url, and link, the field of an entry with its address")
		}
	}
	for _, at := range c.Times {
		if _, err := time.Parse("15:04", at); err != nil {
			return fmt.Errorf("times: %q is no time of day such as 02:30", at)
		}
	}
	if c.Rate < 0 {
		return fmt.Errorf("rate: %v: give requests a second, above 0", c.Rate)
	}
	return nil
}

// hosts are those that may be asked for a site: those of its starts, with and
// without www., and those that it names.
func (c siteConfig) hosts() []string {
	var all []string
	add := func(host string) {
		if host = strings.ToLower(host); host != "" && !slices.Contains(all, host) {
			all = append(all, host)
		}
	}
	for _, start := range c.Starts {
		if u, err := url.Parse(start); err == nil {
			add(u.Host)
			if bare, ok := strings.CutPrefix(strings.ToLower(u.Host), "www."); ok {
				add(bare)
			}
		}
	}
	for _, host := range c.Hosts {
		add(host)
	}
	return all
}

// crawl crawls one site.
func (r *rooms) crawl(ctx context.Context, s *shell, c siteConfig, flags ingestFlags, report func(ingest.Report)) (ingest.Summary, ingest.SiteReport, error) {
	client := fetch.New(fetch.Options{Hosts: c.hosts(), Rate: cmp.Or(c.Rate, flags.rate), AllowPrivate: flags.private, MaxBytes: ingest.MaxBytes, Agent: "zhiwen"})
	defer client.Close()
	in := r.ingester(s)
	in.BodySelectors, in.OCRTime = append(slices.Clone(flags.bodies), c.Body...), flags.ocrTime
	return in.Crawl(ctx, ingest.Site{
		Starts: c.Starts, Hosts: c.hosts(), Entries: c.Lists, Get: client, Memory: r.store, AcceptRemovals: flags.removes,
	}, report)
}

// sitesOf makes a site of the addresses of each host.
func sitesOf(addresses []string) []siteConfig {
	var sites []siteConfig
	at := map[string]int{}
	for _, address := range addresses {
		u, err := url.Parse(address)
		if err != nil {
			continue // newIngest has looked at them
		}
		i, ok := at[u.Host]
		if !ok {
			i = len(sites)
			at[u.Host] = i
			sites = append(sites, siteConfig{})
		}
		sites[i].Starts = append(sites[i].Starts, address)
	}
	return sites
}

// columnLine is what ingest --json prints of a column of a site in which less
// was found than it says it has.
type columnLine struct {
	Column struct {
		Address  string `json:"address"`
		Title    string `json:"title"`
		Expected int    `json:"expected"` // -1: it does not say
		Found    int    `json:"found"`
	} `json:"column"`
}

// printSite says what a crawl found of a site, the columns that came short by name.
func (s *shell) printSite(r ingest.SiteReport) error {
	for _, c := range r.Columns {
		if !c.Short() {
			continue
		}
		if s.json {
			var line columnLine
			line.Column.Address, line.Column.Title, line.Column.Expected, line.Column.Found = c.Address, c.Title, c.Expected, c.Found
			if err := s.print(line); err != nil {
				return err
			}
			continue
		}
		var err error
		if c.Expected >= 0 {
			err = s.line("short     %s: %d of %d documents found (%s)", c.Address, c.Found, c.Expected, c.Title)
		} else {
			err = s.line("short     %s: %d documents found (%s)", c.Address, c.Found, c.Title)
		}
		if err != nil {
			return err
		}
	}
	if s.json {
		return s.print(map[string]ingest.Crawled{"site": r.Crawled})
	}
	state := "complete"
	if !r.Complete {
		state = "not complete"
	}
	return s.line("%s: %d addresses asked, %d unchanged by the server's word, %d documents, %d failed, %d wait for --accept-removals: "+state,
		r.Site, r.Asked, r.Unchanged, r.Documents, r.Failed, r.Waiting)
}

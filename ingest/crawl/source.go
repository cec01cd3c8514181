package crawl

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"zhiwen/ingest/fetch"
)

// Source is a list that a script of the site fills from an address of its own.
type Source struct {
	// URL answers with JSON; {page} in it counts from First until a page has no
	// entries.
	URL   string `json:"url"`
	First int    `json:"first"`
	Pages int    `json:"pages"` // at most; 0: mostSourcePages
	// Items is the way to the list of entries within the answer, names with
	// points between; empty: the answer is the list.
	Items string `json:"items"`
	Link  string `json:"link"`  // the field of an entry with its address
	Title string `json:"title"` // and that with its title
}

// mostSourcePages bounds the pages of a source.
const mostSourcePages = 1000

// readEntries queues the entries of the lists that scripts fill.
func (w *Walk) readEntries(ctx context.Context) {
	for _, source := range w.Entries {
		column := &Column{Address: source.URL, Title: source.URL, Expected: -1, links: map[string]bool{}}
		w.columns[source.URL] = column
		most := source.Pages
		if most == 0 {
			most = mostSourcePages
		}
		for n := source.First; n < source.First+most; n++ {
			address := strings.ReplaceAll(source.URL, "{page}", strconv.Itoa(n))
			page, err := w.Get.Get(ctx, address, fetch.Validators{})
			if err != nil || page.Status != http.StatusOK {
				break
			}
			links, err := source.entries(page.URL, page.Body)
			if err != nil || len(links) == 0 {
				break
			}
			for _, l := range links {
				column.links[l.Address] = true
				w.enqueue(Step{Address: l.Address, Text: l.Text})
			}
			if address == source.URL { // it has no pages
				break
			}
		}
		column.Expected = len(column.links)
	}
}

// entries reads the links of one answer.
func (s Source) entries(base string, body []byte) ([]Link, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	var at any
	if err := decoder.Decode(&at); err != nil {
		return nil, fmt.Errorf("%s: it is no JSON: %w", base, err)
	}
	for name := range strings.SplitSeq(s.Items, ".") {
		if fields, ok := at.(map[string]any); ok && name != "" {
			at = fields[name]
		}
	}
	items, _ := at.([]any)
	var links []Link
	for _, item := range items {
		fields, _ := item.(map[string]any)
		ref, _ := fields[s.Link].(string)
		title, _ := fields[s.Title].(string)
		if to, ok := Address(base, ref); ok {
			links = append(links, Link{to, title})
		}
	}
	return links, nil
}

// sitemap is a sitemap or an index of some (sitemaps.org).
type sitemap struct {
	Pages []struct {
		Loc string `xml:"loc"`
	} `xml:"url"`
	Maps []struct {
		Loc string `xml:"loc"`
	} `xml:"sitemap"`
}

// maxMaps bounds the sitemaps that are read of one host.
const maxMaps = 50

// readSitemaps queues what the sitemaps of the hosts name.
func (w *Walk) readSitemaps(ctx context.Context) {
	for _, host := range w.Hosts {
		scheme := "https"
		for _, s := range w.queue {
			if hostOf(s.Address) == host && strings.HasPrefix(s.Address, "http://") {
				scheme = "http"
			}
		}
		maps := []string{scheme + "://" + host + sitemapPath}
		for n := 0; n < len(maps) && n < maxMaps; n++ {
			page, err := w.Get.Get(ctx, maps[n], fetch.Validators{})
			if err != nil || page.Status != http.StatusOK {
				continue
			}
			var found sitemap
			if xml.Unmarshal(page.Body, &found) != nil {
				continue
			}
			for _, p := range found.Pages {
				if to, ok := Address("", p.Loc); ok {
					w.enqueue(Step{Address: to})
				}
			}
			for _, m := range found.Maps {
				maps = append(maps, strings.TrimSpace(m.Loc))
			}
		}
	}
}

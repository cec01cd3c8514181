package crawl

import (
	"cmp"
	"slices"

	"zhiwen/ingest/fetch"
)

// Column is a list of a site with what was found in it.
type Column struct {
	Address    string // of its first page
	Title      string
	Expected   int // entries that it says it has; -1: it says nothing
	Found      int // links to pages and files that are no lists
	validators fetch.Validators
	pages      int
	links      map[string]bool
}

// belongs notes that a page is a further one of a list.
func (w *Walk) belongs(page, list string) {
	if w.first[page] == "" && page != w.firstOf(list) {
		w.first[page] = w.firstOf(list)
	}
}

func (w *Walk) firstOf(list string) string {
	return cmp.Or(w.first[list], list)
}

func (w *Walk) count(s *Step) {
	address := w.firstOf(s.Address)
	c := w.columns[address]
	if c == nil {
		c = &Column{Address: address, Expected: -1, links: map[string]bool{}}
		w.columns[address] = c
	}
	if s.Address == address {
		c.Title, c.validators = s.Look.Title, s.Page.Validators
	}
	c.pages++
	c.Expected = max(c.Expected, s.Look.Count)
	for _, l := range s.Look.Links {
		c.links[l.Address] = true
	}
}

// Columns gives the lists of the walk after it has ended. documents are the
// addresses that were documents.
func (w *Walk) Columns(documents map[string]bool) []Column {
	var all []Column
	for _, c := range w.columns {
		for address := range c.links {
			if documents[address] {
				c.Found++
			}
		}
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b Column) int { return cmp.Compare(a.Address, b.Address) })
	return all
}

// Short reports whether fewer entries were found than the column says it has,
// or none at all.
func (c Column) Short() bool { return c.Found == 0 || c.Expected > c.Found }

package check

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"zhiwen/retrieval"
)

// catalogue finds documents by title and 文号, and the versions of each.
type catalogue struct {
	generation int64
	byTitle    map[string][]retrieval.Meta // current versions, by titleKey
	byDocNo    map[string]bool
	older      map[string][]retrieval.Meta // superseded versions by Key, newest first
}

// Prepare reads the titles of the collection where they have changed, so that
// the next check does not have to: ten seconds for half a million documents.
func (c *Checker) Prepare(ctx context.Context) error {
	_, err := c.titles(ctx)
	return err
}

// titles gives the catalogue of what the collection holds now.
func (c *Checker) titles(ctx context.Context) (*catalogue, error) {
	stats, err := c.listings.Stats(ctx)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.catalogue != nil && c.catalogue.generation == stats.Generation {
		return c.catalogue, nil
	}
	made := newCatalogue(stats.Generation)
	for l, err := range c.listings.List(ctx) {
		if err != nil {
			return nil, err
		}
		made.add(l.Meta)
	}
	c.catalogue = made
	return made, nil
}

func newCatalogue(generation int64) *catalogue {
	return &catalogue{
		generation: generation,
		byTitle:    map[string][]retrieval.Meta{}, byDocNo: map[string]bool{}, older: map[string][]retrieval.Meta{},
	}
}

func (c *catalogue) add(m retrieval.Meta) {
	switch m.State {
	case retrieval.StateCurrent:
	case retrieval.StateSuperseded:
		c.older[m.Key] = append(c.older[m.Key], m)
		slices.SortFunc(c.older[m.Key], func(a, b retrieval.Meta) int { return cmp.Compare(b.Version, a.Version) })
		return
	default:
		return
	}
	for _, key := range titleKeys(m.Title) {
		c.byTitle[key] = append(c.byTitle[key], m)
	}
	if term := retrieval.DocNoTerm(m.DocNo); term != "" {
		c.byDocNo[term] = true
	}
}

// titled gives the current documents of a title, the newest first.
func (c *catalogue) titled(title string) []retrieval.Meta {
	found := slices.Clone(c.byTitle[titleKey(title)])
	slices.SortStableFunc(found, func(a, b retrieval.Meta) int {
		return cmp.Or(cmp.Compare(rank(b), rank(a)), cmp.Compare(dated(b), dated(a)))
	})
	return found
}

// rank puts what is in force before what is not.
func rank(m retrieval.Meta) int {
	if m.Validity == retrieval.ValidityRepealed || m.Validity == retrieval.ValidityLapsed {
		return 0
	}
	return 1
}

// dated is the day from which a version holds, as far as it is known.
func dated(m retrieval.Meta) string { return cmp.Or(m.Effective, m.Written, m.PublishedDay()) }

// successor gives the document in force that a document of the same title gave
// way to: the repealed one's, or the older one's of two laws. Reports of one
// title are of different years and do not replace each other.
func (c *catalogue) successor(m retrieval.Meta) (retrieval.Meta, bool) {
	for _, other := range c.titled(m.Title) {
		if other.ID == m.ID || rank(other) == 0 {
			continue
		}
		if rank(m) == 0 || isLaw(m.Title) && dated(m) != "" && dated(other) > dated(m) {
			return other, true
		}
	}
	return retrieval.Meta{}, false
}

// inForce reports whether a document holds, as far as the collection tells.
func (c *catalogue) inForce(m retrieval.Meta) bool {
	if m.State != retrieval.StateCurrent || rank(m) == 0 {
		return false
	}
	_, replaced := c.successor(m)
	return !replaced
}

var (
	lawTitle     = regexp.MustCompile(`(?:法|条例|规定|办法|细则|规则|章程|规程|决定)(?:\([^()]*\))?$`)
	editionTail  = regexp.MustCompile(`\(?(?:(?:19|20)\d{2}年?)?(?:修订|修正|修改)(?:版|本)?\)?$|\((?:19|20)\d{2}[^()]{0,6}\)$`)
	innerTitle   = regexp.MustCompile(`(?:印发|公布|发布|颁布)[^《》]{0,10}《([^《》]+)》`)
	countryNames = "中华人民共和国"
)

func isLaw(title string) bool { return lawTitle.MatchString(retrieval.FoldString(title)) }

// titleKey is what titles are compared by: letters and digits, without the
// country's name and the note of an edition.
func titleKey(title string) string {
	folded := editionTail.ReplaceAllString(strings.TrimSpace(retrieval.FoldString(title)), "")
	key := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, folded)
	if rest := strings.TrimPrefix(key, countryNames); rest != "" {
		return rest
	}
	return key
}

// titleKeys are the keys of a document: of its title, and of the one that it
// makes public.
func titleKeys(title string) []string {
	keys := []string{titleKey(title)}
	if m := innerTitle.FindStringSubmatch(title); m != nil {
		keys = append(keys, titleKey(m[1]))
	}
	return slices.DeleteFunc(keys, func(k string) bool { return k == "" })
}

package ingest

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"zhiwen/retrieval"
)

// Ruling is what staff have set of a document's validity and of what is said
// of it. It holds for all later versions, whatever its page says; an empty
// field leaves what the page says.
type Ruling struct {
	Key        string             `json:"key"`
	Validity   retrieval.Validity `json:"validity,omitempty"`
	Effective  string             `json:"effective,omitempty"` // 2006-01-02
	Expires    string             `json:"expires,omitempty"`
	ReplacedBy string             `json:"replaced_by,omitempty"`
	Title      string             `json:"title,omitempty"`
	DocNo      string             `json:"doc_no,omitempty"`
	Publisher  string             `json:"publisher,omitempty"`
	Kind       retrieval.Kind     `json:"kind,omitempty"`
	Published  string             `json:"published,omitempty"`
}

// Rules are kept by a store: what staff have ruled, and what documents say of
// others.
type Rules interface {
	Rulings(ctx context.Context) ([]Ruling, error)
	Repeals(ctx context.Context) ([]Repeal, error)
	// SetRepeals keeps what the document with the key notice says, in place of
	// what it said before.
	SetRepeals(ctx context.Context, notice string, repeals []Repeal) error
	List(ctx context.Context) iter.Seq2[retrieval.Listing, error]
}

const (
	sourceStaff = "staff"
	// sourceNotice stands before the key of the document that says so.
	sourceNotice = "notice "
)

// apply sets what staff have ruled.
func (r Ruling) apply(m retrieval.Meta) retrieval.Meta {
	if r.Validity != "" {
		m.Validity, m.ValiditySource = r.Validity, sourceStaff
	}
	m.Effective = cmp.Or(r.Effective, m.Effective)
	m.Expires = cmp.Or(r.Expires, m.Expires)
	m.ReplacedBy = cmp.Or(r.ReplacedBy, m.ReplacedBy)
	m.Title = cmp.Or(r.Title, m.Title)
	m.DocNo = cmp.Or(r.DocNo, m.DocNo)
	m.Publisher = cmp.Or(r.Publisher, m.Publisher)
	m.Kind = cmp.Or(r.Kind, m.Kind)
	m.Published = cmp.Or(r.Published, m.Published)
	return m
}

// rulebook is what the rules are at the beginning of a run.
type rulebook struct {
	rulings map[string]Ruling
	repeals repeals
}

func (in *Ingester) rulebook(ctx context.Context) (rulebook, error) {
	b := rulebook{rulings: map[string]Ruling{}}
	if in.Rules == nil {
		return b, nil
	}
	rulings, err := in.Rules.Rulings(ctx)
	if err != nil {
		return b, err
	}
	for _, r := range rulings {
		b.rulings[r.Key] = r
	}
	all, err := in.Rules.Repeals(ctx)
	b.repeals = newRepeals(all)
	return b, err
}

// ruled gives the metadata of a document as the rules have it.
func (b rulebook) ruled(m retrieval.Meta) retrieval.Meta {
	if r, ok := b.rulings[m.Key]; ok {
		if m = r.apply(m); r.Validity != "" {
			return m
		}
	}
	ended := m.Validity == retrieval.ValidityRepealed || m.Validity == retrieval.ValidityLapsed
	if ended {
		return m
	}
	if r, ok := b.repeals.of(m); ok {
		m.Validity, m.ValiditySource = r.Validity, sourceNotice+r.Notice
	}
	return m
}

// Rule sets the validity of the document that a version belongs to, and makes
// its current text a version that says so. store keeps the ruling.
func (in *Ingester) Rule(ctx context.Context, held Held, id string, ruling Ruling, keep func(context.Context, Ruling) error) (retrieval.Document, error) {
	doc, err := held.Version(ctx, id)
	if err != nil {
		return doc, err
	}
	if doc.State != retrieval.StateCurrent {
		return doc, fmt.Errorf("%s is %s: name the current version", id, doc.State)
	}
	ruling.Key = doc.Key
	if err := keep(ctx, ruling); err != nil {
		return doc, err
	}
	return in.restate(ctx, doc, ruling.apply(doc.Meta))
}

// restate puts a stored text in again with other metadata.
func (in *Ingester) restate(ctx context.Context, doc retrieval.Document, m retrieval.Meta) (retrieval.Document, error) {
	m.State, m.Version = retrieval.StateCurrent, 0
	doc.Meta = m
	doc.ID = retrieval.NewDocID(doc.Meta, doc.Text)
	entry := BuildEntry(doc, Marks{})
	r := &run{Ingester: in}
	r.batches = batches{embedder: in.Embedder, slots: make(chan struct{}, in.workers()), embedded: func(int) {}}
	if err := r.embed(ctx, &entry); err != nil {
		return doc, fmt.Errorf("embedding: %w", err)
	}
	return doc, in.Store.Put(ctx, entry)
}

// SettleRepeals makes the collection say of each document what the current
// ones say of it: those that a notice repeals are marked, in whatever order they
// came, and what was marked by one that is gone is as before.
func (in *Ingester) SettleRepeals(ctx context.Context, held Held) error {
	if in.Rules == nil {
		return nil
	}
	book, err := in.rulebook(ctx)
	if err != nil {
		return err
	}
	versions := map[string][]retrieval.Listing{} // by key
	marked := false
	for l, err := range in.Rules.List(ctx) {
		if err != nil {
			return err
		}
		if len(book.repeals.all) > 0 || marked || strings.HasPrefix(l.ValiditySource, sourceNotice) {
			marked = true
		}
		versions[l.Key] = append(versions[l.Key], l)
	}
	if !marked {
		return nil
	}
	current := func(key string) (retrieval.Listing, bool) {
		i := slices.IndexFunc(versions[key], func(l retrieval.Listing) bool { return l.State == retrieval.StateCurrent })
		if i < 0 {
			return retrieval.Listing{}, false
		}
		return versions[key][i], true
	}
	book.repeals = newRepeals(slices.DeleteFunc(book.repeals.all, func(r Repeal) bool {
		_, there := current(r.Notice)
		return !there
	}))
	for key := range versions {
		l, ok := current(key)
		if !ok {
			continue
		}
		if err := in.settleOne(ctx, held, book, l, versions[key]); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

func (in *Ingester) settleOne(ctx context.Context, held Held, book rulebook, l retrieval.Listing, versions []retrieval.Listing) error {
	unmarked := l.Meta
	wasMarked := strings.HasPrefix(l.ValiditySource, sourceNotice)
	if wasMarked { // what its page said is what an earlier version says
		unmarked.Validity, unmarked.ValiditySource = "", ""
		for _, v := range versions {
			if !strings.HasPrefix(v.ValiditySource, sourceNotice) {
				unmarked.Validity, unmarked.ValiditySource = v.Validity, v.ValiditySource
			}
		}
	}
	wanted := book.ruled(unmarked)
	if wanted.Validity == l.Validity && (wanted.ValiditySource == l.ValiditySource || !wasMarked) {
		return nil
	}
	doc, err := held.Version(ctx, l.ID)
	if err != nil {
		return err
	}
	_, err = in.restate(ctx, doc, wanted)
	return err
}

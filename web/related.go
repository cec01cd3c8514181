package web

import (
	"cmp"
	"context"
	"errors"
	"regexp"

	"zhiwen/retrieval"
)

// Relations finds the page that a file is attached to, by its key, the files of
// a page, the 政策解读 that name a title, and the documents that have one. Head
// fails with retrieval.ErrNotFound.
type Relations interface {
	Head(ctx context.Context, key string) (retrieval.Head, error)
	Attached(ctx context.Context, key string) ([]retrieval.Ref, error)
	Interpreting(ctx context.Context, title string) ([]retrieval.Ref, error)
	Titled(ctx context.Context, title string) ([]retrieval.Ref, error)
}

// maxAttached is how many files of one page are listed.
const maxAttached = 50

// related is what a page of a document says of the documents it belongs with.
type related struct {
	Parent       *retrieval.Ref // the page it is attached to
	Attached     []retrieval.Ref
	MoreAttached int             // that are not listed
	Readings     []retrieval.Ref // 政策解读 of it
	Interprets   []retrieval.Ref // what it, a 政策解读, interprets
}

// related looks for the page and the files of a document. A page without them
// is better than none.
func (s *Server) related(ctx context.Context, doc retrieval.Document) related {
	var found related
	if s.cfg.Relations == nil {
		return found
	}
	if doc.Parent != "" {
		switch page, err := s.cfg.Relations.Head(ctx, doc.Parent); {
		case err == nil && page.State == retrieval.StateCurrent:
			found.Parent = &retrieval.Ref{ID: page.ID, Key: page.Key, Title: cmp.Or(page.Title, untitled)}
		case err != nil && !errors.Is(err, retrieval.ErrNotFound):
			s.cfg.Log.ErrorContext(ctx, "find the page of a file", "err", err)
		}
	}
	attached, err := s.cfg.Relations.Attached(ctx, doc.Key)
	if err != nil {
		s.cfg.Log.ErrorContext(ctx, "find the files of a page", "err", err)
	}
	for i := range attached {
		attached[i].Title = cmp.Or(attached[i].Title, untitled)
	}
	found.MoreAttached = max(0, len(attached)-maxAttached)
	found.Attached = attached[:len(attached)-found.MoreAttached]
	if found.Readings, found.Interprets, err = s.interpretation(ctx, doc); err != nil {
		s.cfg.Log.ErrorContext(ctx, "find the interpretation of a document", "err", err)
	}
	return found
}

var namedTitle = regexp.MustCompile(`《([^《》]+)》`)

// interpretation leads a document and its 政策解读 to each other (requirements
// 2.7): the 解读 names the document in its title.
func (s *Server) interpretation(ctx context.Context, doc retrieval.Document) (readings, interprets []retrieval.Ref, err error) {
	if doc.Kind != retrieval.KindReading {
		readings, err = s.cfg.Relations.Interpreting(ctx, doc.Title)
		return readings, nil, err
	}
	if m := namedTitle.FindStringSubmatch(doc.Title); m != nil {
		interprets, err = s.cfg.Relations.Titled(ctx, m[1])
	}
	return nil, interprets, err
}

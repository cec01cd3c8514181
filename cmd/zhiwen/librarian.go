package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"zhiwen/ingest"
	"zhiwen/retrieval"
	"zhiwen/web/staff"
)

// librarian changes the collection for the staff's pages. Ingesting is done by
// one at a time.
type librarian struct {
	shell *shell
	rooms *rooms
	mu    sync.Mutex
}

// Take implements staff.Librarian.
func (l *librarian) Take(ctx context.Context, files []staff.File, progress func(done, all int)) (reports []ingest.Report, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.rooms.mayPut(ctx); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "zhiwen-upload-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	var paths []string
	for i, f := range files {
		name := path.Base(strings.ReplaceAll(f.Name, `\`, "/"))
		if name == "." || name == "/" || strings.HasPrefix(name, ".") {
			name = fmt.Sprintf("file%d%s", i+1, path.Ext(name))
		}
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, f.Data, 0o600); err != nil {
			return nil, err
		}
		paths = append(paths, file)
	}
	in := l.rooms.ingester(l.shell)
	in.Uploads = folder
	in.Progress = func(p ingest.Progress) { progress(min(p.Documents, len(files)), len(files)) }
	_, err = in.Run(ctx, paths, func(r ingest.Report) {
		r.Source = strings.TrimPrefix(filepath.ToSlash(strings.TrimPrefix(r.Source, folder)), "/")
		r.Error = staff.Chinese(strings.ReplaceAll(r.Error, folder+"/", ""))
		for i, w := range r.Warnings {
			r.Warnings[i] = staff.Chinese(w)
		}
		reports = append(reports, r)
	})
	return reports, err
}

// Release implements staff.Librarian.
func (l *librarian) Release(ctx context.Context, id string, act retrieval.Act) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.rooms.mayPut(ctx); err != nil {
		return err
	}
	in := l.rooms.ingester(l.shell)
	if _, err := in.Release(ctx, l.rooms.store, id, act); err != nil {
		return err
	}
	return in.SettleRepeals(ctx, l.rooms.store)
}

// Withdraw implements staff.Librarian.
func (l *librarian) Withdraw(ctx context.Context, key string, act retrieval.Act) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.rooms.store.Withdraw(ctx, key, act); err != nil {
		return err
	}
	return l.rooms.ingester(l.shell).SettleRepeals(ctx, l.rooms.store)
}

// Rule implements staff.Librarian.
func (l *librarian) Rule(ctx context.Context, r ingest.Ruling, act retrieval.Act) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.rooms.mayPut(ctx); err != nil {
		return err
	}
	head, err := l.rooms.store.Head(ctx, r.Key)
	if err != nil {
		return err
	}
	_, err = l.rooms.ingester(l.shell).Rule(ctx, l.rooms.store, head.ID, r, func(ctx context.Context, kept ingest.Ruling) error {
		act.Subject = kept.Key
		return l.rooms.store.Rule(ctx, kept, act)
	})
	return err
}

// crawler crawls configured sites when staff ask for it.
type crawler struct {
	schedule *schedule
}

// Sites implements staff.Crawler.
func (c crawler) Sites() []string {
	var names []string
	for _, site := range c.schedule.sites {
		names = append(names, ingest.Site{Starts: site.Starts}.Name())
	}
	return names
}

// Crawl implements staff.Crawler.
func (c crawler) Crawl(ctx context.Context, name string, progress func(done int)) (ingest.Crawled, error) {
	d := c.schedule
	for _, site := range d.sites {
		if (ingest.Site{Starts: site.Starts}).Name() != name {
			continue
		}
		done := 0
		var found ingest.SiteReport
		busy, err := d.alone(ctx, name, rand.Text(), func(ctx context.Context) (err error) {
			_, found, err = d.rooms.crawl(ctx, d.shell, site, d.flags, func(ingest.Report) { done++; progress(done) })
			return errors.Join(err, d.rooms.settle(context.WithoutCancel(ctx)))
		})
		if busy {
			return found.Crawled, staff.ErrBusy
		}
		return found.Crawled, err
	}
	return ingest.Crawled{}, retrieval.ErrNotFound
}

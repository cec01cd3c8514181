package pgstore

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"zhiwen/ingest"
)

// Seen gives what crawls have learned of the addresses of a site, in order.
func (s *Store) Seen(ctx context.Context, site string) ([]ingest.Seen, error) {
	rows, err := s.primary.Query(ctx, `SELECT address, doc_key, etag, last_modified, is_list, links, chars, fetched, missing, failure FROM seen
		WHERE site = $1 ORDER BY address`, site)
	if err != nil {
		return nil, fmt.Errorf("what is known of %s in store %s: %w", site, s.name, err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (ingest.Seen, error) {
		seen := ingest.Seen{Site: site}
		var missing *time.Time
		err := row.Scan(&seen.Address, &seen.Key, &seen.ETag, &seen.LastModified, &seen.IsList, &seen.Links, &seen.Chars, &seen.Fetched, &missing, &seen.Failure)
		seen.Fetched, seen.Missing = seen.Fetched.UTC(), timeOf(missing)
		return seen, err
	})
	if err != nil {
		return nil, fmt.Errorf("what is known of %s in store %s: %w", site, s.name, err)
	}
	return all, nil
}

// Remember keeps what a crawl has learned of addresses, in place of what was
// known.
func (s *Store) Remember(ctx context.Context, seen ...ingest.Seen) error {
	batch := &pgx.Batch{}
	for _, a := range seen {
		batch.Queue(`INSERT INTO seen (site, address, doc_key, etag, last_modified, is_list, links, chars, fetched, missing, failure)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			ON CONFLICT (site, address) DO UPDATE SET doc_key = excluded.doc_key, etag = excluded.etag, last_modified = excluded.last_modified,
				is_list = excluded.is_list, links = excluded.links, chars = excluded.chars, fetched = excluded.fetched, missing = excluded.missing,
				failure = excluded.failure`,
			storable(a.Site), storable(a.Address), storable(a.Key), storable(a.ETag), storable(a.LastModified), a.IsList, storableAll(a.Links), a.Chars,
			a.Fetched, optional(a.Missing), storable(a.Failure))
	}
	if err := s.primary.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("remember addresses in store %s: %w", s.name, err)
	}
	return nil
}

// SaveCrawl keeps how a crawl went. When the last complete one ended stays
// unless this one tells.
func (s *Store) SaveCrawl(ctx context.Context, c ingest.Crawled) error {
	_, err := s.primary.Exec(ctx, `INSERT INTO crawl (site, began, ended, complete, documents, failed, waiting, last_complete)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (site) DO UPDATE SET began = excluded.began, ended = excluded.ended, complete = excluded.complete, documents = excluded.documents,
			failed = excluded.failed, waiting = excluded.waiting, last_complete = coalesce(excluded.last_complete, crawl.last_complete)`,
		storable(c.Site), c.Began, c.Ended, c.Complete, c.Documents, c.Failed, c.Waiting, optional(c.LastComplete))
	if err != nil {
		return fmt.Errorf("keep the crawl of %s in store %s: %w", c.Site, s.name, err)
	}
	return nil
}

// Crawls gives how the crawls of each site went, in order of site.
func (s *Store) Crawls(ctx context.Context) ([]ingest.Crawled, error) {
	rows, err := s.primary.Query(ctx, `SELECT site, began, ended, complete, documents, failed, waiting, last_complete FROM crawl ORDER BY site`)
	if err != nil {
		return nil, fmt.Errorf("crawls in store %s: %w", s.name, err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c ingest.Crawled, err error) {
		var last *time.Time
		err = row.Scan(&c.Site, &c.Began, &c.Ended, &c.Complete, &c.Documents, &c.Failed, &c.Waiting, &last)
		c.Began, c.Ended, c.LastComplete = c.Began.UTC(), c.Ended.UTC(), timeOf(last)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("crawls in store %s: %w", s.name, err)
	}
	return all, nil
}

// Lease takes or keeps a lease until a time, unless somebody else holds it at
// now.
func (s *Store) Lease(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	r, err := s.primary.Exec(ctx, `INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET holder = $2, until = $3 WHERE lease.holder = $2 OR lease.until <= $4`, name, holder, until, now)
	if err != nil {
		return false, fmt.Errorf("lease of %s in store %s: %w", name, s.name, err)
	}
	return r.RowsAffected() > 0, nil
}

// optional is nil for no time.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func timeOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

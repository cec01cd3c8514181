package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"zhiwen/ingest"
)

// Seen gives what crawls have learned of the addresses of a site, in order.
func (s *Store) Seen(ctx context.Context, site string) ([]ingest.Seen, error) {
	var all []ingest.Seen
	const query = `SELECT address, doc_key, etag, last_modified, is_list, links, chars, fetched, missing, failure FROM seen WHERE site = ? ORDER BY address`
	err := eachRow(ctx, s.readers, query, []any{site}, func(scan func(...any) error) error {
		seen := ingest.Seen{Site: site}
		var links, fetched, missing string
		err := scan(&seen.Address, &seen.Key, &seen.ETag, &seen.LastModified, &seen.IsList, &links, &seen.Chars, &fetched, &missing, &seen.Failure)
		if err == nil {
			err = json.Unmarshal([]byte(links), &seen.Links)
		}
		if err == nil {
			seen.Fetched, err = parseOptional(fetched)
		}
		if err == nil {
			seen.Missing, err = parseOptional(missing)
		}
		all = append(all, seen)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("what is known of %s in store %s: %w", site, s.path, err)
	}
	return all, nil
}

// Remember keeps what a crawl has learned of addresses, in place of what was
// known.
func (s *Store) Remember(ctx context.Context, seen ...ingest.Seen) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		for _, a := range seen {
			links, err := json.Marshal(a.Links)
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO seen (site, address, doc_key, etag, last_modified, is_list, links, chars, fetched, missing, failure)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				a.Site, a.Address, a.Key, a.ETag, a.LastModified, a.IsList, string(links), a.Chars, formatOptional(a.Fetched), formatOptional(a.Missing), a.Failure)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remember addresses in store %s: %w", s.path, err)
	}
	return nil
}

// SaveCrawl keeps how a crawl went. When the last complete one ended stays
// unless this one tells.
func (s *Store) SaveCrawl(ctx context.Context, c ingest.Crawled) error {
	_, err := s.writer.ExecContext(ctx, `INSERT INTO crawl (site, began, ended, complete, documents, failed, waiting, last_complete) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (site) DO UPDATE SET began = excluded.began, ended = excluded.ended, complete = excluded.complete, documents = excluded.documents,
			failed = excluded.failed, waiting = excluded.waiting, last_complete = CASE excluded.last_complete WHEN '' THEN crawl.last_complete ELSE excluded.last_complete END`,
		c.Site, formatTime(c.Began), formatTime(c.Ended), c.Complete, c.Documents, c.Failed, c.Waiting, formatOptional(c.LastComplete))
	if err != nil {
		return fmt.Errorf("keep the crawl of %s in store %s: %w", c.Site, s.path, err)
	}
	return nil
}

// Crawls gives how the crawls of each site went, in order of site.
func (s *Store) Crawls(ctx context.Context) ([]ingest.Crawled, error) {
	var all []ingest.Crawled
	const query = `SELECT site, began, ended, complete, documents, failed, waiting, last_complete FROM crawl ORDER BY site`
	err := eachRow(ctx, s.readers, query, nil, func(scan func(...any) error) error {
		var c ingest.Crawled
		var began, ended, last string
		err := scan(&c.Site, &began, &ended, &c.Complete, &c.Documents, &c.Failed, &c.Waiting, &last)
		for to, from := range map[*time.Time]string{&c.Began: began, &c.Ended: ended, &c.LastComplete: last} {
			if err == nil {
				*to, err = parseOptional(from)
			}
		}
		all = append(all, c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("crawls in store %s: %w", s.path, err)
	}
	return all, nil
}

// Lease takes or keeps a lease until a time, unless somebody else holds it at
// now.
func (s *Store) Lease(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	r, err := s.writer.ExecContext(ctx, `INSERT INTO lease (name, holder, until) VALUES (?1, ?2, ?3)
		ON CONFLICT (name) DO UPDATE SET holder = ?2, until = ?3 WHERE lease.holder = ?2 OR lease.until <= ?4`,
		name, holder, formatTime(until), formatTime(now))
	if err != nil {
		return false, fmt.Errorf("lease of %s in store %s: %w", name, s.path, err)
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

// formatOptional is formatTime, and "" for no time.
func formatOptional(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return formatTime(t)
}

func parseOptional(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return parseTime(s)
}

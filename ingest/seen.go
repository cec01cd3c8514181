package ingest

import (
	"context"
	"time"
)

// Seen is what crawls have learned of one address of a site. It is written
// after the document that it speaks of, so that a crawl that is killed asks
// once too often and never too seldom.
type Seen struct {
	Site    string
	Address string
	Key     string // of the document; empty for what is none

	ETag, LastModified string   // as the server gave them
	IsList             bool     // it leads to documents and is none
	Links              []string // addresses that it leads to
	Chars              int      // of the document's text

	Fetched time.Time // when it was last read, or the server said that it has not changed
	Missing time.Time // since when the server has said that it is not there; zero: it is
	Failure string    // of the last attempt, empty if that went well
}

// Crawled is how the crawls of a site went.
type Crawled struct {
	Site      string    `json:"site"`
	Began     time.Time `json:"began"` // the last one
	Ended     time.Time `json:"ended"`
	Complete  bool      `json:"complete"`  // it came to its end, and nothing waits for somebody
	Documents int       `json:"documents"` // that the site has
	Failed    int       `json:"failed"`
	Waiting   int       `json:"waiting"` // removals that nobody has accepted yet
	// LastComplete is when the last complete one ended; zero: none has.
	LastComplete time.Time `json:"last_complete"`
}

// Memory keeps what crawls learn.
type Memory interface {
	Seen(ctx context.Context, site string) ([]Seen, error)
	Remember(ctx context.Context, seen ...Seen) error
	SaveCrawl(ctx context.Context, c Crawled) error
}

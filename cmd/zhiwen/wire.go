package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/asked"
	"zhiwen/bot/check"
	"zhiwen/bot/directory"
	"zhiwen/bot/faq"
	"zhiwen/bot/records"
	"zhiwen/ingest"
	"zhiwen/retrieval"
	"zhiwen/retrieval/onnx"
	"zhiwen/retrieval/remembered"
	"zhiwen/retrieval/sqlitestore"
	"zhiwen/web"
	"zhiwen/web/staff"
)

// phone is the number of the people to turn to, shown with every refusal.
const phone = "12345"

// postgresWriters is how many batches are on their way to PostgreSQL at once:
// while one waits for the disk the server works at the next.
const postgresWriters = 3

// store is everything the commands need of a store, whatever keeps it.
type store interface {
	retrieval.Index
	ingest.Store
	ingest.VectorStore
	web.Documents
	web.Relations
	web.Store
	ingest.Originals
	check.Collection
	check.Listings
	staff.Book
	records.Store
	AddActs(ctx context.Context, acts ...retrieval.Act) error
	asked.Store
	asked.Book
	asked.Counts
	expiring
	faq.Store
	bot.Curated
	lifecycle
	ingest.Memory
	Rulings(ctx context.Context) ([]ingest.Ruling, error)
	SetRepeals(ctx context.Context, notice string, repeals []ingest.Repeal) error
	Repeals(ctx context.Context) ([]ingest.Repeal, error)
	Crawls(ctx context.Context) ([]ingest.Crawled, error)
	Lease(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
	Stats(ctx context.Context) (retrieval.Stats, error)
	Size(ctx context.Context) (int64, error)
	List(ctx context.Context) iter.Seq2[retrieval.Listing, error]
	UseModel(ctx context.Context, name string, dim int) error
	VectorSets(ctx context.Context) ([]retrieval.VectorSet, error)
	DropSets(ctx context.Context) ([]retrieval.VectorSet, error)
	PutOffices(ctx context.Context, entries []directory.Entry) error
	PutDays(ctx context.Context, days []directory.Day) error
	bot.Offices
	bot.BlockedCounter
	bot.Ledger
	SwitchGeneration(ctx context.Context, off bool) error
	bot.Receipts
	web.Receipts
	Blocked(ctx context.Context) ([]bot.BlockedCount, error)
	Close() error
}

// open opens the store. A file is made if there is none and brought to this
// program's schema; a database is changed by 'zhiwen migrate' only, because
// other servers may be working on it.
func (s *shell) open(ctx context.Context) (store, error) {
	if s.onPostgres() {
		return s.openPostgres(ctx)
	}
	if scheme, _, ok := strings.Cut(s.storePath, "://"); ok {
		return nil, fmt.Errorf("--store %s://…: a store is a file or postgres://…", scheme)
	}
	opened, err := sqlitestore.Open(ctx, s.storePath, sqlitestore.Options{})
	if err != nil {
		return nil, err // not opened: a nil *Store in an interface is not nil
	}
	return opened, nil
}

// openExisting opens a store to read from it: one that does not exist has no
// answers, and is more likely a misspelt path.
func (s *shell) openExisting(ctx context.Context) (store, error) {
	if strings.Contains(s.storePath, "://") {
		return s.open(ctx)
	}
	if _, err := os.Stat(s.storePath); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("store %s does not exist; make it with 'zhiwen ingest PATH --store %s'", s.storePath, s.storePath)
	}
	return s.open(ctx)
}

// rooms are the parts of the product, joined.
type rooms struct {
	store     store
	embedder  retrieval.Embedder // nil: by words alone
	search    *retrieval.Searcher
	bot       *bot.Bot
	pictures  *ingest.Pictures
	generates bool // a language model may word answers
	closers   []func() error
}

// openRooms opens the store, chooses the embedder and makes the bot.
func (s *shell) openRooms(ctx context.Context, open func(context.Context) (store, error)) (*rooms, error) {
	r := &rooms{}
	if err := s.join(ctx, r, open); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func (s *shell) join(ctx context.Context, r *rooms, open func(context.Context) (store, error)) error {
	var err error
	if r.store, err = open(ctx); err != nil {
		return err
	}
	r.closers = append(r.closers, r.store.Close)
	stats, err := r.store.Stats(ctx)
	if err != nil {
		return err
	}
	m, err := s.loadModel(ctx, stats)
	switch {
	case errors.Is(err, onnx.ErrNoRuntime):
		s.log.Warn("search goes by words alone", "cause", err)
	case err != nil:
		return err
	default:
		r.closers = append(r.closers, m.close)
		if err := r.store.UseModel(ctx, m.Model(), m.Dim()); err != nil {
			return err
		}
		r.embedder = m.Embedder
		if s.serves {
			if r.embedder, err = remembered.NewEmbedder(m.Embedder); err != nil {
				return err
			}
		}
	}
	reader, err := s.loadReader(r)
	if err != nil {
		return err
	}
	r.pictures = ingest.NewPictures(r.store, cacheFolder())
	r.closers = append(r.closers, r.pictures.Close)
	r.search = &retrieval.Searcher{Index: r.store, Embedder: r.embedder}
	synonyms, err := s.synonyms()
	if err != nil {
		return err
	}
	blocklist, err := s.blocklist()
	if err != nil {
		return err
	}
	words := &staffWords{store: r.store, log: s.log, own: synonyms, lists: blocklist}
	writer, limits, err := s.loadWriter()
	if err != nil {
		return err
	}
	r.generates = writer != nil
	config := bot.Config{
		Search:     r.search,
		Documents:  r.store,
		Reader:     reader,
		Vocabulary: r.search,
		Curated:    r.store,
		Pages:      pages{r.store},
		Offices:    r.store,
		Blocklist:  words,
		Blocked:    r.store,
		Synonyms:   words.synonymsNow,
		Phone:      phone,
		Now:        s.now,
		Log:        s.log,

		StaleMonths:      s.staleMonths,
		StalePhoneMonths: s.stalePhoneMonths,

		Ledger:   r.store,
		Limits:   limits,
		Producer: os.Getenv("ZHIWEN_SITE_CODE"),
	}
	if writer != nil { // a nil *openai.Chat in an interface is not nil
		config.Writer = writer
	}
	if s.serves {
		config.Receipts = r.store
	}
	r.bot, err = bot.New(config)
	return err
}

// Close closes what was opened, the last first.
func (r *rooms) Close() error {
	var errs []error
	for i := len(r.closers) - 1; i >= 0; i-- {
		errs = append(errs, r.closers[i]())
	}
	r.closers = nil
	return errors.Join(errs...)
}

func (r *rooms) mode() string {
	if r.embedder == nil {
		return "words"
	}
	return "hybrid"
}

func (r *rooms) status(ctx context.Context) (web.Status, error) {
	stats, err := r.store.Stats(ctx)
	if err != nil {
		return web.Status{}, err
	}
	crawls, err := r.store.Crawls(ctx)
	status := web.Status{Mode: r.mode(), Documents: stats.Documents, Chunks: stats.Chunks, Updated: stats.Updated}
	for _, c := range crawls {
		status.Sites = append(status.Sites, web.SiteStatus{Site: c.Site, LastComplete: c.LastComplete, Stale: isStale(c, r.bot.Now())})
		if c.LastComplete.After(status.Updated) {
			status.Updated = c.LastComplete
		}
	}
	return status, err
}

// cacheFolder is the user's own, or none: what lies there is run as code.
func cacheFolder() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "zhiwen")
}

func (r *rooms) ingester(s *shell) *ingest.Ingester {
	show := s.progress("reading")
	writers := 1
	if s.onPostgres() {
		writers = postgresWriters
	}
	return &ingest.Ingester{
		Writers:  writers,
		Store:    r.store,
		Embedder: r.embedder,
		Rules:    r.store,
		Held:     r.store,
		Now:      s.now,
		Cache:    cacheFolder(),
		Progress: func(p ingest.Progress) { show(p.Documents, p.Total) },
	}
}

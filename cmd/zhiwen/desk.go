package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/accounts"
	"zhiwen/bot/asked"
	"zhiwen/bot/check"
	"zhiwen/bot/faq"
	"zhiwen/ingest"
	"zhiwen/web"
	"zhiwen/web/staff"
)

const (
	// keepDays is how long checks are kept unless ZHIWEN_CHECK_DAYS says
	// otherwise.
	keepDays = 30
	// sweepEvery is how often expired checks are deleted; they are not shown
	// from the moment that they expire.
	sweepEvery = time.Hour
	// prepareEvery is how soon after a change of the collection 文稿核对 knows its
	// titles, unless a draft comes before.
	prepareEvery = time.Minute
)

// desk is where the staff works.
type desk struct {
	config *staff.Config
	close  func() error
}

// openDesk makes the staff's pages of what the environment says, and tidies up
// until it is closed. Crawls may be nil.
func (s *shell) openDesk(ctx context.Context, r *rooms, crawls *schedule) (desk, error) {
	setting, err := secret("ZHIWEN_STAFF_TOKEN")
	if err != nil {
		return desk{}, err
	}
	tokens, err := staff.ParseTokens(setting)
	if err != nil {
		return desk{}, usagef("ZHIWEN_STAFF_TOKEN: %w", err)
	}
	signOn, err := s.signOn()
	if err != nil {
		return desk{}, err
	}
	days, err := checkDays()
	if err != nil {
		return desk{}, err
	}
	// Also without the pages: what was kept before must not stay.
	keep, err := keepConversations()
	if err != nil {
		return desk{}, err
	}
	drafts, err := ingest.NewDrafts(ctx, cacheFolder())
	if err != nil {
		return desk{}, err
	}
	checker := check.New(r.store, r.store, s.now)
	stopSweeping, stopSorting := s.sweep(ctx, r.store, keep), s.sortQuestions(ctx, r)
	stopPreparing := s.every(ctx, prepareEvery, "the titles of the collection were not read", checker.Prepare)
	config := &staff.Config{
		Accounts: &accounts.Desk{Store: r.store, Now: s.now}, SignOn: signOn, Records: r.store,
		Checker: checker, Drafts: drafts, Tokens: tokens,
		Book: r.store, Keep: time.Duration(days) * 24 * time.Hour,
		Library: r.store, Librarian: &librarian{shell: s, rooms: r}, FAQ: &faq.Desk{Store: r.store, Docs: r.store, Phone: phone, Now: s.now},
		Offices: r.store, Examiner: r.bot, Searcher: r.search, Questions: r.store, Audit: r.store,
	}
	if crawls != nil {
		config.Crawler = crawler{crawls}
	}
	return desk{config: config, close: func() error {
		stopPreparing()
		stopSorting()
		stopSweeping()
		return drafts.Close()
	}}, nil
}

// signOn is the county's OpenID provider, if one is configured.
func (s *shell) signOn() (*staff.SignOn, error) {
	public, err := s.public()
	if err != nil {
		return nil, err
	}
	o := staff.SignOn{
		Issuer: os.Getenv("ZHIWEN_OIDC_ISSUER"), ClientID: os.Getenv("ZHIWEN_OIDC_CLIENT"), Claim: os.Getenv("ZHIWEN_OIDC_CLAIM"),
		Name: os.Getenv("ZHIWEN_OIDC_NAME"), BaseURL: public.URL(),
	}
	if o.Issuer == "" {
		return nil, nil
	}
	if o.ClientID == "" {
		return nil, usagef("ZHIWEN_OIDC_ISSUER is set and ZHIWEN_OIDC_CLIENT is not: give the client's ID at that provider")
	}
	o.Secret, err = secret("ZHIWEN_OIDC_SECRET")
	return &o, err
}

// How often new questions are put into groups, and how often it is seen whether
// a changed source touches a settled one.
const (
	sortEvery    = 5 * time.Second
	recheckEvery = time.Minute
)

// sortQuestions groups what visitors asked, one server at a time. The returned
// function ends it and waits for it.
func (s *shell) sortQuestions(ctx context.Context, r *rooms) (stop func()) {
	holder := rand.Text()
	return s.every(ctx, sortEvery, "questions were not grouped", func(ctx context.Context) error { return s.sortOnce(ctx, r, holder) })
}

// recheckQuestions asks settled questions again when their sources change, one
// server at a time.
func (s *shell) recheckQuestions(ctx context.Context, r *rooms, server *web.Server) (stop func()) {
	holder := rand.Text()
	return s.every(ctx, recheckEvery, "questions were not asked again", func(ctx context.Context) error {
		now := s.now()
		mine, err := r.store.Lease(ctx, "recheck questions", holder, now, now.Add(leaseFor))
		if err != nil || !mine {
			return err
		}
		n, err := server.Recheck(ctx)
		if n > 0 {
			s.log.Info("asked settled questions again", "groups", n)
		}
		return err
	})
}

// every does something at once and then again and again, until the returned
// function ends it and has waited for it.
func (s *shell) every(ctx context.Context, period time.Duration, failure string, do func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(period)
		defer ticker.Stop()
		for {
			if err := do(ctx); err != nil && ctx.Err() == nil {
				s.log.Warn(failure, "err", err)
			}
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		cancel()
		wg.Wait()
	}
}

func (s *shell) sortOnce(ctx context.Context, r *rooms, holder string) error {
	waiting, err := r.store.Ungrouped(ctx, 1)
	if err != nil || len(waiting) == 0 {
		return err
	}
	now := s.now()
	mine, err := r.store.Lease(ctx, "group questions", holder, now, now.Add(leaseFor))
	if err != nil || !mine {
		return err
	}
	known, err := r.store.Groups(ctx)
	if err != nil {
		return err
	}
	_, err = asked.Sort(ctx, r.store, asked.NewGrouper(known, bot.Official(r.bot.Config.Synonyms)))
	return err
}

func checkDays() (int, error) {
	setting := os.Getenv("ZHIWEN_CHECK_DAYS")
	if setting == "" {
		return keepDays, nil
	}
	days, err := strconv.Atoi(setting)
	if err != nil || days < 0 || days > 3650 {
		return 0, usagef("ZHIWEN_CHECK_DAYS=%q is not a number of days from 0 (checks are never stored) to 3650", setting)
	}
	return days, nil
}

// expiring is a store that forgets checks and conversations in time.
type expiring interface {
	DeleteExpiredChecks(ctx context.Context, now time.Time) (int, error)
	ForgetConversations(ctx context.Context, words, traces time.Time) (int, error)
}

// keeping is how long conversations are kept: their words, and that they were.
type keeping struct{ words, traces time.Duration }

// Conversations are kept so many days unless the environment says otherwise;
// traces for at least six months (网络安全法 第二十三条(三), in force 2026-01-01).
const (
	keepWordDays  = 30
	keepTraceDays = 200
)

func keepConversations() (keeping, error) {
	words, err := days("ZHIWEN_KEEP_DAYS", keepWordDays, 1)
	if err != nil {
		return keeping{}, err
	}
	traces, err := days("ZHIWEN_KEEP_TRACE_DAYS", keepTraceDays, 183)
	return keeping{words, traces}, err
}

// days reads a number of days from the environment.
func days(name string, usual, least int) (time.Duration, error) {
	n := usual
	if setting := os.Getenv(name); setting != "" {
		var err error
		if n, err = strconv.Atoi(setting); err != nil || n < least || n > 3650 {
			return 0, usagef("%s=%q is not a number of days from %d to 3650", name, setting, least)
		}
	}
	return time.Duration(n) * 24 * time.Hour, nil
}

// sweep deletes what has expired now and then. The returned function ends it
// and waits for it.
func (s *shell) sweep(ctx context.Context, st expiring, keep keeping) (stop func()) {
	began := time.Now()
	elapsed := func() time.Duration { return time.Since(began) }
	clock := setClock{now: s.now, began: s.now(), elapsed: elapsed}
	return s.every(ctx, sweepEvery, "what has expired was not deleted", func(ctx context.Context) error { return s.expire(ctx, st, keep, clock) })
}

func (s *shell) expire(ctx context.Context, st expiring, keep keeping, clock setClock) error {
	if by := clock.moved(); by.Abs() > clockTrust {
		return fmt.Errorf("the machine's clock was moved by %s: set it right, or restart zhiwen if it is right now", by.Round(time.Hour))
	}
	now := s.now()
	checks, errChecks := st.DeleteExpiredChecks(ctx, now)
	turns, errTurns := st.ForgetConversations(ctx, now.Add(-keep.words), now.Add(-keep.traces))
	if checks+turns > 0 {
		s.log.Info("deleted what has expired", "checks", checks, "turns", turns)
	}
	return errors.Join(errChecks, errTurns)
}

// clockTrust is how far the clock may be moved before nothing is deleted by it:
// less than the days that traces are kept beyond the six months of the law.
const clockTrust = 7 * 24 * time.Hour

// setClock knows how far the machine's clock was moved since a process began: a
// clock that jumps a year ahead would let everything expire at once.
type setClock struct {
	now     func() time.Time
	began   time.Time
	elapsed func() time.Duration // since then, by a clock that nobody sets
}

func (c setClock) moved() time.Duration {
	return c.now().Round(0).Sub(c.began.Round(0)) - c.elapsed()
}

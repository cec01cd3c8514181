package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/blocklist"
	"zhiwen/bot/records"
	"zhiwen/retrieval"
	"zhiwen/web/staff"
)

// wordsEvery is how often the tables that staff keep are looked at: so long a
// change takes to reach every server.
const wordsEvery = 2 * time.Second

// staffWords joins the tables of words of files with those that staff keep in
// the store. A broken table keeps the last good one; they are checked before
// they are stored.
type staffWords struct {
	store records.Store
	log   *slog.Logger
	own   []bot.Synonym // of the file
	lists bot.Blocklist

	mu       sync.Mutex
	checked  time.Time
	revs     map[string]int64
	synonyms []bot.Synonym // the file's and the staff's
	blocked  blocklist.Lists
}

func (w *staffWords) synonymsNow() []bot.Synonym {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.look()
	return w.synonyms
}

// Find implements bot.Blocklist.
func (w *staffWords) Find(use blocklist.Use, text string) (blocklist.Rule, bool) {
	w.mu.Lock()
	w.look()
	blocked := w.blocked
	w.mu.Unlock()
	if rule, found := blocked.Find(use, text); found {
		return rule, true
	}
	return w.lists.Find(use, text)
}

// look reads what has changed, at most so often.
func (w *staffWords) look() {
	if time.Since(w.checked) < wordsEvery {
		return
	}
	if w.revs == nil {
		w.revs, w.synonyms = map[string]int64{}, w.own
	}
	w.checked = time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), wordsEvery)
	defer cancel()
	for id, read := range map[string]func(string) error{
		staff.WordsSynonyms: func(text string) error {
			more, err := bot.ParseSynonyms(text)
			if err == nil {
				w.synonyms = slices.Concat(w.own, more)
			}
			return err
		},
		staff.WordsBlocked: func(text string) (err error) {
			lists, err := blocklist.Parse(text)
			if err == nil {
				w.blocked = lists
			}
			return err
		},
	} {
		var text string
		r, err := records.Load(ctx, w.store, staff.WordsKind, id, &text)
		if errors.Is(err, retrieval.ErrNotFound) || err == nil && r.Rev == w.revs[id] {
			continue
		}
		if err == nil {
			w.revs[id] = r.Rev
			err = read(text)
		}
		if err != nil {
			w.log.Warn("a table of words of the staff could not be read; the last one is used", "table", id, "cause", err)
		}
	}
}

package main

import (
	"context"
	"fmt"
	"time"

	"zhiwen/bot/faq"
	"zhiwen/retrieval"
	"zhiwen/web"
)

// catalogue lists what visitors can choose instead of typing.
type catalogue struct {
	store store
	now   func() time.Time
}

// Items gives the documents in force, and the questions that staff have
// answered while what they cite stands.
func (c catalogue) Items(ctx context.Context) ([]web.Item, error) {
	var items []web.Item
	for l, err := range c.store.List(ctx) {
		if err != nil {
			return nil, err
		}
		outOfForce := l.Validity == retrieval.ValidityRepealed || l.Validity == retrieval.ValidityLapsed
		if l.State == retrieval.StateCurrent && !outOfForce && l.Title != "" {
			items = append(items, web.Item{DocID: l.ID, Title: l.Title, Kind: l.Kind, Published: l.Published})
		}
	}
	entries, err := c.store.FAQs(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the curated answers: %w", err)
	}
	today := c.now().Format(time.DateOnly)
	for _, e := range entries {
		if e.State != faq.StatePublished {
			continue
		}
		_, stale, err := faq.Fresh(ctx, c.store, e, today)
		if err != nil {
			return nil, err
		}
		if stale == "" {
			items = append(items, web.Item{Question: e.Question, Kind: retrieval.KindFAQ, Published: e.Updated.Format(time.DateOnly)})
		}
	}
	return items, nil
}

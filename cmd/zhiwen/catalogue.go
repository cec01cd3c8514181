package main

import (
	"context"

	"zhiwen/retrieval"
	"zhiwen/web"
)

// catalogue lists what visitors can choose instead of typing.
type catalogue struct{ store store }

// Items gives the documents in force, those last published first.
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
	return items, nil
}

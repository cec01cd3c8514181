package staff

import (
	"context"
	"sync"
	"time"

	"zhiwen/bot/check"
	"zhiwen/retrieval"
)

// heldInMemory is how long a check that is never stored can be looked at.
const heldInMemory = time.Hour

// maxHeld bounds the checks in memory; the oldest go first.
const maxHeld = 32

// memory is a Book that writes nothing.
type memory struct {
	mu     sync.Mutex
	checks map[string]check.Saved
}

func newMemory() *memory { return &memory{checks: map[string]check.Saved{}} }

func (m *memory) SaveCheck(_ context.Context, c check.Saved) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.checks[c.ID] = c
	for len(m.checks) > maxHeld {
		oldest := c.ID
		for id, other := range m.checks {
			if other.Created.Before(m.checks[oldest].Created) {
				oldest = id
			}
		}
		delete(m.checks, oldest)
	}
	return nil
}

func (m *memory) LoadCheck(_ context.Context, id string, now time.Time) (check.Saved, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(now)
	c, ok := m.checks[id]
	if !ok {
		return c, retrieval.ErrNotFound
	}
	return c, nil
}

func (m *memory) forget(now time.Time) {
	for id, c := range m.checks {
		if !c.Expires.After(now) {
			delete(m.checks, id)
		}
	}
}

// Checks lists nothing: what is not stored is found by its address alone.
func (m *memory) Checks(context.Context, string, time.Time) ([]check.Summary, error) { return nil, nil }

func (m *memory) DeleteCheck(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.checks[id]; !ok {
		return retrieval.ErrNotFound
	}
	delete(m.checks, id)
	return nil
}

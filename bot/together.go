package bot

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/singleflight"
)

// together has a question that many ask at the same moment searched for once:
// whoever asks while it is being answered gets what comes of that. Nothing is
// remembered, so that nobody hears of what was before he asked.
type together struct{ flights singleflight.Group }

// errLeft: whoever searched for all has gone away, and another has to.
var errLeft = errors.New("the asker whose search it was has left")

// examine gives what find finds, or what another who asks the same finds just
// now. The answer is the caller's own: it has its own ID and may be changed.
func (t *together) examine(ctx context.Context, key string, find func() (Examination, error)) (Examination, error) {
	for {
		found, err, shared := t.flights.Do(key, func() (any, error) {
			e, err := find()
			if err != nil && ctx.Err() != nil {
				err = errLeft
			}
			return e, err
		})
		switch {
		case ctx.Err() != nil:
			return Examination{}, ctx.Err()
		case errors.Is(err, errLeft):
			continue
		case err != nil:
			return Examination{}, err
		}
		e := found.(Examination)
		if shared {
			e.Said = e.Said.own()
		}
		return e, nil
	}
}

// own is a copy with an ID of its own, of which nothing that is changed later is
// shared.
func (a Answer) own() Answer {
	a.ID = newAnswerID()
	if a.Handoff != nil {
		handoff := *a.Handoff
		a.Handoff = &handoff
	}
	return a
}

// key names all that an answer from the documents depends on besides these and
// the clock.
func (m meaning) key(depth int) string {
	return fmt.Sprintf("%q %q %q %q %#v %d", m.Typed, m.Text, m.own.Text, m.page, m.filter, depth)
}

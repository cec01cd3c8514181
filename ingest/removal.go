package ingest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zhiwen/retrieval"
)

// mostGone is the share of a list's items that may be gone from its next
// version without somebody's word for it: more looks like half a file.
const mostGone = 0.2

// lists is what a run read of lists of 办事指南, to find the items that are in
// them no more. The zero value is ready.
type lists struct {
	seen  map[string]bool // keys of all documents of the run
	read  map[string]*list
	order []string // sources, as they were read
}

// list is one file with items.
type list struct {
	name   string // as it is reported
	titles map[string]bool
	broken bool           // an item could not be read or stored
	before map[string]int // how many of its items were read from which list before
}

// note takes down what became of a document.
func (l *lists) note(res result) {
	if l.seen == nil {
		l.seen, l.read = map[string]bool{}, map[string]*list{}
	}
	if res.key != "" {
		l.seen[res.key] = true
	}
	if res.list == "" {
		return
	}
	of := l.read[res.list]
	if of == nil {
		name, _, _ := strings.Cut(res.report.Source, "#")
		of = &list{name: name, titles: map[string]bool{}, before: map[string]int{}}
		l.read[res.list] = of
		l.order = append(l.order, res.list)
	}
	of.titles[res.report.Title] = true
	of.broken = of.broken || res.report.Status == StatusFailed
	if res.before != "" {
		of.before[res.before]++
	}
}

// settleLists retires the items that a list held when it was read before and
// holds no more, as long as the list was read whole and few are gone. Of all
// others it warns, one report an item.
func (w *writer) settleLists(ctx context.Context) error {
	for _, source := range w.lists.order {
		of := w.lists.read[source]
		if err := w.settleList(ctx, source, of); err != nil {
			return err
		}
		for _, other := range slices.Sorted(maps.Keys(of.before)) {
			if w.lists.read[other] != nil {
				continue // this list, or one that was read itself
			}
			if err := w.settleReplaced(ctx, of, other); err != nil {
				return err
			}
		}
	}
	return nil
}

// settleList looks after the items that stood in the same list before.
func (w *writer) settleList(ctx context.Context, source string, of *list) error {
	gone, err := w.gone(ctx, source)
	if err != nil {
		return err
	}
	held := len(gone) + of.before[source]
	// One that has another key now, because the list tells its code, is no loss.
	var renamed, lost []retrieval.Ref
	for _, ref := range gone {
		if of.titles[ref.Title] {
			renamed = append(renamed, ref)
		} else {
			lost = append(lost, ref)
		}
	}
	if of.broken {
		w.keep(append(renamed, lost...), of.name, "this item is not in the list any more, but some of the list could not be read: it stays; mend the list and ingest it again")
		return nil
	}
	if err := w.retire(ctx, renamed, of.name); err != nil {
		return err
	}
	if len(lost) > max(1, int(mostGone*float64(held))) && !w.AcceptRemovals {
		w.keep(lost, of.name, fmt.Sprintf("this item is not in the list any more, nor are %d of its %d items, more than a fifth: they stay; if the list is whole, ingest it again with --accept-removals", len(lost), held))
		return nil
	}
	return w.retire(ctx, lost, of.name)
}

// settleReplaced looks after the items of an older list, most of which stand
// in this one: whether it takes the other's place only its owner knows.
func (w *writer) settleReplaced(ctx context.Context, of *list, other string) error {
	gone, err := w.gone(ctx, other)
	if err != nil {
		return err
	}
	held := len(gone) + of.before[other]
	if float64(len(gone)) > mostGone*float64(held) {
		return nil // another list, which shares some items
	}
	if w.AcceptRemovals && !of.broken {
		return w.retire(ctx, gone, other)
	}
	w.keep(gone, other, fmt.Sprintf("this item is not in %s, which holds %d of the %d items of its list: it stays; if that list takes the place of this one, ingest it again with --accept-removals", of.name, of.before[other], held))
	return nil
}

// gone are the current documents of a source that the run did not see.
func (w *writer) gone(ctx context.Context, source string) ([]retrieval.Ref, error) {
	refs, err := w.Store.ReadFrom(ctx, source)
	if err != nil {
		return nil, fmt.Errorf("looking for items that are gone from %s: %w", source, err)
	}
	return slices.DeleteFunc(refs, func(ref retrieval.Ref) bool { return w.lists.seen[ref.Key] }), nil
}

func (w *writer) retire(ctx context.Context, items []retrieval.Ref, list string) error {
	if len(items) == 0 {
		return nil
	}
	keys := make([]string, len(items))
	for i, ref := range items {
		keys[i] = ref.Key
	}
	if err := w.Store.Retire(ctx, keys...); err != nil {
		return fmt.Errorf("retiring items that are gone from %s: %w", list, err)
	}
	w.tell(items, list, StatusRemoved)
	return nil
}

func (w *writer) keep(items []retrieval.Ref, list, warning string) {
	w.tell(items, list, StatusUnchanged, warning)
}

func (w *writer) tell(items []retrieval.Ref, list string, status Status, warnings ...string) {
	for _, ref := range items {
		name := ref.Key
		if _, part, ok := strings.Cut(name, "#"); ok {
			name = part
		}
		r := Report{Source: list + "#" + strings.TrimPrefix(name, guideKey), DocID: ref.ID, Title: ref.Title, Status: status, Warnings: append([]string{}, warnings...)}
		w.summary.count(r)
		if w.report != nil {
			w.report(r)
		}
	}
}

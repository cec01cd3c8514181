package sqlitestore

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"slices"
	"unique"

	"zhiwen/retrieval"
)

//go:embed queries/indexed.sql
var indexedSQL string

// view is what a search needs of every indexed chunk, held in memory: about
// 80 bytes a chunk. A view belongs to one generation of the index and to one
// set of vectors, and never changes; newer ones share memory with it as far as
// nothing was removed.
//
// A slot is a chunk's row less base. Slots of chunks that are gone stay empty
// until the next removal packs the view.
type view struct {
	generation int64
	set        setInView
	base       int64
	docs       []indexedDoc
	docOf      []int32  // by slot: index in docs, noDoc for an empty one
	lengths    []uint32 // by slot
	chunks     int
	terms      int64 // sum of the lengths
}

const noDoc = -1

// setInView says whose signs a view holds: of which set, 0 for none, and after
// how many of the times that it got vectors of chunks that were there before.
type setInView struct{ id, filled int64 }

// indexedDoc is a document in the index with what filters look at.
type indexedDoc struct {
	num       int64
	firstRow  int64
	lengths   []byte
	signs     []uint64 // of all its vectors, nil if it has none
	id        string
	kind      retrieval.Kind
	publisher string
	year      string
	validity  retrieval.Validity
}

// chunks is the number of the document's chunks.
func (d *indexedDoc) chunks() int { return len(d.lengths) / bytesPerLength }

// doc gives the index of the document that holds a row.
func (v *view) doc(row int64) (int, bool) {
	slot := row - v.base
	if slot < 0 || slot >= int64(len(v.docOf)) || v.docOf[slot] == noDoc {
		return 0, false
	}
	return int(v.docOf[slot]), true
}

// averageLength is the mean number of terms of a chunk.
func (v *view) averageLength() float64 {
	return float64(v.terms) / float64(max(v.chunks, 1))
}

// viewOf gives the view that belongs to the snapshot of tx; ok is false if a
// newer one is known already and the caller should take a newer snapshot.
func (s *Store) viewOf(ctx context.Context, tx *sql.Tx) (v *view, ok bool, err error) {
	generation, set, err := s.stateOf(ctx, tx)
	if err != nil {
		return nil, false, fmt.Errorf("read the state of the index: %w", err)
	}
	s.loading.Lock()
	defer s.loading.Unlock()
	switch {
	case s.view == nil, s.view.generation <= generation && s.view.set != set:
		s.view = &view{generation: -1, set: set}
	case s.view.generation > generation:
		return nil, false, nil
	}
	if s.view.generation < generation {
		newer, err := s.view.advance(ctx, tx, generation)
		if err != nil {
			return nil, false, fmt.Errorf("load the index: %w", err)
		}
		s.view = newer
	}
	return s.view, true, nil
}

// stateOf reads the generation of the index, and the set of vectors that this
// process searches.
func (s *Store) stateOf(ctx context.Context, tx *sql.Tx) (generation int64, set setInView, err error) {
	m := s.usedModel()
	err = tx.QueryRowContext(ctx, `SELECT generation, coalesce(id, 0), coalesce(filled, 0)
		FROM collection LEFT JOIN vector_set ON model = ? AND dim = ? AND state <> ?`, m.Name, m.Dim, retrieval.SetBuilding).
		Scan(&generation, &set.id, &set.filled)
	return generation, set, err
}

// advance makes the view of a later generation: first what left the index
// since, then what came. A document that left and came back did so under new
// rows, so the order is right for it, too.
func (v *view) advance(ctx context.Context, tx *sql.Tx, generation int64) (*view, error) {
	var gone map[int64]bool
	if len(v.docs) > 0 {
		var err error
		if gone, err = goneSince(ctx, tx, v.generation); err != nil {
			return nil, err
		}
	}
	next := v.without(gone)
	if err := next.load(ctx, tx); err != nil {
		return nil, err
	}
	next.generation = generation
	return next, nil
}

func goneSince(ctx context.Context, tx *sql.Tx, generation int64) (map[int64]bool, error) {
	gone := map[int64]bool{}
	rows, err := tx.QueryContext(ctx, `SELECT num FROM document WHERE unindexed > ?`, generation)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var num int64
		if err := rows.Scan(&num); err != nil {
			return nil, err
		}
		gone[num] = true
	}
	return gone, rows.Err()
}

// without gives a view that may be appended to: v's own memory if nothing is
// taken out of it, else a packed copy.
func (v *view) without(gone map[int64]bool) *view {
	next := *v
	if !slices.ContainsFunc(v.docs, func(d indexedDoc) bool { return gone[d.num] }) {
		return &next
	}
	next.docs = make([]indexedDoc, 0, len(v.docs))
	next.docOf, next.lengths, next.chunks, next.terms = nil, nil, 0, 0
	for _, d := range v.docs {
		if !gone[d.num] {
			next.add(d)
		}
	}
	return &next
}

// add appends a document; its rows are above all others.
func (v *view) add(d indexedDoc) {
	if len(v.docOf) == 0 {
		v.base = d.firstRow
	}
	for v.base+int64(len(v.docOf)) < d.firstRow {
		v.docOf = append(v.docOf, noDoc)
		v.lengths = append(v.lengths, 0)
	}
	for i := range d.chunks() {
		length := lengthAt(d.lengths, i)
		v.docOf = append(v.docOf, int32(len(v.docs)))
		v.lengths = append(v.lengths, length)
		v.terms += int64(length)
	}
	v.chunks += d.chunks()
	v.docs = append(v.docs, d)
}

// load appends the documents with rows that the view does not reach yet.
func (v *view) load(ctx context.Context, tx *sql.Tx) error {
	from := v.base + int64(len(v.docOf))
	err := eachRow(ctx, tx, indexedSQL, []any{from}, func(scan func(...any) error) error {
		var d indexedDoc
		var kind, publisher, published, validity string
		if err := scan(&d.firstRow, &d.num, &d.lengths, &d.id, &kind, &publisher, &published, &validity); err != nil {
			return err
		}
		d.kind = retrieval.Kind(unique.Make(kind).Value())
		d.publisher = unique.Make(publisher).Value()
		d.year = unique.Make(published[:min(4, len(published))]).Value()
		d.validity = retrieval.Validity(unique.Make(validity).Value())
		v.add(d)
		return nil
	})
	if err != nil || v.set.id == 0 {
		return err
	}
	query := inSet(`SELECT first_row, signs FROM signs_{{set}} WHERE first_row >= ?`, v.set.id)
	return eachRow(ctx, tx, query, []any{from}, func(scan func(...any) error) error {
		var first int64
		var signs sql.RawBytes
		if err := scan(&first, &signs); err != nil {
			return err
		}
		if doc, ok := v.doc(first); ok {
			v.docs[doc].signs = decodeSigns(signs)
		}
		return nil
	})
}

// allowed tells for each document whether the filter lets it through.
func (v *view) allowed(f retrieval.Filter) []bool {
	wanted := make(map[string]bool, len(f.Docs))
	for _, id := range f.Docs {
		wanted[id] = true
	}
	allowed := make([]bool, len(v.docs))
	for i := range v.docs {
		d := &v.docs[i]
		allowed[i] = (len(wanted) == 0 || wanted[d.id]) &&
			anyOf(f.Kinds, d.kind) && anyOf(f.Publishers, d.publisher) && anyOf(f.Years, d.year) &&
			inForce(f, d.validity)
	}
	return allowed
}

func anyOf[T comparable](wanted []T, have T) bool {
	return len(wanted) == 0 || slices.Contains(wanted, have)
}

func inForce(f retrieval.Filter, v retrieval.Validity) bool {
	if len(f.Validity) > 0 {
		return slices.Contains(f.Validity, v)
	}
	return f.AnyForce || v != retrieval.ValidityRepealed && v != retrieval.ValidityLapsed
}

package pgstore

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"zhiwen/retrieval"
	"zhiwen/retrieval/postings"
)

var (
	//go:embed queries/put_document.sql
	putDocumentSQL string
	//go:embed queries/lock_keys.sql
	lockKeysSQL string
	//go:embed queries/supersede.sql
	supersedeSQL string
	//go:embed queries/unindex.sql
	unindexSQL string
)

// Put stores documents with their chunks, all or none. The current version
// under the same Key becomes superseded and leaves the index; its text stays.
// An ID that is current already changes nothing; one that was superseded
// becomes current again under a new version number; one that was withdrawn is
// refused with retrieval.ErrGone. One whose State is quarantined is kept beside
// the current one and enters no index.
//
// Several callers write side by side; only those that write the same document
// wait for each other.
func (s *Store) Put(ctx context.Context, entries ...retrieval.Entry) error {
	changed, err := s.put(ctx, entries)
	if err != nil {
		return fmt.Errorf("put into store %s: %w", s.name, err)
	}
	if !changed {
		return nil
	}
	// The entries are stored; a merge that is interrupted is made up for by
	// the next one.
	if err := s.merge(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("put into store %s: %w", s.name, err)
	}
	return nil
}

func (s *Store) put(ctx context.Context, entries []retrieval.Entry) (changed bool, err error) {
	nextRow, err := s.reserveRows(ctx, entries)
	if err != nil {
		return false, fmt.Errorf("reserve rows for chunks: %w", err)
	}
	err = pgx.BeginFunc(ctx, s.primary, func(tx pgx.Tx) error {
		p, err := beginPut(ctx, tx, entries)
		if err != nil {
			return err
		}
		p.nextRow = nextRow
		for i := range entries {
			e := &entries[i]
			if err := e.Check(s.usedModel(), retrieval.ActiveSet(p.sets).Model); err != nil {
				return fmt.Errorf("document %s (%s): %w", e.Document.ID, e.Document.Source, err)
			}
			if err := p.take(ctx, e); err != nil {
				return err
			}
		}
		changed = p.changed
		return p.finish(ctx)
	})
	return changed, err
}

// reserveRows gives the first of as many rows as the entries have chunks. They
// are taken at once and not with the entries, so that other writers need not
// wait for these; what is not used stays a gap.
func (s *Store) reserveRows(ctx context.Context, entries []retrieval.Entry) (first int64, err error) {
	chunks := 0
	for i := range entries {
		chunks += len(entries[i].Chunks)
	}
	batch := &pgx.Batch{}
	// Writing the entries waits for the disk, and this lies before them there.
	batch.Queue(`SELECT set_config('synchronous_commit', 'off', true)`)
	batch.Queue(`UPDATE collection SET last_row = last_row + $1 RETURNING last_row - $1 + 1`, int64(chunks)).
		QueryRow(func(row pgx.Row) error { return row.Scan(&first) })
	err = s.primary.SendBatch(ctx, batch).Close()
	return first, err
}

// putting is one transaction of Put. Entries wait in it until flush writes
// them together.
type putting struct {
	tx       pgx.Tx
	sets     []retrieval.VectorSet
	nextRow  int64
	changed  bool
	released bool // what is written is stored already

	documents, chunks, terms int           // added less removed
	vectors                  map[int64]int // the same, by set

	states  map[string]retrieval.State // by ID, of versions that are stored or wait
	waiting []*retrieval.Entry
	keys    map[string]bool // of those that wait
}

// beginPut waits until nobody else writes versions of the same documents. The
// collection's row is left for finish.
func beginPut(ctx context.Context, tx pgx.Tx, entries []retrieval.Entry) (*putting, error) {
	p := &putting{tx: tx, vectors: map[int64]int{}, states: map[string]retrieval.State{}, keys: map[string]bool{}}
	keys, ids := make([]string, len(entries)), make([]string, len(entries))
	for i := range entries {
		keys[i], ids[i] = entries[i].Document.Key, entries[i].Document.ID
	}
	batch := &pgx.Batch{}
	batch.Queue(lockWriterSQL)
	batch.Queue(lockKeysSQL, keys)
	batch.Queue(setsSQL).Query(func(rows pgx.Rows) (err error) {
		p.sets, err = scanSets(rows)
		return err
	})
	batch.Queue(`SELECT id, state FROM document WHERE id = ANY ($1)`, ids).Query(func(rows pgx.Rows) error {
		var id string
		var state retrieval.State
		_, err := pgx.ForEachRow(rows, []any{&id, &state}, func() error {
			p.states[id] = state
			return nil
		})
		return err
	})
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return nil, fmt.Errorf("begin to write: %w", err)
	}
	return p, nil
}

// take lets an entry wait to be written, if there is anything to write.
func (p *putting) take(ctx context.Context, e *retrieval.Entry) error {
	if p.keys[e.Document.Key] { // another version of this very call
		if err := p.flush(ctx); err != nil {
			return err
		}
	}
	switch state := p.states[e.Document.ID]; state {
	case retrieval.StateCurrent:
		return nil
	case retrieval.StateWithdrawn, retrieval.StateErased:
		return fmt.Errorf("document %s (%s): this version was %s and is not taken in again: %w",
			e.Document.ID, e.Document.Source, state, retrieval.ErrGone)
	case retrieval.StateQuarantine:
		if e.Document.State == retrieval.StateQuarantine {
			return nil
		}
	}
	p.hold(e)
	return nil
}

// hold lets an entry wait to be written.
func (p *putting) hold(e *retrieval.Entry) {
	p.changed = true
	p.states[e.Document.ID] = cmp.Or(e.Document.State, retrieval.StateCurrent)
	p.keys[e.Document.Key] = true
	p.waiting = append(p.waiting, e)
}

// flush writes the waiting entries.
func (p *putting) flush(ctx context.Context) error {
	if len(p.waiting) == 0 {
		return nil
	}
	chunks, err := p.writeDocuments(ctx)
	if err != nil {
		return err
	}
	if len(chunks) > 0 {
		if err := p.copyChunks(ctx, chunks); err != nil {
			return fmt.Errorf("write the chunks: %w", err)
		}
		if err := p.writePostings(ctx, chunks); err != nil {
			return fmt.Errorf("write the postings: %w", err)
		}
		if err := p.copyVectors(ctx, chunks); err != nil {
			return fmt.Errorf("write the vectors: %w", err)
		}
	}
	p.waiting = p.waiting[:0]
	clear(p.keys)
	return nil
}

// newChunk is a chunk with its row, not written yet.
type newChunk struct {
	row, doc int64
	*retrieval.IndexedChunk
}

// writeDocuments makes the waiting entries' documents the current versions of
// their keys, takes those that were out of the index, and gives the chunks to
// write.
func (p *putting) writeDocuments(ctx context.Context) ([]newChunk, error) {
	var chunks []newChunk
	var superseded []int64
	nums := make([]int64, len(p.waiting))
	batch := &pgx.Batch{}
	if !p.released {
		p.dropOriginals(batch)
	}
	quarantined := 0
	for i, e := range p.waiting {
		chunksOf := e.Chunks
		if e.Document.State == retrieval.StateQuarantine {
			quarantined++
			chunksOf = nil
		} else {
			p.queueSupersede(batch, e, &superseded)
		}
		args, err := documentArguments(&e.Document)
		if err != nil {
			return nil, err
		}
		batch.Queue(putDocumentSQL, args).QueryRow(func(row pgx.Row) error {
			var num int64
			if err := row.Scan(&num); err != nil {
				return fmt.Errorf("document %s (%s): write it: %w", e.Document.ID, e.Document.Source, err)
			}
			nums[i] = num
			for i := range chunksOf {
				chunks = append(chunks, newChunk{row: p.nextRow, doc: num, IndexedChunk: &chunksOf[i]})
				p.nextRow++
			}
			return nil
		})
	}
	if err := p.tx.SendBatch(ctx, batch).Close(); err != nil {
		return nil, err
	}
	for i, e := range p.waiting {
		if err := p.putReplacement(ctx, nums[i], e.Document.ReplacedBy); err != nil {
			return nil, fmt.Errorf("document %s (%s): write what replaces it: %w", e.Document.ID, e.Document.Source, err)
		}
		if p.released { // its file is there
			continue
		}
		if err := p.putOriginal(ctx, nums[i], e); err != nil {
			return nil, fmt.Errorf("document %s (%s): write its file: %w", e.Document.ID, e.Document.Source, err)
		}
	}
	p.documents += len(p.waiting) - quarantined - len(superseded)
	if len(superseded) == 0 {
		return chunks, nil
	}
	if err := p.unindex(ctx, superseded); err != nil {
		return nil, fmt.Errorf("take superseded versions out of the index: %w", err)
	}
	return chunks, nil
}

// queueSupersede lets the current version under an entry's key be superseded.
func (p *putting) queueSupersede(batch *pgx.Batch, e *retrieval.Entry, superseded *[]int64) {
	batch.Queue(supersedeSQL, e.Document.Key).QueryRow(func(row pgx.Row) error {
		var num int64
		var id string
		if err := row.Scan(&num, &id); err != nil {
			if errors.Is(err, pgx.ErrNoRows) {
				return nil
			}
			return fmt.Errorf("document %s (%s): supersede the current version: %w", e.Document.ID, e.Document.Source, err)
		}
		*superseded = append(*superseded, num)
		p.states[id] = retrieval.StateSuperseded
		return nil
	})
}

// putReplacement keeps what took the place of a version. It is part of what the
// version's ID derives from, so that it never changes.
func (p *putting) putReplacement(ctx context.Context, num int64, by string) error {
	if by == "" {
		return nil
	}
	_, err := p.tx.Exec(ctx, `INSERT INTO replacement (doc, replaced_by) VALUES ($1, $2) ON CONFLICT DO NOTHING`, num, by)
	return err
}

func (p *putting) unindex(ctx context.Context, documents []int64) error {
	if err := p.removeVectors(ctx, documents); err != nil {
		return err
	}
	var chunks, terms int
	if err := p.tx.QueryRow(ctx, unindexSQL, documents).Scan(&chunks, &terms); err != nil {
		return err
	}
	p.chunks -= chunks
	p.terms -= terms
	return nil
}

func documentArguments(d *retrieval.Document) (pgx.NamedArgs, error) {
	sections, err := json.Marshal(d.Sections)
	if err != nil {
		return nil, err
	}
	pages, err := json.Marshal(d.Pages)
	if err != nil {
		return nil, err
	}
	return pgx.NamedArgs{
		"id": d.ID, "key": d.Key, "url": d.URL, "source": d.Source, "title": d.Title, "doc_no": d.DocNo, "index_no": d.IndexNo,
		"publisher": d.Publisher, "kind": d.Kind, "site_column": d.Column, "published": d.Published, "written": d.Written,
		"effective": d.Effective, "expires": d.Expires, "validity": d.Validity, "validity_source": d.ValiditySource,
		"parent": d.Parent, "state": cmp.Or(d.State, retrieval.StateCurrent), "bytes_sha256": d.BytesSHA256, "parser": d.Parser,
		"quality": d.Quality, "fetched": d.Fetched.UTC().Format(time.RFC3339Nano), "sections": string(sections), "pages": string(pages), "text": []byte(d.Text),
	}, nil
}

func (p *putting) copyChunks(ctx context.Context, chunks []newChunk) error {
	columns := []string{"row", "doc", "ordinal", "start_byte", "end_byte", "length", "clause", "path"}
	_, err := p.tx.CopyFrom(ctx, pgx.Identifier{"chunk"}, columns, pgx.CopyFromSlice(len(chunks), func(i int) ([]any, error) {
		c := &chunks[i]
		p.chunks++
		p.terms += c.Length
		return []any{c.row, c.doc, c.Ordinal, c.Start, c.End, c.Length, c.Clause, c.Path}, nil
	}))
	return err
}

// writePostings makes a segment of new chunks.
func (p *putting) writePostings(ctx context.Context, chunks []newChunk) error {
	byTerm := map[string][]postings.Posting{}
	for _, c := range chunks {
		for _, t := range c.Terms {
			term := stored(t.Term)
			byTerm[term] = append(byTerm[term], postings.Posting{Row: c.row, Count: int32(t.Count), Length: int32(c.Length)})
		}
	}
	s := postings.Segment{FirstRow: chunks[0].row, LastRow: chunks[len(chunks)-1].row, Chunks: len(chunks)}
	_, err := writeSegment(ctx, p.tx, s, func(w *postings.Writer) error { return w.AddAll(ctx, byTerm) })
	return err
}

// finish writes what waits and the collection's counts: these last, because
// other writers wait for their row until the transaction ends.
func (p *putting) finish(ctx context.Context) error {
	if !p.changed {
		return nil
	}
	if err := p.flush(ctx); err != nil {
		return err
	}
	batch := &pgx.Batch{}
	for _, set := range p.sets { // in one order, so that writers never deadlock
		if added := p.vectors[set.ID]; added != 0 {
			batch.Queue(countVectorsSQL, set.ID, added)
		}
	}
	batch.Queue(`UPDATE collection SET generation = generation + 1, documents = documents + $1, chunks = chunks + $2,
		terms = terms + $3, updated = clock_timestamp()`,
		p.documents, p.chunks, p.terms)
	if err := p.tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("update the collection: %w", err)
	}
	return nil
}

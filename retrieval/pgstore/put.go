package pgstore

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"zhiwen/retrieval"
	"zhiwen/retrieval/postings"
)

var (
	//go:embed queries/put_document.sql
	putDocumentSQL string
	//go:embed queries/lock_keys.sql
	lockKeysSQL string
)

// Put stores documents with their chunks, all or none. The current version
// under the same Key becomes superseded and leaves the index; its text stays.
// An ID that is current already changes nothing; one that was superseded
// becomes current again under a new version number; one that was withdrawn is
// refused with retrieval.ErrGone.
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
			if err := e.Check(p.dim); err != nil {
				return fmt.Errorf("document %s (%s): %w", e.Document.ID, e.Document.Source, err)
			}
			if err := p.put(ctx, e); err != nil {
				return fmt.Errorf("document %s (%s): %w", e.Document.ID, e.Document.Source, err)
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
	return first, s.primary.SendBatch(ctx, batch).Close()
}

// putting is one transaction of Put. Chunks wait in it until flush copies them
// into the database together.
type putting struct {
	tx      pgx.Tx
	dim     int
	nextRow int64
	changed bool

	documents, chunks, vectors, terms int // added less removed

	waiting []waitingChunk
	keys    map[string]bool // of the documents that the waiting chunks are of
}

// waitingChunk is a chunk that has its row but is not written yet.
type waitingChunk struct {
	row, doc int64
	*retrieval.IndexedChunk
}

// beginPut waits until nobody else writes versions of the same documents. The
// collection's row is left for finish.
func beginPut(ctx context.Context, tx pgx.Tx, entries []retrieval.Entry) (*putting, error) {
	p := &putting{tx: tx, keys: map[string]bool{}}
	keys := make([]string, len(entries))
	for i := range entries {
		keys[i] = entries[i].Document.Key
	}
	batch := &pgx.Batch{}
	batch.Queue(lockKeysSQL, keys)
	batch.Queue(`SELECT dim FROM collection`).QueryRow(func(row pgx.Row) error { return row.Scan(&p.dim) })
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return nil, fmt.Errorf("begin to write: %w", err)
	}
	return p, nil
}

func (p *putting) put(ctx context.Context, e *retrieval.Entry) error {
	var state retrieval.State
	err := p.tx.QueryRow(ctx, `SELECT state FROM document WHERE id = $1`, e.Document.ID).Scan(&state)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
	case err != nil:
		return fmt.Errorf("look for the version: %w", err)
	case state == retrieval.StateCurrent:
		return nil
	case state == retrieval.StateWithdrawn || state == retrieval.StateErased:
		return fmt.Errorf("this version was %s and is not taken in again: %w", state, retrieval.ErrGone)
	}
	p.changed = true
	if err := p.supersede(ctx, e.Document.Key); err != nil {
		return fmt.Errorf("supersede the current version: %w", err)
	}
	num, err := p.insertDocument(ctx, &e.Document)
	if err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	p.documents++
	p.keys[e.Document.Key] = true
	for i := range e.Chunks {
		p.waiting = append(p.waiting, waitingChunk{row: p.nextRow, doc: num, IndexedChunk: &e.Chunks[i]})
		p.nextRow++
	}
	return nil
}

// supersede takes the current version under key out of the index, if there is
// one. Its postings stay in their segment until a merge drops them.
func (p *putting) supersede(ctx context.Context, key string) error {
	if p.keys[key] { // a version of this very call
		if err := p.flush(ctx); err != nil {
			return err
		}
	}
	var num int64
	err := p.tx.QueryRow(ctx, `UPDATE document SET state = $1 WHERE key = $2 AND state = $3 RETURNING num`,
		retrieval.StateSuperseded, key, retrieval.StateCurrent).Scan(&num)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	p.documents--
	return p.unindex(ctx, num)
}

func (p *putting) unindex(ctx context.Context, num int64) error {
	var first, last *int64 // nil: it had no chunks
	var chunks, vectors, terms int
	err := p.tx.QueryRow(ctx, `SELECT min(chunk.row), max(chunk.row), count(*), count(embedding.row), coalesce(sum(length), 0)
		FROM chunk LEFT JOIN embedding USING (row) WHERE doc = $1`, num).Scan(&first, &last, &chunks, &vectors, &terms)
	if err != nil || first == nil {
		return err
	}
	if _, err := p.tx.Exec(ctx, `DELETE FROM chunk WHERE doc = $1`, num); err != nil {
		return err
	}
	if terms > 0 { // or it had no postings
		if _, err := p.tx.Exec(ctx, `INSERT INTO gone (first_row, last_row) VALUES ($1, $2)`, *first, *last); err != nil {
			return err
		}
	}
	p.chunks -= chunks
	p.vectors -= vectors
	p.terms -= terms
	return nil
}

// insertDocument writes the version as the current one under the next version
// number of its key. A version that was superseded keeps its row.
func (p *putting) insertDocument(ctx context.Context, d *retrieval.Document) (int64, error) {
	sections, err := json.Marshal(d.Sections)
	if err != nil {
		return 0, err
	}
	pages, err := json.Marshal(d.Pages)
	if err != nil {
		return 0, err
	}
	var num int64
	err = p.tx.QueryRow(ctx, putDocumentSQL, pgx.NamedArgs{
		"id": d.ID, "key": d.Key, "url": d.URL, "source": d.Source, "title": d.Title, "doc_no": d.DocNo, "index_no": d.IndexNo,
		"publisher": d.Publisher, "kind": d.Kind, "site_column": d.Column, "published": d.Published, "written": d.Written,
		"effective": d.Effective, "expires": d.Expires, "validity": d.Validity, "validity_source": d.ValiditySource,
		"parent": d.Parent, "state": retrieval.StateCurrent, "bytes_sha256": d.BytesSHA256, "parser": d.Parser,
		"quality": d.Quality, "fetched": d.Fetched.UTC().Format(time.RFC3339Nano), "sections": string(sections), "pages": string(pages), "text": []byte(d.Text),
	}).Scan(&num)
	return num, err
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
	_, err := p.tx.Exec(ctx, `UPDATE collection SET generation = generation + 1, documents = documents + $1, chunks = chunks + $2,
		vectors = vectors + $3, terms = terms + $4, updated = clock_timestamp()`,
		p.documents, p.chunks, p.vectors, p.terms)
	if err != nil {
		return fmt.Errorf("update the collection: %w", err)
	}
	return nil
}

// flush copies the waiting chunks into the index.
func (p *putting) flush(ctx context.Context) error {
	if len(p.waiting) == 0 {
		return nil
	}
	if err := p.copyChunks(ctx); err != nil {
		return fmt.Errorf("write the chunks: %w", err)
	}
	if err := p.writePostings(ctx); err != nil {
		return fmt.Errorf("write the postings: %w", err)
	}
	if err := p.copyVectors(ctx); err != nil {
		return fmt.Errorf("write the vectors: %w", err)
	}
	p.waiting = p.waiting[:0]
	clear(p.keys)
	return nil
}

func (p *putting) copyChunks(ctx context.Context) error {
	columns := []string{"row", "doc", "ordinal", "start_byte", "end_byte", "length", "clause", "path"}
	_, err := p.tx.CopyFrom(ctx, pgx.Identifier{"chunk"}, columns, pgx.CopyFromSlice(len(p.waiting), func(i int) ([]any, error) {
		c := &p.waiting[i]
		p.chunks++
		p.terms += c.Length
		return []any{c.row, c.doc, c.Ordinal, c.Start, c.End, c.Length, c.Clause, c.Path}, nil
	}))
	return err
}

// writePostings makes a segment of the waiting chunks.
func (p *putting) writePostings(ctx context.Context) error {
	byTerm := map[string][]postings.Posting{}
	for _, c := range p.waiting {
		for _, t := range c.Terms {
			term := stored(t.Term)
			byTerm[term] = append(byTerm[term], postings.Posting{Row: c.row, Count: int32(t.Count), Length: int32(c.Length)})
		}
	}
	first, last := p.waiting[0].row, p.waiting[len(p.waiting)-1].row
	s := postings.Segment{FirstRow: first, LastRow: last, Chunks: len(p.waiting)}
	_, err := writeSegment(ctx, p.tx, s, func(w *postings.Writer) error { return w.AddAll(ctx, byTerm) })
	return err
}

func (p *putting) copyVectors(ctx context.Context) error {
	var rows [][]any
	for _, c := range p.waiting {
		if c.Vector != nil {
			rows = append(rows, []any{c.row, pgvector.NewVector(c.Vector)})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	p.vectors += len(rows)
	_, err := p.tx.CopyFrom(ctx, pgx.Identifier{"embedding"}, []string{"row", "vector"}, pgx.CopyFromRows(rows))
	return err
}

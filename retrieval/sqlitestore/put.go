package sqlitestore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zhiwen/retrieval"
	"zhiwen/retrieval/postings"
)

// Put stores documents with their chunks, all or none. The current version
// under the same Key becomes superseded and leaves the index; its text stays.
// An ID that is current already changes nothing; one that was superseded
// becomes current again under a new version number; one that was withdrawn is
// refused with retrieval.ErrGone. One whose State is quarantined is kept beside
// the current one and enters no index.
func (s *Store) Put(ctx context.Context, entries ...retrieval.Entry) error {
	changed := false
	err := s.write(ctx, func(tx *sql.Tx) error {
		p, err := beginPut(ctx, tx)
		if err != nil {
			return err
		}
		for i := range entries {
			e := &entries[i]
			if err := e.Check(s.usedModel(), retrieval.ActiveSet(p.sets).Model); err != nil {
				return fmt.Errorf("document %s (%s): %w", e.Document.ID, e.Document.Source, err)
			}
			if err := p.put(ctx, e); err != nil {
				return fmt.Errorf("document %s (%s): %w", e.Document.ID, e.Document.Source, err)
			}
		}
		changed = p.changed
		return p.finish(ctx)
	})
	if err != nil {
		return fmt.Errorf("put into store %s: %w", s.path, err)
	}
	if !changed {
		return nil
	}
	// The entries are stored; a merge that is interrupted is made up for by
	// the next one.
	if err := s.merge(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("put into store %s: %w", s.path, err)
	}
	return nil
}

// putting is one transaction of Put.
type putting struct {
	tx         *sql.Tx
	sets       []retrieval.VectorSet
	generation int64 // that this transaction makes
	changed    bool
	released   bool // what is written is stored already

	documents, chunks int // added less removed

	postings map[string][]postings.Posting // of the chunks added
	firstRow int64                         // of them
	lastRow  int64
}

func beginPut(ctx context.Context, tx *sql.Tx) (*putting, error) {
	p := &putting{tx: tx, postings: map[string][]postings.Posting{}}
	err := tx.QueryRowContext(ctx, `SELECT generation + 1 FROM collection`).Scan(&p.generation)
	if err != nil {
		return nil, fmt.Errorf("read the collection: %w", err)
	}
	p.sets, err = loadSets(ctx, tx)
	return p, err
}

func (p *putting) put(ctx context.Context, e *retrieval.Entry) error {
	var state retrieval.State
	err := p.tx.QueryRowContext(ctx, `SELECT state FROM document WHERE id = ?`, e.Document.ID).Scan(&state)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return fmt.Errorf("look for the version: %w", err)
	case state == retrieval.StateCurrent:
		return nil
	case state == retrieval.StateWithdrawn || state == retrieval.StateErased:
		return fmt.Errorf("this version was %s and is not taken in again: %w", state, retrieval.ErrGone)
	case state == retrieval.StateQuarantine && e.Document.State == retrieval.StateQuarantine:
		return nil
	}
	p.changed = true
	return p.write(ctx, e)
}

// write writes a version; unless it is quarantined, it takes the place of the
// current one.
func (p *putting) write(ctx context.Context, e *retrieval.Entry) error {
	quarantined := e.Document.State == retrieval.StateQuarantine
	if !quarantined {
		if err := p.supersede(ctx, e.Document.Key); err != nil {
			return fmt.Errorf("supersede the current version: %w", err)
		}
	}
	num, err := p.insertDocument(ctx, &e.Document)
	if err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	if err := p.putReplacement(ctx, num, e.Document.ReplacedBy); err != nil {
		return fmt.Errorf("write what replaces it: %w", err)
	}
	if !p.released { // its file is there
		if err := p.putOriginal(ctx, num, e); err != nil {
			return fmt.Errorf("write its file: %w", err)
		}
	}
	if quarantined {
		return nil
	}
	p.documents++
	if len(e.Chunks) == 0 {
		return nil
	}
	if err := p.insertChunks(ctx, num, e.Chunks); err != nil {
		return fmt.Errorf("write the chunks: %w", err)
	}
	return nil
}

// putReplacement keeps what took the place of a version. It is part of what the
// version's ID derives from, so that it never changes.
func (p *putting) putReplacement(ctx context.Context, num int64, by string) error {
	if by == "" {
		return nil
	}
	_, err := p.tx.ExecContext(ctx, `INSERT INTO replacement (doc, replaced_by) VALUES (?, ?) ON CONFLICT DO NOTHING`, num, by)
	return err
}

// supersede takes the current version under key out of the index, if there is
// one. Its postings stay in their segment until a merge drops them; readers
// pass over postings of chunks that are gone.
func (p *putting) supersede(ctx context.Context, key string) error {
	var num int64
	err := p.tx.QueryRowContext(ctx, `SELECT num FROM document WHERE key = ? AND state = ?`,
		key, retrieval.StateCurrent).Scan(&num)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = p.tx.ExecContext(ctx, `UPDATE document SET state = ?, unindexed = ? WHERE num = ?`,
		retrieval.StateSuperseded, p.generation, num)
	if err != nil {
		return err
	}
	p.documents--
	return p.unindex(ctx, num)
}

func (p *putting) unindex(ctx context.Context, num int64) error {
	var first int64
	var lengths int
	err := p.tx.QueryRowContext(ctx, `SELECT first_row, length(lengths) FROM indexed WHERE doc = ?`, num).Scan(&first, &lengths)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // it had no chunks
	}
	if err != nil {
		return err
	}
	chunks := lengths / bytesPerLength
	last := first + int64(chunks) - 1
	p.chunks -= chunks
	if err := p.removeVectors(ctx, first, last); err != nil {
		return err
	}
	for _, statement := range []string{
		`DELETE FROM indexed WHERE first_row BETWEEN ? AND ?`,
		`DELETE FROM chunk WHERE row BETWEEN ? AND ?`,
	} {
		if _, err := p.tx.ExecContext(ctx, statement, first, last); err != nil {
			return err
		}
	}
	_, err = p.tx.ExecContext(ctx, `UPDATE segment SET dead = dead + ? WHERE ? BETWEEN first_row AND last_row`, chunks, first)
	return err
}

func (p *putting) insertChunks(ctx context.Context, num int64, chunks []retrieval.IndexedChunk) error {
	insertChunk, err := p.tx.PrepareContext(ctx, `INSERT INTO chunk (doc, ordinal, clause, path, start_byte, end_byte)
		VALUES (?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer insertChunk.Close()

	var lengths []byte
	var vectors [][]float32
	var first int64
	for i := range chunks {
		c := &chunks[i]
		r, err := insertChunk.ExecContext(ctx, num, c.Ordinal, c.Clause, c.Path, c.Start, c.End)
		if err != nil {
			return err
		}
		row, err := r.LastInsertId()
		if err != nil {
			return err
		}
		if i == 0 {
			first = row
		}
		if c.Vector != nil {
			vectors = append(vectors, c.Vector)
		}
		lengths = appendLength(lengths, c.Length)
		p.addPostings(row, c.Terms)
	}
	p.chunks += len(chunks)
	_, err = p.tx.ExecContext(ctx, `INSERT INTO indexed (first_row, doc, lengths) VALUES (?, ?, ?)`, first, num, lengths)
	if err != nil || vectors == nil {
		return err
	}
	return insertVectors(ctx, p.tx, retrieval.ActiveSet(p.sets).ID, first, vectors)
}

func (p *putting) addPostings(row int64, terms []retrieval.TermCount) {
	if p.firstRow == 0 {
		p.firstRow = row
	}
	p.lastRow = row
	for _, t := range terms {
		p.postings[t.Term] = append(p.postings[t.Term], postings.Posting{Row: row, Count: int32(t.Count)})
	}
}

// finish writes the segment of the new chunks and the collection's counts.
func (p *putting) finish(ctx context.Context) error {
	if !p.changed {
		return nil
	}
	if p.firstRow > 0 {
		if err := p.writeSegment(ctx); err != nil {
			return err
		}
	}
	_, err := p.tx.ExecContext(ctx, `UPDATE collection SET generation = ?, documents = documents + ?,
		chunks = chunks + ?, updated = ?`,
		p.generation, p.documents, p.chunks, formatTime(time.Now()))
	if err != nil {
		return fmt.Errorf("update the collection: %w", err)
	}
	return nil
}

func (p *putting) writeSegment(ctx context.Context) error {
	w, err := newSegment(ctx, p.tx, postings.Segment{
		FirstRow: p.firstRow, LastRow: p.lastRow, Chunks: int(p.lastRow - p.firstRow + 1),
	})
	if err != nil {
		return err
	}
	return w.AddAll(ctx, p.postings)
}

// insertDocument writes the version under the next version number of its key. A version that was superseded keeps its row.
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
	err = p.tx.QueryRowContext(ctx, putDocumentSQL,
		sql.Named("id", d.ID), sql.Named("key", d.Key), sql.Named("url", d.URL), sql.Named("source", d.Source),
		sql.Named("title", d.Title), sql.Named("doc_no", d.DocNo), sql.Named("index_no", d.IndexNo),
		sql.Named("publisher", d.Publisher), sql.Named("kind", d.Kind), sql.Named("site_column", d.Column),
		sql.Named("published", d.Published), sql.Named("written", d.Written), sql.Named("effective", d.Effective),
		sql.Named("expires", d.Expires), sql.Named("validity", d.Validity),
		sql.Named("validity_source", d.ValiditySource), sql.Named("parent", d.Parent),
		sql.Named("state", cmp.Or(d.State, retrieval.StateCurrent)), sql.Named("bytes_sha256", d.BytesSHA256),
		sql.Named("parser", d.Parser), sql.Named("quality", d.Quality), sql.Named("fetched", formatTime(d.Fetched)),
		sql.Named("sections", string(sections)), sql.Named("pages", string(pages)), sql.Named("text", d.Text),
	).Scan(&num)
	return num, err
}

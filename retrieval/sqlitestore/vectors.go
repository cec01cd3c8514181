package sqlitestore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"zhiwen/retrieval"
	"zhiwen/retrieval/postings"
)

// inSet puts the number of a set into a query on its tables.
func inSet(query string, set int64) string {
	return strings.ReplaceAll(query, "{{set}}", strconv.FormatInt(set, 10))
}

// insertVectors writes the vectors of a document, whose rows begin at first,
// to a set and counts them.
func insertVectors(ctx context.Context, tx *sql.Tx, set, first int64, vectors [][]float32) error {
	insert, err := tx.PrepareContext(ctx, inSet(`INSERT INTO vector_{{set}} (row, floats) VALUES (?, ?)`, set))
	if err != nil {
		return err
	}
	defer insert.Close()
	var signs []byte
	for i, v := range vectors {
		if _, err := insert.ExecContext(ctx, first+int64(i), encodeFloats(v)); err != nil {
			return err
		}
		signs = appendSigns(signs, v)
	}
	if _, err := tx.ExecContext(ctx, inSet(`INSERT INTO signs_{{set}} (first_row, signs) VALUES (?, ?)`, set), first, signs); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE vector_set SET vectors = vectors + ? WHERE id = ?`, len(vectors), set)
	return err
}

// removeVectors takes the vectors of a document that leaves the index out of
// all sets.
func (p *putting) removeVectors(ctx context.Context, first, last int64) error {
	for _, set := range p.sets {
		r, err := p.tx.ExecContext(ctx, inSet(`DELETE FROM vector_{{set}} WHERE row BETWEEN ? AND ?`, set.ID), first, last)
		if err != nil {
			return err
		}
		removed, err := r.RowsAffected()
		if err != nil {
			return err
		}
		if _, err := p.tx.ExecContext(ctx, inSet(`DELETE FROM signs_{{set}} WHERE first_row = ?`, set.ID), first); err != nil {
			return err
		}
		if _, err := p.tx.ExecContext(ctx, `UPDATE vector_set SET vectors = vectors - ? WHERE id = ?`, removed, set.ID); err != nil {
			return err
		}
	}
	return nil
}

// cosines reads vectors and compares them with the question's.
func (r *recalling) cosines(ctx context.Context, asked []int64) (map[int64]float64, error) {
	list, err := json.Marshal(asked)
	if err != nil {
		return nil, err
	}
	rows, err := r.tx.QueryContext(ctx, inSet(`SELECT row, floats FROM json_each(?) CROSS JOIN vector_{{set}} ON row = value`, r.view.set.id), string(list))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	cosines := make(map[int64]float64, len(asked))
	var row int64
	var floats sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&row, &floats); err != nil {
			return nil, err
		}
		cosines[row] = dot(r.query.Vector, floats)
	}
	return cosines, rows.Err()
}

// addNearest gives every hit its cosine and adds the nearest chunks.
func (r *recalling) addNearest(ctx context.Context, hits map[int64]*retrieval.Hit, add func(int64) *retrieval.Hit) error {
	wanted := max(rescored, rescoredPerHit*r.query.Limit)
	if r.query.ExactVectors {
		wanted = r.view.chunks
	}
	near := r.view.candidates(r.query.Vector, r.allowed, wanted)
	rows := slices.Concat(keys(hits), near)
	slices.Sort(rows)
	cosines, err := r.cosines(ctx, slices.Compact(rows))
	if err != nil {
		return err
	}
	for row, h := range hits {
		h.Cosine = cosines[row]
	}
	near = postings.Top(near, r.query.Limit, func(a, b int64) int {
		return cmp.Or(cmp.Compare(cosines[b], cosines[a]), cmp.Compare(a, b))
	})
	for _, row := range near {
		add(row).Cosine = cosines[row]
	}
	return nil
}

package pgstore

import (
	"context"
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"zhiwen/retrieval"
)

var (
	//go:embed queries/nearest.sql
	nearestSQL string
	//go:embed queries/nearest_exact.sql
	nearestExactSQL string
	//go:embed queries/cosines.sql
	cosinesSQL string
)

// exactBelow is the number of chunks let through by a filter up to which they
// are compared one by one: that is quick, and a walk through the approximate
// index would be long for so few.
const exactBelow = 5000

// inSet puts the number of a set into a query on its table.
func inSet(query string, set int64) string {
	return strings.ReplaceAll(query, "{{set}}", strconv.FormatInt(set, 10))
}

// copyVectors writes the vectors of new chunks to the active set.
func (p *putting) copyVectors(ctx context.Context, chunks []newChunk) error {
	var rows []int64
	var vectors [][]float32
	for _, c := range chunks {
		if c.Vector != nil {
			rows, vectors = append(rows, c.row), append(vectors, c.Vector)
		}
	}
	set := retrieval.ActiveSet(p.sets).ID
	p.vectors[set] += len(rows)
	return copyVectors(ctx, p.tx, set, rows, vectors)
}

// copyVectors writes vectors to a set, whose number the caller keeps.
func copyVectors(ctx context.Context, tx pgx.Tx, set int64, rows []int64, vectors [][]float32) error {
	if len(rows) == 0 {
		return nil
	}
	table := pgx.Identifier{inSet("embedding_{{set}}", set)}
	_, err := tx.CopyFrom(ctx, table, []string{"row", "vector"}, pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
		return []any{rows[i], pgvector.NewVector(vectors[i])}, nil
	}))
	return err
}

// removeVectors takes the vectors of documents that leave the index out of all
// sets.
func (p *putting) removeVectors(ctx context.Context, documents []int64) error {
	for _, set := range p.sets {
		tag, err := p.tx.Exec(ctx, inSet(`DELETE FROM embedding_{{set}} WHERE row IN (SELECT row FROM chunk WHERE doc = ANY ($1))`, set.ID), documents)
		if err != nil {
			return fmt.Errorf("remove vectors of %s: %w", set.Model, err)
		}
		p.vectors[set.ID] -= int(tag.RowsAffected())
	}
	return nil
}

// nearestSQL chooses between the approximate index and a comparison with every
// vector that the filter lets through.
func (r *recalling) nearestSQL() string {
	if r.query.ExactVectors || !r.indexed || r.chunks <= exactBelow || r.few != nil {
		return inSet(withFilter(nearestExactSQL), r.set)
	}
	return nearestIndexedSQL(r.set, r.model.Dim)
}

// nearestIndexedSQL names the dimension, as the index does.
func nearestIndexedSQL(set int64, dim int) string {
	return inSet(strings.ReplaceAll(withFilter(nearestSQL), "{{dim}}", strconv.Itoa(dim)), set)
}

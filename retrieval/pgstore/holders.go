package pgstore

import (
	"context"
	_ "embed"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"zhiwen/retrieval"
	"zhiwen/retrieval/postings"
)

//go:embed queries/holders.sql
var holdersSQL string

// Holders gives the chunks that hold each term, whatever the validity of their
// documents. Lists of more than about most chunks are measured and not read,
// so that common terms cost no more than rare ones.
func (s *Store) Holders(ctx context.Context, terms []string, most int) ([]retrieval.TermHolders, error) {
	var found []retrieval.TermHolders
	err := s.read(ctx, func(tx pgx.Tx) error {
		gone, err := loadGone(ctx, tx, 0, math.MaxInt64)
		if err != nil {
			return err
		}
		measured, err := measure(ctx, tx, terms, most)
		if err != nil {
			return err
		}
		found = measured.Holders(func(row int64) bool {
			_, _, is := gone.holds(row)
			return !is
		})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("holders of terms in store %s: %w", s.name, err)
	}
	return found, nil
}

func measure(ctx context.Context, tx pgx.Tx, terms []string, most int) (*postings.Measured, error) {
	asked := make([][]byte, len(terms))
	for i, t := range terms {
		asked[i] = []byte(stored(t))
	}
	rows, err := tx.Query(ctx, holdersSQL, pgx.NamedArgs{"terms": asked, "bytes": format.ReadBytes(most)})
	if err != nil {
		return nil, err
	}
	measured := postings.NewMeasured(format, len(terms), most)
	var base int64
	var place, size int
	var begins bool
	var block pgtype.DriverBytes
	_, err = pgx.ForEachRow(rows, []any{&base, &place, &begins, &size, &block}, func() error {
		term := place - 1 // counted from 1 there
		return measured.Add(term, string(asked[term]), postings.Packed{Base: base, Data: block}, size, begins)
	})
	return measured, err
}

package sqlitestore

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"fmt"

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
	for current := false; !current; {
		err := s.read(ctx, func(tx *sql.Tx) error {
			v, ok, err := s.viewOf(ctx, tx)
			if err != nil || !ok {
				return err
			}
			current = true
			found, err = holders(ctx, tx, v, terms, most)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("holders of terms in store %s: %w", s.path, err)
		}
	}
	return found, nil
}

func holders(ctx context.Context, tx *sql.Tx, v *view, terms []string, most int) ([]retrieval.TermHolders, error) {
	asked, err := json.Marshal(terms)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, holdersSQL, string(asked), format.ReadBytes(most))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	measured := postings.NewMeasured(format, len(terms), most)
	for rows.Next() {
		var base int64
		var term, size int
		var begins bool
		var block sql.RawBytes
		if err := rows.Scan(&base, &term, &begins, &size, &block); err != nil {
			return nil, err
		}
		if err := measured.Add(term, terms[term], postings.Packed{Base: base, Data: block}, size, begins); err != nil {
			return nil, err
		}
	}
	return measured.Holders(func(row int64) bool {
		_, ok := v.doc(row)
		return ok
	}), rows.Err()
}

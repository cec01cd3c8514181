package pgstore

import (
	"context"
	_ "embed"
	"fmt"
)

//go:embed queries/size.sql
var sizeSQL string

// Size is the number of bytes of all tables with their indexes.
func (s *Store) Size(ctx context.Context) (int64, error) {
	var total int64
	if err := s.primary.QueryRow(ctx, sizeSQL).Scan(&total); err != nil {
		return 0, fmt.Errorf("size of store %s: %w", s.name, err)
	}
	return total, nil
}

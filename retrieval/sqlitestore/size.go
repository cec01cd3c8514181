package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Size is the number of bytes of the file and its write-ahead log.
func (s *Store) Size(context.Context) (int64, error) {
	total := int64(0)
	for _, name := range []string{s.path, s.path + "-wal"} {
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("size of store %s: %w", s.path, err)
		}
		total += info.Size()
	}
	return total, nil
}

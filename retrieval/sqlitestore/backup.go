package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup writes a copy of the store to a file that is not there yet, as of one
// moment, while others read and write. The file appears when it is whole.
func (s *Store) Backup(ctx context.Context, file string) error {
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("back up store %s: %s is there already; name another file", s.path, file)
	}
	part := file + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("back up store %s: %w", s.path, err)
	}
	if _, err := s.writer.ExecContext(ctx, `VACUUM INTO ?`, part); err != nil {
		return fmt.Errorf("back up store %s to %s: %w", s.path, file, errors.Join(err, removeIf(part)))
	}
	if err := settleFile(part); err != nil {
		return fmt.Errorf("back up store %s: %w", s.path, errors.Join(err, removeIf(part)))
	}
	return os.Rename(part, file)
}

// Restore puts a copy in the place of a store that is not there. The copy is
// read through first; one of another program or of a newer schema is refused.
func Restore(ctx context.Context, file, path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("restore %s: the store %s is there already; move it away, or name another --store", file, path)
	}
	part := path + ".part"
	if err := copyFile(file, part); err != nil {
		return fmt.Errorf("restore %s: %w", file, errors.Join(err, removeIf(part)))
	}
	if err := soundCopy(ctx, part); err != nil {
		return fmt.Errorf("restore %s: %w", file, errors.Join(err, removeIf(part)))
	}
	return os.Rename(part, path)
}

// soundCopy reads a copy through and looks whether this program may open it.
func soundCopy(ctx context.Context, path string) error {
	s, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	var said string
	err = s.readers.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&said)
	if err == nil && said != "ok" {
		err = fmt.Errorf("it is damaged: %s", said)
	}
	if err == nil {
		_, err = s.writer.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	return settleFile(path)
}

// settleFile waits until a file is on the disk.
func settleFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func copyFile(from, to string) error {
	b, err := os.Open(from)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = out.ReadFrom(b)
	return errors.Join(err, out.Close())
}

func removeIf(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"zhiwen/retrieval/sqlitestore"
)

func newBackup(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a copy of the store to a file, while it is used",
		Long: `Write a copy of the embedded store to a file, as of one moment, while others read
and write. A PostgreSQL database is backed up with pg_dump, see docs/postgres.md.`,
		Example: `  zhiwen backup /backup/zhiwen-2026-11-26.db`,
		Args:    oneArgument("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if s.onPostgres() {
				return usagef("backup is for the embedded store; back a PostgreSQL database up with pg_dump, see docs/postgres.md")
			}
			store, err := s.openExisting(cmd.Context())
			if err != nil {
				return err
			}
			copier, ok := store.(interface {
				Backup(ctx context.Context, file string) error
			})
			if !ok {
				return errors.Join(fmt.Errorf("store %s cannot be copied", s.storeName()), store.Close())
			}
			if err := errors.Join(copier.Backup(cmd.Context(), args[0]), store.Close()); err != nil {
				return err
			}
			return s.printFile(args[0])
		},
	}
}

func newRestore(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Make a store of a copy that backup wrote",
		Long: `Make a store of a copy that backup wrote, where there is no store yet. The copy is
read through first.`,
		Example: `  zhiwen restore /backup/zhiwen-2026-11-26.db --store zhiwen.db`,
		Args:    oneArgument("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if s.onPostgres() {
				return usagef("restore is for the embedded store; restore a PostgreSQL database with pg_restore, see docs/postgres.md")
			}
			if err := sqlitestore.Restore(cmd.Context(), args[0], s.storePath); err != nil {
				return err
			}
			return s.printFile(s.storePath)
		},
	}
}

func (s *shell) printFile(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if s.json {
		return s.print(map[string]any{"file": path, "bytes": info.Size()})
	}
	_, err = fmt.Fprintf(s.out, "%s: %.1f MB\n", path, float64(info.Size())/(1<<20))
	return err
}

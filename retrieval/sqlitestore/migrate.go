package sqlitestore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"zhiwen/retrieval"
)

// The n-th file in order of name brings the schema from version n-1 to n.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrate brings the schema up to date, each version in its own transaction,
// so that a process killed on the way goes on where it stopped.
func migrate(ctx context.Context, db *sql.DB) error {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return err
	}
	for {
		var version int
		err := inTx(ctx, db, func(tx *sql.Tx) error {
			if version, err = schemaVersion(ctx, tx); err != nil || version >= len(names) {
				return err
			}
			return applyMigration(ctx, tx, names[version], version+1)
		})
		switch {
		case err != nil:
			return err
		case version > len(names):
			return fmt.Errorf("its schema is version %d and this program knows versions up to %d: run a newer zhiwen or name another store: %w",
				version, len(names), retrieval.ErrSchema)
		case version == len(names):
			return nil
		}
	}
}

func schemaVersion(ctx context.Context, tx *sql.Tx) (int, error) {
	var version, tables int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return 0, fmt.Errorf("read the schema version: %w", err)
	}
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return 0, fmt.Errorf("read the schema: %w", err)
	}
	if version == 0 && tables > 0 {
		return 0, errors.New("it is a database of another program: name another file")
	}
	return version, nil
}

func applyMigration(ctx context.Context, tx *sql.Tx, name string, version int) error {
	statements, err := migrationFiles.ReadFile(name)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, string(statements)); err != nil {
		return fmt.Errorf("apply %s: %w", name, err)
	}
	// PRAGMA takes no parameters.
	if _, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, version)); err != nil {
		return fmt.Errorf("record schema version %d: %w", version, err)
	}
	return nil
}

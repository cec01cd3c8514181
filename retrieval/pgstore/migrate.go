package pgstore

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"zhiwen/retrieval"
)

// The n-th file in order of name brings the schema from version n-1 to n.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

const (
	// migrating is the key of the advisory lock under which the schema changes.
	migrating = 0x5A48574E // "ZHWN"
	// leastVector is the first pgvector whose index scans go on until a filter
	// has let enough through.
	leastVector = "0.8"
)

// Migrate brings the schema of a database up to date, each version in its own
// transaction. Several processes may call it at once. A newer schema is
// refused with retrieval.ErrSchema.
func Migrate(ctx context.Context, databaseURL string) error {
	if err := migrate(ctx, databaseURL); err != nil {
		return fmt.Errorf("migrate store %s: %w", Redact(databaseURL), err)
	}
	return nil
}

func migrate(ctx context.Context, databaseURL string) (err error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return err
	}
	conn, err := connect(ctx, databaseURL)
	if err != nil {
		return err
	}
	// Closing the connection gives up the lock, also after an error.
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, migrating); err != nil {
		return fmt.Errorf("wait for other migrations: %w", err)
	}
	if err := prepareVector(ctx, conn); err != nil {
		return err
	}
	version, err := schemaVersion(ctx, conn)
	if err != nil {
		return err
	}
	if version > len(names) {
		return newer(version, len(names))
	}
	for ; version < len(names); version++ {
		if err := applyMigration(ctx, conn, names[version], version+1); err != nil {
			return err
		}
	}
	return nil
}

// prepareVector creates the extension pgvector where the database has none.
func prepareVector(ctx context.Context, conn *pgx.Conn) error {
	installed, err := vectorVersion(ctx, conn)
	if err != nil {
		return err
	}
	if installed == "" {
		if _, err := conn.Exec(ctx, `CREATE EXTENSION vector`); err != nil {
			return fmt.Errorf("the database has no extension vector, and it cannot be created (%w): "+
				"install pgvector %s or newer on the server and run CREATE EXTENSION vector as its administrator", err, leastVector)
		}
		if installed, err = vectorVersion(ctx, conn); err != nil {
			return err
		}
	}
	return checkVector(installed)
}

// vectorVersion is the version of pgvector in the database, empty if none.
func vectorVersion(ctx context.Context, conn *pgx.Conn) (string, error) {
	var version string
	err := conn.QueryRow(ctx, `SELECT extversion FROM pg_extension WHERE extname = 'vector'`).Scan(&version)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", fmt.Errorf("look for the extension vector: %w", err)
	}
	return version, nil
}

func checkVector(installed string) error {
	switch {
	case installed == "":
		return fmt.Errorf("the database has no extension vector: run 'zhiwen migrate', or CREATE EXTENSION vector as its administrator")
	case olderThan(installed, leastVector):
		return fmt.Errorf("the extension vector is version %s, and %s or newer is needed: "+
			"install a newer pgvector on the server and run ALTER EXTENSION vector UPDATE", installed, leastVector)
	}
	return nil
}

// olderThan compares versions of numbers between points.
func olderThan(version, least string) bool {
	have, want := strings.Split(version, "."), strings.Split(least, ".")
	for i := range want {
		if i == len(have) {
			return true
		}
		a, _ := strconv.Atoi(have[i])
		b, _ := strconv.Atoi(want[i])
		if a != b {
			return a < b
		}
	}
	return false
}

// checkSchema tells what must be done before a store can be opened.
func checkSchema(ctx context.Context, conn *pgx.Conn) error {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return err
	}
	version, err := schemaVersion(ctx, conn)
	switch {
	case err != nil:
		return err
	case version == 0:
		return fmt.Errorf("the database holds no store yet: run 'zhiwen migrate' to make it: %w", retrieval.ErrSchema)
	case version < len(names):
		return fmt.Errorf("its schema is version %d and this program needs %d: run 'zhiwen migrate': %w",
			version, len(names), retrieval.ErrSchema)
	case version > len(names):
		return newer(version, len(names))
	}
	installed, err := vectorVersion(ctx, conn)
	if err != nil {
		return err
	}
	return checkVector(installed)
}

func newer(version, known int) error {
	return fmt.Errorf("its schema is version %d and this program knows versions up to %d: run a newer zhiwen or name another store: %w",
		version, known, retrieval.ErrSchema)
}

// schemaVersion is the version of the last migration, 0 if there was none.
func schemaVersion(ctx context.Context, conn *pgx.Conn) (int, error) {
	var known bool
	if err := conn.QueryRow(ctx, `SELECT to_regclass('migration') IS NOT NULL`).Scan(&known); err != nil {
		return 0, fmt.Errorf("look for the schema: %w", err)
	}
	if !known {
		return 0, nil
	}
	var version int
	if err := conn.QueryRow(ctx, `SELECT coalesce(max(version), 0) FROM migration`).Scan(&version); err != nil {
		return 0, fmt.Errorf("read the schema version: %w", err)
	}
	return version, nil
}

func applyMigration(ctx context.Context, conn *pgx.Conn, name string, version int) error {
	statements, err := migrationFiles.ReadFile(name)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, string(statements)); err != nil {
			return fmt.Errorf("apply %s: %w", name, err)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO migration (version) VALUES ($1)`, version); err != nil {
			return fmt.Errorf("record schema version %d: %w", version, err)
		}
		return nil
	})
}

package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"zhiwen/retrieval"
	"zhiwen/retrieval/pgstore"
)

// docLine is one line of `zhiwen docs --json`; its names are a contract.
type docLine struct {
	DocID     string             `json:"doc_id"`
	URL       string             `json:"url"`
	Title     string             `json:"title"`
	DocNo     string             `json:"doc_no"`
	Publisher string             `json:"publisher"`
	Published string             `json:"published"`
	Validity  retrieval.Validity `json:"validity"`
	State     retrieval.State    `json:"state"`
	Version   int                `json:"version"`
	Chunks    int                `json:"chunks"`
	Parent    string             `json:"parent"` // key of the page it is attached to
}

func newDocs(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "docs",
		Short: "List the documents in the store, every version of them",
		Example: `  zhiwen docs
  zhiwen docs --json --store county.db`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			store, err := s.openExisting(cmd.Context())
			if err != nil {
				return err
			}
			defer store.Close()
			table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
			for listing, err := range store.List(cmd.Context()) {
				if err != nil {
					return err
				}
				if s.json {
					err = s.print(lineOf(listing))
				} else {
					_, err = fmt.Fprintf(table, "%s\t%s\t%d\t%d chunks\t%s\n", listing.ID, listing.State, listing.Version, listing.Chunks, listing.Title)
				}
				if err != nil {
					return err
				}
			}
			return table.Flush()
		},
	}
}

func lineOf(l retrieval.Listing) docLine {
	return docLine{
		DocID: l.ID, URL: l.URL, Title: l.Title, DocNo: l.DocNo, Publisher: l.Publisher, Published: l.Published,
		Validity: l.Validity, State: l.State, Version: l.Version, Chunks: l.Chunks, Parent: l.Parent,
	}
}

func newMigrate(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the store to this program's schema",
		Long: `Bring the store to this program's schema. A store file that does not exist yet
is made; in a PostgreSQL database the tables are. A store of a newer schema is
refused and left as it is.`,
		Example: `  zhiwen migrate --store county.db
  zhiwen migrate --store postgres://zhiwen@db.example/zhiwen`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if s.onPostgres() {
				if err := pgstore.Migrate(cmd.Context(), s.storePath); err != nil {
					return err
				}
			}
			store, err := s.open(cmd.Context())
			if err != nil {
				return err
			}
			defer store.Close()
			if s.json {
				return s.print(map[string]string{"store": s.storeName(), "status": "up to date"})
			}
			_, err = fmt.Fprintf(s.out, "%s is up to date\n", s.storeName())
			return err
		},
	}
}

func newVersion(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of the program",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			version, revision := "(devel)", ""
			if info, ok := debug.ReadBuildInfo(); ok {
				version = info.Main.Version
				for _, setting := range info.Settings {
					if setting.Key == "vcs.revision" {
						revision = setting.Value
					}
				}
			}
			if s.json {
				return s.print(map[string]string{"version": version, "revision": revision, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH})
			}
			_, err := fmt.Fprintf(s.out, "zhiwen %s %s %s %s/%s\n", version, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

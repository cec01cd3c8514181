package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/ingest"
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
	cmd := &cobra.Command{
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
					_, err = fmt.Fprintf(table, "%s\t%s\t%d\t"+s.words("%d chunks")+"\t%s\n", listing.ID, s.words(string(listing.State)), listing.Version, listing.Chunks, listing.Title)
				}
				if err != nil {
					return err
				}
			}
			return table.Flush()
		},
	}
	cmd.AddCommand(newDocsSet(s))
	return cmd
}

func newDocsSet(s *shell) *cobra.Command {
	var ruling ingest.Ruling
	var validity, reason string
	cmd := &cobra.Command{
		Use:   "set ID --reason TEXT",
		Short: "Set the validity of a document, whatever its page says",
		Long: `Set the validity of a document, whatever its page says. It holds for later
versions, too, until it is set again; without any of the flags but --reason what was
set is taken back with the next version. The text becomes a version that says so.`,
		Example: `  zhiwen docs set 79256b3f15658a58 --validity 废止 --reason '县政府第30次常务会议'
  zhiwen docs set 79256b3f15658a58 --expires 2028-05-31 --reason '原文第二十条'`,
		Args: oneArgument("ID"),
	}
	flags := cmd.Flags()
	flags.StringVar(&validity, "validity", "", "有效, 已修改, 废止, 失效 or 未标注")
	flags.StringVar(&ruling.Effective, "effective", "", "the first `DAY` in force, as in 2023-06-01")
	flags.StringVar(&ruling.Expires, "expires", "", "the last `DAY` in force")
	flags.StringVar(&ruling.ReplacedBy, "replaced-by", "", "title or 文号 of what took its place")
	flags.StringVar(&reason, "reason", "", "why, for the audit")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		act, err := s.act("mark", reason)
		if err != nil {
			return err
		}
		ruling.Validity = retrieval.Validity(validity)
		if err := checkRuling(ruling); err != nil {
			return err
		}
		r, err := s.openRooms(cmd.Context(), s.openExisting)
		if err != nil {
			return err
		}
		doc, err := r.ingester(s).Rule(cmd.Context(), r.store, args[0], ruling, func(ctx context.Context, kept ingest.Ruling) error {
			after, err := json.Marshal(kept)
			if err != nil {
				return err
			}
			act.Subject, act.After = kept.Key, string(after)
			return r.store.Rule(ctx, kept, act)
		})
		if err = errors.Join(err, r.Close()); err != nil {
			return unknownID(args[0], err)
		}
		return s.printHolding(stateLine{doc.ID, doc.Key, doc.State})
	}
	return cmd
}

func checkRuling(r ingest.Ruling) error {
	known := []retrieval.Validity{"", retrieval.ValidityInForce, retrieval.ValidityAmended, retrieval.ValidityRepealed, retrieval.ValidityLapsed, retrieval.ValidityUnmarked}
	if !slices.Contains(known, r.Validity) {
		return usagef("--validity %s: it is 有效, 已修改, 废止, 失效 or 未标注", r.Validity)
	}
	for name, day := range map[string]string{"--effective": r.Effective, "--expires": r.Expires} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return usagef("%s %s: give a day as in 2028-05-31", name, day)
		}
	}
	return nil
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
			return s.line("%s is up to date", s.storeName())
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

package main

import (
	"cmp"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"zhiwen/bot"
	"zhiwen/bot/blocklist"
)

// blocklistFlag adds the flag of the commands that answer questions.
func (s *shell) blocklistFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.blocklistPath, "blocklist", "", "`file` of blocked terms and patterns, read anew when it changes (env ZHIWEN_BLOCKLIST; default: our own list)")
}

// blocklist opens the operator's own lists, if a file is configured, or else
// ours.
func (s *shell) blocklist() (bot.Blocklist, error) {
	path := cmp.Or(s.blocklistPath, os.Getenv("ZHIWEN_BLOCKLIST"))
	if path == "" {
		return blocklist.Default()
	}
	file, err := blocklist.Open(path, s.log)
	if err != nil {
		return nil, fmt.Errorf("--blocklist %s: %w", path, err)
	}
	return file, nil
}

func newBlocked(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "blocked",
		Short: "Count what the lists of blocked terms held back, by day, list and rule",
		Long: `Count what the lists of blocked terms held back, by day, list and rule, the
latest day first. Nothing is kept of the texts themselves.`,
		Example: `  zhiwen blocked
  zhiwen blocked --json --store county.db`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			store, err := s.openExisting(cmd.Context())
			if err != nil {
				return err
			}
			defer store.Close()
			counts, err := store.Blocked(cmd.Context())
			if err != nil {
				return err
			}
			table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
			for _, c := range counts {
				if s.json {
					err = s.print(c)
				} else {
					_, err = fmt.Fprintf(table, "%s\t%s\t%d\t%s\n", c.Day, c.List, c.Hits, c.Rule)
				}
				if err != nil {
					return err
				}
			}
			return table.Flush()
		},
	}
}

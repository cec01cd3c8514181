package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

//go:embed settings.txt
var settingsTable string

// setting is something that the environment, or the file of settings, says.
type setting struct {
	Name   string `json:"name"`
	What   string `json:"what"`
	Value  string `json:"value"` // a secret's is not shown
	Secret bool   `json:"secret,omitempty"`
}

// settings are all that there are, with what they are now.
func settings() []setting {
	var all []setting
	for line := range strings.Lines(settingsTable) {
		name, what, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		what, secret := strings.CutSuffix(what, "; a secret")
		s := setting{Name: name, What: what, Value: os.Getenv(name), Secret: secret}
		if secret && s.Value != "" {
			s.Value = "(set)"
		}
		all = append(all, s)
		if secret {
			all = append(all, setting{Name: name + "_FILE", What: "file of " + name, Value: os.Getenv(name + "_FILE")})
		}
	}
	return all
}

// readSettings puts the settings of a file into the environment; what stands
// there already is stronger. Lines are NAME=VALUE, # begins a comment, and
// quotation marks around a value are taken off, as systemd does.
func readSettings(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("--config: %w", err)
	}
	known := settings()
	var bad []error
	seen := map[string]int{}
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(string(content), "\ufeff")) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case !ok:
			bad = append(bad, fmt.Errorf("--config %s, line %d: write NAME=VALUE", path, n))
			continue
		case !slices.ContainsFunc(known, func(s setting) bool { return s.Name == name }):
			bad = append(bad, fmt.Errorf("--config %s, line %d: there is no setting %s; 'zhiwen settings' lists them", path, n, name))
			continue
		case seen[name] > 0:
			bad = append(bad, fmt.Errorf("--config %s, line %d: %s stands on line %d already", path, n, name, seen[name]))
			continue
		}
		seen[name] = n
		if len(value) >= 2 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
			value = value[1 : len(value)-1]
		}
		if _, set := os.LookupEnv(name); !set {
			if err := os.Setenv(name, value); err != nil {
				bad = append(bad, fmt.Errorf("--config %s, line %d: %w", path, n, err))
			}
		}
	}
	if len(bad) > 0 {
		return usagef("%w", errors.Join(bad...))
	}
	return nil
}

func newSettings(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "settings",
		Short: "List every setting of the environment or the file of settings, and what it is now",
		Long: `List every setting and what it is now. Settings come from the environment, or from
the file that --config or ZHIWEN_CONFIG names, of lines NAME=VALUE; the environment is
stronger, and flags are stronger still. Secrets are not shown.`,
		Example: `  zhiwen settings
  zhiwen settings --config /etc/zhiwen.conf --json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
			for _, known := range settings() {
				var err error
				if s.json {
					err = s.print(known)
				} else {
					_, err = fmt.Fprintf(table, "%s\t%s\t%s\n", known.Name, known.Value, s.words(known.What))
				}
				if err != nil {
					return err
				}
			}
			return table.Flush()
		},
	}
}

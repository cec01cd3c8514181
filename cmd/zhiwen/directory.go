package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"zhiwen/bot/directory"
	"zhiwen/bot/sheet"
	"zhiwen/retrieval"
)

// importSummary is what `zhiwen directory import --json` prints last.
type importSummary struct {
	Offices  int      `json:"offices"`
	Days     int      `json:"days"`
	Warnings []string `json:"warnings"`
}

func newDirectory(s *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "directory",
		Short: "Keep the directory of departments (部门通讯录) that refusals name",
		Long: `Keep the directory of departments (部门通讯录): where a question cannot be answered,
the visitor is led to the office that is responsible, with its telephone, its
hours and whether it is open.`,
	}
	cmd.AddCommand(newDirectoryImport(s), newDirectoryHolidays(s), newDirectoryExport(s), newDirectoryList(s))
	return cmd
}

func newDirectoryImport(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE",
		Short: "Put the offices of a CSV or XLSX file in place of those before",
		Long: `Put the offices of a CSV or XLSX file in place of those before. The file's columns
are 名称, 别名, 负责事项, 电话, 办公时间, 地址 and 核对日期 (or name, aliases, responsible_for, phone,
hours, address, checked_on); aliases and matters are separated by 、. If a row is
bad, nothing is changed and every bad row is named. Running servers use the new
directory within half a minute.`,
		Example: `  zhiwen directory import 部门通讯录.xlsx
  zhiwen directory import departments.csv --store county.db`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			entries, warnings, err := directory.Read(file, s.now())
			if err != nil {
				return importError(args[0], err)
			}
			err = s.change(cmd.Context(), "directory import", func(st store) error { return st.PutOffices(cmd.Context(), entries) })
			if err != nil {
				return err
			}
			for _, w := range warnings {
				s.log.Warn(w)
			}
			return s.printImport(importSummary{Offices: len(entries), Warnings: append([]string{}, warnings...)}, "%d offices", len(entries))
		},
	}
}

func newDirectoryHolidays(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "holidays FILE",
		Short: "Put the holidays and 调休 workdays of a file in place of those before",
		Long: `Put the holidays and 调休 workdays of a file in place of those before. A line is a date
or two with ~ between, 休 or 班, and a name if you like:

  2026-10-01~2026-10-07  休  国庆节
  2026-10-10             班

Offices that are open on all days of the week do not keep holidays.`,
		Example: `  zhiwen directory holidays 2027.txt`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			days, err := directory.ReadDays(file)
			if err != nil {
				return importError(args[0], err)
			}
			err = s.change(cmd.Context(), "directory holidays", func(st store) error { return st.PutDays(cmd.Context(), days) })
			if err != nil {
				return err
			}
			return s.printImport(importSummary{Days: len(days), Warnings: []string{}}, "%d days", len(days))
		},
	}
}

// change opens the store, which may be new, for one change, and writes it to
// the audit.
func (s *shell) change(ctx context.Context, action string, do func(store) error) error {
	st, err := s.open(ctx)
	if err != nil {
		return err
	}
	if err = do(st); err == nil {
		err = st.AddActs(ctx, retrieval.Act{At: s.now(), Actor: s.actor(), Action: action})
	}
	return errors.Join(err, st.Close())
}

func (s *shell) printImport(summary importSummary, format string, n int) error {
	if s.json {
		return s.print(summary)
	}
	return s.line(format, n)
}

// importError names the file, and says that nothing was changed.
func importError(path string, err error) error {
	var bad directory.BadRows
	if errors.As(err, &bad) {
		return fmt.Errorf("%s: nothing was changed, because %d rows are bad:\n%w", path, len(bad), bad)
	}
	return fmt.Errorf("%s: %w", path, err)
}

func newDirectoryExport(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "export FILE",
		Short: "Write the offices to a CSV or XLSX file, - for CSV on standard output",
		Example: `  zhiwen directory export 部门通讯录.xlsx
  zhiwen directory export - > departments.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			workbook := sheet.IsWorkbook(args[0])
			if args[0] != "-" && !workbook && !strings.EqualFold(filepath.Ext(args[0]), ".csv") {
				return usagef("export to %s: the file must end in .csv or .xlsx", args[0])
			}
			d, err := s.directory(cmd.Context())
			if err != nil {
				return err
			}
			if args[0] == "-" {
				return directory.Write(s.out, d.Entries, false)
			}
			return writeFile(args[0], func(w io.Writer) error { return directory.Write(w, d.Entries, workbook) })
		},
	}
}

// writeFile makes a file, or none if it cannot be written whole.
func writeFile(path string, write func(io.Writer) error) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := errors.Join(write(file), file.Close()); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(path))
	}
	return nil
}

func (s *shell) directory(ctx context.Context) (directory.Directory, error) {
	st, err := s.openExisting(ctx)
	if err != nil {
		return directory.Directory{}, err
	}
	d, err := st.Directory(ctx)
	return d, errors.Join(err, st.Close())
}

func newDirectoryList(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the offices in the store",
		Example: `  zhiwen directory list
  zhiwen directory list --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := s.directory(cmd.Context())
			if err != nil {
				return err
			}
			table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
			for _, e := range d.Entries {
				if s.json {
					err = s.print(e)
				} else {
					_, err = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", e.Name, e.Phone, e.Hours, e.CheckedOn)
				}
				if err != nil {
					return err
				}
			}
			return table.Flush()
		},
	}
}

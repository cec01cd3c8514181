package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"zhiwen/bot/faq"
	"zhiwen/bot/sheet"
	"zhiwen/retrieval"
)

func newFAQ(s *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "faq",
		Short: "Keep curated answers (问答库) that come before search",
		Long: `Keep curated answers: what staff have written to questions that are often
asked, with the words of stored documents that it rests on. A question that is
one of theirs gets the curated answer; any other is searched for.

A published answer is stale, and not shown, as soon as a document that it cites
changes, is withdrawn or is not in force any more, or its valid_until has passed.
'zhiwen faq list' says which are. Publishing it again compares it anew.

A figure of an answer that stands in none of the words it cites keeps it from
being published.`,
		Example: `  zhiwen faq import answers.xlsx
  zhiwen faq list
  zhiwen faq publish faq-1a2b3c4d
  zhiwen faq export answers.csv`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newFAQImport(s), newFAQExport(s), newFAQList(s), newFAQPublish(s), newFAQWithdraw(s))
	return cmd
}

// atDesk opens the store for work on its curated answers.
func (s *shell) atDesk(ctx context.Context, do func(*faq.Desk) error) error {
	store, err := s.openExisting(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(&faq.Desk{Store: audited{store, s}, Docs: store, Phone: phone, Now: s.now}), store.Close())
}

// audited writes to the audit what the command line does to curated answers.
type audited struct {
	store
	shell *shell
}

// PutFAQ implements faq.Store.
func (a audited) PutFAQ(ctx context.Context, entries ...faq.Entry) error {
	if err := a.store.PutFAQ(ctx, entries...); err != nil {
		return err
	}
	acts := make([]retrieval.Act, len(entries))
	for i, e := range entries {
		acts[i] = retrieval.Act{At: a.shell.now(), Actor: a.shell.actor(), Action: "faq", Subject: e.ID, After: string(e.State)}
	}
	return a.store.AddActs(ctx, acts...)
}

func newFAQImport(s *shell) *cobra.Command {
	publish := false
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Read curated answers from a CSV or XLSX file",
		Long: `Read curated answers from a CSV file (UTF-8 or GB18030) or the first sheet of an
XLSX workbook. Columns: 编号, 问题, 其他问法, 不适用的问法, 回答, 负责人, 有效期至, 状态, and for
each source 出处, 引文 and 位置 (which may be left empty). Several values of a cell
stand on lines of their own. 出处 is the address, the title or the doc_id of a
document, 引文 its words, copied.

Rows become drafts; what is public stays as it is until its draft is published.
Rows that fail do not hold up the others.`,
		Example: `  zhiwen faq import answers.xlsx
  zhiwen faq import answers.csv --publish --json`,
		Args: oneArgument("FILE"),
	}
	cmd.Flags().BoolVar(&publish, "publish", false, "publish the rows that nothing keeps from it")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		file, err := s.readFile(args[0])
		if err != nil {
			return err
		}
		rows, err := faq.Read(file)
		if err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		return s.atDesk(cmd.Context(), func(desk *faq.Desk) error {
			reports, err := desk.Import(cmd.Context(), rows, publish)
			if err != nil {
				return err
			}
			return s.printRows(reports, publish)
		})
	}
	return cmd
}

// printRows says what became of each row; a row that failed, or could not be
// published as it should, fails the command.
func (s *shell) printRows(reports []faq.Imported, publish bool) error {
	counts := map[faq.Outcome]int{}
	held := 0
	for _, r := range reports {
		counts[r.Status]++
		if len(r.Problems) > 0 {
			held++
		}
		if s.json {
			if err := s.print(r); err != nil {
				return err
			}
			continue
		}
		if r.Error != "" {
			if err := s.line("failed: %s", s.sentence(r.Error)); err != nil {
				return err
			}
		}
		for _, p := range r.Problems {
			if err := s.line("line %d (%s): cannot be published: %s", r.Line, r.ID, s.sentence(p.Text)); err != nil {
				return err
			}
		}
	}
	if !s.json {
		err := s.line("%d added, %d updated, %d unchanged, %d failed, %d cannot be published as they are",
			counts[faq.Added], counts[faq.Updated], counts[faq.Unchanged], counts[faq.Failed], held)
		if err != nil {
			return err
		}
	}
	switch {
	case counts[faq.Failed] > 0:
		return fmt.Errorf("%d of %d rows failed", counts[faq.Failed], len(reports))
	case publish && held > 0:
		return fmt.Errorf("%d of %d rows were stored as drafts and not published", held, len(reports))
	}
	return nil
}

func newFAQExport(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "export FILE",
		Short: "Write all curated answers to a CSV or XLSX file",
		Long: `Write all curated answers to a file that 'zhiwen faq import' reads: a workbook if
its name ends in .xlsx, else CSV; - is standard output. Of an answer with a draft
the draft is written.`,
		Example: `  zhiwen faq export answers.xlsx
  zhiwen faq export - | less`,
		Args: oneArgument("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.atDesk(cmd.Context(), func(desk *faq.Desk) error {
				entries, err := desk.Export(cmd.Context())
				if err != nil {
					return err
				}
				if args[0] == "-" {
					return faq.Write(s.out, entries, false)
				}
				if err := writeFile(args[0], func(w io.Writer) error { return faq.Write(w, entries, sheet.IsWorkbook(args[0])) }); err != nil {
					return fmt.Errorf("export: %w", err)
				}
				if s.json {
					return s.print(map[string]any{"file": args[0], "entries": len(entries)})
				}
				return s.line("%d curated answers in %s", len(entries), args[0])
			})
		},
	}
}

func newFAQList(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List curated answers and say which are stale",
		Example: `  zhiwen faq list
  zhiwen faq list --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.atDesk(cmd.Context(), func(desk *faq.Desk) error {
				listed, err := desk.List(cmd.Context())
				if err != nil {
					return err
				}
				table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
				for _, l := range listed {
					if s.json {
						err = s.print(l)
					} else {
						state := string(l.State)
						if l.Stale != "" {
							state = "stale"
						}
						_, err = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", l.ID, s.words(state), l.ValidUntil, l.Question, s.sentence(l.Stale.Sentence()))
					}
					if err != nil {
						return err
					}
				}
				return table.Flush()
			})
		},
	}
}

func newFAQPublish(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "publish ID...",
		Short: "Show a curated answer to visitors",
		Long: `Show curated answers to visitors: the draft of each, or, where there is none,
what is stale or withdrawn, compared anew with the documents that it cites.`,
		Example: `  zhiwen faq publish faq-1a2b3c4d`,
		Args:    atLeastOne("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.atDesk(cmd.Context(), func(desk *faq.Desk) error {
				for _, id := range args {
					problems, err := desk.Publish(cmd.Context(), id)
					if err != nil {
						return notListed(err)
					}
					if len(problems) > 0 {
						texts := make([]string, len(problems))
						for i, p := range problems {
							texts[i] = p.Text
						}
						return fmt.Errorf("%s cannot be published: %s", id, strings.Join(texts, "; "))
					}
					if err := s.printState(id, faq.StatePublished); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}

func newFAQWithdraw(s *shell) *cobra.Command {
	return &cobra.Command{
		Use:     "withdraw ID...",
		Short:   "Take a curated answer back",
		Example: `  zhiwen faq withdraw faq-1a2b3c4d`,
		Args:    atLeastOne("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.atDesk(cmd.Context(), func(desk *faq.Desk) error {
				for _, id := range args {
					if err := desk.Withdraw(cmd.Context(), id); err != nil {
						return notListed(err)
					}
					if err := s.printState(id, faq.StateWithdrawn); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}

func (s *shell) printState(id string, state faq.State) error {
	if s.json {
		return s.print(map[string]string{"id": id, "state": string(state)})
	}
	return s.line("%s is %s", id, s.words(string(state)))
}

// notListed says where to find the IDs.
func notListed(err error) error {
	if errors.Is(err, faq.ErrNotFound) {
		return fmt.Errorf("%w; 'zhiwen faq list' lists them", err)
	}
	return err
}

// oneArgument asks for one argument and names it.
func oneArgument(name string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usagef("give one %s", name)
		}
		return nil
	}
}

// atLeastOne asks for one argument or more and names them.
func atLeastOne(name string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("give an %s, or several", name)
		}
		return nil
	}
}

// readFile reads a whole file, "-" being standard input.
func (s *shell) readFile(path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(s.in)
	}
	return os.ReadFile(path)
}

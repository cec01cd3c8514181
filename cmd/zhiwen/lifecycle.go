package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/user"
	"strings"

	"github.com/spf13/cobra"

	"zhiwen/ingest"
	"zhiwen/retrieval"
)

// lifecycle is what a store does with documents that the public may not see.
type lifecycle interface {
	ingest.Held
	Withdraw(ctx context.Context, key string, act retrieval.Act) error
	Erase(ctx context.Context, key string, act retrieval.Act) error
	Audit(ctx context.Context) ([]retrieval.Record, error)
	Rule(ctx context.Context, r ingest.Ruling, act retrieval.Act) error
}

// stateLine is what withdraw, erase and release print with --json.
type stateLine struct {
	DocID string          `json:"doc_id"`
	Key   string          `json:"key"`
	State retrieval.State `json:"state"`
}

func newWithdraw(s *shell) *cobra.Command {
	return s.ending("withdraw", "Take a document out of the answers and off its page, all versions of it", retrieval.StateWithdrawn, `
Take a document out of the answers and off its page, with all its versions.
Visitors who open /doc/ID are told that it was withdrawn, and answers that quoted
it are not replayed. Staff still see it; 'zhiwen release ID' brings a version back.
A new text of the same page is quarantined until it is released.`, lifecycle.Withdraw)
}

func newErase(s *shell) *cobra.Command {
	return s.ending("erase", "Delete what a document says, wherever the store keeps it", retrieval.StateErased, `
Delete what a document says, in all its versions and wherever the store keeps it:
text, file, chunks, vectors, index, answers, curated answers and checks of drafts
that quote it. Its ID, its key and the reason stay in the audit. This cannot be
undone. The store is written anew, which takes a while where it is large; copies
of the store, and the log of a PostgreSQL server, keep what they have.`, lifecycle.Erase)
}

// ending makes a command that takes a document from the public.
func (s *shell) ending(name, short string, state retrieval.State, long string, end func(lifecycle, context.Context, string, retrieval.Act) error) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use: name + " ID --reason TEXT", Short: short, Long: strings.TrimSpace(long),
		Example: fmt.Sprintf("  zhiwen %s 79256b3f15658a58 --reason '发布有误'", name),
		Args:    oneArgument("ID"),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the audit")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		act, err := s.act(name, reason)
		if err != nil {
			return err
		}
		r, err := s.openRooms(cmd.Context(), s.openExisting)
		if err != nil {
			return err
		}
		doc, err := r.store.Version(cmd.Context(), args[0])
		if err == nil {
			act.Subject = doc.Key
			err = end(r.store, cmd.Context(), doc.Key, act)
		}
		if err == nil { // what it said of others holds no more
			err = r.ingester(s).SettleRepeals(cmd.Context(), r.store)
		}
		if err = errors.Join(err, r.Close()); err != nil {
			return unknownID(args[0], err)
		}
		return s.printHolding(stateLine{doc.ID, doc.Key, state})
	}
	return cmd
}

func newRelease(s *shell) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "release ID --reason TEXT",
		Short: "Show a version that was quarantined or withdrawn",
		Long: `Show a version that was quarantined or withdrawn: it becomes the current one of
its document and is answered from.`,
		Example: "  zhiwen release 79256b3f15658a58 --reason '已核对，可以公开'",
		Args:    oneArgument("ID"),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the audit")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		act, err := s.act("release", reason)
		if err != nil {
			return err
		}
		r, err := s.openRooms(cmd.Context(), s.openExisting)
		if err != nil {
			return err
		}
		err = r.mayPut(cmd.Context())
		var doc retrieval.Document
		if err == nil {
			in := r.ingester(s)
			if doc, err = in.Release(cmd.Context(), r.store, args[0], act); err == nil {
				err = in.SettleRepeals(cmd.Context(), r.store)
			}
		}
		if err = errors.Join(err, r.Close()); err != nil {
			return unknownID(args[0], err)
		}
		return s.printHolding(stateLine{doc.ID, doc.Key, doc.State})
	}
	return cmd
}

// act is what a command does, by whom and why.
func (s *shell) act(action, reason string) (retrieval.Act, error) {
	if strings.TrimSpace(reason) == "" {
		return retrieval.Act{}, usagef("%s needs --reason: it is kept in the audit", action)
	}
	return retrieval.Act{At: s.now(), Actor: s.actor(), Action: action, Reason: reason}, nil
}

// actor is who works on the command line, as the audit has it.
func (s *shell) actor() string {
	actor := "command line"
	if u, err := user.Current(); err == nil {
		actor = cmp.Or(u.Username, actor)
	}
	return actor
}

func unknownID(id string, err error) error {
	if errors.Is(err, retrieval.ErrNotFound) {
		return fmt.Errorf("there is no document %s; 'zhiwen docs' lists the IDs", id)
	}
	return err
}

func (s *shell) printHolding(l stateLine) error {
	if s.json {
		return s.print(l)
	}
	return s.line("%s is %s (%s)", l.DocID, s.words(string(l.State)), l.Key)
}

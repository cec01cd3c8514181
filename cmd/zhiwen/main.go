// Command zhiwen answers questions over the documents of a county government
// with verbatim citations. This package reads flags and the environment,
// chooses the store and the embedder (wire.go), and prints what the rooms
// below it find; it decides nothing about documents or answers itself.
//
// Results go to stdout, progress and failures to stderr. The exit status is 0
// when the command did what it was asked, 1 when it failed, 2 for wrong usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks for an orderly end; with the handler gone, a later
	// one ends the process at once. Not sooner than after a second, because
	// timeout(1) sends its signal to the process and to its group.
	context.AfterFunc(ctx, func() { time.AfterFunc(time.Second, stop) })
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// usageError is a mistake in how a command was called.
type usageError struct{ error }

func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// run executes one command line and returns its exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := &shell{in: stdin, out: stdout, err: stderr}
	root := newRoot(s)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	s.lang = langIn(args)
	s.helpIn(root)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, "zhiwen: "+s.words("interrupted"))
		return 1
	}
	fmt.Fprintf(stderr, "zhiwen: %s\n", s.sentence(err.Error()))
	var usage usageError
	// Before a command starts, cobra can only complain about the usage.
	if errors.As(err, &usage) || !s.started {
		fmt.Fprintf(stderr, s.words("See '%s --help'.")+"\n", cmd.CommandPath())
		return 2
	}
	return 1
}

func newRoot(s *shell) *cobra.Command {
	root := &cobra.Command{
		Use:   "zhiwen",
		Short: "Answer questions over government documents with verbatim citations",
		Long: `zhiwen (智问) reads government documents into a store and answers questions
about them in the documents' own words, each with a citation that opens the
source at the passage. What the documents do not hold it does not answer.`,
		Example: `  zhiwen demo
  zhiwen ingest ./documents
  zhiwen ask 2023年法律援助办了多少件
  zhiwen serve --addr :8080`,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return s.start()
		},
	}
	flags := root.PersistentFlags()
	flags.StringVar(&s.storePath, "store", "", "store: a file, or postgres://… (env ZHIWEN_STORE; default "+defaultStore+")")
	flags.StringVar(&s.configPath, "config", "", "`FILE` of settings, lines NAME=VALUE, see 'zhiwen settings' (env ZHIWEN_CONFIG)")
	flags.StringVar(&s.lang, "lang", "", "`LANGUAGE` of help and messages: zh or en (env ZHIWEN_LANG; default: the system's)")
	flags.BoolVar(&s.json, "json", false, "print JSON, one object a line")
	root.AddCommand(
		newDemo(s), newServe(s), newIngest(s), newAsk(s), newCheck(s), newDocs(s), newWithdraw(s), newErase(s), newRelease(s), newAudit(s), newDirectory(s), newBlocked(s), newGeneration(s), newFAQ(s), newStaff(s),
		newEval(s), newBench(s), newDoctor(s), newMigrate(s), newBackup(s), newRestore(s), newReindex(s), newSettings(s), newVersion(s),
	)
	return root
}

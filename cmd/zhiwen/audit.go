package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/retrieval"
)

func newAudit(s *shell) *cobra.Command {
	var asCSV bool
	var since int64
	var to string
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Show what was done to the collection, by whom and why",
		Long: `Show what was done to the collection and its accounts, by whom and why. Each
record holds a hash of itself and of the one before; 'zhiwen doctor' says whether
one was changed. --syslog sends the records to a log server (RFC 5424); --since SEQ
leaves out those that it has.`,
		Example: `  zhiwen audit
  zhiwen audit --csv > audit.csv
  zhiwen audit --syslog udp://log.example:514 --since 1200`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().BoolVar(&asCSV, "csv", false, "print CSV")
	cmd.Flags().Int64Var(&since, "since", 0, "leave out records up to this `SEQ`")
	cmd.Flags().StringVar(&to, "syslog", "", "send them to `ADDR`, udp://host:514 or tcp://host:601")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		store, err := s.openExisting(cmd.Context())
		if err != nil {
			return err
		}
		records, err := store.Audit(cmd.Context())
		if err = errors.Join(err, store.Close()); err != nil {
			return err
		}
		for len(records) > 0 && records[0].Seq <= since {
			records = records[1:]
		}
		switch {
		case to != "":
			return s.auditSyslog(cmd.Context(), to, records)
		case asCSV:
			return s.auditCSV(records)
		}
		table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		for _, r := range records {
			if s.json {
				err = s.print(r)
			} else {
				_, err = fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\n", r.Seq, r.At.Local().Format(time.DateTime), r.Actor, r.Action, r.Subject, r.Reason)
			}
			if err != nil {
				return err
			}
		}
		return table.Flush()
	}
	return cmd
}

func (s *shell) auditCSV(records []retrieval.Record) error {
	return csv.NewWriter(s.out).WriteAll(retrieval.AuditTable(records))
}

// auditSyslog sends each record as a message of RFC 5424, facility 13 (log
// audit), severity notice; over TCP by the octet counting of RFC 6587.
func (s *shell) auditSyslog(ctx context.Context, to string, records []retrieval.Record) error {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "udp" && u.Scheme != "tcp" || u.Port() == "" {
		return usagef("--syslog %s: give udp://host:port or tcp://host:port", to)
	}
	conn, err := new(net.Dialer).DialContext(ctx, u.Scheme, u.Host)
	if err != nil {
		return fmt.Errorf("--syslog %s: %w", to, err)
	}
	for _, r := range records {
		message := syslogMessage(r)
		if u.Scheme == "tcp" {
			message = strconv.Itoa(len(message)) + " " + message
		}
		if _, err := conn.Write([]byte(message)); err != nil {
			return errors.Join(fmt.Errorf("--syslog %s: record %d: %w", to, r.Seq, err), conn.Close())
		}
	}
	if err := conn.Close(); err != nil {
		return err
	}
	last := int64(0)
	if len(records) > 0 {
		last = records[len(records)-1].Seq
	}
	if s.json {
		return s.print(map[string]any{"sent": len(records), "last": last})
	}
	return s.line("%d records sent, the last is %d", len(records), last)
}

const auditPriority = 13*8 + 5

func syslogMessage(r retrieval.Record) string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "-"
	}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`, "\n", " ", "\r", " ")
	var data strings.Builder
	for _, p := range [][2]string{
		{"seq", strconv.FormatInt(r.Seq, 10)}, {"actor", r.Actor}, {"action", r.Action}, {"subject", r.Subject}, {"reason", r.Reason},
		{"before", r.Before}, {"after", r.After}, {"hash", r.Hash},
	} {
		fmt.Fprintf(&data, ` %s="%s"`, p[0], quoted.Replace(p[1]))
	}
	// 32473 is the number that RFC 5612 keeps for examples and those without one.
	return fmt.Sprintf("<%d>1 %s %s zhiwen - audit [audit@32473%s] \xef\xbb\xbf%s %s %s", auditPriority, r.At.UTC().Format(time.RFC3339), host, data.String(),
		quoted.Replace(r.Actor), quoted.Replace(r.Action), quoted.Replace(r.Subject))
}

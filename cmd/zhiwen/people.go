package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/bot/accounts"
	"zhiwen/retrieval"
)

func newStaff(s *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "staff",
		Short: "Keep the accounts of those who work on the collection",
		Long: `Keep the accounts of those who work at /staff/: 编辑 (editor) writes, 审核 (reviewer)
publishes what others wrote, 管理 (manager) keeps accounts, 审计 (auditor) reads the
audit and has no other role. There is no account, and no page, until the first
one is added here.`,
		Example: `  zhiwen staff add 周文 --role 编辑
  zhiwen staff add 李默 --role 审核,管理
  zhiwen staff list`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newStaffAdd(s), newStaffList(s), newStaffRoles(s), newStaffPassword(s),
		newStaffSwitch(s, "disable", "End an account: its logins are refused at once", true),
		newStaffSwitch(s, "enable", "Let an account in again, disabled or locked", false),
	)
	return cmd
}

// atAccounts opens the store for work on accounts.
func (s *shell) atAccounts(ctx context.Context, do func(*accounts.Desk) error) error {
	st, err := s.open(ctx)
	if err != nil {
		return err
	}
	err = do(&accounts.Desk{Store: st, Now: s.now})
	if errors.Is(err, retrieval.ErrNotFound) {
		err = errors.New("there is no such account; 'zhiwen staff list' lists them")
	}
	return errors.Join(err, st.Close())
}

// secretOf reads a password from standard input, or makes one.
func (s *shell) secretOf(fromInput bool) (string, error) {
	if !fromInput {
		return accounts.NewPassword(), nil
	}
	line, err := bufio.NewReader(s.in).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", fmt.Errorf("no password stands on standard input: %w", err)
	}
	return line, nil
}

// accountLine is what the commands print of an account.
type accountLine struct {
	Name     string          `json:"name"`
	Roles    []accounts.Role `json:"roles"`
	Disabled bool            `json:"disabled"`
	LastSeen string          `json:"last_login,omitempty"`
	Password string          `json:"password,omitempty"` // a new one, shown once
}

func (s *shell) printSecret(a accountLine, given bool) error {
	if given {
		a.Password = ""
	}
	if s.json {
		return s.print(a)
	}
	if a.Password != "" {
		return s.line("%s has the password %s until the first login, which asks for another one", a.Name, a.Password)
	}
	return s.line("%s is ready", a.Name)
}

func newStaffAdd(s *shell) *cobra.Command {
	var role, subject string
	var given bool
	cmd := &cobra.Command{
		Use:   "add NAME --role ROLES",
		Short: "Add an account",
		Long: `Add an account with one role or more (with commas between them). A password is
made and printed once, or read from standard input; it must be changed at the first
login. With --subject the account logs in by the county's OpenID provider, which
calls it so (see docs/staff.md), and has no password.`,
		Example: `  zhiwen staff add 周文 --role 编辑
  zhiwen staff add 审计员 --role 审计
  zhiwen staff add 王芳 --role 审核 --subject wangfang`,
		Args: oneArgument("NAME"),
	}
	cmd.Flags().StringVar(&role, "role", "", "编辑 (editor), 审核 (reviewer), 管理 (manager) or 审计 (auditor)")
	cmd.Flags().StringVar(&subject, "subject", "", "what the OpenID provider calls them")
	cmd.Flags().BoolVar(&given, "password-stdin", false, "read the password from standard input")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		held, err := accounts.ParseRoles(role)
		if err != nil {
			return usagef("--role: %w", err)
		}
		password := ""
		if subject == "" {
			if password, err = s.secretOf(given); err != nil {
				return err
			}
		}
		err = s.atAccounts(cmd.Context(), func(d *accounts.Desk) error {
			return d.Add(cmd.Context(), s.actor(), args[0], password, subject, held)
		})
		if err != nil {
			return err
		}
		return s.printSecret(accountLine{Name: args[0], Roles: held, Password: password}, given)
	}
	return cmd
}

func newStaffList(s *shell) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the accounts", Example: "  zhiwen staff list", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.atAccounts(cmd.Context(), func(d *accounts.Desk) error {
				all, err := d.List(cmd.Context())
				if err != nil {
					return err
				}
				table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
				for _, a := range all {
					l := accountLine{Name: a.Name, Roles: a.Roles, Disabled: a.Disabled}
					if !a.LastLogin.At.IsZero() {
						l.LastSeen = a.LastLogin.At.Local().Format(time.DateTime)
					}
					if s.json {
						err = s.print(l)
					} else {
						state := "active"
						if a.Disabled {
							state = "disabled"
						}
						_, err = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", l.Name, a.RoleNames(), s.words(state), l.LastSeen)
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

func newStaffRoles(s *shell) *cobra.Command {
	var role string
	cmd := &cobra.Command{
		Use: "roles NAME --role ROLES", Short: "Give an account other roles", Example: "  zhiwen staff roles 周文 --role 编辑,审核", Args: oneArgument("NAME"),
	}
	cmd.Flags().StringVar(&role, "role", "", "all roles that it is to have")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		held, err := accounts.ParseRoles(role)
		if err != nil {
			return usagef("--role: %w", err)
		}
		err = s.atAccounts(cmd.Context(), func(d *accounts.Desk) error { return d.SetRoles(cmd.Context(), s.actor(), args[0], held) })
		if err != nil {
			return err
		}
		return s.printSecret(accountLine{Name: args[0], Roles: held}, true)
	}
	return cmd
}

func newStaffPassword(s *shell) *cobra.Command {
	var given bool
	cmd := &cobra.Command{
		Use: "password NAME", Short: "Give an account a new password, to be changed at the next login", Example: "  zhiwen staff password 周文", Args: oneArgument("NAME"),
	}
	cmd.Flags().BoolVar(&given, "password-stdin", false, "read the password from standard input")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		password, err := s.secretOf(given)
		if err != nil {
			return err
		}
		err = s.atAccounts(cmd.Context(), func(d *accounts.Desk) error {
			return d.SetPassword(cmd.Context(), s.actor(), args[0], password)
		})
		if err != nil {
			return err
		}
		return s.printSecret(accountLine{Name: args[0], Password: password}, given)
	}
	return cmd
}

func newStaffSwitch(s *shell, name, short string, disabled bool) *cobra.Command {
	return &cobra.Command{
		Use: name + " NAME", Short: short, Example: "  zhiwen staff " + name + " 周文", Args: oneArgument("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			err := s.atAccounts(cmd.Context(), func(d *accounts.Desk) error { return d.Disable(cmd.Context(), s.actor(), args[0], disabled) })
			if err != nil {
				return err
			}
			if s.json {
				return s.print(accountLine{Name: args[0], Disabled: disabled})
			}
			return s.line("%s is %s", args[0], s.words(name+"d"))
		},
	}
}

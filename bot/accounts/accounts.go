// Package accounts is who may work on the staff's side and as what: accounts
// with roles, their passwords and their logins. Rules follow GB/T 22239-2019
// (等保 2.0), 8.1.4.1 身份鉴别 and 8.1.4.2 访问控制: passwords of some
// complexity, an end to guessing, an end to idle logins, and an auditor who
// does nothing else.
package accounts

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Role is what an account works as.
type Role string

// Roles.
const (
	Editor   Role = "editor"   // 编辑: writes
	Reviewer Role = "reviewer" // 审核: publishes what others wrote
	Manager  Role = "manager"  // 管理: accounts and sites
	Auditor  Role = "auditor"  // 审计: reads the audit, and holds no other role
)

// Roles in the order in which they are shown, with their Chinese names.
var roles = []struct {
	role Role
	name string
}{{Editor, "编辑"}, {Reviewer, "审核"}, {Manager, "管理"}, {Auditor, "审计"}}

// AllRoles lists the roles in the order in which they are shown.
func AllRoles() []Role {
	all := make([]Role, len(roles))
	for i, r := range roles {
		all[i] = r.role
	}
	return all
}

// Name is the role in Chinese.
func (r Role) Name() string {
	for _, known := range roles {
		if known.role == r {
			return known.name
		}
	}
	return string(r)
}

// ParseRoles reads roles, in Chinese or English, with commas between them.
func ParseRoles(text string) ([]Role, error) {
	var parsed []Role
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、 ", r) }) {
		at := slices.IndexFunc(roles, func(k struct {
			role Role
			name string
		}) bool {
			return k.name == word || string(k.role) == word
		})
		if at < 0 {
			return nil, fmt.Errorf("role %q is none of 编辑 (editor), 审核 (reviewer), 管理 (manager), 审计 (auditor)", word)
		}
		if !slices.Contains(parsed, roles[at].role) {
			parsed = append(parsed, roles[at].role)
		}
	}
	return parsed, CheckRoles(parsed)
}

// ErrRoles: the roles may not be held together, or there is none.
var ErrRoles = errors.New("an account has a role, and 审计 (auditor) is held by nobody who holds another")

// CheckRoles holds roles to that rule.
func CheckRoles(held []Role) error {
	unknown := func(r Role) bool { return !slices.Contains(AllRoles(), r) }
	if len(held) == 0 || len(held) > 1 && slices.Contains(held, Auditor) || slices.ContainsFunc(held, unknown) {
		return ErrRoles
	}
	return nil
}

// Account is one of the staff.
type Account struct {
	Name     string    `json:"name"`
	Roles    []Role    `json:"roles"`
	Hash     string    `json:"hash,omitempty"`    // of the password, see password.go; empty: by OpenID Connect only
	Subject  string    `json:"subject,omitempty"` // at the OpenID provider: issuer and sub
	Created  time.Time `json:"created"`
	Disabled bool      `json:"disabled,omitempty"`
	// MustChange: the password was set by somebody else.
	MustChange bool      `json:"must_change,omitempty"`
	Changed    time.Time `json:"changed,omitzero"` // the password
	Failures   int       `json:"failures,omitempty"`
	LockedTill time.Time `json:"locked_till,omitzero"`
	// The last two logins: the newer is the one that goes on now.
	LastLogin    Visit `json:"last_login,omitzero"`
	EarlierLogin Visit `json:"earlier_login,omitzero"`
}

// Visit is when and from where somebody logged in.
type Visit struct {
	At      time.Time `json:"at"`
	Address string    `json:"address"`
}

// Is reports whether the account has one of the roles.
func (a Account) Is(any ...Role) bool {
	return slices.ContainsFunc(a.Roles, func(r Role) bool { return slices.Contains(any, r) })
}

// RoleNames are the roles in Chinese.
func (a Account) RoleNames() string {
	names := make([]string, len(a.Roles))
	for i, r := range a.Roles {
		names[i] = r.Name()
	}
	return strings.Join(names, "、")
}

// maxName bounds the name of an account, in runes.
const maxName = 20

// CheckName holds names to what stands in an audit and a cookie unmistakably.
func CheckName(name string) error {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName {
		return fmt.Errorf("a name has 1 to %d characters", maxName)
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.@", r) {
			return fmt.Errorf("name %q holds %q; use letters, digits, Chinese characters, - _ . and @", name, r)
		}
	}
	return nil
}

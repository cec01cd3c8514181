package accounts

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"zhiwen/bot/records"
	"zhiwen/retrieval"
)

// Kinds of records.
const (
	kindAccount = "account"
	kindLogin   = "login"
)

// Limits of logins.
const (
	// MaxFailures in a row lock an account for LockedFor.
	MaxFailures = 5
	LockedFor   = 15 * time.Minute
	// A login ends when nothing is done for IdleFor, and after VisitFor.
	IdleFor  = 30 * time.Minute
	VisitFor = 10 * time.Hour
	// seenEvery is how often it is written down that a login is used.
	seenEvery = time.Minute
	// PasswordFor is how long a password may be used.
	PasswordFor = 180 * 24 * time.Hour
)

// Errors that a caller tells apart.
var (
	ErrRefused = errors.New("name or password is wrong, or the account is locked or disabled")
	ErrNoLogin = errors.New("not logged in")
	ErrExists  = errors.New("there is an account of this name")
)

// Desk looks after accounts and logins. Its zero value but for Store and Now
// is ready.
type Desk struct {
	Store records.Store
	Now   func() time.Time
	Cost  Cost // of passwords; zero: the usual one

	// Hashing takes 64 MiB and a core: one at a time.
	hashing sync.Mutex
}

// Any reports whether there is an account at all.
func (d *Desk) Any(ctx context.Context) (bool, error) {
	all, err := d.Store.Records(ctx, kindAccount)
	return len(all) > 0, err
}

// List gives all accounts in order of name.
func (d *Desk) List(ctx context.Context) ([]Account, error) {
	stored, err := d.Store.Records(ctx, kindAccount)
	if err != nil {
		return nil, err
	}
	all := make([]Account, len(stored))
	for i, r := range stored {
		if err := r.Into(&all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Account gives an account; retrieval.ErrNotFound if there is none.
func (d *Desk) Account(ctx context.Context, name string) (Account, error) {
	var a Account
	_, err := records.Load(ctx, d.Store, kindAccount, name, &a)
	return a, err
}

// Add makes an account with a password that must be changed at the first
// login; an empty one lets it in by OpenID Connect only.
func (d *Desk) Add(ctx context.Context, actor, name, password, subject string, held []Role) error {
	if err := errors.Join(CheckName(name), CheckRoles(held)); err != nil {
		return err
	}
	now := d.Now()
	a := Account{Name: name, Roles: held, Subject: subject, Created: now.UTC(), MustChange: password != "", Changed: now.UTC()}
	if password != "" {
		if err := CheckPassword(name, password); err != nil {
			return err
		}
		a.Hash = d.hash(password)
	}
	err := records.Save(ctx, d.Store, records.Record{Kind: kindAccount, ID: name, Updated: now}, a, d.act(actor, "account add", name, nil, &a))
	if errors.Is(err, records.ErrChanged) {
		return ErrExists
	}
	return err
}

// act says what became of an account; never its hash.
func (d *Desk) act(actor, action, name string, before, after *Account) retrieval.Act {
	act := retrieval.Act{At: d.Now(), Actor: actor, Action: action, Subject: name}
	for _, side := range []struct {
		a    *Account
		into *string
	}{{before, &act.Before}, {after, &act.After}} {
		if side.a == nil {
			continue
		}
		shown, err := json.Marshal(map[string]any{"roles": side.a.Roles, "disabled": side.a.Disabled, "subject": side.a.Subject})
		if err == nil {
			*side.into = string(shown)
		}
	}
	return act
}

func (d *Desk) hash(password string) string {
	d.hashing.Lock()
	defer d.hashing.Unlock()
	return d.cost().Hash(password)
}

func (d *Desk) cost() Cost {
	if d.Cost == (Cost{}) {
		return usualCost
	}
	return d.Cost
}

func (d *Desk) matches(hash, password string) (bool, error) {
	d.hashing.Lock()
	defer d.hashing.Unlock()
	return matches(hash, password)
}

// change changes an account as change says, again if somebody else did so
// meanwhile; it stores nothing where change gives an error.
func (d *Desk) change(ctx context.Context, name string, change func(*Account) ([]retrieval.Act, error)) (Account, error) {
	for {
		var a Account
		r, err := records.Load(ctx, d.Store, kindAccount, name, &a)
		if err != nil {
			return a, err
		}
		acts, err := change(&a)
		if err != nil {
			return a, err
		}
		r.Updated = d.Now()
		if err = records.Save(ctx, d.Store, r, a, acts...); !errors.Is(err, records.ErrChanged) {
			return a, err
		}
	}
}

// SetRoles gives an account other roles; its logins have them at once.
func (d *Desk) SetRoles(ctx context.Context, actor, name string, held []Role) error {
	if err := CheckRoles(held); err != nil {
		return err
	}
	_, err := d.change(ctx, name, func(a *Account) ([]retrieval.Act, error) {
		before := *a
		a.Roles = held
		return []retrieval.Act{d.act(actor, "account roles", name, &before, a)}, nil
	})
	return err
}

// Disable ends an account, or lets it in again; an account that was locked is
// free again, too.
func (d *Desk) Disable(ctx context.Context, actor, name string, disabled bool) error {
	_, err := d.change(ctx, name, func(a *Account) ([]retrieval.Act, error) {
		before := *a
		a.Disabled, a.Failures, a.LockedTill = disabled, 0, time.Time{}
		action := "account enable"
		if disabled {
			action = "account disable"
		}
		return []retrieval.Act{d.act(actor, action, name, &before, a)}, nil
	})
	return err
}

// SetPassword gives an account a password. Unless it is its owner who does it,
// it must be changed at the next login. Logins that go on end.
func (d *Desk) SetPassword(ctx context.Context, actor, name, password string) error {
	if err := CheckPassword(name, password); err != nil {
		return err
	}
	hash := d.hash(password)
	_, err := d.change(ctx, name, func(a *Account) ([]retrieval.Act, error) {
		before := *a
		a.Hash, a.MustChange, a.Changed, a.Failures, a.LockedTill = hash, actor != name, d.Now().UTC(), 0, time.Time{}
		return []retrieval.Act{d.act(actor, "account password", name, &before, a)}, nil
	})
	if err != nil {
		return err
	}
	return d.endLogins(ctx, name)
}

// ChangePassword is SetPassword by its owner, who knows the old one.
func (d *Desk) ChangePassword(ctx context.Context, name, old, password string) error {
	a, err := d.Account(ctx, name)
	if err != nil {
		return err
	}
	ok, err := d.matches(a.Hash, old)
	switch {
	case err != nil:
		return err
	case !ok:
		return Weak("原密码不正确。")
	case old == password:
		return Weak("新密码要与原密码不同。")
	}
	return d.SetPassword(ctx, name, name, password)
}

// Enter checks name and password and begins a login: secret is what its
// cookie holds. ErrRefused, whatever the cause; the audit has it.
func (d *Desk) Enter(ctx context.Context, name, password, address string) (secret string, err error) {
	a, err := d.Account(ctx, name)
	if errors.Is(err, retrieval.ErrNotFound) {
		d.hash(password) // so that it takes as long as a wrong password
		return "", ErrRefused
	}
	if err != nil {
		return "", err
	}
	locked := d.Now().Before(a.LockedTill)
	ok := false
	if a.Hash != "" && !locked && !a.Disabled {
		if ok, err = d.matches(a.Hash, password); err != nil {
			return "", err
		}
	}
	if !ok {
		if !locked && !a.Disabled && a.Hash != "" {
			err = d.fail(ctx, name, address)
		}
		return "", errors.Join(ErrRefused, err)
	}
	return d.begin(ctx, name, address)
}

// fail counts a wrong password.
func (d *Desk) fail(ctx context.Context, name, address string) error {
	_, err := d.change(ctx, name, func(a *Account) ([]retrieval.Act, error) {
		a.Failures++
		if a.Failures < MaxFailures {
			return nil, nil
		}
		a.Failures, a.LockedTill = 0, d.Now().Add(LockedFor).UTC()
		act := d.act(name, "account locked", name, nil, nil)
		act.Reason = fmt.Sprintf("%d wrong passwords, the last from %s", MaxFailures, address)
		return []retrieval.Act{act}, nil
	})
	return err
}

// EnterBySubject begins the login of the account that an OpenID provider
// vouches for.
func (d *Desk) EnterBySubject(ctx context.Context, subject, address string) (secret string, err error) {
	all, err := d.List(ctx)
	if err != nil {
		return "", err
	}
	for _, a := range all {
		if a.Subject == subject && subject != "" && !a.Disabled {
			return d.begin(ctx, a.Name, address)
		}
	}
	return "", ErrRefused
}

// Login is somebody who is logged in.
type Login struct {
	Account Account
	// CSRF proves that a form was made for this login.
	CSRF string
	id   string
}

// PasswordExpired reports whether the password must be changed first.
func (l Login) PasswordExpired(now time.Time) bool {
	return l.Account.Hash != "" && (l.Account.MustChange || now.Sub(l.Account.Changed) > PasswordFor)
}

type login struct {
	Name  string    `json:"name"`
	Began time.Time `json:"began"`
	Seen  time.Time `json:"seen"`
}

func (d *Desk) begin(ctx context.Context, name, address string) (string, error) {
	now := d.Now().UTC()
	act := d.act(name, "login", name, nil, nil)
	act.Reason = "from " + address
	_, err := d.change(ctx, name, func(a *Account) ([]retrieval.Act, error) {
		a.Failures, a.LockedTill = 0, time.Time{}
		a.EarlierLogin, a.LastLogin = a.LastLogin, Visit{now, address}
		return []retrieval.Act{act}, nil
	})
	if err != nil {
		return "", err
	}
	secret := rand.Text()
	err = records.Save(ctx, d.Store, records.Record{Kind: kindLogin, ID: digest("login", secret), Updated: now}, login{name, now, now})
	return secret, errors.Join(err, d.sweep(ctx))
}

// digest keeps secrets out of the store.
func digest(what, secret string) string {
	sum := sha256.Sum256([]byte(what + " " + secret))
	return hex.EncodeToString(sum[:])
}

// Visitor gives the login that a secret belongs to; ErrNoLogin if it has ended
// or never was.
func (d *Desk) Visitor(ctx context.Context, secret string) (Login, error) {
	if secret == "" {
		return Login{}, ErrNoLogin
	}
	var l login
	r, err := records.Load(ctx, d.Store, kindLogin, digest("login", secret), &l)
	if errors.Is(err, retrieval.ErrNotFound) {
		return Login{}, ErrNoLogin
	}
	if err != nil {
		return Login{}, err
	}
	now := d.Now()
	if now.Sub(l.Seen) > IdleFor || now.Sub(l.Began) > VisitFor {
		return Login{}, errors.Join(ErrNoLogin, d.Store.DeleteRecord(ctx, kindLogin, r.ID))
	}
	a, err := d.Account(ctx, l.Name)
	switch {
	case errors.Is(err, retrieval.ErrNotFound) || err == nil && a.Disabled:
		return Login{}, ErrNoLogin
	case err != nil:
		return Login{}, err
	}
	if now.Sub(l.Seen) > seenEvery {
		l.Seen, r.Updated = now.UTC(), now
		if err := records.Save(ctx, d.Store, r, l); err != nil && !errors.Is(err, records.ErrChanged) {
			return Login{}, err
		}
	}
	return Login{Account: a, CSRF: digest("form", secret), id: r.ID}, nil
}

// Leave ends a login.
func (d *Desk) Leave(ctx context.Context, l Login) error {
	return d.Store.DeleteRecord(ctx, kindLogin, l.id, d.act(l.Account.Name, "logout", l.Account.Name, nil, nil))
}

// endLogins ends all logins of an account.
func (d *Desk) endLogins(ctx context.Context, name string) error {
	return d.eachLogin(ctx, func(l login) bool { return l.Name == name })
}

// sweep deletes logins that have ended by themselves.
func (d *Desk) sweep(ctx context.Context) error {
	now := d.Now()
	return d.eachLogin(ctx, func(l login) bool { return now.Sub(l.Seen) > IdleFor || now.Sub(l.Began) > VisitFor })
}

func (d *Desk) eachLogin(ctx context.Context, ends func(login) bool) error {
	all, err := d.Store.Records(ctx, kindLogin)
	if err != nil {
		return err
	}
	for _, r := range all {
		var l login
		if err := r.Into(&l); err != nil {
			return err
		}
		if ends(l) {
			if err := d.Store.DeleteRecord(ctx, kindLogin, r.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// SubjectOf is how an account names whom an OpenID provider vouches for.
func SubjectOf(issuer, sub string) string { return strings.TrimRight(issuer, "/") + " " + sub }

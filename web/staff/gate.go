package staff

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"zhiwen/bot/accounts"
)

// Token lets a program use the interfaces, under the name of an account; one
// that belongs to no account may check drafts and nothing else.
type Token struct{ Name, Secret string }

// defaultName is that of a token without one.
const defaultName = "工作人员"

// minSecret is the least length of a token: 16 random letters cannot be
// guessed at the rate that the gate allows.
const minSecret = 16

// ParseTokens reads the setting: one token, or lines of a name and a token.
func ParseTokens(setting string) ([]Token, error) {
	var tokens []Token
	for n, line := range strings.Split(setting, "\n") {
		fields := strings.Fields(line)
		var t Token
		switch len(fields) {
		case 0:
			continue
		case 1:
			t = Token{defaultName, fields[0]}
		case 2:
			t = Token{fields[0], fields[1]}
		default:
			return nil, fmt.Errorf("line %d is not NAME TOKEN", n+1)
		}
		if utf8.RuneCountInString(t.Secret) < minSecret {
			return nil, fmt.Errorf("line %d: a token has %d characters at least", n+1, minSecret)
		}
		same := func(o Token) bool { return o.Name == t.Name || o.Secret == t.Secret }
		if slices.ContainsFunc(tokens, same) {
			return nil, fmt.Errorf("line %d: the name or the token stands there twice", n+1)
		}
		tokens = append(tokens, t)
	}
	return tokens, nil
}

const (
	cookieName = "zhiwen_staff"
	// maxFailures of one address in a minute; more wait for the next one.
	maxFailures = 10
)

// gate counts what one address gets wrong. Accounts are locked by themselves.
type gate struct {
	tokens []Token
	now    func() time.Time

	mu       sync.Mutex
	minute   int64
	failures map[string]int // in this minute, by address
}

// holder gives the name that a secret was given. All are compared, in constant
// time.
func (g *gate) holder(secret string) (Token, bool) {
	var found Token
	ok := false
	sum := sha256.Sum256([]byte(secret))
	for _, t := range g.tokens {
		own := sha256.Sum256([]byte(t.Secret))
		if subtle.ConstantTimeCompare(sum[:], own[:]) == 1 {
			found, ok = t, true
		}
	}
	return found, ok
}

// isLimited reports whether an address has failed too often; fail counts.
func (g *gate) isLimited(address string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if m := g.now().Unix() / 60; m != g.minute || g.failures == nil {
		g.minute, g.failures = m, map[string]int{}
	}
	return g.failures[address] >= maxFailures
}

func (g *gate) fail(address string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.failures != nil {
		g.failures[address]++
	}
}

// visit is somebody who is logged in, as a request shows.
type visit struct {
	name    string
	csrf    string // proves that a form was ours
	account accounts.Account
	login   accounts.Login
}

// is reports whether the visitor has one of the roles.
func (v visit) is(roles ...accounts.Role) bool { return v.account.Is(roles...) }

func (s *Server) cookie(secret string, r *http.Request) *http.Cookie {
	c := &http.Cookie{Name: cookieName, Value: secret, Path: "/staff", HttpOnly: true, Secure: isSecure(r), SameSite: http.SameSiteStrictMode}
	if secret == "" {
		c.MaxAge = -1
	}
	return c
}

// visit reads the login of a request.
func (s *Server) visit(r *http.Request) (visit, error) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return visit{}, accounts.ErrNoLogin
	}
	l, err := s.cfg.Accounts.Visitor(r.Context(), c.Value)
	return visit{name: l.Account.Name, csrf: l.CSRF, account: l.Account, login: l}, err
}

// isSecure reports whether the browser speaks HTTPS, to us or to the gateway.
func isSecure(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}

// page is a handler for those who are logged in.
type page func(http.ResponseWriter, *http.Request, visit)

// inside lets only those in who are logged in and have one of the roles, and
// takes only forms that are our own.
func (s *Server) inside(who []accounts.Role, next page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := s.visit(r)
		switch {
		case errors.Is(err, accounts.ErrNoLogin) && r.Method == http.MethodGet:
			http.Redirect(w, r, "/staff/login?to="+url.QueryEscape(r.URL.Path), http.StatusSeeOther)
			return
		case errors.Is(err, accounts.ErrNoLogin):
			s.message(w, r, http.StatusUnauthorized, "登录已失效，请重新登录后再操作。")
			return
		case err != nil:
			s.failed(w, r, "read a login", err)
			return
		case v.login.PasswordExpired(s.cfg.Now()) && r.URL.Path != passwordPath && r.URL.Path != "/staff/logout":
			http.Redirect(w, r, passwordPath, http.StatusSeeOther)
			return
		case !v.is(who...):
			s.message(w, r, http.StatusForbidden, "您的角色（"+v.account.RoleNames()+"）不能使用这个页面。")
			return
		}
		if r.Method != http.MethodGet && !s.isOwnForm(w, r, v) {
			return
		}
		next(w, r, v)
	}
}

// isOwnForm checks the proof in a header or in the form, before anything is
// done; if it is not ours the sender was told so.
func (s *Server) isOwnForm(w http.ResponseWriter, r *http.Request, v visit) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		s.message(w, r, http.StatusForbidden, "请求来自其他网站，没有执行。")
		return false
	}
	if err := s.readForm(w, r); err != nil {
		s.message(w, r, http.StatusBadRequest, err.Error())
		return false
	}
	proof := cmp.Or(r.Header.Get("X-CSRF-Token"), r.PostFormValue("csrf"))
	if !hmac.Equal([]byte(proof), []byte(v.csrf)) {
		s.message(w, r, http.StatusForbidden, "页面已过期，请刷新后再试。")
		return false
	}
	return true
}

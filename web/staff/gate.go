package staff

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Token lets whoever holds it in, under a name.
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

// Cookies and limits of a login.
const (
	cookieName = "zhiwen_staff"
	// visitLength is how long a login lasts; a working day.
	visitLength = 10 * time.Hour
	// maxFailures of one address in a minute; more wait for the next one.
	maxFailures = 5
)

// gate lets holders of a token in. A login is a signed cookie, so that every
// replica knows it; it ends with its token.
type gate struct {
	tokens []Token
	now    func() time.Time

	mu       sync.Mutex
	minute   int64
	failures map[string]int // in this minute, by address
}

func newGate(tokens []Token, now func() time.Time) (*gate, error) {
	if len(tokens) == 0 {
		return nil, errors.New("staff: no token is set")
	}
	return &gate{tokens: tokens, now: now}, nil
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

// try is holder for one who may only fail so often.
func (g *gate) try(address, secret string) (t Token, ok, limited bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if m := g.now().Unix() / 60; m != g.minute || g.failures == nil {
		g.minute, g.failures = m, map[string]int{}
	}
	if g.failures[address] >= maxFailures {
		return Token{}, false, true
	}
	if t, ok = g.holder(secret); !ok {
		g.failures[address]++
	}
	return t, ok, false
}

// visit is a login that a request shows.
type visit struct {
	name string
	csrf string // proves that a form was ours
}

func sign(secret, what string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(what))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// cookie makes the login of a token's holder.
func (g *gate) cookie(t Token, secure bool) *http.Cookie {
	expires := g.now().Add(visitLength)
	value := base64.RawURLEncoding.EncodeToString([]byte(t.Name)) + "." + strconv.FormatInt(expires.Unix(), 10)
	return &http.Cookie{
		Name: cookieName, Value: value + "." + sign(t.Secret, "visit "+value), Path: "/staff", Expires: expires,
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode,
	}
}

// visit reads the login of a request.
func (g *gate) visit(r *http.Request) (visit, bool) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return visit{}, false
	}
	value, signature, _ := cutLast(c.Value, ".")
	encoded, expires, _ := strings.Cut(value, ".")
	name, err := base64.RawURLEncoding.DecodeString(encoded)
	until, untilErr := strconv.ParseInt(expires, 10, 64)
	if err != nil || untilErr != nil || g.now().Unix() >= until {
		return visit{}, false
	}
	for _, t := range g.tokens {
		if t.Name == string(name) && hmac.Equal([]byte(signature), []byte(sign(t.Secret, "visit "+value))) {
			return visit{name: t.Name, csrf: sign(t.Secret, "form "+value)}, true
		}
	}
	return visit{}, false
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// isSecure reports whether the browser speaks HTTPS, to us or to the gateway.
func isSecure(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}

// inside lets only those in who are logged in, and takes only forms that are
// our own.
func (s *Server) inside(next func(http.ResponseWriter, *http.Request, visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, ok := s.gate.visit(r)
		if !ok {
			if r.Method != http.MethodGet {
				s.message(w, r, http.StatusUnauthorized, "登录已失效，请重新登录后再操作。")
				return
			}
			http.Redirect(w, r, "/staff/login", http.StatusSeeOther)
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

func (s *Server) loginPage(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.gate.visit(r); ok {
		http.Redirect(w, r, "/staff/check", http.StatusSeeOther)
		return
	}
	s.loginForm(w, r, http.StatusOK, "")
}

func (s *Server) loginForm(w http.ResponseWriter, r *http.Request, status int, problem string) {
	s.render(w, r, status, "login.html", struct {
		layout
		Problem string
	}{s.layout(r, "工作人员登录"), problem})
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		s.loginForm(w, r, http.StatusForbidden, "请在本页登录。")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	t, ok, limited := s.gate.try(s.cfg.ClientIP(r), r.PostFormValue("token"))
	switch {
	case limited:
		s.loginForm(w, r, http.StatusTooManyRequests, "输错次数过多，请一分钟后再试。")
	case !ok:
		s.loginForm(w, r, http.StatusUnauthorized, "口令不正确，请核对后再输入。")
	default:
		http.SetCookie(w, s.gate.cookie(t, isSecure(r)))
		http.Redirect(w, r, "/staff/check", http.StatusSeeOther)
	}
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request, _ visit) {
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/staff", MaxAge: -1, HttpOnly: true, Secure: isSecure(r), SameSite: http.SameSiteStrictMode})
	http.Redirect(w, r, "/staff/login", http.StatusSeeOther)
}

package staff

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"zhiwen/bot/accounts"
)

// SignOn is a county's OpenID provider. Who it vouches for still needs an
// account here, which names them by Claim.
type SignOn struct {
	Issuer, ClientID, Secret string
	Claim                    string // of the ID token; default sub
	Name                     string // on the button; default 统一身份认证
	BaseURL                  string // of this server; empty: where a request came
}

// signOnCookie holds what a browser needs to come back with.
const signOnCookie = "zhiwen_signon"

// signOnTime is how long logging in there may take.
const signOnTime = 10 * time.Minute

// signOn asks the provider for its addresses when it is first needed, so that a
// server starts without it.
type signOn struct {
	SignOn
	mu       sync.Mutex
	provider *oidc.Provider
}

func newSignOn(c *SignOn) *signOn {
	if c == nil {
		return nil
	}
	made := &signOn{SignOn: *c}
	made.Claim, made.Name = cmp.Or(c.Claim, "sub"), cmp.Or(c.Name, "统一身份认证")
	return made
}

func (o *signOn) config(ctx context.Context, r *http.Request) (*oauth2.Config, *oidc.Provider, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.provider == nil {
		// The provider keeps the context for its keys, which outlive the request.
		p, err := oidc.NewProvider(context.WithoutCancel(ctx), o.Issuer)
		if err != nil {
			return nil, nil, fmt.Errorf("ask %s for its addresses: %w", o.Issuer, err)
		}
		o.provider = p
	}
	base := o.BaseURL
	if base == "" {
		base = "http://" + r.Host
		if isSecure(r) {
			base = "https://" + r.Host
		}
	}
	return &oauth2.Config{
		ClientID: o.ClientID, ClientSecret: o.Secret, Endpoint: o.provider.Endpoint(),
		RedirectURL: strings.TrimRight(base, "/") + "/staff/signon/back", Scopes: []string{oidc.ScopeOpenID, "profile"},
	}, o.provider, nil
}

// signOnStart leads to the provider (authorization code with PKCE).
func (s *Server) signOnStart(w http.ResponseWriter, r *http.Request) {
	if s.signOn == nil {
		s.noPage(w, r)
		return
	}
	config, _, err := s.signOn.config(r.Context(), r)
	if err != nil {
		s.cfg.Log.Error("single sign-on", "err", err)
		s.loginForm(w, r, http.StatusBadGateway, s.signOn.Name+"暂时无法使用，请稍后再试，或用本系统的密码登录。")
		return
	}
	state, nonce, verifier := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	http.SetCookie(w, &http.Cookie{
		Name: signOnCookie, Value: strings.Join([]string{state, nonce, verifier}, "."), Path: "/staff/signon", MaxAge: int(signOnTime.Seconds()),
		HttpOnly: true, Secure: isSecure(r), SameSite: http.SameSiteLaxMode, // the provider leads back from its own site
	})
	http.Redirect(w, r, config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), http.StatusSeeOther)
}

// signOnBack is where the provider leads back to.
func (s *Server) signOnBack(w http.ResponseWriter, r *http.Request) {
	if s.signOn == nil {
		s.noPage(w, r)
		return
	}
	value, err := s.vouched(r)
	var secret string
	if err == nil {
		secret, err = s.cfg.Accounts.EnterBySubject(r.Context(), value, s.cfg.ClientIP(r))
	}
	http.SetCookie(w, &http.Cookie{Name: signOnCookie, Path: "/staff/signon", MaxAge: -1, HttpOnly: true, Secure: isSecure(r), SameSite: http.SameSiteLaxMode})
	switch {
	case errors.Is(err, accounts.ErrRefused):
		s.cfg.Log.Warn("single sign-on: nobody has the account", "claim", s.signOn.Claim)
		s.loginForm(w, r, http.StatusForbidden, "您在"+s.signOn.Name+"的账号还没有在本系统开通，请联系管理员。")
	case err != nil:
		s.cfg.Log.Warn("single sign-on", "err", err)
		s.loginForm(w, r, http.StatusUnauthorized, s.signOn.Name+"登录没有完成，请重试。")
	default:
		http.SetCookie(w, s.cookie(secret, r))
		// A browser does not send a strict cookie while it follows another site's
		// redirect: it must go on from a page of ours.
		s.render(w, r, http.StatusOK, "entered.html", s.layout(r, "登录成功"))
	}
}

// vouched gives what the provider calls whoever comes back.
func (s *Server) vouched(r *http.Request) (string, error) {
	c, err := r.Cookie(signOnCookie)
	if err != nil {
		return "", errors.New("the browser came back without the cookie it left with")
	}
	parts := strings.Split(c.Value, ".")
	if len(parts) != 3 || subtle.ConstantTimeCompare([]byte(parts[0]), []byte(r.FormValue("state"))) != 1 {
		return "", errors.New("the state is not the one it left with")
	}
	config, provider, err := s.signOn.config(r.Context(), r)
	if err != nil {
		return "", err
	}
	token, err := config.Exchange(r.Context(), r.FormValue("code"), oauth2.VerifierOption(parts[2]))
	if err != nil {
		return "", fmt.Errorf("exchange the code: %w", err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return "", errors.New("the answer holds no ID token")
	}
	id, err := provider.Verifier(&oidc.Config{ClientID: s.signOn.ClientID}).Verify(r.Context(), raw)
	if err != nil {
		return "", fmt.Errorf("verify the ID token: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(parts[1])) != 1 {
		return "", errors.New("the nonce is not the one it left with")
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return "", fmt.Errorf("read the claims: %w", err)
	}
	value, ok := claims[s.signOn.Claim].(string)
	if !ok || value == "" {
		return "", fmt.Errorf("the ID token has no claim %q", s.signOn.Claim)
	}
	return value, nil
}

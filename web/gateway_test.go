package web

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"zhiwen/web/gatewaytest"
)

// standing says where a test's site stands and gives what opens it there: at the
// root of a host, or, with ZHIWEN_TEST_GATEWAY=nginx, at /ask/ behind the nginx of
// deploy/nginx.conf with TLS, where a request for anything outside /ask/ fails
// the test.
func standing(t testing.TB, config *Config) (url, inner string, open func(http.Handler) (closeServer func())) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	inner = server.Listener.Addr().String()
	url = "http://" + inner
	if behindNginx() {
		gateway := gatewaytest.NewBelow(t, "/ask")
		gateway.Start(t, inner)
		url = gateway.URL
		public, err := ParsePublic(url + "/")
		if err != nil {
			t.Fatal(err)
		}
		config.Public = public
	}
	return url, inner, func(h http.Handler) func() {
		server.Config.Handler = h
		server.Start()
		return server.Close
	}
}

func behindNginx() bool { return os.Getenv("ZHIWEN_TEST_GATEWAY") == "nginx" }

// newServer is a server beside the site: a page of TLS takes nothing from one
// without.
func newServer(h http.Handler) *httptest.Server {
	if behindNginx() {
		return httptest.NewTLSServer(h)
	}
	return httptest.NewServer(h)
}

// origin is the site's address as browsers write it in Origin.
func (s *site) origin() string { return strings.TrimSuffix(s.url, s.cfg.Public.Path) }

// trustGateways lets this package's clients speak with it.
func trustGateways() {
	if behindNginx() {
		http.DefaultTransport.(*http.Transport).TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	}
}

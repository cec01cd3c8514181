package web

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
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
		url = startNginx(t, inner)
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

// startNginx starts the shipped configuration in front of a server and gives
// the address of the site.
func startNginx(t testing.TB, inner string) string {
	t.Helper()
	shipped, err := os.ReadFile("../deploy/nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	certificate(t, folder)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	site := strings.NewReplacer(
		"server 127.0.0.1:8080;", "server "+inner+";",
		"    listen [::]:443 ssl http2;\n", "", "listen 443 ssl", "listen "+address+" ssl",
		"/etc/nginx/ask.", folder+"/ask.",
		"proxy_set_header Host $host;", "proxy_set_header Host $http_host;",
		"location / {", "location / { access_log "+folder+"/outside.log; return 404; }\n    location /ask/ {",
	).Replace(string(shipped))
	config := fmt.Sprintf("daemon off; pid %[1]s/pid; error_log %[1]s/error.log;\nevents {}\nhttp {\naccess_log off;\n"+
		"client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;\n%[2]s\n}\n", folder, site)
	file := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	nginx := exec.Command("/usr/sbin/nginx", "-c", file, "-g", "user "+userName()+";")
	var said bytes.Buffer
	nginx.Stderr = &said
	if err := nginx.Start(); err != nil {
		t.Fatal("nginx (Debian: nginx-light):", err)
	}
	t.Cleanup(func() {
		_ = nginx.Process.Signal(os.Interrupt)
		_ = nginx.Wait() // it says that it was interrupted
		if strayed, err := os.ReadFile(filepath.Join(folder, "outside.log")); err != nil || len(strayed) > 0 {
			t.Errorf("requests left the prefix: %s %v", strayed, err)
		}
		if t.Failed() {
			t.Logf("nginx said: %s", said.String())
		}
	})
	eventually(t, "nginx answers", func() bool {
		conn, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	return "https://" + address + "/ask"
}

// userName is whom nginx's workers run as: ourselves, who own the folder.
func userName() string {
	if os.Geteuid() == 0 {
		return "root"
	}
	return os.Getenv("USER")
}

// certificate writes one for 127.0.0.1 that nobody trusts.
func certificate(t testing.TB, folder string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"ask.crt": {Type: "CERTIFICATE", Bytes: der}, "ask.key": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(folder, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// trustGateways lets this package's clients speak with it.
func trustGateways() {
	if behindNginx() {
		http.DefaultTransport.(*http.Transport).TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	}
}

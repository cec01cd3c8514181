// Package gatewaytest puts the nginx configuration that is shipped
// (deploy/nginx.conf) in front of servers under test.
package gatewaytest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	program = "/usr/sbin/nginx"
	// patience bounds the wait for it to listen.
	patience = 20 * time.Second
)

// Gateway is a gateway that is started after the servers behind it, which may
// have to know its address.
type Gateway struct {
	// URL is where visitors come in: http://127.0.0.1:PORT, or with TLS and below
	// a path https://127.0.0.1:PORT/ask.
	URL     string
	address string
	path    string
}

// New chooses an address for a gateway without TLS at the root of its host.
func New(t testing.TB) *Gateway {
	t.Helper()
	address := free(t)
	return &Gateway{URL: "http://" + address, address: address}
}

// NewBelow chooses an address for a gateway with TLS, whose certificate nobody
// trusts, that passes on what is below a path, "/ask". A request for anything
// else fails the test.
func NewBelow(t testing.TB, path string) *Gateway {
	t.Helper()
	address := free(t)
	return &Gateway{URL: "https://" + address + path, address: address, path: path}
}

func free(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// Start starts nginx in front of servers, HOST:PORT each. It ends with the test,
// which is left out where there is no nginx, but fails in CI.
func (g *Gateway) Start(t testing.TB, servers ...string) {
	t.Helper()
	folder := t.TempDir()
	file := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(file, g.config(t, folder, servers), 0o600); err != nil {
		t.Fatal(err)
	}
	who, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	nginx := exec.Command(program, "-c", file, "-g", "user "+who.Username+";")
	var said bytes.Buffer
	nginx.Stderr = &said
	switch err := nginx.Start(); {
	case errors.Is(err, os.ErrNotExist) && os.Getenv("CI") == "":
		t.Skip("nginx is not installed (Debian: nginx-light)")
	case err != nil:
		t.Fatal("nginx (Debian: nginx-light):", err)
	}
	t.Cleanup(func() {
		_ = nginx.Process.Signal(os.Interrupt)
		_ = nginx.Wait() // it says that it was interrupted
		if strayed, err := os.ReadFile(filepath.Join(folder, "outside.log")); g.path != "" && (err != nil || len(strayed) > 0) {
			t.Errorf("requests left the path: %s %v", strayed, err)
		}
		if t.Failed() {
			t.Logf("nginx said: %s", said.String())
		}
	})
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.DialTimeout("tcp", g.address, time.Second)
		if err == nil {
			conn.Close()
			return
		}
		if time.Now().After(end) {
			t.Fatalf("nginx does not listen: %v", err)
		}
	}
}

// config is the shipped configuration with what a test must have otherwise.
func (g *Gateway) config(t testing.TB, folder string, servers []string) []byte {
	t.Helper()
	shipped, err := os.ReadFile(filepath.Join(root(t), "deploy", "nginx.conf"))
	if err != nil {
		t.Fatal(err)
	}
	upstream := ""
	for _, s := range servers {
		upstream += "server " + s + ";\n"
	}
	changes := []string{"server 127.0.0.1:8080;", upstream, "    listen [::]:443 ssl http2;\n", "", "proxy_set_header Host $host;", "proxy_set_header Host $http_host;"}
	if g.path == "" {
		changes = append(changes, "listen 443 ssl http2;", "listen "+g.address+";",
			"    ssl_certificate     /etc/nginx/ask.crt;\n", "", "    ssl_certificate_key /etc/nginx/ask.key;\n", "")
	} else {
		writeCertificate(t, folder)
		changes = append(changes, "listen 443 ssl", "listen "+g.address+" ssl", "/etc/nginx/ask.", folder+"/ask.",
			"location / {", "location / { access_log "+folder+"/outside.log; return 404; }\n    location "+g.path+"/ {")
	}
	return fmt.Appendf(nil, "daemon off; pid %[1]s/pid; error_log %[1]s/error.log;\nevents {}\nhttp {\naccess_log off;\n"+
		"client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;\n%[2]s\n}\n",
		folder, strings.NewReplacer(changes...).Replace(string(shipped)))
}

// root is the folder of the module.
func root(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			t.Fatal("no go.mod above the test")
		}
	}
}

// writeCertificate writes one for 127.0.0.1.
func writeCertificate(t testing.TB, folder string) {
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

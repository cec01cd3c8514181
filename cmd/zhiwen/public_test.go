package main

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhiwen/bot/accounts"
)

// Below a path every address on every page leads below it, for visitors, on the
// sample site and for the staff; and there is a page at each.
func TestPublicURL(t *testing.T) {
	wordsAlone(t)
	path := sampleStore(t)
	people := map[string]accounts.Role{"周文": accounts.Editor, "李审": accounts.Reviewer, "王管": accounts.Manager, "赵计": accounts.Auditor}
	hire(t, path, people)
	s := serve(t, path, "ZHIWEN_PUBLIC_URL=https://www.example.gov.cn/ask/")
	visited := map[string]bool{}
	for name := range people {
		for _, at := range visitAll(t, signIn(t, s.url+"/ask/", name), s.url, "/ask/", "/ask/elder", "/ask/staff/") {
			visited[at] = true
		}
	}
	if len(visited) < 60 {
		t.Errorf("only %d addresses were found", len(visited))
	}
	t.Logf("%d addresses, all below /ask/", len(visited))
	for _, wrong := range []string{"https://h/staff/", "www.example.gov.cn/ask", "https://h/a b/"} {
		got := zhiwen(t, "serve", "--store", path, "--addr", "127.0.0.1:0", "--public-url", wrong)
		if got.code != 2 || !strings.Contains(got.stderr, "--public-url (ZHIWEN_PUBLIC_URL)") {
			t.Errorf("%s: %+v", wrong, got)
		}
	}
}

// signIn gives a client that is logged in at a home, which ends with a slash.
func signIn(t testing.TB, home, name string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	r, err := client.PostForm(home+"staff/login", url.Values{"name": {name}, "password": {staffPassword}})
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.Request.URL.String() != home+"staff/" {
		t.Fatalf("the login leads to %s", r.Request.URL)
	}
	return client
}

// visitAll follows what pages lead to by reading, all of which must lie below
// /ask/, and gives the addresses.
func visitAll(t *testing.T, client *http.Client, host string, waiting ...string) []string {
	t.Helper()
	var visited []string
	for len(waiting) > 0 && len(visited) < 400 {
		at := waiting[0]
		if waiting = waiting[1:]; slices.Contains(visited, at) {
			continue
		}
		visited = append(visited, at)
		for _, m := range ownAddress.FindAllStringSubmatch(readPage(t, client, host+at), -1) {
			address, _, _ := strings.Cut(html.UnescapeString(m[1]), "#")
			if !strings.HasPrefix(address, "/ask/") {
				t.Errorf("%s leads to %s", at, address)
				continue
			}
			waiting = append(waiting, address)
		}
	}
	return visited
}

// ownAddress is a path in what leads a browser on by reading.
var ownAddress = regexp.MustCompile(`<(?:a|link|script|img)\s[^>]*?(?:href|src)="(/[^"]*)"`)

func readPage(t *testing.T, client *http.Client, address string) string {
	t.Helper()
	r, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", address, r.Status)
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
		return ""
	}
	return string(body)
}

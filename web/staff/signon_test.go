package staff

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"zhiwen/bot/accounts"
)

// TestSignOn logs in by a real OpenID provider: whoever has an account there
// and here gets in, whoever has none here does not, and nobody gets in with
// another browser's state.
func TestSignOn(t *testing.T) {
	var provider http.Handler
	op := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { provider.ServeHTTP(w, r) }))
	defer op.Close()
	issuer := strings.Replace(op.URL, "127.0.0.1", "localhost", 1) + "/"
	d := newDesk(t, withIdle, func(c *Config) {
		c.SignOn = &SignOn{Issuer: issuer, ClientID: "zhiwen", Secret: "provider-secret"}
	})
	storage.RegisterClients(storage.WebClient("zhiwen", "provider-secret", d.URL+"/staff/signon/back"))
	users := storage.NewUserStore(issuer)
	provider = exampleop.SetupServer(issuer, storage.NewStorage(users), nil, false)

	browser := func() *http.Client {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		return &http.Client{Jar: jar}
	}
	// through goes the whole way and gives the page it ends at.
	through := func(client *http.Client) (int, string) {
		response, err := client.Get(d.URL + "/staff/signon")
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		form := url.Values{"username": {"test-user@localhost"}, "password": {"verysecure"}, "id": {response.Request.URL.Query().Get("authRequestID")}}
		response, err = client.PostForm(issuer+"login/username", form)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(body)
	}

	if status, body := through(browser()); status != http.StatusForbidden || !strings.Contains(body, "还没有在本系统开通") {
		t.Fatalf("without an account here: %d %s", status, body)
	}
	if err := d.people.Add(t.Context(), "test", "王芳", "", "id1", []accounts.Role{accounts.Reviewer}); err != nil {
		t.Fatal(err)
	}
	client := browser()
	if status, body := through(client); status != 200 || !strings.Contains(body, "登录成功") {
		t.Fatalf("with an account: %d %s", status, body)
	}
	response, err := client.Get(d.URL + "/staff/")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || response.StatusCode != 200 || !strings.Contains(string(body), "王芳，您好") {
		t.Errorf("the first page: %d %v", response.StatusCode, err)
	}
	// An account without a password cannot be entered with one.
	if r, _ := d.login("王芳", ""); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("by password: %d", r.StatusCode)
	}
	for name, path := range map[string]string{"no state": "?code=x", "another's state": "?code=x&state=y"} {
		response, err := browser().Get(d.URL + "/staff/signon/back" + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, response.StatusCode)
		}
	}
}

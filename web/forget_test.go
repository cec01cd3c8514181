package web

import (
	"net/http"
	"strings"
	"testing"
)

// TestForget: whoever knows a session deletes its words, and nothing else is
// taken for one.
func TestForget(t *testing.T) {
	s := newElderSite(t, script{})
	post := func(body string) int {
		t.Helper()
		response, err := http.Post(s.url+"/api/v1/forget", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	for _, body := range []string{"", "{", `{"session":""}`, `{"session":"'; DROP TABLE turn"}`, `{"session":7}`} {
		if got := post(body); got != http.StatusBadRequest {
			t.Errorf("%s: %d", body, got)
		}
	}
	if len(s.store.forgotten) > 0 {
		t.Errorf("forgotten: %v", s.store.forgotten)
	}
	if got := post(`{"session":"0123456789abcdef0123456789abcdef"}`); got != http.StatusOK || len(s.store.forgotten) != 1 {
		t.Errorf("%d, forgotten %v", got, s.store.forgotten)
	}
}

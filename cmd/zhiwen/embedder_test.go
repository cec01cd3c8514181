package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeEndpoint answers /embeddings with unit vectors of dim dimensions, to
// whoever has the key.
func fakeEndpoint(t *testing.T, key string, dim int) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+key {
			http.Error(w, `{"error":{"message":"wrong key"}}`, http.StatusUnauthorized)
			return
		}
		var request struct{ Input []string }
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		type datum struct {
			Index     int       `json:"index"`
			Embedding []float32 `json:"embedding"`
		}
		data := make([]datum, len(request.Input))
		for i, text := range request.Input {
			data[i] = datum{i, make([]float32, dim)}
			data[i].Embedding[len(text)%dim] = 1
		}
		if err := json.NewEncoder(w).Encode(map[string]any{"data": data}); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// TestEndpoint: a configured endpoint embeds, its key comes from a file, and a
// store with its vectors is refused under another model but searched by words
// while the endpoint is down.
func TestEndpoint(t *testing.T) {
	dir := t.TempDir()
	store, keyFile := filepath.Join(dir, "z.db"), filepath.Join(dir, "key")
	if err := os.WriteFile(keyFile, []byte("sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	server := fakeEndpoint(t, "sesame", 8)
	configured := func(name, keyFile string, args ...string) outcome {
		t.Setenv("ZHIWEN_EMBED_URL", server.URL+"/v1")
		t.Setenv("ZHIWEN_EMBED_NAME", name)
		t.Setenv("ZHIWEN_EMBED_KEY_FILE", keyFile)
		return zhiwenAsSet(t, append(args, "--store", store)...)
	}

	if got := configured("", keyFile, "ingest", samplePages); got.code != 2 || !strings.Contains(got.stderr, "ZHIWEN_EMBED_NAME") {
		t.Errorf("without a name: %+v", got)
	}
	if got := configured("fake", "", "ingest", samplePages); got.code != 1 || !strings.Contains(got.stderr, "ZHIWEN_EMBED_URL does not answer") {
		t.Errorf("without the key: %+v", got)
	}
	if got := configured("fake", filepath.Join(dir, "none"), "ingest", samplePages); got.code != 1 || !strings.Contains(got.stderr, "ZHIWEN_EMBED_KEY_FILE") {
		t.Errorf("with a key file that is not there: %+v", got)
	}
	if got := configured("fake", keyFile, "ingest", samplePages); got.code != 0 {
		t.Fatalf("ingest: %+v", got)
	}
	if got := configured("fake", keyFile, "doctor"); got.code != 0 || !strings.Contains(got.stdout, "by fake (8 dimensions), active") {
		t.Errorf("doctor: %+v", got)
	}
	if got := configured("other", keyFile, "ask", "身份证丢失补领要多少钱"); got.code != 1 ||
		!strings.Contains(got.stderr, "fake") || !strings.Contains(got.stderr, "zhiwen reindex") {
		t.Errorf("another model: %+v", got)
	}
	server.Close()
	got := configured("fake", keyFile, "ask", "2023年县级权责清单一共多少项")
	if got.code != 0 || !strings.Contains(got.stdout, "3326项") || !strings.Contains(got.stderr, "by words alone") {
		t.Errorf("with the endpoint down: %+v", got)
	}
}

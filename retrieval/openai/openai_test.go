package openai_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhiwen/retrieval"
	"zhiwen/retrieval/openai"
)

var _ retrieval.Embedder = (*openai.Embedder)(nil)

const key = "sk-very-secret"

// request is what an embedder sends.
type request struct {
	Input []string
	Model string
}

// serve starts an endpoint that answers with respond, and an embedder on it.
func serve(t *testing.T, dim int, respond func(http.ResponseWriter, request)) *openai.Embedder {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/v1/embeddings" {
			t.Errorf("%s %s, want POST /v1/embeddings", r.Method, r.URL.Path)
		}
		if got := r.Header.Get("Authorization"); got != "Bearer "+key {
			t.Errorf("Authorization %q", got)
		}
		if got := r.Header.Get("Content-Type"); got != "application/json" {
			t.Errorf("Content-Type %q", got)
		}
		var q request
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			t.Errorf("body: %v", err)
		}
		if q.Model != "bge-m3" {
			t.Errorf("model %q", q.Model)
		}
		respond(w, q)
	}))
	t.Cleanup(server.Close)
	e, err := openai.New(openai.Config{BaseURL: server.URL + "/v1", Key: key, Model: "bge-m3", Dim: dim})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// vectorOf gives each text a vector of its own; the server sends it unscaled.
func vectorOf(text string) []float32 {
	return []float32{float32(len(text)), 3, 4}
}

func answer(w io.Writer, q request, order func(i int) int) {
	var rows []string
	for i := range q.Input {
		at := order(i)
		v, _ := json.Marshal(vectorOf(q.Input[at]))
		rows = append(rows, fmt.Sprintf(`{"object":"embedding","index":%d,"embedding":%s}`, at, v))
	}
	fmt.Fprintf(w, `{"object":"list","data":[%s],"model":"bge-m3"}`, strings.Join(rows, ","))
}

func TestPassagesInBatchesAndByIndex(t *testing.T) {
	var sizes []int
	e := serve(t, 0, func(w http.ResponseWriter, q request) {
		sizes = append(sizes, len(q.Input))
		last := len(q.Input) - 1
		answer(w, q, func(i int) int { return last - i })
	})
	if e.Model() != "bge-m3" || e.Dim() != 0 {
		t.Errorf("before the first call: model %q, %d dimensions", e.Model(), e.Dim())
	}
	texts := make([]string, 70)
	for i := range texts {
		texts[i] = strings.Repeat("县", i+1)
	}
	vectors, err := e.Passages(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(sizes) != "[32 32 6]" {
		t.Errorf("requests of %v texts", sizes)
	}
	if e.Dim() != 3 {
		t.Errorf("%d dimensions, want 3", e.Dim())
	}
	for i, v := range vectors {
		n := float64(len(texts[i]))
		length := math.Sqrt(n*n + 25)
		if math.Abs(float64(v[0])-n/length) > 1e-6 || math.Abs(float64(v[1])-3/length) > 1e-6 {
			t.Fatalf("vector %d is %v", i, v)
		}
	}
}

func TestQuestion(t *testing.T) {
	e := serve(t, 3, func(w http.ResponseWriter, q request) {
		if len(q.Input) != 1 || q.Input[0] != "问" {
			t.Errorf("input %q", q.Input)
		}
		answer(w, q, func(i int) int { return i })
	})
	if v, err := e.Question(t.Context(), "问"); err != nil || len(v) != 3 {
		t.Errorf("%v, error %v", v, err)
	}
}

func TestNothingToEmbed(t *testing.T) {
	e := serve(t, 3, func(http.ResponseWriter, request) { t.Error("a request was made") })
	if v, err := e.Passages(t.Context(), nil); err != nil || len(v) != 0 {
		t.Errorf("%v, error %v", v, err)
	}
}

func TestBadAnswers(t *testing.T) {
	row := func(index int, vector string) string {
		return fmt.Sprintf(`{"index":%d,"embedding":%s}`, index, vector)
	}
	list := func(rows ...string) string { return `{"data":[` + strings.Join(rows, ",") + `]}` }
	for _, c := range []struct {
		name   string
		status int
		body   string
		want   string
	}{
		{"too few", 200, list(row(0, "[1,2,3]")), "holds 1 vectors, not 2"},
		{"too many", 200, list(row(0, "[1,2,3]"), row(1, "[1,2,3]"), row(2, "[1,2,3]")), "holds 3 vectors, not 2"},
		{"index twice", 200, list(row(0, "[1,2,3]"), row(0, "[1,2,3]")), "index 0"},
		{"index out of range", 200, list(row(0, "[1,2,3]"), row(2, "[1,2,3]")), "index 2"},
		{"index negative", 200, list(row(0, "[1,2,3]"), row(-1, "[1,2,3]")), "index -1"},
		{"empty vector", 200, list(row(0, "[1,2,3]"), row(1, "[]")), "index 1 is empty"},
		{"other dimensions", 200, list(row(0, "[1,2,3]"), row(1, "[1,2]")), "2 dimensions, not 3"},
		{"all zero", 200, list(row(0, "[1,2,3]"), row(1, "[0,0,0]")), "no direction"},
		{"not a number", 200, list(row(0, "[1,2,3]"), row(1, "[NaN,0,0]")), "reading the answer"},
		{"too large a number", 200, list(row(0, "[1,2,3]"), row(1, "[1e39,0,0]")), "reading the answer"},
		{"cut off", 200, `{"data":[`, "reading the answer"},
		{"empty", 200, "", "reading the answer"},
		{"wrong key", 401, `{"error":{"message":"wrong key ` + key + `","type":"invalid"}}`, "status 401 Unauthorized; check the key"},
		{"wrong path", 404, "page not found " + key, "status 404 Not Found; check the base URL"},
		{"too many requests", 429, `{"error":{"message":"slow down","code":"rate"}}`, "status 429 Too Many Requests"},
		{"broken", 500, "<html>" + key, "status 500 Internal Server Error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := serve(t, 3, func(w http.ResponseWriter, _ request) {
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			_, err := e.Passages(t.Context(), []string{"一", "二"})
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range []string{c.want, "127.0.0.1"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not hold %q", err, want)
				}
			}
			if strings.Contains(err.Error(), key) {
				t.Errorf("error %q tells the key", err)
			}
		})
	}
}

func TestContextStopsTheCall(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	tested := make(chan struct{})
	e := serve(t, 3, func(http.ResponseWriter, request) {
		cancel()
		<-tested
	})
	defer close(tested)
	if _, err := e.Question(ctx, "问"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

// TestHangingServer: a server that takes a request and never answers ends in
// an error that says so.
func TestHangingServer(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	e, err := openai.New(openai.Config{BaseURL: server.URL + "/v1", Model: "bge-m3", Timeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Passages(t.Context(), []string{"一"}); err == nil || !strings.Contains(err.Error(), "no answer within 50ms") {
		t.Errorf("error %v", err)
	}
}

func TestNoServer(t *testing.T) {
	e, err := openai.New(openai.Config{BaseURL: "http://127.0.0.1:1/v1", Key: key, Model: "m"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Question(t.Context(), "问"); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("error %v does not name the host", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct {
		config openai.Config
		want   string
	}{
		{openai.Config{Model: "m"}, "base URL"},
		{openai.Config{BaseURL: "host/v1", Model: "m"}, "base URL"},
		{openai.Config{BaseURL: "ftp://host/v1", Model: "m"}, "base URL"},
		{openai.Config{BaseURL: "https://host/v1"}, "model"},
		{openai.Config{BaseURL: "https://host/v1", Model: "m", Dim: -1}, "dimensions"},
	} {
		if _, err := openai.New(c.config); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v does not name the %s", c.config, err, c.want)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	var body string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, body)
	}))
	defer server.Close()
	f.Add(`{"data":[{"index":1,"embedding":[1,2]},{"index":0,"embedding":[3,4]}]}`)
	f.Add(`{"data":[{"index":0,"embedding":[1e-30,0]},{"index":1,"embedding":[3e38,3e38]}]}`)
	f.Add(`{"data":null}`)
	f.Fuzz(func(t *testing.T, answer string) {
		body = answer
		e, err := openai.New(openai.Config{BaseURL: server.URL + "/v1", Model: "m"})
		if err != nil {
			t.Fatal(err)
		}
		vectors, err := e.Passages(t.Context(), []string{"一", "二"})
		if err != nil {
			return
		}
		for _, v := range vectors {
			var sum float64
			for _, x := range v {
				sum += float64(x) * float64(x)
			}
			if len(v) != e.Dim() || math.Abs(sum-1) > 1e-4 {
				t.Errorf("%v is no unit vector of %d dimensions", v, e.Dim())
			}
		}
	})
}

package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"zhiwen/ingest/jsonl"
)

var update = flag.Bool("update", false, "write the golden files anew")

// outcome is what one command line did.
type outcome struct {
	code           int
	stdout, stderr string
}

// zhiwen runs one command line in this process, without the environment's
// settings.
func zhiwen(t *testing.T, args ...string) outcome {
	t.Helper()
	for _, name := range []string{"ZHIWEN_STORE", "ZHIWEN_ADDR", "ZHIWEN_EMBED_URL"} {
		t.Setenv(name, "")
	}
	return zhiwenAsSet(t, args...)
}

// zhiwenAsSet runs one command line under the settings of the environment.
func zhiwenAsSet(t *testing.T, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr)
	return outcome{code, stdout.String(), stderr.String()}
}

// lines decodes JSON lines.
func lines[Row any](t *testing.T, text string) []Row {
	t.Helper()
	var rows []Row
	jsonl.Decode(strings.NewReader(text), "stdout", func(row Row, err error) bool {
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		rows = append(rows, row)
		return true
	})
	return rows
}

const samplePages = "../../samples/docs"

// filledStore is made once: it takes a while under the race detector.
var filledStore = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "zhiwen-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "samples.db")
	var stderr bytes.Buffer
	if code := run(context.Background(), []string{"ingest", "--store", path, samplePages}, nil, io.Discard, &stderr); code != 0 {
		return nil, fmt.Errorf("ingest: exit %d: %s", code, &stderr)
	}
	return os.ReadFile(path)
})

// sampleStore is a store of the test's own that holds the sample pages.
func sampleStore(t *testing.T) string {
	t.Helper()
	content, err := filledStore()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "samples.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestHelp compares the help of every command with its golden file.
func TestHelp(t *testing.T) {
	for _, command := range []string{"", "demo", "serve", "ingest", "ask", "check", "docs", "directory", "blocked", "faq", "faq import", "faq export", "faq list", "faq publish", "faq withdraw", "staff", "staff add", "audit", "eval", "bench", "doctor", "migrate", "reindex", "version"} {
		t.Run(command, func(t *testing.T) {
			got := zhiwen(t, strings.Fields(command+" --help")...)
			if got.code != 0 || got.stderr != "" {
				t.Fatalf("%+v", got)
			}
			file := filepath.Join("testdata", "help", strings.TrimSuffix("zhiwen-"+command, "-")+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got.stdout), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got.stdout != string(want) {
				t.Errorf("help differs from %s (go test ./cmd/zhiwen -run TestHelp -update writes it):\n%s", file, got.stdout)
			}
		})
	}
}

// TestMistakes: whatever is wrong gets exit status 1 or 2, nothing on stdout
// and one sentence that names it.
func TestMistakes(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	store := filepath.Join(dir, "new.db")
	filled := sampleStore(t)
	newer := sampleStore(t)
	setSchema(t, newer, 9999)
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	addr := busy.Addr().String()

	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"unknown command", []string{"anwser"}, 2, `unknown command "anwser"`},
		{"unknown flag", []string{"ask", "--stroe", "x"}, 2, "--stroe"},
		{"no question", []string{"ask"}, 2, "QUESTION"},
		{"empty question", []string{"ask", "--store", filled, " "}, 2, "question 1 is empty"},
		{"501 characters", []string{"ask", "--store", filled, "好", strings.Repeat("问", 501)}, 2, "question 2 has 501 characters"},
		{"not UTF-8", []string{"ask", "--store", filled, "\xd6\xd0"}, 2, "not UTF-8"},
		{"unknown profile", []string{"ask", "--profile", "old", "好"}, 2, "--profile"},
		{"unknown script", []string{"ask", "--script", "tc", "好"}, 2, "--script"},
		{"missing file of turns", []string{"ask", "--store", filled, "--turns", filepath.Join(dir, "none")}, 1, "--turns"},
		{"missing store", []string{"ask", "--store", filepath.Join(dir, "none.db"), "好"}, 1, "does not exist"},
		{"newer schema", []string{"ask", "--store", newer, "好"}, 1, "9999"},
		{"newer schema in ingest", []string{"ingest", "--store", newer, samplePages}, 1, "9999"},
		{"store is no database", []string{"docs", "--store", write("page.html", strings.Repeat("<p>网页</p>", 100))}, 1, "page.html"},
		{"store is a folder", []string{"migrate", "--store", dir}, 1, dir},
		{"store elsewhere", []string{"docs", "--store", "mysql://localhost/zhiwen"}, 1, "postgres"},
		{"no database", []string{"docs", "--store", "postgres://me:secret@localhost:1/zhiwen"}, 1, "me:xxxxx@localhost:1"},
		{"nothing to ingest", []string{"ingest", "--store", store}, 2, "PATH"},
		{"nothing to reindex", []string{"reindex", "--store", filepath.Join(dir, "none.db")}, 1, "does not exist"},
		{"no address of the web", []string{"ingest", "--store", store, "ftp://www.example.com/"}, 2, "ftp://www.example.com/"},
		{"port in use", []string{"serve", "--store", filled, "--addr", addr}, 1, addr},
		{"port in use by demo", []string{"demo", "--addr", addr}, 1, addr},
		{"no such address", []string{"serve", "--store", filled, "--addr", "nowhere"}, 1, "--addr nowhere"},
		{"nothing to measure", []string{"eval", "--docs", samplePages}, 2, "--queries"},
		{"missing documents", []string{"eval", "--docs", filepath.Join(dir, "none.jsonl"), "--queries", "../../samples/golden.jsonl"}, 1, "none.jsonl"},
		{"broken row", []string{"eval", "--docs", samplePages, "--queries", write("broken.jsonl", "{}\n{\"id\":1}\n")}, 1, "broken.jsonl:2"},
		{"row without id", []string{"eval", "--docs", write("noid.jsonl", `{"title":"甲","text":"乙"}`), "--queries", "../../samples/golden.jsonl"}, 1, "no id"},
		{"chunks below 0", []string{"bench", "--docs", "x", "--queries", "y", "--chunks", "-1"}, 2, "--chunks"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := zhiwen(t, c.args...)
			if got.code != c.code || got.stdout != "" {
				t.Errorf("exit %d, want %d; stdout %q", got.code, c.code, got.stdout)
			}
			var said string
			for line := range strings.Lines(got.stderr) {
				if strings.HasPrefix(line, "zhiwen: ") {
					said += line
				}
			}
			if strings.Count(said, "\n") != 1 || !strings.Contains(said, c.says) {
				t.Errorf("it says %q, want one line with %q", got.stderr, c.says)
			}
		})
	}
}

// setSchema makes a store look as if another version had written it.
func setSchema(t *testing.T, path string, version int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		t.Fatalf("set schema version %d: %v", version, err)
	}
}

func TestBadClock(t *testing.T) {
	t.Setenv("ZHIWEN_NOW", "yesterday")
	if got := zhiwen(t, "version"); got.code != 2 || !strings.Contains(got.stderr, "RFC 3339") {
		t.Errorf("%+v", got)
	}
}

func TestFlagsAfterArguments(t *testing.T) {
	store := sampleStore(t)
	before := zhiwen(t, "--json", "ask", "--store", store, "身份证丢失补领要多少钱")
	after := zhiwen(t, "ask", "身份证丢失补领要多少钱", "--store", store, "--json")
	var a, b struct{ Answer string }
	if json.Unmarshal([]byte(before.stdout), &a) != nil || json.Unmarshal([]byte(after.stdout), &b) != nil || a != b || a.Answer == "" {
		t.Errorf("flags before: %+v\nflags after: %+v", before, after)
	}
}

func TestStoreFromEnvironment(t *testing.T) {
	store := sampleStore(t)
	t.Setenv("ZHIWEN_STORE", store)
	if got := zhiwenAsSet(t, "docs", "--json"); got.code != 0 || strings.Count(got.stdout, "\n") != 9 {
		t.Errorf("%+v", got)
	}
}

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"zhiwen/bot"
)

// patience bounds every wait on the program; it only ends a test that hangs.
const patience = time.Minute

// asProgram makes the test binary be the program instead.
const asProgram = "ZHIWEN_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	os.Setenv("ZHIWEN_LANG", "en") // wherever the tests run
	if os.Getenv(asProgram) != "" {
		main() // ends the process
	}
	os.Exit(m.Run())
}

// TestProgram runs the program in a process of its own, as on a machine
// without the model's library: the demo is started, asked over HTTP and
// WebSocket, and stopped by SIGTERM.
func TestProgram(t *testing.T) {
	demo := exec.CommandContext(t.Context(), os.Args[0], "demo", "--addr", "localhost:0")
	demo.Dir = t.TempDir()
	demo.Env = append(os.Environ(), asProgram+"=1", "TMPDIR="+demo.Dir, "ZHIWEN_ORT_LIB="+filepath.Join(demo.Dir, "none.so"),
		"ZHIWEN_EMBED_URL=", "ZHIWEN_NOW=")
	var stderr bytes.Buffer
	demo.Stderr = &stderr
	stdout, err := demo.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	// A container without /etc/hosts cannot resolve the name.
	url := strings.Replace(waitForURL(t, stdout), "localhost", "127.0.0.1", 1)

	askOverHTTP(t, url)
	askOverWebSocket(t, url)

	if err := demo.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := demo.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, &stderr)
	}
	if !strings.Contains(stderr.String(), "by words alone") {
		t.Errorf("a program without the model's library does not say so:\n%s", &stderr)
	}
	if left, _ := filepath.Glob(filepath.Join(demo.Dir, "*")); len(left) > 0 {
		t.Errorf("the demo left %v behind", left)
	}
}

func waitForURL(t *testing.T, stdout io.Reader) string {
	t.Helper()
	scanner := bufio.NewScanner(stdout)
	for scanner.Scan() {
		if url := regexp.MustCompile(`http://\S+`).FindString(scanner.Text()); url != "" {
			return url
		}
	}
	t.Fatal("the demo ended without printing a URL")
	return ""
}

func askOverHTTP(t *testing.T, url string) {
	t.Helper()
	client := http.Client{Timeout: patience}
	response, err := client.Post(url+"/api/v1/ask", "application/json", strings.NewReader(`{"turns":["2023年法律援助办了多少件"]}`))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer bot.Answer
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || answer.Status == "" {
		t.Errorf("%s: %+v", response.Status, answer)
	}
	for path, want := range map[string]string{"/": "<html", "/healthz": "", "/readyz": `"words"`} {
		got, err := client.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(got.Body)
		got.Body.Close()
		if err != nil || got.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("%s: %s, %v, %.200s; want %q in it", path, got.Status, err, body, want)
		}
	}
}

func askOverWebSocket(t *testing.T, url string) {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{"zhiwen.v1"}, HandshakeTimeout: patience}
	conn, response, err := dialer.Dial("ws"+strings.TrimPrefix(url, "http")+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	defer conn.Close()
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	for _, frame := range []string{
		`{"type":"hello","profile":"standard","script":"hans"}`,
		`{"type":"ask","id":"q1","text":"2023年法律援助办了多少件"}`,
	} {
		if err := conn.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
			t.Fatal(err)
		}
	}
	var types []string
	for {
		var frame struct{ Type, Status string }
		if err := conn.ReadJSON(&frame); err != nil {
			t.Fatalf("after %v: %v", types, err)
		}
		types = append(types, frame.Type)
		if frame.Type == "final" {
			if frame.Status == "" || types[0] != "welcome" {
				t.Errorf("frames %v, status %q", types, frame.Status)
			}
			return
		}
	}
}

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
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"zhiwen/bot"
)

// wordsAlone lets the programs of a test search without the model, which
// would only take time.
func wordsAlone(t *testing.T) {
	t.Helper()
	t.Setenv("ZHIWEN_ORT_LIB", filepath.Join(t.TempDir(), "none.so"))
}

// succeed runs command lines on a store, each of which must succeed.
func succeed(t *testing.T, store string, commands ...[]string) {
	t.Helper()
	for _, args := range commands {
		if got := zhiwen(t, append(args, "--store", store)...); got.code != 0 {
			t.Fatalf("%v: %+v", args, got)
		}
	}
}

// fillSamples makes a store of the sample pages in an empty database.
func fillSamples(t *testing.T, database string) {
	t.Helper()
	wordsAlone(t)
	succeed(t, database, []string{"migrate"}, []string{"ingest", samplePages})
}

// notice is a document about the hour at which a place gets no water, and
// water the question about it.
func writeNotice(t *testing.T, file, place, hour string) {
	t.Helper()
	text := "关于" + place + "停水的通知\n\n因管道检修，" + place + "定于" + hour + "停水，请居民提前储水。\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func water(place string) string { return place + "什么时候停水" }

// server is `zhiwen serve` in a process of its own.
type server struct {
	url     string
	process *exec.Cmd
	drained chan struct{} // closed when it says no more
	killed  bool

	mu  sync.Mutex
	log bytes.Buffer // guarded by mu
}

// serve starts a server, which ends with the test and must end well.
func serve(t *testing.T, store string, environment ...string) *server {
	t.Helper()
	return serveBy(t, []string{os.Args[0], "serve", "--store", store, "--addr", "127.0.0.1:0"}, environment...)
}

// serveBy does the same with a command of the test's own.
func serveBy(t *testing.T, command []string, environment ...string) *server {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = append(append(os.Environ(), asProgram+"=1", "ZHIWEN_EMBED_URL=", "ZHIWEN_NOW="), environment...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &server{process: cmd, drained: make(chan struct{})}
	address := make(chan string, 1)
	go func() {
		defer close(s.drained)
		defer close(address)
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			s.note(lines.Bytes())
			if url := regexp.MustCompile(`msg=serving url=(\S+)`).FindSubmatch(lines.Bytes()); url != nil {
				address <- strings.Replace(string(url[1]), "localhost", "127.0.0.1", 1)
			}
		}
	}()
	t.Cleanup(func() { s.stop(t) })
	s.url = <-address
	if s.url == "" {
		t.Fatalf("serve did not begin:\n%s", s.logged())
	}
	return s
}

// stop ends a server that was not killed, which must end well.
func (s *server) stop(t *testing.T) {
	if s.killed {
		return
	}
	stopped := s.process.Process.Signal(syscall.SIGTERM)
	<-s.drained
	if err := s.process.Wait(); err != nil || stopped != nil {
		t.Errorf("serve: %v, %v\n%s", stopped, err, s.logged())
	}
}

// kill ends a server without a warning.
func (s *server) kill(t *testing.T) {
	t.Helper()
	s.killed = true
	if err := s.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-s.drained
	_ = s.process.Wait() // it says that it was killed
}

func (s *server) note(line []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.Write(line)
	s.log.WriteByte('\n')
}

func (s *server) logged() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// ask asks over HTTP.
func (s *server) ask(t *testing.T, question string) bot.Answer {
	t.Helper()
	a, status := s.tryAsk(t, question)
	if status != http.StatusOK {
		t.Fatalf("%s: status %d\n%s", question, status, s.logged())
	}
	return a
}

// tryAsk asks over HTTP and gives the status, too.
func (s *server) tryAsk(t *testing.T, question string) (bot.Answer, int) {
	t.Helper()
	body, err := json.Marshal(map[string][]string{"turns": {question}})
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Timeout: 2 * patience}
	response, err := client.Post(s.url+"/api/v1/ask", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v\n%s", question, err, s.logged())
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var a bot.Answer
	if err := json.Unmarshal(data, &a); err != nil {
		t.Fatalf("%s: %v in %s", question, err, data)
	}
	return a, response.StatusCode
}

// metric reads one value of /metrics.
func (s *server) metric(t *testing.T, name string) float64 {
	t.Helper()
	_, told := fetchPage(t, s.url+"/metrics", nil, "")
	value := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindStringSubmatch(told)
	if value == nil {
		t.Fatalf("no metric %s", name)
	}
	n, err := strconv.ParseFloat(value[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// frame is what the tests look at of a server's frame.
type frame struct {
	Type, ID, Text, Message, Session, Label, Mode string
	Status, Code                                  string
	AnswerID                                      string `json:"answer_id"`
	Seq                                           int64
}

// visitor is a visitor's connection.
type visitor struct {
	*websocket.Conn
	session string
}

// visit connects a new visitor.
func visit(t *testing.T, url string) *visitor {
	t.Helper()
	return visitAs(t, url, "", 0)
}

// visitAs connects to a session, or a new one, of which the frames up to seq
// are known.
func visitAs(t *testing.T, url, session string, seq int64) *visitor {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{"zhiwen.v1"}, HandshakeTimeout: patience}
	conn, response, err := dialer.Dial("ws"+strings.TrimPrefix(url, "http")+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	t.Cleanup(func() { conn.Close() })
	v := &visitor{Conn: conn}
	v.say(t, map[string]any{"type": "hello", "profile": "standard", "script": "hans", "session": session, "last_seq": seq})
	welcome := v.until(t, "welcome")
	v.session = welcome[0].Session
	return v
}

func (v *visitor) say(t *testing.T, frame map[string]any) {
	t.Helper()
	if err := v.WriteJSON(frame); err != nil {
		t.Fatal(err)
	}
}

// ask asks and gives the frames up to the end of the answer, be it an error.
func (v *visitor) ask(t *testing.T, id, question string) []frame {
	t.Helper()
	v.say(t, map[string]any{"type": "ask", "id": id, "text": question})
	return v.until(t, "final", "error")
}

// until reads frames up to one of these types.
func (v *visitor) until(t *testing.T, types ...string) []frame {
	t.Helper()
	if err := v.SetReadDeadline(time.Now().Add(2 * patience)); err != nil {
		t.Fatal(err)
	}
	var frames []frame
	for {
		var f frame
		if err := v.ReadJSON(&f); err != nil {
			t.Fatalf("after %v: %v", frames, err)
		}
		frames = append(frames, f)
		for _, last := range types {
			if f.Type == last {
				return frames
			}
		}
	}
}

// eventually waits until something is so. It looks less often than a server
// lets one address ask.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !so(); time.Sleep(400 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

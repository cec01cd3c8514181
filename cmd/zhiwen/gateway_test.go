package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhiwen/retrieval/pgstore/pgtest"
)

// TestReplicaKilledBehindNginx kills one of two replicas in the middle of its
// answers, behind the nginx configuration that is shipped: its visitors come to
// the other one with the same address, hear that the answer was cut off, and
// have it when they ask again; the others notice nothing.
func TestReplicaKilledBehindNginx(t *testing.T) {
	database := pgtest.Schema(t)
	fillSamples(t, database)
	model, goOn := haltingModel(t)
	settings := []string{
		"ZHIWEN_PROXIES=127.0.0.1", "ZHIWEN_MODEL_URL=" + model, "ZHIWEN_MODEL_NAME=halting", "ZHIWEN_MODEL_WHOLE=45s",
		"ZHIWEN_MODEL_PUBLIC_NAME=青石大模型", "ZHIWEN_MODEL_FILING=QS-2026-01", "ZHIWEN_UNIT=青石县人民政府办公室",
	}
	replicas := []*server{serve(t, database, settings...), serve(t, database, settings...)}
	url := startGateway(t, replicas)

	var visitors []*visitor
	heard := map[*visitor]int64{} // the last frame of each
	for i := range 8 {
		v := visit(t, url)
		v.say(t, map[string]any{"type": "ask", "id": fmt.Sprint("q", i), "text": legalAid})
		frames := v.until(t, "delta")
		heard[v] = frames[len(frames)-1].Seq
		visitors = append(visitors, v)
	}
	for _, s := range replicas {
		if n := s.metric(t, "zhiwen_connections"); n < 2 {
			t.Fatalf("a replica has %.0f of %d visitors", n, len(visitors))
		}
	}
	replicas[0].kill(t)
	goOn()
	cut := 0
	for i, v := range visitors {
		last, err := v.last(heard[v])
		if err != nil {
			cut++
			again := visitAs(t, url, v.session, heard[v])
			if frames := again.until(t, "final", "error"); frames[len(frames)-1].Code != "interrupted" {
				t.Errorf("visitor %d came back and heard %+v", i, frames)
			}
			frames := again.ask(t, "again", legalAid)
			last = frames[len(frames)-1]
		}
		if last.Type != "final" || last.Mode != "generated" || !strings.Contains(last.Text, "247件") {
			t.Errorf("visitor %d: %+v", i, last)
		}
	}
	if cut < 2 || cut > len(visitors)-2 {
		t.Errorf("%d of %d answers were cut off", cut, len(visitors))
	}
}

// haltingModel is a model endpoint that begins an answer, and goes on once it may.
func haltingModel(t *testing.T) (url string, goOn func()) {
	t.Helper()
	may := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		say := func(text string) {
			fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%q}}]}\n\n", text)
			w.(http.Flusher).Flush()
		}
		say("2023年一共办理法律援助案件247件。[1]")
		say("\n")
		select {
		case <-may:
		case <-r.Context().Done():
			return
		}
		fmt.Fprint(w, "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	}))
	t.Cleanup(server.Close)
	return server.URL + "/v1", func() { close(may) }
}

// last reads up to the end of an answer, or until the connection ends.
func (v *visitor) last(seq int64) (frame, error) {
	if err := v.SetReadDeadline(time.Now().Add(2 * patience)); err != nil {
		return frame{}, err
	}
	for {
		var f frame
		if err := v.ReadJSON(&f); err != nil {
			return frame{}, err
		}
		if f.Seq <= seq {
			return frame{}, fmt.Errorf("frame %d after frame %d", f.Seq, seq)
		}
		if f.Type == "final" || f.Type == "error" {
			return f, nil
		}
	}
}

// startGateway starts the shipped nginx configuration, without TLS, in front of
// replicas and gives its address.
func startGateway(t *testing.T, replicas []*server) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	var upstreams strings.Builder
	for _, s := range replicas {
		fmt.Fprintf(&upstreams, "server %s;\n", strings.TrimPrefix(s.url, "http://"))
	}
	folder := t.TempDir()
	site := strings.NewReplacer(
		"server 127.0.0.1:8080;", upstreams.String(), "    listen [::]:443 ssl http2;\n", "", "listen 443 ssl http2;", "listen "+address+";",
		"    ssl_certificate     /etc/nginx/ask.crt;\n", "", "    ssl_certificate_key /etc/nginx/ask.key;\n", "",
	).Replace(string(read(t, "../../deploy/nginx.conf")))
	config := fmt.Sprintf("daemon off; pid %[1]s/pid; error_log %[1]s/error.log;\nevents {}\nhttp {\naccess_log off;\n"+
		"client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;\n%[2]s\n}\n", folder, site)
	file := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	who, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	nginx := exec.Command("/usr/sbin/nginx", "-c", file, "-g", "user "+who.Username+";")
	var said bytes.Buffer
	nginx.Stderr = &said
	if err := nginx.Start(); errors.Is(err, os.ErrNotExist) {
		t.Skip("nginx is not installed (Debian: nginx-light)")
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = nginx.Process.Signal(os.Interrupt)
		_ = nginx.Wait() // it says that it was interrupted
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
	return "http://" + address
}

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhiwen/retrieval/pgstore/pgtest"
	"zhiwen/web/gatewaytest"
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
	gateway := gatewaytest.New(t)
	gateway.Start(t, strings.TrimPrefix(replicas[0].url, "http://"), strings.TrimPrefix(replicas[1].url, "http://"))
	url := gateway.URL

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
		if f.Seq > 0 && f.Seq <= seq {
			return frame{}, fmt.Errorf("frame %d after frame %d", f.Seq, seq)
		}
		if f.Type == "final" || f.Type == "error" {
			return f, nil
		}
	}
}

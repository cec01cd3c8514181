package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"zhiwen/bot"
)

// wordsOf is a model endpoint that streams what it is told to.
func wordsOf(t *testing.T, says string) (url string, asked *atomic.Int64) {
	t.Helper()
	asked = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "text/event-stream")
		for _, r := range says {
			piece, err := json.Marshal(string(r))
			if err != nil {
				t.Error(err)
			}
			fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%s}}]}\n\n", piece)
		}
		fmt.Fprint(w, "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"total_tokens\":99}}\n\ndata: [DONE]\n\n")
	}))
	t.Cleanup(server.Close)
	return server.URL + "/v1", asked
}

const (
	legalAid      = "2023年法律援助办了多少件"
	legalAidWords = "2023年一共办理法律援助案件247件。[1]后来又办了114件。[1]"
)

// TestModel: a model words answers in `zhiwen ask` and over the WebSocket, and
// what it makes up is on no screen; a switch ends it for a running server.
func TestModel(t *testing.T) {
	wordsAlone(t)
	store := filepath.Join(t.TempDir(), "z.db")
	succeed(t, store, []string{"ingest", samplePages})
	url, asked := wordsOf(t, legalAidWords)
	model := []string{"ZHIWEN_MODEL_URL=" + url, "ZHIWEN_MODEL_NAME=scripted"}
	for _, setting := range model {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	got := zhiwen(t, "ask", "--json", "--store", store, legalAid)
	a := lines[bot.Answer](t, got.stdout)[0]
	if a.Mode != bot.ModeGenerated || a.Label != "AI生成" || !strings.Contains(a.Text, "一共办理法律援助案件247件。[1]") || strings.Contains(a.Text, "114") || a.Metadata == nil {
		t.Fatalf("%+v\n%s", a, got.stderr)
	}

	// The public has it only where it is told whose words these are.
	unnamed := serve(t, store, model...)
	if a := unnamed.ask(t, legalAid); a.Mode != bot.ModeExcerpt || !strings.Contains(unnamed.logged(), "ZHIWEN_MODEL_PUBLIC_NAME, ZHIWEN_MODEL_FILING, ZHIWEN_UNIT") {
		t.Errorf("unnamed: %+v\n%s", a, unnamed.logged())
	}
	s := serve(t, store, append(model, "ZHIWEN_MODEL_PUBLIC_NAME=青石大模型", "ZHIWEN_MODEL_FILING=QS-2026-01", "ZHIWEN_UNIT=青石县人民政府办公室")...)
	before := asked.Load()
	v := visit(t, s.url)
	v.say(t, map[string]any{"type": "ask", "id": "q1", "text": legalAid})
	frames := v.until(t, "final", "error")
	streamed, labelled := "", ""
	for _, f := range frames {
		streamed += f.Text
		if f.Type == "delta" && labelled == "" {
			t.Errorf("words came before their label")
		}
		labelled += f.Label
		if strings.Contains(f.Text, "114") {
			t.Errorf("shown: %s", f.Text)
		}
	}
	final := frames[len(frames)-1]
	if final.Mode != "generated" || final.Label != "AI生成" || asked.Load() != before+1 {
		t.Errorf("final: %+v", final)
	}
	about := pageOf(t, s.url+"/about")
	if !strings.Contains(about, "青石大模型") || !strings.Contains(about, "QS-2026-01") {
		t.Errorf("/about does not name the model")
	}
	receipt := pageOf(t, s.url+"/receipt/"+final.AnswerID)
	for _, want := range []string{"AI生成", "answer/1", "通过核对的句子：1句", "没有显示：1句", "247件", "青石大模型"} {
		if !strings.Contains(receipt, want) {
			t.Errorf("the receipt lacks %q:\n%s", want, receipt)
		}
	}
	succeed(t, store, []string{"generation", "off"})
	if a := s.ask(t, legalAid); a.Mode != bot.ModeExcerpt {
		t.Errorf("switched off: %+v", a)
	}
	succeed(t, store, []string{"generation", "on"})
	if a := s.ask(t, legalAid); a.Mode != bot.ModeGenerated {
		t.Errorf("switched on: %+v", a)
	}
}

// TestModelSettings: one sentence names the setting that is wrong.
func TestModelSettings(t *testing.T) {
	wordsAlone(t)
	store := filepath.Join(t.TempDir(), "z.db")
	succeed(t, store, []string{"ingest", samplePages})
	t.Setenv("ZHIWEN_MODEL_URL", "http://127.0.0.1:1/v1")
	if got := zhiwen(t, "ask", "--store", store, legalAid); got.code != 2 || !strings.Contains(got.stderr, "ZHIWEN_MODEL_NAME") {
		t.Errorf("no name: %+v", got)
	}
	t.Setenv("ZHIWEN_MODEL_NAME", "m")
	if got := zhiwen(t, "ask", "--json", "--store", store, legalAid); got.code != 0 || !strings.Contains(got.stdout, `"excerpt"`) {
		t.Errorf("nobody there: %+v", got)
	}
	for _, wait := range []string{"soon", "0s", "2m"} {
		t.Setenv("ZHIWEN_MODEL_WHOLE", wait)
		if got := zhiwen(t, "ask", "--store", store, legalAid); got.code != 2 || !strings.Contains(got.stderr, `ZHIWEN_MODEL_WHOLE="`+wait+`"`) {
			t.Errorf("%s: %+v", wait, got)
		}
	}
}

func pageOf(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

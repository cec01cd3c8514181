package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/bot"
	"zhiwen/ingest"
	"zhiwen/retrieval"
	"zhiwen/retrieval/pgstore/pgtest"
)

// The withdrawn page, what is asked about it, and the words that must not be
// seen again.
const (
	ferryPage     = "灵犀渡口渡船开行办法\n\n第一条 灵犀渡口的渡船每天开行七班，末班十八时三十分开出。\n\n第二条 大雾天气停航。\n"
	ferryQuestion = "灵犀渡口的渡船每天开行几班"
	ferryWords    = "渡船每天开行七班"
)

// erasedWords are of the page and not of the question, which the visitor typed.
var erasedWords = []string{"大雾天气停航", "大雾", "十八时"}

// TestWithdrawnAndErased takes a document that visitors have been answered from
// off every public way, and then out of the store.
func TestWithdrawnAndErased(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		store := filepath.Join(t.TempDir(), "z.db")
		withdrawAndErase(t, store)
		for _, name := range []string{store, store + "-wal"} {
			for _, words := range erasedWords {
				if b, err := os.ReadFile(name); err == nil && bytes.Contains(b, []byte(words)) {
					t.Errorf("%s holds the erased words %s", filepath.Base(name), words)
				}
			}
		}
	})
	t.Run("postgres", func(t *testing.T) {
		database := pgtest.Schema(t)
		succeed(t, database, []string{"migrate"})
		withdrawAndErase(t, database)
		for _, table := range []string{"document", "chunk", "block", "event", "turn", "receipt", "faq", "checked", "original_part", "audit", "replacement", "record", "question_group"} {
			for _, words := range erasedWords {
				if n := pgtest.Int(t, database, `SELECT count(*) FROM `+table+` AS t WHERE t::text LIKE '%`+words+`%' OR t::text LIKE '%`+hexOf(words)+`%'`); n != 0 {
					t.Errorf("%d rows of %s hold the erased words %s", n, table, words)
				}
			}
		}
	})
}

func hexOf(s string) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(digits[s[i]>>4])
		b.WriteByte(digits[s[i]&15])
	}
	return b.String()
}

func withdrawAndErase(t *testing.T, store string) {
	wordsAlone(t)
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	page := write("ferry.txt", ferryPage)
	pdf := filepath.Join("..", "..", "ingest", "testdata", "office", "pages.pdf")
	succeed(t, store, []string{"ingest", page, pdf, samplePages})
	answers := write("answers.csv", "编号,问题,回答,有效期至,出处,引文\nferry,渡船几班？,每天七班。,2099-12-31,"+page+",渡船每天开行七班\n")
	succeed(t, store, []string{"faq", "import", answers, "--publish"})
	server := serve(t, store)
	answer := server.ask(t, ferryQuestion)
	if !strings.Contains(answer.Text, ferryWords) {
		t.Fatalf("before: %+v", answer)
	}
	visitor := visit(t, server.url)
	visitor.ask(t, "q1", ferryQuestion)
	visitor.Close()
	id, pdfID := answer.Citations[0].DocID, docID(t, store, "便民服务工作规程")

	for _, wrong := range [][]string{{"withdraw", id}, {"erase", id, "--reason", " "}} {
		if got := zhiwen(t, append(wrong, "--store", store)...); got.code != 2 || !strings.Contains(got.stderr, "--reason") {
			t.Errorf("%v: %+v", wrong, got)
		}
	}
	if got := zhiwen(t, "withdraw", "0123456789abcdef", "--reason", "r", "--store", store); got.code != 1 || !strings.Contains(got.stderr, "zhiwen docs") {
		t.Errorf("an unknown ID: %+v", got)
	}
	for _, gone := range []string{id, pdfID} {
		got := zhiwen(t, "withdraw", gone, "--reason", "发布有误", "--json", "--store", store)
		if got.code != 0 || !strings.Contains(got.stdout, `"state":"withdrawn"`) {
			t.Fatalf("withdraw: %+v", got)
		}
	}
	eventually(t, "nothing is answered from it", func() bool { return !strings.Contains(server.ask(t, ferryQuestion).Text, ferryWords) })
	for _, path := range []string{"/doc/" + id, "/doc/" + pdfID, "/doc/" + pdfID + "/page/1", "/doc/" + pdfID + "/page/1/picture"} {
		if status, body := fetchPage(t, server.url+path, nil, ""); status != http.StatusGone || !strings.Contains(body, "撤回") && !strings.HasSuffix(path, "picture") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	unseen(t, server, visitor.session, id)
	if status, body := fetchPage(t, server.url+"/receipt/"+answer.ID, nil, ""); status != http.StatusGone || strings.Contains(body, ferryWords) {
		t.Errorf("the receipt: %d %s", status, body)
	}

	// The same text is not taken in again, and a new one waits for somebody.
	got := zhiwen(t, "ingest", "--json", page, "--store", store)
	if report := lines[ingest.Report](t, got.stdout)[0]; report.Status != ingest.StatusSkipped {
		t.Errorf("the same text: %+v", report)
	}
	write("ferry.txt", strings.ReplaceAll(ferryPage, "七班", "九班"))
	got = zhiwen(t, "ingest", "--json", page, "--store", store)
	held := lines[ingest.Report](t, got.stdout)[0]
	if held.Status != ingest.StatusQuarantined || len(held.Warnings) == 0 || got.code != 0 {
		t.Errorf("a new text: %+v", held)
	}
	if status, _ := fetchPage(t, server.url+"/doc/"+held.DocID, nil, ""); status != http.StatusNotFound {
		t.Errorf("what is quarantined: status %d", status)
	}
	if a := server.ask(t, ferryQuestion); strings.Contains(a.Text, "九班") {
		t.Errorf("answered from what is quarantined: %s", a.Text)
	}
	succeed(t, store, []string{"release", held.DocID, "--reason", "已核对"})
	eventually(t, "the released text answers", func() bool { return strings.Contains(server.ask(t, ferryQuestion).Text, "每天开行九班") })

	succeed(t, store, []string{"erase", held.DocID, "--reason", "含个人信息"})
	eventually(t, "nothing is answered from it", func() bool { return !strings.Contains(server.ask(t, ferryQuestion).Text, "九班") })
	unseen(t, server, visitor.session, held.DocID)
	listing := zhiwen(t, "docs", "--json", "--store", store)
	if !strings.Contains(listing.stdout, `"state":"erased"`) || strings.Contains(listing.stdout, "渡船开行办法") {
		t.Errorf("docs: %s", listing.stdout)
	}
	records := lines[retrieval.Record](t, zhiwen(t, "audit", "--json", "--store", store).stdout)
	if len(records) != 5 || records[0].Action != "faq" || records[4].Action != "erase" || records[4].Reason != "含个人信息" || records[4].Actor == "" {
		t.Errorf("audit: %+v", records)
	}
	if got := zhiwen(t, "doctor", "--store", store, "--addr", "127.0.0.1:0"); got.code != 0 || !strings.Contains(got.stdout, "5 records, none changed") {
		t.Errorf("doctor: %+v", got)
	}
}

// docID gives the ID of the document with a title.
func docID(t *testing.T, store, title string) string {
	t.Helper()
	for _, l := range lines[docLine](t, zhiwen(t, "docs", "--json", "--store", store).stdout) {
		if strings.Contains(l.Title, title) {
			return l.DocID
		}
	}
	t.Fatalf("no document is called %s", title)
	return ""
}

// unseen fails if the words stand on any public way.
func unseen(t *testing.T, s *server, session, id string) {
	t.Helper()
	ask, err := json.Marshal(map[string]any{"turns": []string{"渡船", ferryQuestion}})
	if err != nil {
		t.Fatal(err)
	}
	question := url.Values{"question": {ferryQuestion}}.Encode()
	for _, c := range []struct{ path, kind, body string }{
		{"/", "", ""}, {"/elder", "", ""}, {"/about", "", ""}, {"/doc/" + id, "", ""}, {"/readyz", "", ""}, {"/api/v1/openapi.json", "", ""},
		{"/site/", "", ""}, {"/elder?doc=" + id, "", ""},
		{"/", "application/x-www-form-urlencoded", question}, {"/elder", "application/x-www-form-urlencoded", question},
		{"/elder", "application/x-www-form-urlencoded", url.Values{"question": {ferryQuestion}, "doc": {id}, "at": {"0"}}.Encode()},
		{"/api/v1/ask", "application/json", string(ask)}, {"/api/v1/suggest", "application/json", `{"text":"渡船"}`},
	} {
		var body io.Reader
		if c.kind != "" {
			body = strings.NewReader(c.body)
		}
		if _, shown := fetchPage(t, s.url+c.path, body, c.kind); strings.Contains(shown, ferryWords) || strings.Contains(shown, "九班") {
			t.Errorf("%s %s shows the words:\n%s", c.path, c.body, shown)
		}
	}
	again := visitAs(t, s.url, session, 0)
	heard := again.until(t, "final")
	for _, f := range append(heard, again.ask(t, "q9", "那末班呢")...) {
		if strings.Contains(f.Text, ferryWords) || strings.Contains(f.Text, "九班") {
			t.Errorf("replayed or followed up: %+v", f)
		}
	}
	if last := heard[len(heard)-1]; !strings.Contains(last.Text, "已经撤下") {
		t.Errorf("replayed: %+v", last)
	}
	var elder bot.Answer
	_, shown := fetchPage(t, s.url+"/api/v1/ask", strings.NewReader(`{"turns":["`+ferryQuestion+`"],"profile":"elder"}`), "application/json")
	if err := json.Unmarshal([]byte(shown), &elder); err != nil || strings.Contains(elder.Text+elder.More, ferryWords) {
		t.Errorf("elder: %v %s", err, shown)
	}
}

// fetchPage gets a page, or posts a body of some kind.
func fetchPage(t *testing.T, address string, body io.Reader, kind string) (int, string) {
	t.Helper()
	method := http.MethodGet
	if body != nil {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(data)
}

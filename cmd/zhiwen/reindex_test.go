package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"iter"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/ingest"
	"zhiwen/retrieval"
	"zhiwen/retrieval/pgstore"
	"zhiwen/retrieval/pgstore/pgtest"
)

// TestReindex goes over from one embedder to another, of other dimensions,
// while visitors ask and documents are replaced; the reindexing process is
// killed on the way. Every answer has to be right: before, while and after.
func TestReindex(t *testing.T) {
	t.Run("File", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "store.db")
		testReindex(t, path, func(t *testing.T) int64 {
			return filePages(t, path)
		})
	})
	t.Run("Postgres", func(t *testing.T) {
		database := pgtest.Schema(t)
		if err := pgstore.Migrate(t.Context(), database); err != nil {
			t.Fatal(err)
		}
		testReindex(t, database, func(t *testing.T) int64 {
			return int64(pgtest.Int(t, database, `SELECT sum(pg_total_relation_size(oid)) FROM pg_class
				WHERE relkind = 'r' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())`))
		})
	})
}

func testReindex(t *testing.T, store string, size func(t *testing.T) int64) {
	older, newer := newBigrams(t, "older", 8), newBigrams(t, "newer", 16)
	const documents = 70 // more than are embedded before any are stored
	older.configure(t)
	before := openBigrams(t, store)
	ingestNotices(t, before, 0, documents)
	v := &visitors{}
	v.askAll(t, before, documents)

	stop := v.askUntilStopped(t, before, documents)
	stopWriting := replaceNotices(t, before, documents)

	// Killed in the middle: the second batch of chunks is being embedded.
	newer.configure(t)
	newer.blockAfter(40)
	child := exec.Command(os.Args[0], "reindex", "--store", store)
	child.Env = append(os.Environ(), asProgram+"=1")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	newer.waitUntilBlocked(t)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed, and says so
	kept := setOf(t, before, newer).Vectors
	if set := setOf(t, before, newer); set.State != retrieval.SetBuilding || set.Vectors == 0 {
		t.Errorf("after it was killed: %+v", set)
	}
	newer.unblock(func() {})
	if got := zhiwenAsSet(t, "ask", "--store", store, "好"); got.code != 1 || !strings.Contains(got.stderr, "zhiwen reindex") {
		t.Errorf("ask with the model that is not complete: %+v", got)
	}

	// Between any two batches a visitor gets an answer.
	newer.unblock(func() { v.waitForAnswer(t) })
	var result reindexed
	got := zhiwenAsSet(t, "reindex", "--json", "--store", store)
	if err := json.Unmarshal([]byte(got.stdout), &result); err != nil || got.code != 0 {
		t.Fatalf("reindex: %v, %+v", err, got)
	}
	chunks := setOf(t, before, newer).Vectors
	if !result.Switched || result.Model != "newer" || result.Dim != 16 || result.Embedded < chunks-kept-4 || len(result.Dropped) != 0 {
		t.Errorf("%+v for %d chunks, %d of them embedded before", result, chunks, kept)
	}
	newer.unblock(func() {})
	if refusal := stopWriting(); !strings.Contains(refusal, "gone over to newer") {
		t.Errorf("ingest with the model before ends with %q", refusal)
	}

	// Old and new servers side by side.
	after := openBigrams(t, store)
	v.askAll(t, after, documents)
	ingestNotices(t, after, documents, documents+5)
	v.askAll(t, after, documents+5)
	v.waitForAnswer(t)
	if got := zhiwenAsSet(t, "reindex", "--store", store); got.code != 0 || !strings.Contains(got.stdout, "nothing to do") {
		t.Errorf("reindex again: %+v", got)
	}
	if got := zhiwenAsSet(t, "doctor", "--store", store); !strings.Contains(got.stdout, "by older (8 dimensions), retired") {
		t.Errorf("doctor: %+v", got)
	}
	stop()

	full := size(t)
	if got := zhiwenAsSet(t, "reindex", "--drop-old", "--store", store); got.code != 0 || !strings.Contains(got.stdout, "dropped the vectors of older") {
		t.Errorf("drop the old vectors: %+v", got)
	}
	if left := size(t); left >= full {
		t.Errorf("size %d before the old vectors were dropped, %d after", full, left)
	}
	v.askAll(t, after, documents+5)
	// The old server goes on, by words.
	r, err := before.search.Search(t.Context(), retrieval.Query{Text: noticeQuestion(3)})
	if err != nil || !r.ByWords || !errors.Is(r.Warning, retrieval.ErrModel) || r.Passages[0].Doc.Key != noticeKey(3) {
		t.Errorf("the old server without its vectors: %+v, %v", r, err)
	}
	older.configure(t)
	for _, command := range [][]string{{"ask", "好"}, {"ingest", samplePages}} {
		if got := zhiwenAsSet(t, append(command, "--store", store)...); got.code != 1 || !strings.Contains(got.stderr, "zhiwen reindex") {
			t.Errorf("%s with the model before: %+v", command[0], got)
		}
	}
}

// filePages is how large a store's file is, whatever of it is in its log.
func filePages(t *testing.T, path string) (pages int64) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), `PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	return pages
}

// TestReindexFillsIn: a store that was filled without a model gets its
// vectors, and chunks that miss theirs get them.
func TestReindexFillsIn(t *testing.T) {
	store := filepath.Join(t.TempDir(), "store.db")
	words := openWithoutModel(t, store)
	ingestNotices(t, words, 0, 3)
	if said := reindexWithoutModel(t, store); !strings.Contains(said, "no embedding model") {
		t.Errorf("without a model: %s", said)
	}
	newBigrams(t, "later", 8).configure(t)
	if got := zhiwenAsSet(t, "reindex", "--store", store); got.code != 0 || !strings.Contains(got.stdout, "went over to later (8 dimensions)") {
		t.Errorf("the first model: %+v", got)
	}
	v := &visitors{}
	v.askAll(t, openBigrams(t, store), 3)
	ingestNotices(t, words, 3, 5)
	if got := zhiwenAsSet(t, "doctor", "--store", store); !strings.Contains(got.stdout, "run 'zhiwen reindex'") {
		t.Errorf("doctor: %+v", got)
	}
	if got := zhiwenAsSet(t, "reindex", "--store", store); got.code != 0 || !strings.Contains(got.stdout, "chunks embedded in") {
		t.Errorf("what is missing: %+v", got)
	}
	v.askAll(t, openBigrams(t, store), 5)
}

// openWithoutModel opens a store as a program does that has no model, which
// this one may have loaded already.
func openWithoutModel(t *testing.T, path string) *rooms {
	t.Helper()
	s := &shell{in: strings.NewReader(""), out: io.Discard, err: io.Discard, storePath: path}
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	opened, err := s.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { opened.Close() })
	return &rooms{store: opened}
}

// reindexWithoutModel runs reindex in a process of its own, which fails, and
// gives what it says.
func reindexWithoutModel(t *testing.T, store string) string {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "reindex", "--store", store)
	child.Env = append(os.Environ(), asProgram+"=1", "ZHIWEN_EMBED_URL=", "ZHIWEN_ORT_LIB="+filepath.Join(t.TempDir(), "none.so"))
	said, err := child.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("reindex without a model: %v", err)
	}
	return string(said)
}

// setOf gives the set of vectors that an endpoint's model has.
func setOf(t *testing.T, r *rooms, b *bigrams) retrieval.VectorSet {
	t.Helper()
	sets, err := r.store.VectorSets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return retrieval.FindSet(sets, retrieval.Model{Name: b.name, Dim: b.dim})
}

// openBigrams opens a store as a server does, with the embedder that is
// configured now.
func openBigrams(t *testing.T, store string) *rooms {
	t.Helper()
	s := &shell{in: strings.NewReader(""), out: io.Discard, err: io.Discard, storePath: store}
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	r, err := s.openRooms(t.Context(), s.open)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// A notice is a document about a matter of its own.
func noticeKey(n int) string { return fmt.Sprint("notice ", n) }

func matter(n int) string {
	random := rand.New(rand.NewPCG(uint64(n), 5))
	name := make([]rune, 5)
	for i := range name {
		name[i] = 0x4E00 + rune(random.IntN(3000))
	}
	return string(name)
}

func noticeQuestion(n int) string { return matter(n) + "的办理时限是多少个工作日？" }

func noticeAnswer(n, version int) string {
	return fmt.Sprintf("%s的办理时限为%d个工作日。", matter(n), 10+n+1000*version)
}

func notice(n, version int) ingest.RawDoc {
	name := matter(n)
	var filler strings.Builder
	for i, number := range []string{"二", "三", "四", "五", "六"} {
		fmt.Fprintf(&filler, "\n%s、%s", number, matter(10_000+5*n+i))
		for k := range 40 {
			filler.WriteString(matter(100_000 + 1000*n + 100*i + k))
		}
		filler.WriteString("。\n")
	}
	return ingest.RawDoc{
		Key: noticeKey(n), Title: "关于" + name + "的通知",
		Text: "一、" + name + "\n" + noticeAnswer(n, version) + name + "由县政务服务中心受理。\n" + filler.String(),
	}
}

func ingestNotices(t *testing.T, r *rooms, from, to int) {
	t.Helper()
	in := &ingest.Ingester{Store: r.store, Embedder: r.embedder}
	_, err := in.Documents(t.Context(), func(yield func(ingest.RawDoc, error) bool) {
		for n := from; n < to; n++ {
			if !yield(notice(n, 0), nil) {
				return
			}
		}
	}, func(report ingest.Report) {
		if report.Error != "" {
			t.Errorf("%s: %s", report.Source, report.Error)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// replaceNotices writes ever newer versions of four notices, and asks for each
// what it says, until the store refuses them. The returned function waits for
// that and gives the reason.
func replaceNotices(t *testing.T, r *rooms, first int) (wait func() string) {
	var refusal string
	done := make(chan struct{})
	go func() {
		defer close(done)
		for version := 0; refusal == "" && !t.Failed(); version++ {
			n := first + 1000 + version%4
			in := &ingest.Ingester{Store: r.store, Embedder: r.embedder, Workers: 1}
			_, err := in.Documents(t.Context(), one(notice(n, version)), func(report ingest.Report) { refusal = report.Error })
			if err != nil {
				t.Error(err)
				return
			}
			if refusal == "" {
				rightAnswer(t, r, n, version)
			}
		}
	}()
	wait = func() string {
		<-done
		return refusal
	}
	t.Cleanup(func() { wait() })
	return wait
}

func one(d ingest.RawDoc) iter.Seq2[ingest.RawDoc, error] {
	return func(yield func(ingest.RawDoc, error) bool) { yield(d, nil) }
}

// rightAnswer asks for a notice: its document comes first, found by words and
// by its vector, and what it says is quoted.
func rightAnswer(t *testing.T, r *rooms, n, version int) {
	t.Helper()
	found, err := r.search.Search(t.Context(), retrieval.Query{Text: noticeQuestion(n)})
	if err != nil || found.Warning != nil || found.ByWords || len(found.Passages) == 0 {
		t.Errorf("notice %d: %v, %+v", n, err, found)
		return
	}
	if p := found.Passages[0]; p.Doc.Key != noticeKey(n) || p.BM25 <= 0 || p.Cosine <= 0 {
		t.Errorf("notice %d: first comes %+v", n, p)
	}
	answer, err := r.bot.Ask(t.Context(), bot.Request{Question: noticeQuestion(n)}, nil)
	if err != nil || answer.Status != bot.StatusAnswered || len(answer.Citations) == 0 ||
		!strings.Contains(answer.Text, strings.TrimSuffix(noticeAnswer(n, version), "。")) {
		t.Errorf("notice %d: %v, %+v", n, err, answer)
	}
}

// visitors count the answers they got.
type visitors struct{ answers atomic.Int64 }

func (v *visitors) askAll(t *testing.T, r *rooms, documents int) {
	t.Helper()
	for n := range documents {
		rightAnswer(t, r, n, 0)
		v.answers.Add(1)
	}
}

func (v *visitors) askUntilStopped(t *testing.T, r *rooms, documents int) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for first := range 2 {
		wg.Go(func() {
			for n := first; ctx.Err() == nil && !t.Failed(); n++ {
				rightAnswer(t, r, n%documents, 0)
				v.answers.Add(1)
			}
		})
	}
	stop = func() {
		cancel()
		wg.Wait()
	}
	t.Cleanup(stop)
	return stop
}

// waitForAnswer waits until one more question was asked and answered.
func (v *visitors) waitForAnswer(t *testing.T) {
	seen := v.answers.Load() + 2 // the first may have been asked before
	for v.answers.Load() < seen && !t.Failed() {
		time.Sleep(time.Millisecond)
	}
}

// bigrams is an endpoint that embeds by hashing the terms of a text.
type bigrams struct {
	name string
	dim  int
	url  string

	mu       sync.Mutex
	left     int // requests until it blocks
	between  func()
	blocked  chan struct{} // closed once it blocks
	released chan struct{}
}

func newBigrams(t *testing.T, name string, dim int) *bigrams {
	b := &bigrams{name: name, dim: dim, left: math.MaxInt, between: func() {}, blocked: make(chan struct{}), released: make(chan struct{})}
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	b.url = server.URL + "/v1"
	return b
}

// configure makes it the embedder of what starts from now on.
func (b *bigrams) configure(t *testing.T) {
	t.Setenv("ZHIWEN_EMBED_URL", b.url)
	t.Setenv("ZHIWEN_EMBED_NAME", b.name)
}

func (b *bigrams) blockAfter(requests int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = requests
}

func (b *bigrams) waitUntilBlocked(t *testing.T) {
	t.Helper()
	select {
	case <-b.blocked:
	case <-time.After(patience):
		t.Fatal("the endpoint is not asked any more")
	}
}

// unblock lets requests pass again, each after between.
func (b *bigrams) unblock(between func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left <= 0 {
		close(b.released)
	}
	b.left, b.between = math.MaxInt, between
}

func (b *bigrams) pass() {
	b.mu.Lock()
	b.left--
	left, between := b.left, b.between
	if left == 0 {
		close(b.blocked)
	}
	b.mu.Unlock()
	if left <= 0 {
		<-b.released
	}
	between()
}

func (b *bigrams) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var request struct{ Input []string }
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.pass()
	type datum struct {
		Index     int       `json:"index"`
		Embedding []float64 `json:"embedding"`
	}
	data := make([]datum, len(request.Input))
	for i, text := range request.Input {
		data[i] = datum{i, b.vector(text)}
	}
	// A reader that was killed takes no answer.
	_ = json.NewEncoder(w).Encode(map[string]any{"data": data})
}

func (b *bigrams) vector(text string) []float64 {
	v := make([]float64, b.dim)
	v[0] = 1e-3 // a text without terms has a direction, too
	for _, term := range retrieval.Terms(text) {
		h := fnv.New32a()
		h.Write([]byte(b.name + term))
		v[h.Sum32()%uint32(b.dim)]++
	}
	return v
}

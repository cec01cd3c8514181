// Package storetest is the contract of a store: what sqlitestore and every
// other store must do alike, as tests over one interface. Ranking must agree
// to the sixth digit, so the suite compares every store with a brute-force
// search of its own.
package storetest

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/asked"
	"zhiwen/bot/check"
	"zhiwen/bot/directory"
	"zhiwen/bot/faq"
	"zhiwen/bot/records"
	"zhiwen/ingest"
	"zhiwen/retrieval"
)

// Store is everything that the rooms ask of a store.
type Store interface {
	retrieval.Index
	UseModel(ctx context.Context, name string, dim int) error
	VectorSets(ctx context.Context) ([]retrieval.VectorSet, error)
	BeginSet(ctx context.Context, m retrieval.Model) (retrieval.VectorSet, error)
	Unembedded(ctx context.Context, set retrieval.VectorSet, from int64, limit int) ([]retrieval.Passage, error)
	AddVectors(ctx context.Context, set retrieval.VectorSet, chunks []retrieval.Passage, vectors [][]float32) error
	Activate(ctx context.Context, set retrieval.VectorSet, embed func(context.Context, []retrieval.Passage) ([][]float32, error)) error
	DropSets(ctx context.Context) ([]retrieval.VectorSet, error)
	Head(ctx context.Context, key string) (retrieval.Head, error)
	Put(ctx context.Context, entries ...retrieval.Entry) error
	Document(ctx context.Context, id string) (retrieval.Document, error)
	Version(ctx context.Context, id string) (retrieval.Document, error)
	Withdraw(ctx context.Context, key string, act retrieval.Act) error
	Erase(ctx context.Context, key string, act retrieval.Act) error
	Release(ctx context.Context, e retrieval.Entry, act retrieval.Act) error
	Audit(ctx context.Context) ([]retrieval.Record, error)
	Original(ctx context.Context, id string) ([]byte, error)
	Holders(ctx context.Context, terms []string, most int) ([]retrieval.TermHolders, error)
	Attached(ctx context.Context, key string) ([]retrieval.Ref, error)
	Interpreting(ctx context.Context, title string) ([]retrieval.Ref, error)
	Titled(ctx context.Context, title string) ([]retrieval.Ref, error)
	ReadFrom(ctx context.Context, source string) ([]retrieval.Ref, error)
	Retire(ctx context.Context, keys ...string) error
	List(ctx context.Context) iter.Seq2[retrieval.Listing, error]
	Stats(ctx context.Context) (retrieval.Stats, error)
	CreateSession(ctx context.Context, s bot.Session) error
	Session(ctx context.Context, id string) (bot.Session, error)
	AppendEvents(ctx context.Context, sessionID string, events []bot.Event) error
	EventsAfter(ctx context.Context, sessionID string, seq int64) ([]bot.Event, error)
	AppendTurn(ctx context.Context, sessionID string, t bot.Turn) error
	Turns(ctx context.Context, sessionID string, last int) ([]bot.Turn, error)
	AddFeedback(ctx context.Context, f bot.Feedback) error
	ForgetSession(ctx context.Context, id string) error
	ForgetConversations(ctx context.Context, words, traces time.Time) (int, error)
	SaveCheck(ctx context.Context, c check.Saved) error
	LoadCheck(ctx context.Context, id string, now time.Time) (check.Saved, error)
	Checks(ctx context.Context, name string, now time.Time) ([]check.Summary, error)
	DeleteCheck(ctx context.Context, id string) error
	DeleteExpiredChecks(ctx context.Context, now time.Time) (int, error)
	Directory(ctx context.Context) (directory.Directory, error)
	PutOffices(ctx context.Context, entries []directory.Entry) error
	PutDays(ctx context.Context, days []directory.Day) error
	CountBlocked(ctx context.Context, day, list, rule string) error
	Blocked(ctx context.Context) ([]bot.BlockedCount, error)
	bot.Ledger
	SwitchGeneration(ctx context.Context, off bool) error
	bot.Receipts
	Receipt(ctx context.Context, answerID string) (bot.Receipt, error)
	ingest.Memory
	Rule(ctx context.Context, r ingest.Ruling, act retrieval.Act) error
	Rulings(ctx context.Context) ([]ingest.Ruling, error)
	SetRepeals(ctx context.Context, notice string, repeals []ingest.Repeal) error
	Repeals(ctx context.Context) ([]ingest.Repeal, error)
	Crawls(ctx context.Context) ([]ingest.Crawled, error)
	Lease(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
	records.Store
	AddActs(ctx context.Context, acts ...retrieval.Act) error
	asked.Store
	asked.Book
	asked.Counts
	faq.Store
	FAQGeneration(ctx context.Context) (int64, error)
	Close() error
}

// Test runs the contract. open gives a new, empty store and sees to it that
// it is removed after the test; the suite closes it.
func Test(t *testing.T, open func(t *testing.T) Store) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, s Store)
	}{
		{"EmptyStore", testEmptyStore},
		{"Model", testModel},
		{"DocumentComesBack", testDocumentComesBack},
		{"PutTwice", testPutTwice},
		{"Original", testOriginal},
		{"Supersede", testSupersede},
		{"Related", testRelated},
		{"Interpretation", testInterpretation},
		{"ChangedBack", testChangedBack},
		{"Withdraw", testWithdraw},
		{"Erase", testErase},
		{"Quarantine", testQuarantine},
		{"RefusedEntries", testRefusedEntries},
		{"ListAndStats", testListAndStats},
		{"BM25", testBM25},
		{"Cosine", testCosine},
		{"CommonTerms", testCommonTerms},
		{"Identifiers", testIdentifiers},
		{"Filters", testFilters},
		{"ForceByDefault", testForceByDefault},
		{"BehindMany", testBehindMany},
		{"Passages", testPassages},
		{"Holders", testHolders},
		{"Sessions", testSessions},
		{"Events", testEvents},
		{"Turns", testTurns},
		{"Feedback", testFeedback},
		{"Forget", testForget},
		{"ForgetSession", testForgetSession},
		{"Checks", testChecks},
		{"Records", testRecords},
		{"Asked", testAsked},
		{"Directory", testDirectory},
		{"Generation", testGeneration},
		{"Receipts", testReceipts},
		{"Blocked", testBlocked},
		{"FAQ", testFAQ},
		{"Crawled", testCrawled},
		{"Rulings", testRulings},
		{"ReadersDuringPut", testReadersDuringPut},
		{"VectorSets", testVectorSets},
		{"FilledLater", testFilledLater},
		{"AddVectors", testAddVectors},
		{"SearchDuringReindex", testSearchDuringReindex},
		{"Cancelled", testCancelled},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t)
			defer func() {
				if err := s.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			}()
			test.run(t, s)
		})
	}
}

const (
	testModelName = "storetest"
	testDim       = 64
)

// small is enough to make ranking mean something and quick to put.
var small = Corpus{Seed: 1, Documents: 60, Chunks: 6, ChunkRunes: 80, Dim: testDim}

func useModel(t *testing.T, s Store) {
	t.Helper()
	if err := s.UseModel(t.Context(), testModelName, testDim); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, s Store, entries ...retrieval.Entry) {
	t.Helper()
	if err := s.Put(t.Context(), entries...); err != nil {
		t.Fatal(err)
	}
}

func recall(t *testing.T, s Store, q retrieval.RecallQuery) retrieval.Recall {
	t.Helper()
	r, err := s.Recall(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// chunkIDs gives the chunk that each hit stands for.
func chunkIDs(t *testing.T, s Store, hits []retrieval.Hit) map[string]retrieval.Hit {
	t.Helper()
	rows := make([]int64, len(hits))
	for i, h := range hits {
		rows[i] = h.Row
	}
	passages, err := s.Passages(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	if len(passages) != len(hits) {
		t.Fatalf("%d passages for %d hits", len(passages), len(hits))
	}
	byID := make(map[string]retrieval.Hit, len(hits))
	for i, p := range passages {
		if p.Row != hits[i].Row {
			t.Fatalf("passage %d is of row %d, asked for %d", i, p.Row, hits[i].Row)
		}
		byID[p.Chunk.ID] = hits[i]
	}
	return byID
}

func stats(t *testing.T, s Store) retrieval.Stats {
	t.Helper()
	st, err := s.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func wantError(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want %v", what, err, want)
	}
	if err != nil && strings.Contains(err.Error(), "\n") {
		t.Errorf("%s: error is not one line: %v", what, err)
	}
}

func page(key, title string, paragraphs ...string) retrieval.Entry {
	return NewEntry(retrieval.Meta{Key: key, Source: key, Title: title, Published: "2023-05-06 10:00"}, paragraphs, nil)
}

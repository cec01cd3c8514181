//go:build !race

// SQLite in pure Go takes minutes to compare all vectors under the race
// detector; scripts/test runs this test without it.

package main

import (
	"context"
	"hash/fnv"
	"iter"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"zhiwen/bot/eval"
	"zhiwen/ingest"
	"zhiwen/retrieval"
	"zhiwen/retrieval/pgstore"
	"zhiwen/retrieval/pgstore/pgtest"
	"zhiwen/retrieval/sqlitestore"
)

// Sizes of the comparison of the two stores.
const (
	parityQuestions = 300
	parityLimit     = 100
)

// parityDocuments is how many documents are taken of each set, 2,000 in all.
// The laws are long: with them there are more than retrieval.CommonAbove chunks.
var parityDocuments = map[string]int{
	"ncp_policy/docs.jsonl.gz": 590, "gov_letters/docs.jsonl.gz": 600, "news_filler/docs.jsonl.gz": 270, "laws_docs/docs_national.jsonl.gz": 540,
}

// Scores of the two stores may differ by rounding; passages whose scores
// differ by less than parityTie may stand in any order.
const (
	parityScore = 1e-6
	parityTie   = 1e-5
)

// TestStoresRankAlike fills both stores with the same documents and compares
// what they find for real questions, with vectors compared exactly.
func TestStoresRankAlike(t *testing.T) {
	collection := filepath.Join("..", "..", "..", "shared", "eval")
	if _, err := os.Stat(collection); err != nil {
		t.Skip("the evaluation data is not at ../shared/eval")
	}
	database := pgtest.Schema(t)
	if err := pgstore.Migrate(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	postgres, err := pgstore.Open(t.Context(), database, pgstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer postgres.Close()
	sqlite, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sqlite.Close()
	for _, st := range []store{sqlite, postgres} {
		fillForParity(t, st, collection)
	}
	if err := postgres.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	stats, err := postgres.Stats(t.Context())
	if err != nil || stats.Documents != 2000 || stats.Chunks <= retrieval.CommonAbove {
		t.Fatalf("%+v, %v: want 2000 documents and more than %d chunks", stats, err, retrieval.CommonAbove)
	}
	t.Logf("%d chunks", stats.Chunks)

	var questions []eval.Query
	for _, set := range []string{"ncp_policy", "gov_letters"} {
		read, err := readQueries([]string{filepath.Join(collection, set, "queries.jsonl.gz")})
		if err != nil {
			t.Fatal(err)
		}
		questions = append(questions, read[:parityQuestions/2]...)
	}
	for _, q := range questions {
		a, b := searchExactly(t, sqlite, q.Question), searchExactly(t, postgres, q.Question)
		compareRankings(t, q.ID, a, b)
	}
}

// fillForParity reads the documents.
func fillForParity(t *testing.T, st store, collection string) {
	t.Helper()
	if err := st.UseModel(t.Context(), hashedBigrams{}.Model(), hashedBigrams{}.Dim()); err != nil {
		t.Fatal(err)
	}
	ingester := &ingest.Ingester{Store: st, Embedder: hashedBigrams{}}
	for _, file := range slices.Sorted(maps.Keys(parityDocuments)) {
		documents := first(parityDocuments[file], rawDocs([]string{filepath.Join(collection, filepath.FromSlash(file))}))
		_, err := ingester.Documents(t.Context(), documents, func(r ingest.Report) {
			if r.Error != "" {
				t.Errorf("%s: %s", r.Source, r.Error)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func first[V, E any](n int, all iter.Seq2[V, E]) iter.Seq2[V, E] {
	return func(yield func(V, E) bool) {
		left := n
		for v, e := range all {
			if left--; !yield(v, e) || left == 0 {
				return
			}
		}
	}
}

// exactly asks an index for a comparison with every vector.
type exactly struct{ retrieval.Index }

func (e exactly) Recall(ctx context.Context, q retrieval.RecallQuery) (retrieval.Recall, error) {
	q.ExactVectors = true
	return e.Index.Recall(ctx, q)
}

func searchExactly(t *testing.T, st store, question string) retrieval.Result {
	t.Helper()
	search := retrieval.Searcher{Index: exactly{st}, Embedder: hashedBigrams{}}
	found, err := search.Search(t.Context(), retrieval.Query{Text: question, Limit: parityLimit})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func compareRankings(t *testing.T, question string, a, b retrieval.Result) {
	t.Helper()
	if len(a.Passages) != len(b.Passages) {
		t.Errorf("%s: %d and %d passages", question, len(a.Passages), len(b.Passages))
		return
	}
	for i, term := range a.Terms {
		if term != b.Terms[i] {
			t.Errorf("%s: term %+v and %+v", question, term, b.Terms[i])
		}
	}
	place := make(map[string]int, len(b.Passages))
	for i, p := range b.Passages {
		place[p.Chunk.ID] = i
	}
	last := a.Passages[len(a.Passages)-1].Score
	lowest := math.Inf(1) // of the passages so far, by their scores in b
	for i, p := range a.Passages {
		at, both := place[p.Chunk.ID]
		if !both {
			if p.Score > last+parityTie {
				t.Errorf("%s: place %d, chunk %s with score %v is in one store's ranking only", question, i, p.Chunk.ID, p.Score)
			}
			continue
		}
		other := b.Passages[at]
		if math.Abs(p.BM25-other.BM25)*a.Ideal > parityScore || math.Abs(p.Cosine-other.Cosine) > parityScore || p.Exact != other.Exact {
			t.Errorf("%s: chunk %s: BM25 %v and %v, cosine %v and %v", question, p.Chunk.ID, p.BM25, other.BM25, p.Cosine, other.Cosine)
		}
		if other.Score > lowest+parityTie {
			t.Errorf("%s: chunk %s with score %v stands at %d and at %d", question, p.Chunk.ID, p.Score, i, at)
		}
		lowest = min(lowest, other.Score)
	}
}

// hashedBigrams embeds without a model: texts that share terms are near.
type hashedBigrams struct{}

func (hashedBigrams) Model() string { return "hashed bigrams" }
func (hashedBigrams) Dim() int      { return 64 }

func (h hashedBigrams) Passages(_ context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		vectors[i] = h.vector(text)
	}
	return vectors, nil
}

func (h hashedBigrams) Question(_ context.Context, text string) ([]float32, error) {
	return h.vector(text), nil
}

func (h hashedBigrams) vector(text string) []float32 {
	v := make([]float32, h.Dim())
	v[0] = 1e-3 // a text without terms has a direction, too
	for _, term := range retrieval.Terms(text) {
		sum := fnv.New32a()
		sum.Write([]byte(term))
		v[sum.Sum32()%uint32(len(v))] += 1 - 2*float32(sum.Sum32()>>31)
	}
	var length float64
	for _, x := range v {
		length += float64(x) * float64(x)
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(length))
	}
	return v
}

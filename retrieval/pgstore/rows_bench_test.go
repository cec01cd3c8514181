package pgstore

import (
	"cmp"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"zhiwen/retrieval"
	"zhiwen/retrieval/pgstore/pgtest"
	"zhiwen/retrieval/storetest"
)

// BenchmarkPostings compares two ways to keep the postings and to find the
// best chunks by words: packed segments, scored here, which is the store's, and
// a row for each term and chunk, scored by the database.
func BenchmarkPostings(b *testing.B) {
	for _, size := range []struct {
		name   string
		chunks int
	}{
		{"10k", retrieval.CommonAbove + 500}, // some terms are common
		{"100k", 100_000},
	} {
		b.Run(size.name, func(b *testing.B) {
			// 200 characters give a chunk about as many terms as real ones have.
			c := storetest.Corpus{Seed: 7, Documents: size.chunks / 10, Chunks: 10, ChunkRunes: 200}
			s := open(b, pgtest.Schema(b))
			b.Cleanup(func() { s.Close() })
			putAll(b, s, c)
			b.Logf("after the load, with room left by merged segments: %.0f bytes a chunk", sizeMB(b, s, "block")*(1<<20)/float64(size.chunks))
			rows := fillRows(b, s, c)
			if _, err := s.primary.Exec(b.Context(), `VACUUM FULL block`); err != nil {
				b.Fatal(err)
			}
			if _, err := s.primary.Exec(b.Context(), `VACUUM ANALYZE`); err != nil {
				b.Fatal(err)
			}
			var questions [][]string
			for i := range benchQuestions {
				terms, _ := c.Question(i)
				questions = append(questions, terms)
			}
			ways := []struct {
				name   string
				search wordSearch
				tables []string
			}{
				{"segments", searchSegments, []string{"segment", "block", "gone"}},
				{"rows", rows.search, []string{"term", "posting"}},
			}
			compareWays(b, s, questions, searchSegments, rows.search)
			for _, way := range ways {
				b.Run(way.name, func(b *testing.B) {
					for i := 0; b.Loop(); i++ {
						benchSearch(b, s, questions[i%len(questions)], way.search)
					}
					bytes := 0.0
					for _, table := range way.tables {
						bytes += sizeMB(b, s, table) * (1 << 20)
					}
					b.ReportMetric(bytes/float64(size.chunks), "B/chunk")
				})
			}
		})
	}
}

type wordSearch = func(b *testing.B, r *recalling) []retrieval.Hit

// compareWays sees to it that both find the same.
func compareWays(b *testing.B, s *Store, questions [][]string, one, other wordSearch) {
	b.Helper()
	for i, terms := range questions {
		hits, others := benchSearch(b, s, terms, one), benchSearch(b, s, terms, other)
		if len(hits) != len(others) {
			b.Fatalf("question %d: %d and %d hits", i, len(hits), len(others))
		}
		for k := range hits {
			if math.Abs(hits[k].BM25-others[k].BM25) > 1e-6 {
				b.Fatalf("question %d, place %d: scores %v and %v", i, k, hits[k].BM25, others[k].BM25)
			}
		}
	}
}

func benchSearch(b *testing.B, s *Store, terms []string, search wordSearch) (hits []retrieval.Hit) {
	b.Helper()
	err := s.read(b.Context(), func(tx pgx.Tx) error {
		r := recalling{tx: tx, query: retrieval.RecallQuery{Terms: terms, Limit: benchLimit}, hits: map[int64]*retrieval.Hit{}}
		hits = search(b, &r)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return hits
}

func searchSegments(b *testing.B, r *recalling) []retrieval.Hit {
	if err := r.begin(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := r.addByWords(b.Context()); err != nil {
		b.Fatal(err)
	}
	var hits []retrieval.Hit
	for _, h := range r.hits {
		hits = append(hits, *h)
	}
	return bestHits(hits)
}

func bestHits(hits []retrieval.Hit) []retrieval.Hit {
	slices.SortFunc(hits, func(a, b retrieval.Hit) int {
		return cmp.Or(cmp.Compare(b.BM25, a.BM25), cmp.Compare(a.Row, b.Row))
	})
	return hits[:min(benchLimit, len(hits))]
}

// rowPostings searches the tables of testdata/rows.sql.
type rowPostings struct{ words string }

// fillRows copies the corpus into those tables; the chunks have their rows in
// its order.
func fillRows(b *testing.B, s *Store, c storetest.Corpus) rowPostings {
	b.Helper()
	if _, err := s.primary.Exec(b.Context(), benchSQL(b, "rows.sql")); err != nil {
		b.Fatal(err)
	}
	ids, df := map[string]int32{}, []int{0}
	postings := 0
	row := int64(0)
	for e := range c.All() {
		var lines [][]any
		for _, chunk := range e.Chunks {
			row++
			for _, t := range chunk.Terms {
				if ids[t.Term] == 0 {
					ids[t.Term] = int32(len(df))
					df = append(df, 0)
				}
				df[ids[t.Term]]++
				lines = append(lines, []any{row, ids[t.Term], t.Count, chunk.Length})
			}
		}
		postings += len(lines)
		copyInto(b, s, "posting", []string{"chunk", "term", "count", "length"}, lines)
	}
	var lines [][]any
	for term, id := range ids {
		lines = append(lines, []any{id, term, df[id]})
	}
	copyInto(b, s, "term", []string{"id", "term", "df"}, lines)
	if _, err := s.primary.Exec(b.Context(), benchSQL(b, "rows_keys.sql")); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d chunks, %d postings", row, postings)
	return rowPostings{words: benchSQL(b, "words_rows.sql")}
}

func copyInto(b *testing.B, s *Store, table string, columns []string, lines [][]any) {
	b.Helper()
	if _, err := s.primary.CopyFrom(b.Context(), pgx.Identifier{table}, columns, pgx.CopyFromRows(lines)); err != nil {
		b.Fatal(err)
	}
}

func benchSQL(b *testing.B, name string) string {
	b.Helper()
	statements, err := os.ReadFile("testdata/" + name)
	if err != nil {
		b.Fatal(err)
	}
	return string(statements)
}

func (p rowPostings) search(b *testing.B, r *recalling) []retrieval.Hit {
	ids := make([]int32, len(r.query.Terms))
	df := make([]int, len(r.query.Terms))
	place := map[string]int{}
	for i, t := range r.query.Terms {
		place[t] = i
	}
	var lengths int64
	batch := &pgx.Batch{}
	batch.Queue(settingsSQL, "100")
	batch.Queue(`SELECT chunks, terms FROM collection`).QueryRow(func(row pgx.Row) error { return row.Scan(&r.chunks, &lengths) })
	batch.Queue(`SELECT term, id, df FROM term WHERE term = ANY ($1)`, r.query.Terms).Query(func(rows pgx.Rows) error {
		var term string
		var id int32
		var chunks int
		_, err := pgx.ForEachRow(rows, []any{&term, &id, &chunks}, func() error {
			ids[place[term]], df[place[term]] = id, chunks
			return nil
		})
		return err
	})
	if err := r.tx.SendBatch(b.Context(), batch).Close(); err != nil {
		b.Fatal(err)
	}
	finding, adding := retrieval.SplitCommon(r.query.Terms, df, r.chunks)
	args := r.arguments()
	args["exact"], args["k1"], args["b"], args["average"] = []int32{}, retrieval.BM25K1, retrieval.BM25B, float64(lengths)/float64(r.chunks)
	headroom := 0.0 // what the adding terms can give a chunk at most
	for name, terms := range map[string][]string{"finding": finding, "adding": adding} {
		chosen, idf := []int32{}, []float64{}
		for _, t := range terms {
			chosen = append(chosen, ids[place[t]])
			idf = append(idf, retrieval.IDF(r.chunks, df[place[t]]))
			if name == "adding" {
				headroom += (retrieval.BM25K1 + 1) * idf[len(idf)-1]
			}
		}
		args[name], args[name+"_idf"] = chosen, idf
	}
	args["headroom"] = headroom
	rows, err := r.tx.Query(b.Context(), withFilter(p.words), args)
	if err != nil {
		b.Fatal(err)
	}
	hits, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (h retrieval.Hit, err error) {
		err = row.Scan(&h.Row, &h.Exact, &h.BM25)
		return h, err
	})
	if err != nil {
		b.Fatal(err)
	}
	return bestHits(hits)
}

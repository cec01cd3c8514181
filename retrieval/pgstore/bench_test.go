package pgstore

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"zhiwen/retrieval"
	"zhiwen/retrieval/pgstore/pgtest"
	"zhiwen/retrieval/storetest"
)

const (
	benchDim       = 512
	benchQuestions = 50
	benchLimit     = 100
)

// benchCorpus is more than retrieval.CommonAbove chunks; ZHIWEN_BENCH_CHUNKS
// names another number.
func benchCorpus(b *testing.B) storetest.Corpus {
	b.Helper()
	chunks := retrieval.CommonAbove + 500
	if set := os.Getenv("ZHIWEN_BENCH_CHUNKS"); set != "" {
		var err error
		if chunks, err = strconv.Atoi(set); err != nil {
			b.Fatalf("ZHIWEN_BENCH_CHUNKS: %v", err)
		}
	}
	return storetest.Corpus{Seed: 7, Documents: chunks / 10, Chunks: 10, ChunkRunes: 320, Dim: benchDim}
}

// benchStore fills a store but builds no index yet.
func benchStore(b *testing.B, c storetest.Corpus) *Store {
	b.Helper()
	s := open(b, pgtest.Schema(b))
	b.Cleanup(func() { s.Close() })
	started := time.Now()
	putAll(b, s, c)
	b.Logf("%d chunks put at %.0f a second", c.Documents*c.Chunks, float64(c.Documents*c.Chunks)/time.Since(started).Seconds())
	return s
}

// BenchmarkNearest compares indexes over vectors of whole and of half
// precision with a comparison of all. The second is the store's.
func BenchmarkNearest(b *testing.B) {
	c := benchCorpus(b)
	s := benchStore(b, c)
	for _, kind := range []string{"exact", "halfvec", "vector"} {
		b.Run(kind, func(b *testing.B) {
			query := inSet(withFilter(nearestExactSQL), 1)
			var built time.Duration
			if kind != "exact" {
				query = strings.ReplaceAll(nearestIndexedSQL(1, c.Dim), "halfvec", kind)
				built = buildIndexOf(b, s, kind, c.Dim)
			}
			missing, asked := 0, 0
			for i := 0; b.Loop(); i++ {
				_, vector := c.Question(i % benchQuestions)
				q := retrieval.RecallQuery{Vector: vector, Limit: benchLimit}
				var got []int64
				benchRead(b, s, q, func(tx pgx.Tx, r *recalling) error {
					var err error
					got, err = collect(b, tx, query, r)
					return err
				})
				if kind != "exact" && i < benchQuestions {
					b.StopTimer()
					missing += missingOfTen(b, s, q, got)
					asked += 10
					b.StartTimer()
				}
			}
			if asked > 0 {
				b.ReportMetric(1-float64(missing)/float64(asked), "recall@10")
				b.ReportMetric(built.Seconds(), "build-s")
				b.ReportMetric(sizeMB(b, s, "embedding_1_nearest"), "MB")
			}
		})
	}
}

func buildIndexOf(b *testing.B, s *Store, kind string, dim int) time.Duration {
	b.Helper()
	started := time.Now()
	for _, statement := range []string{
		`DROP INDEX IF EXISTS embedding_1_nearest`,
		fmt.Sprintf(`CREATE INDEX embedding_1_nearest ON embedding_1 USING hnsw ((vector::%s(%d)) %s_ip_ops)`, kind, dim, kind),
		`VACUUM ANALYZE embedding_1`,
	} {
		if _, err := s.primary.Exec(b.Context(), statement); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(started)
}

// missingOfTen counts which of the ten nearest were not found.
func missingOfTen(b *testing.B, s *Store, q retrieval.RecallQuery, got []int64) int {
	b.Helper()
	missing := 10
	benchRead(b, s, q, func(tx pgx.Tx, r *recalling) error {
		exact, err := collect(b, tx, inSet(withFilter(nearestExactSQL), 1), r)
		for _, row := range exact[:10] {
			for _, other := range got {
				if row == other {
					missing--
				}
			}
		}
		return err
	})
	return missing
}

func collect(b *testing.B, tx pgx.Tx, query string, r *recalling) ([]int64, error) {
	rows, err := tx.Query(b.Context(), query, r.arguments())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// benchRead begins a search and hands it over.
func benchRead(b *testing.B, s *Store, q retrieval.RecallQuery, do func(pgx.Tx, *recalling) error) {
	b.Helper()
	err := s.read(b.Context(), func(tx pgx.Tx) error {
		r := recalling{tx: tx, query: q, model: s.usedModel()}
		if err := r.begin(b.Context()); err != nil {
			return err
		}
		return do(tx, &r)
	})
	if err != nil {
		b.Fatal(err)
	}
}

func sizeMB(b *testing.B, s *Store, relation string) float64 {
	b.Helper()
	var bytes int64
	if err := s.primary.QueryRow(b.Context(), `SELECT pg_total_relation_size($1::regclass)`, relation).Scan(&bytes); err != nil {
		b.Fatal(err)
	}
	return float64(bytes) / (1 << 20)
}

// BenchmarkRecall times a whole search: both legs, the filter and all scores.
func BenchmarkRecall(b *testing.B) {
	c := benchCorpus(b)
	s := benchStore(b, c)
	if err := s.Settle(b.Context()); err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		terms, vector := c.Question(i % benchQuestions)
		if _, err := s.Recall(b.Context(), retrieval.RecallQuery{Terms: terms, Vector: vector, Limit: benchLimit}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPut(b *testing.B) {
	storetest.BenchmarkPut(b, func(b *testing.B) storetest.Store {
		s := open(b, pgtest.Schema(b))
		b.Cleanup(func() { s.Close() })
		return s
	})
}

package sqlitestore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	_ "modernc.org/sqlite/vec" // sqlite-vec, to compare with

	"zhiwen/retrieval"
	"zhiwen/retrieval/postings"
	"zhiwen/retrieval/storetest"
)

// The vectors and questions of BenchmarkVectors, as files of little-endian
// float32s; without them, synthetic ones in clusters are used.
const (
	benchVectors   = "ZHIWEN_BENCH_VECTORS"
	benchQuestions = "ZHIWEN_BENCH_QUESTIONS"
)

// vectorSearch is a way to find the limit nearest rows.
type vectorSearch struct {
	name   string
	open   func(b *testing.B, vectors [][]float32) // outside the measured time
	load   func(b *testing.B)                      // what every start costs
	search func(b *testing.B, question []float32, limit int) []int64
}

// BenchmarkVectors compares ways to search 100,000 vectors; the figures of
// docs/decisions/0001-vector-search.md come from it.
func BenchmarkVectors(b *testing.B) {
	const n, limit = 100_000, 100
	vectors, questions := vectorsFor(b, n)
	questions = questions[:min(100, len(questions))]
	nearest := make([][]int64, len(questions))
	for i, q := range questions {
		nearest[i] = nearestByFloats(vectors, q, limit)
	}
	for _, way := range []vectorSearch{
		signsAndFloats(), floatsInMemory(),
		sqliteVec("sqlite-vec-float32", `vec_f32(?)`, `vec_distance_cosine(form, `, 0),
		sqliteVec("sqlite-vec-int8-rescored", `vec_quantize_int8(vec_f32(?), 'unit')`, `vec_distance_L2(vec_int8(form), `, 2),
		sqliteVec("sqlite-vec-bit-rescored", `vec_quantize_binary(vec_f32(?))`, `vec_distance_hamming(vec_bit(form), `, 10),
	} {
		b.Run(way.name, func(b *testing.B) {
			way.open(b, vectors)
			before, start := heap(), time.Now()
			way.load(b)
			loaded := time.Since(start)
			after := heap()
			var took []time.Duration
			found10, found100, asked := 0, 0, 0
			for i := 0; b.Loop(); i++ {
				q := i % len(questions)
				start := time.Now()
				got := way.search(b, questions[q], limit)
				took = append(took, time.Since(start))
				asked++
				found10 += shared(nearest[q][:10], got[:10])
				found100 += shared(nearest[q], got)
			}
			reportPercentiles(b, took)
			b.ReportMetric(float64(found10)/float64(10*asked), "recall@10")
			b.ReportMetric(float64(found100)/float64(limit*asked), "recall@100")
			b.ReportMetric(loaded.Seconds()*1000, "load-ms")
			b.ReportMetric(float64(int64(after)-int64(before))/(1<<20), "heap-MiB")
		})
	}
}

func vectorsFor(b *testing.B, n int) (vectors, questions [][]float32) {
	b.Helper()
	if file := os.Getenv(benchVectors); file != "" {
		return readVectors(b, file), readVectors(b, os.Getenv(benchQuestions))
	}
	c := storetest.Corpus{Seed: 11, Documents: n / 100, Chunks: 100, ChunkRunes: 1, Dim: benchDim}
	for e := range c.All() {
		for _, chunk := range e.Chunks {
			vectors = append(vectors, chunk.Vector)
		}
	}
	for i := range 100 {
		_, v := c.Question(i)
		questions = append(questions, v)
	}
	return vectors, questions
}

func readVectors(b *testing.B, file string) [][]float32 {
	b.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	var vectors [][]float32
	for ; len(data) >= 4*benchDim; data = data[4*benchDim:] {
		v := make([]float32, benchDim)
		for i := range v {
			v[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
		vectors = append(vectors, v)
	}
	return vectors
}

func nearestByFloats(vectors [][]float32, question []float32, limit int) []int64 {
	cosines := make([]float32, len(vectors))
	rows := make([]int64, len(vectors))
	for i, v := range vectors {
		rows[i] = int64(i)
		var a, b, c, d float32
		for k := 0; k+4 <= len(v); k += 4 {
			a += v[k] * question[k]
			b += v[k+1] * question[k+1]
			c += v[k+2] * question[k+2]
			d += v[k+3] * question[k+3]
		}
		cosines[i] = a + b + c + d
	}
	return postings.Top(rows, limit, func(x, y int64) int {
		return cmp.Or(cmp.Compare(cosines[y], cosines[x]), cmp.Compare(x, y))
	})
}

func shared(want, got []int64) int {
	n := 0
	for _, row := range want {
		if slices.Contains(got, row) {
			n++
		}
	}
	return n
}

func floatsInMemory() vectorSearch {
	var source, held [][]float32
	return vectorSearch{
		name: "float32-in-memory",
		open: func(_ *testing.B, vectors [][]float32) { source = vectors },
		load: func(*testing.B) {
			held = make([][]float32, len(source))
			for i, v := range source {
				held[i] = slices.Clone(v)
			}
		},
		search: func(_ *testing.B, q []float32, limit int) []int64 { return nearestByFloats(held, q, limit) },
	}
}

// signsAndFloats is the store as it is, without words.
func signsAndFloats() vectorSearch {
	var s *Store
	var path string
	first := int64(0)
	return vectorSearch{
		name: "signs-in-memory-rescored",
		open: func(b *testing.B, vectors [][]float32) {
			path = filepath.Join(b.TempDir(), "vectors.db")
			fresh := openBench(b, path)
			const perDocument = 1000
			for i := 0; i < len(vectors); i += perDocument {
				m := retrieval.Meta{Key: fmt.Sprint(i)}
				m.ID = fmt.Sprint(i)
				e := retrieval.Entry{Document: retrieval.Document{Meta: m}}
				for k, v := range vectors[i:min(i+perDocument, len(vectors))] {
					e.Chunks = append(e.Chunks, retrieval.IndexedChunk{
						Chunk: retrieval.Chunk{ID: retrieval.NewChunkID(m.ID, k), Ordinal: k}, Vector: v,
					})
				}
				if err := fresh.Put(b.Context(), e); err != nil {
					b.Fatal(err)
				}
			}
		},
		load: func(b *testing.B) {
			s = openBench(b, path)
			if _, err := s.Recall(b.Context(), retrieval.RecallQuery{Limit: 1}); err != nil {
				b.Fatal(err)
			}
			first = s.view.base
		},
		search: func(b *testing.B, q []float32, limit int) []int64 {
			r, err := s.Recall(b.Context(), retrieval.RecallQuery{Vector: q, Limit: limit})
			if err != nil {
				b.Fatal(err)
			}
			slices.SortFunc(r.Hits, func(x, y retrieval.Hit) int { return cmp.Compare(y.Cosine, x.Cosine) })
			rows := make([]int64, 0, limit)
			for _, h := range r.Hits {
				rows = append(rows, h.Row-first)
			}
			return rows
		},
	}
}

// sqliteVec scans with the functions of sqlite-vec; with rescored, the best
// rescored·limit by the short form are compared by their floats.
func sqliteVec(name, encode, distance string, rescored int) vectorSearch {
	var db *sql.DB
	return vectorSearch{
		name: name,
		open: func(b *testing.B, vectors [][]float32) {
			db = vecTable(b, encode, vectors)
		},
		load: func(*testing.B) {},
		search: func(b *testing.B, q []float32, limit int) []int64 {
			query := `SELECT row FROM short ORDER BY ` + distance + encode + `) LIMIT ?`
			args := []any{encodeFloats(q), limit}
			if rescored > 0 {
				query = `SELECT row FROM long WHERE row IN (SELECT row FROM short ORDER BY ` + distance + encode + `) LIMIT ?)
					ORDER BY vec_distance_cosine(floats, ?) LIMIT ?`
				args = []any{encodeFloats(q), rescored * limit, encodeFloats(q), limit}
			}
			rows, err := db.QueryContext(b.Context(), query, args...)
			if err != nil {
				b.Fatal(err)
			}
			defer rows.Close()
			var found []int64
			for rows.Next() {
				var row int64
				if err := rows.Scan(&row); err != nil {
					b.Fatal(err)
				}
				found = append(found, row)
			}
			if err := rows.Err(); err != nil {
				b.Fatal(err)
			}
			return found
		},
	}
}

func vecTable(b *testing.B, encode string, vectors [][]float32) *sql.DB {
	b.Helper()
	db, err := sql.Open("sqlite", dsn(filepath.Join(b.TempDir(), "vec.db"), Options{}, "_txlock=deferred"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() }) // a scratch file, gone after the test
	err = inTx(context.Background(), db, func(tx *sql.Tx) error {
		if _, err := tx.Exec(`CREATE TABLE short (row INTEGER PRIMARY KEY, form BLOB); CREATE TABLE long (row INTEGER PRIMARY KEY, floats BLOB)`); err != nil {
			return err
		}
		for i, v := range vectors {
			if _, err := tx.Exec(`INSERT INTO short VALUES (?, `+encode+`)`, i, encodeFloats(v)); err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO long VALUES (?, ?)`, i, encodeFloats(v)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return db
}

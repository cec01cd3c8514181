package pgstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"zhiwen/retrieval"
	"zhiwen/retrieval/pgstore/pgtest"
	"zhiwen/retrieval/postings"
	"zhiwen/retrieval/storetest"
)

// versionOf is the n-th version of a page; its word is in no other.
func versionOf(key string, n int) retrieval.Entry {
	meta := retrieval.Meta{Key: key, Source: key, Title: "办法"}
	var paragraphs []string
	for i := range 1 + n%4 {
		paragraphs = append(paragraphs, fmt.Sprintf("共同的话 %s第%d版%d", key, n, i))
	}
	return storetest.NewEntry(meta, paragraphs, nil)
}

func putVersion(t *testing.T, s *Store, key string, n int) {
	t.Helper()
	if err := s.Put(t.Context(), versionOf(key, n)); err != nil {
		t.Error(err)
	}
}

// Pages change again and again; few segments are left, and no posting is lost.
func TestMerge(t *testing.T) {
	s := open(t, pgtest.Schema(t))
	defer s.Close()
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 3 * postings.MergeAt * postings.MergeAt {
		putVersion(t, s, fmt.Sprint("页", random.IntN(20)), n)
	}
	verify(t, s)
	if left := segments(t, s); len(left) > 3*(postings.MergeAt-1) {
		t.Errorf("%d segments are left", len(left))
	}
}

func segments(t *testing.T, s *Store) (all []postings.Segment) {
	t.Helper()
	err := s.read(t.Context(), func(tx pgx.Tx) (err error) {
		all, err = loadSegments(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Writers of the same pages and of others work side by side, each merging
// after its own.
func TestWritersTogether(t *testing.T) {
	database := pgtest.Schema(t)
	const writers, versions, pages = 4, 25, 3
	var wg sync.WaitGroup
	for w := range writers {
		s := open(t, database) // as another process would
		defer s.Close()
		wg.Go(func() {
			for n := range versions {
				putVersion(t, s, fmt.Sprint("页", n%pages), w*versions+n)
				putVersion(t, s, fmt.Sprint("自己的页", w, n), n)
			}
		})
	}
	wg.Wait()
	s := open(t, database)
	defer s.Close()
	verify(t, s)
	st, err := s.Stats(t.Context())
	if err != nil || st.Documents != pages+writers*versions {
		t.Errorf("%+v, %v: want %d documents", st, err, pages+writers*versions)
	}
}

// A writer that has written everything but has not committed keeps others
// waiting only for its own documents.
func TestWritersDoNotWait(t *testing.T) {
	s := open(t, pgtest.Schema(t))
	defer s.Close()
	tx, err := s.primary.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	entries := []retrieval.Entry{versionOf("页", 1)}
	p, err := beginPut(t.Context(), tx, entries)
	if err != nil {
		t.Fatal(err)
	}
	p.nextRow = 1_000
	if err := errors.Join(p.take(t.Context(), &entries[0]), p.flush(t.Context())); err != nil {
		t.Fatal(err)
	}
	putVersion(t, s, "别的页", 1)

	same := make(chan error, 1)
	go func() { same <- s.Put(t.Context(), versionOf("页", 2)) }()
	waitUntilBlocked(t, s, tx)
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-same; err != nil {
		t.Fatal(err)
	}
	verify(t, s)
	if h, err := s.Head(t.Context(), "页"); err != nil || h.Version != 1 {
		t.Errorf("version %d, %v: want 1, the other was taken back", h.Version, err)
	}
}

// While a merge is on its way, two writers replace documents in the segments
// that it merges. They do not wait for it, and it does not bring back what
// they took away.
func TestReplaceDuringMerge(t *testing.T) {
	s := open(t, pgtest.Schema(t))
	defer s.Close()
	for n := range postings.MergeAt - 1 {
		putVersion(t, s, fmt.Sprint("页", n), 2)
	}
	// The last segment that it takes, without the merge that Put ends with.
	if _, err := s.put(t.Context(), []retrieval.Entry{versionOf("页9", 2)}); err != nil {
		t.Fatal(err)
	}
	// A merge that has read what is gone and written its segment comes to a
	// stop where it deletes blocks that somebody else has locked.
	blocker, err := s.primary.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = blocker.Rollback(context.Background()) }()
	if _, err := blocker.Exec(t.Context(), `SELECT FROM block FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	merged := make(chan error, 1)
	go func() { merged <- s.merge(t.Context()) }()
	waitUntilBlocked(t, s, blocker)

	var writers sync.WaitGroup
	for n := range 2 {
		writers.Go(func() { putVersion(t, s, fmt.Sprint("页", n), 3) })
	}
	writers.Wait()
	verify(t, s)
	select {
	case err := <-merged:
		t.Errorf("the merge did not wait: %v", err)
	default:
	}
	if err := blocker.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-merged; err != nil {
		t.Fatal(err)
	}
	verify(t, s)
	r, err := s.Recall(t.Context(), retrieval.RecallQuery{Terms: []string{"共同"}, Limit: 100})
	if want := 2*4 + 2*3; err != nil || r.DF[0] != want || len(r.Hits) != want || r.Chunks != want {
		t.Errorf("%d hits, df %v of %d chunks, %v: want %d", len(r.Hits), r.DF, r.Chunks, err, want)
	}
}

// waitUntilBlocked waits until somebody waits for a transaction.
func waitUntilBlocked(t *testing.T, s *Store, blocker pgx.Tx) {
	t.Helper()
	for blocked := false; !blocked; {
		err := s.primary.QueryRow(t.Context(), `SELECT count(*) > 0 FROM pg_locks
			WHERE NOT granted AND $1 = ANY (pg_blocking_pids(pid))`, int32(blocker.Conn().PgConn().PID())).Scan(&blocked)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A search reads one block for each term and segment, through the index.
func TestListsAreLookedUp(t *testing.T) {
	s := open(t, pgtest.Schema(t))
	defer s.Close()
	putAll(t, s, storetest.Corpus{Seed: 5, Documents: 120, Chunks: 10, ChunkRunes: 100})
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := s.read(t.Context(), func(tx pgx.Tx) error {
		r := recalling{tx: tx, query: retrieval.RecallQuery{Terms: []string{"没有", "办法"}, Limit: 10}}
		if err := r.begin(t.Context()); err != nil {
			return err
		}
		args := pgx.NamedArgs{"terms": r.storedTerms()}
		rows, err := tx.Query(t.Context(), "EXPLAIN "+listsSQL, args)
		if err != nil {
			return err
		}
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if text := strings.Join(plan, "\n"); !strings.Contains(text, "Index Scan Backward using block_pkey") {
			t.Errorf("the plan does not look blocks up:\n%s", text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A term may be longer than an index of PostgreSQL takes, and two of them may
// begin alike.
func TestLongTerms(t *testing.T) {
	s := open(t, pgtest.Schema(t))
	defer s.Close()
	random := rand.New(rand.NewPCG(3, 4)) // what repeats itself would be compressed
	var long strings.Builder
	for long.Len() < 10_000 {
		fmt.Fprintf(&long, "%x", random.Uint64())
	}
	one, other := long.String()+"1", long.String()+"2"
	for _, word := range []string{one, other} {
		e := storetest.NewEntry(retrieval.Meta{Key: word[9_000:], Source: "k", Title: "办法"}, []string{word}, nil)
		if err := s.Put(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	r, err := s.Recall(t.Context(), retrieval.RecallQuery{Terms: []string{one, other, long.String()}, Limit: 10})
	if err != nil || r.DF[0] != 1 || r.DF[1] != 1 || r.DF[2] != 0 || len(r.Hits) != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	verify(t, s)
}

// verify holds one snapshot of the database to its invariants.
func verify(t *testing.T, s *Store) {
	t.Helper()
	err := s.read(t.Context(), func(tx pgx.Tx) error {
		for name, query := range map[string]string{
			"chunks without a current document": `SELECT count(*) FROM chunk JOIN document ON num = doc WHERE state <> 'current'`,
			"chunks counted wrongly":            `SELECT chunks - (SELECT count(*) FROM chunk) FROM collection`,
			"documents counted wrongly":         `SELECT documents - (SELECT count(*) FROM document WHERE state = 'current') FROM collection`,
			"lengths counted wrongly":           `SELECT terms - (SELECT coalesce(sum(length), 0) FROM chunk) FROM collection`,
			"rows given twice":                  `SELECT count(*) FROM chunk WHERE row > (SELECT last_row FROM collection)`,
			"blocks without a segment":          `SELECT count(*) FROM block WHERE segment NOT IN (SELECT id FROM segment)`,
			"chunks both there and gone":        `SELECT count(*) FROM chunk JOIN gone ON row BETWEEN first_row AND last_row`,
		} {
			var wrong int
			if err := tx.QueryRow(t.Context(), query).Scan(&wrong); err != nil || wrong != 0 {
				t.Errorf("%s: %v, %v", name, wrong, err)
			}
		}
		verifySets(t, tx)
		return verifyPostings(t, tx)
	})
	if err != nil {
		t.Error(err)
	}
}

// verifySets compares the sets of vectors with their counts and with the chunks.
func verifySets(t *testing.T, tx pgx.Tx) {
	t.Helper()
	sets, err := loadSets(t.Context(), tx)
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range sets {
		var vectors, live int
		err := tx.QueryRow(t.Context(), inSet(`SELECT count(*), count(chunk.row) FROM embedding_{{set}} LEFT JOIN chunk USING (row)`, set.ID)).
			Scan(&vectors, &live)
		if err != nil || vectors != set.Vectors || live != vectors {
			t.Errorf("%s: %d vectors, %d of them of chunks, counted as %d, %v", set.Model, vectors, live, set.Vectors, err)
		}
	}
}

// verifyPostings adds up the postings of every chunk and compares the sums
// with the lengths that ingest counted.
func verifyPostings(t *testing.T, tx pgx.Tx) error {
	t.Helper()
	left := map[int64]int32{} // of each chunk's length, not found yet
	rows, err := tx.Query(t.Context(), `SELECT row, length FROM chunk`)
	if err != nil {
		return err
	}
	var row int64
	var length int32
	if _, err := pgx.ForEachRow(rows, []any{&row, &length}, func() error {
		left[row] = length
		return nil
	}); err != nil {
		return err
	}
	lengths := map[int64]int32{}
	for row, length := range left {
		lengths[row] = length
	}
	gone, err := loadGone(t.Context(), tx, 0, 1<<62)
	if err != nil {
		return err
	}
	segments, err := loadSegments(t.Context(), tx)
	if err != nil {
		return err
	}
	seen := map[int64]bool{} // ranges that are gone and have postings
	for _, seg := range segments {
		chunks := map[int64]bool{}
		c, last := postings.NewCursor(part(tx, seg)), ""
		for {
			if err := c.Next(t.Context()); err != nil {
				return err
			}
			if c.Done {
				break
			}
			if string(c.Term()) <= last {
				t.Errorf("term %q stands after %q", c.Term(), last)
			}
			last = string(c.Term())
			for p := range format.Postings(seg.FirstRow, c.List()) {
				chunks[p.Row] = true
				if first, _, is := gone.holds(p.Row); is {
					seen[first] = true
					continue
				}
				if left[p.Row] -= p.Count; p.Length != lengths[p.Row] {
					t.Errorf("row %d: length %d in a list, %d in its chunk", p.Row, p.Length, lengths[p.Row])
				}
			}
		}
		if len(chunks) != seg.Chunks {
			t.Errorf("segment %+v has postings of %d chunks", seg, len(chunks))
		}
	}
	for row, missing := range left {
		if missing != 0 {
			t.Errorf("row %d: %d terms less in postings than its chunk has", row, missing)
		}
	}
	if len(seen) != len(gone.first) {
		t.Errorf("%d ranges of rows are gone, and %d have postings", len(gone.first), len(seen))
	}
	return nil
}

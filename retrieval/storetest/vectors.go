package storetest

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhiwen/retrieval"
)

// maker makes the vectors of a model: any text's, always the same.
type maker retrieval.Model

var (
	older = maker{"older", testDim}
	newer = maker{"newer", 2*testDim + 5}
)

func (m maker) vector(text string) []float32 {
	h := fnv.New64a()
	h.Write([]byte(m.Name + text))
	g := generator{Corpus: Corpus{Dim: m.Dim}, rand: rand.New(rand.NewPCG(h.Sum64(), 0))}
	return g.direction()
}

func (m maker) embed(_ context.Context, chunks []retrieval.Passage) ([][]float32, error) {
	vectors := make([][]float32, len(chunks))
	for i, c := range chunks {
		vectors[i] = m.vector(c.Chunk.Text)
	}
	return vectors, nil
}

// page makes a document of paragraphs with vectors.
func (m maker) page(key string, paragraphs ...string) retrieval.Entry {
	var vectors [][]float32
	for _, p := range paragraphs {
		vectors = append(vectors, m.vector(p))
	}
	return NewEntry(retrieval.Meta{Key: key, Source: key, Title: "办法"}, paragraphs, vectors)
}

func (m maker) use(t *testing.T, s Store) {
	t.Helper()
	if err := s.UseModel(t.Context(), m.Name, m.Dim); err != nil {
		t.Fatal(err)
	}
}

// finds checks that the text is found by its vector alone, or is not.
func (m maker) finds(t *testing.T, s Store, text string, want bool) {
	t.Helper()
	r := recall(t, s, retrieval.RecallQuery{Vector: m.vector(text), Limit: 1})
	found := len(r.Hits) == 1 && r.Hits[0].Cosine > 0.999
	if found != want || r.NoVectors {
		t.Errorf("%s finds %q: %v, want %v: %+v", m.Name, text, found, want, r)
	}
}

// byWordsOnly checks that the process has no vectors to search and says so.
func (m maker) byWordsOnly(t *testing.T, s Store, text string) {
	t.Helper()
	r := recall(t, s, retrieval.RecallQuery{Terms: retrieval.Terms(text), Vector: m.vector(text), Limit: 10})
	if !r.NoVectors || len(r.Hits) == 0 {
		t.Errorf("by words only: %+v", r)
	}
	for _, h := range r.Hits {
		if h.Cosine != 0 {
			t.Errorf("a vector was compared: %+v", h)
		}
	}
}

func (m maker) begin(t *testing.T, s Store) retrieval.VectorSet {
	t.Helper()
	set, err := s.BeginSet(t.Context(), retrieval.Model(m))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// fill embeds all chunks without vectors, a few at a time, and gives their texts.
func (m maker) fill(t *testing.T, s Store, set retrieval.VectorSet) []string {
	t.Helper()
	var texts []string
	var from int64
	for {
		chunks, err := s.Unembedded(t.Context(), set, from, 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(chunks) == 0 {
			return texts
		}
		vectors, err := m.embed(t.Context(), chunks)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.AddVectors(t.Context(), set, chunks, vectors); err != nil {
			t.Fatal(err)
		}
		for _, c := range chunks {
			texts = append(texts, c.Chunk.Text)
		}
		from = chunks[len(chunks)-1].Row + 1
	}
}

func wantSets(t *testing.T, s Store, want ...string) {
	t.Helper()
	sets, err := s.VectorSets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, set := range sets {
		got = append(got, fmt.Sprint(set.Model.Name, " ", set.State, " ", set.Vectors))
	}
	if !slices.Equal(got, want) {
		t.Errorf("sets %q, want %q", got, want)
	}
}

// testVectorSets goes over to another model, back, and drops a set. The store
// stands for three processes, one after another; each is what it last used.
func testVectorSets(t *testing.T, s Store) {
	older.use(t, s)
	put(t, s, older.page("a", "甲一", "甲二", "甲三", "甲四"), older.page("b", "乙一", "乙二"))
	put(t, s, page("bare", "办法", "没有向量"))
	wantSets(t, s, "older active 6")

	set := newer.begin(t, s)
	if again := newer.begin(t, s); again != set || set.State != retrieval.SetBuilding {
		t.Errorf("begun twice: %+v and %+v", set, again)
	}
	wantError(t, "a set that is being built", s.UseModel(t.Context(), newer.Name, newer.Dim), retrieval.ErrModel)
	older.finds(t, s, "甲一", true)
	if got := newer.fill(t, s, set); len(got) != 7 {
		t.Errorf("embedded %q, want all seven", got)
	}
	wantSets(t, s, "older active 6", "newer building 7")
	older.finds(t, s, "甲一", true)

	// Documents that come and go meanwhile.
	put(t, s, older.page("b", "乙新"), older.page("c", "丙一", "丙二"))
	wantSets(t, s, "older active 7", "newer building 5")
	older.finds(t, s, "乙新", true)
	older.finds(t, s, "乙一", false)
	var late []string
	err := s.Activate(t.Context(), set, func(ctx context.Context, chunks []retrieval.Passage) ([][]float32, error) {
		for _, c := range chunks {
			late = append(late, c.Chunk.Text)
		}
		return newer.embed(ctx, chunks)
	})
	if slices.Sort(late); err != nil || !slices.Equal(late, []string{"丙一", "丙二", "乙新"}) {
		t.Errorf("embedded at last: %q, %v", late, err)
	}
	wantSets(t, s, "older retired 7", "newer active 8")
	if st := stats(t, s); st.Model != newer.Name || st.Dim != newer.Dim || st.Vectors != 8 {
		t.Errorf("statistics: %+v", st)
	}

	// A process that runs on with the older model.
	older.finds(t, s, "丙一", true)
	wantError(t, "put with the older model", s.Put(t.Context(), older.page("d", "丁")), retrieval.ErrModel)
	put(t, s, page("plain", "办法", "也没有向量"))

	newer.use(t, s)
	put(t, s, newer.page("d", "丁"))
	for _, text := range []string{"甲一", "没有向量", "乙新", "丙二", "丁"} {
		newer.finds(t, s, text, true)
	}
	newer.finds(t, s, "也没有向量", false)
	newer.finds(t, s, "乙一", false)
	if got := newer.fill(t, s, newer.begin(t, s)); !slices.Equal(got, []string{"也没有向量"}) {
		t.Errorf("embedded %q, want what was missing", got)
	}
	newer.finds(t, s, "也没有向量", true)

	// Back again, and over again.
	for _, m := range []maker{older, newer} {
		set := m.begin(t, s)
		m.fill(t, s, set)
		if err := s.Activate(t.Context(), set, m.embed); err != nil {
			t.Fatal(err)
		}
		m.use(t, s)
		m.finds(t, s, "丁", true)
	}
	older.use(t, s)
	testDropSets(t, s)
}

func testDropSets(t *testing.T, s Store) {
	gone := older.begin(t, s)
	dropped, err := s.DropSets(t.Context())
	if err != nil || len(dropped) != 1 || dropped[0].Model != retrieval.Model(older) {
		t.Errorf("dropped %+v, %v", dropped, err)
	}
	wantSets(t, s, "newer active 10")
	older.byWordsOnly(t, s, "甲一")
	wantError(t, "a set that was dropped", s.UseModel(t.Context(), older.Name, older.Dim), retrieval.ErrModel)
	_, err = s.Unembedded(t.Context(), gone, 0, 1)
	wantDropped(t, "Unembedded", err)
	wantDropped(t, "AddVectors", s.AddVectors(t.Context(), gone, nil, nil))
	wantDropped(t, "Activate", s.Activate(t.Context(), gone, older.embed))
	newer.use(t, s)
	newer.finds(t, s, "甲一", true)
	if dropped, err := s.DropSets(t.Context()); err != nil || len(dropped) != 0 {
		t.Errorf("dropped twice: %+v, %v", dropped, err)
	}
	if set := older.begin(t, s); set.ID == gone.ID || set.State != retrieval.SetBuilding {
		t.Errorf("a set after one that was dropped: %+v", set)
	}
}

func wantDropped(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, retrieval.ErrNotFound) {
		t.Errorf("%s of a set that was dropped: %v", what, err)
	}
}

// testFilledLater is a store that was filled without a model.
func testFilledLater(t *testing.T, s Store) {
	put(t, s, page("a", "办法", "甲一", "甲二"), page("b", "办法", "乙一"))
	older.byWordsOnly(t, s, "甲一") // before UseModel, too
	set := older.begin(t, s)
	older.fill(t, s, set)
	if err := s.Activate(t.Context(), set, older.embed); err != nil {
		t.Fatal(err)
	}
	wantSets(t, s, "older active 3")
	older.use(t, s)
	older.finds(t, s, "甲二", true)
}

// testAddVectors is about what is not as it should be.
func testAddVectors(t *testing.T, s Store) {
	older.use(t, s)
	put(t, s, page("a", "办法", "甲一", "甲二"), page("b", "办法", "乙一"))
	set := older.begin(t, s)
	chunks, err := s.Unembedded(t.Context(), set, 0, 10)
	if err != nil || len(chunks) != 3 {
		t.Fatalf("chunks %+v, %v", chunks, err)
	}
	vectors, err := newer.embed(t.Context(), chunks)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddVectors(t.Context(), set, chunks, vectors); err == nil || !strings.Contains(err.Error(), "dimensions") {
		t.Errorf("vectors of another model: %v", err)
	}
	wantSets(t, s, "older active 0")
	put(t, s, page("a", "办法", "甲新")) // the others are gone
	vectors, err = older.embed(t.Context(), chunks)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time they have their vectors
		if err := s.AddVectors(t.Context(), set, chunks, vectors); err != nil {
			t.Fatal(err)
		}
		wantSets(t, s, "older active 1")
	}
	older.finds(t, s, "乙一", true)

	// A failing embedder leaves everything as it was.
	other := newer.begin(t, s)
	broken := errors.New("broken")
	err = s.Activate(t.Context(), other, func(context.Context, []retrieval.Passage) ([][]float32, error) { return nil, broken })
	wantError(t, "a failing embedder", err, broken)
	wantSets(t, s, "older active 1", "newer building 0")
	var paragraphs []string
	for i := range retrieval.ActivateWithin {
		paragraphs = append(paragraphs, fmt.Sprint("段落", i))
	}
	put(t, s, page("long", "办法", paragraphs...))
	wantError(t, "too many without vectors", s.Activate(t.Context(), other, newer.embed), retrieval.ErrUnembedded)
	wantSets(t, s, "older active 1", "newer building 0")
}

// testSearchDuringReindex asks throughout, while documents are replaced and
// the store goes over to another model and back.
func testSearchDuringReindex(t *testing.T, s Store) {
	older.use(t, s)
	put(t, s, older.page("a", "甲一", "甲二"))
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				r, err := s.Recall(context.Background(), retrieval.RecallQuery{Terms: []string{"甲二"}, Vector: older.vector("甲二"), Limit: 3})
				if err != nil || r.NoVectors || !slices.ContainsFunc(r.Hits, func(h retrieval.Hit) bool { return h.Cosine > 0.999 && h.BM25 > 0 }) {
					t.Errorf("in the middle of a reindex: %+v, %v", r, err)
					return
				}
			}
		})
	}
	for n := range 10 {
		m := []maker{newer, older}[n%2]
		set := m.begin(t, s)
		put(t, s, page("b", "办法", fmt.Sprint("乙", n), "乙二"), page("c", "办法", fmt.Sprint("丙", n)))
		m.fill(t, s, set)
		put(t, s, page("b", "办法", fmt.Sprint("乙", n, "又")))
		if err := s.Activate(t.Context(), set, m.embed); err != nil {
			t.Error(err)
		}
	}
	close(done)
	wg.Wait()
	wantSets(t, s, "older active 4", "newer retired 2")
}

package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhiwen/retrieval"
)

// scoreTolerance is how far a store's scores may lie from the suite's own.
const scoreTolerance = 1e-6

// oracle is a search over everything that was put, as simple as can be.
type oracle struct {
	chunks []retrieval.IndexedChunk
	docs   []retrieval.Meta // aligned with chunks
}

func (o *oracle) add(e retrieval.Entry) {
	for _, c := range e.Chunks {
		o.chunks = append(o.chunks, c)
		o.docs = append(o.docs, e.Document.Meta)
	}
}

func putCorpus(t *testing.T, s Store, c Corpus) *oracle {
	t.Helper()
	o := &oracle{}
	var batch []retrieval.Entry
	for e := range c.All() {
		o.add(e)
		batch = append(batch, e)
		// Batches of several sizes, because stores may keep them apart.
		if len(batch) > len(o.chunks)/40 {
			put(t, s, batch...)
			batch = nil
		}
	}
	put(t, s, batch...)
	return o
}

func count(c retrieval.IndexedChunk, term string) int {
	for _, t := range c.Terms {
		if t.Term == term {
			return t.Count
		}
	}
	return 0
}

func (o *oracle) df(terms []string) []int {
	df := make([]int, len(terms))
	for _, c := range o.chunks {
		for i, t := range terms {
			if count(c, t) > 0 {
				df[i]++
			}
		}
	}
	return df
}

// bm25 gives the score of every chunk, 0 where no finding term occurs. It
// follows the formulas of the design, not the code of retrieval.
func (o *oracle) bm25(terms []string) []float64 {
	n := float64(len(o.chunks))
	total := 0
	for _, c := range o.chunks {
		total += c.Length
	}
	df := o.df(terms)
	finding, _ := retrieval.SplitCommon(terms, df, len(o.chunks))
	scores := make([]float64, len(o.chunks))
	for k, c := range o.chunks {
		found := false
		for i, t := range terms {
			tf := float64(count(c, t))
			if tf == 0 {
				continue
			}
			found = found || slices.Contains(finding, t)
			idf := math.Log(1 + (n-float64(df[i])+0.5)/(float64(df[i])+0.5))
			scores[k] += idf * tf * 2.2 / (tf + 1.2*(0.25+0.75*float64(c.Length)*n/float64(total)))
		}
		if !found {
			scores[k] = 0
		}
	}
	return scores
}

func (o *oracle) cosines(question []float32) []float64 {
	cosines := make([]float64, len(o.chunks))
	for k, c := range o.chunks {
		for i, x := range c.Vector {
			cosines[k] += float64(x) * float64(question[i])
		}
	}
	return cosines
}

// best gives the indexes of the limit highest positive scores that pass.
func best(scores []float64, limit int, pass func(i int) bool) []int {
	var order []int
	for i, s := range scores {
		if s > 0 && pass(i) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(a, b))
	})
	return order[:min(limit, len(order))]
}

// verify compares a store's answer with the oracle's. Where the last wanted
// score is shared by several chunks any of them may be given.
func (o *oracle) verify(t *testing.T, s Store, q retrieval.RecallQuery, pass func(i int) bool) {
	t.Helper()
	r := recall(t, s, q)
	if df := o.df(q.Terms); r.Chunks != len(o.chunks) || !slices.Equal(r.DF, df) {
		t.Errorf("%d chunks, df %v; want %d, %v", r.Chunks, r.DF, len(o.chunks), df)
	}
	hits := chunkIDs(t, s, r.Hits)
	scores := o.bm25(q.Terms)
	var cosines []float64
	if q.Vector != nil {
		cosines = o.cosines(q.Vector)
	}
	for i, c := range o.chunks {
		h, ok := hits[c.ID]
		if !ok {
			continue
		}
		if !pass(i) {
			t.Errorf("chunk %s does not pass the filter", c.ID)
		}
		if math.Abs(h.BM25-scores[i]) > scoreTolerance {
			t.Errorf("chunk %s: BM25 %v, want %v", c.ID, h.BM25, scores[i])
		}
		if q.Vector != nil && math.Abs(h.Cosine-cosines[i]) > scoreTolerance {
			t.Errorf("chunk %s: cosine %v, want %v", c.ID, h.Cosine, cosines[i])
		}
	}
	for _, leg := range [][]float64{scores, cosines} {
		wanted := best(leg, q.Limit, pass)
		for _, i := range wanted {
			_, ok := hits[o.chunks[i].ID]
			if !ok && leg[i] > leg[wanted[len(wanted)-1]]+scoreTolerance {
				t.Errorf("chunk %s with score %v is missing", o.chunks[i].ID, leg[i])
			}
		}
	}
}

func anything(int) bool { return true }

func testBM25(t *testing.T, s Store) {
	c := small
	c.Dim = 0
	o := putCorpus(t, s, c)
	for i := range 40 {
		terms, _ := c.Question(i)
		terms = append(terms, "没有", o.chunks[i].Terms[0].Term)
		o.verify(t, s, retrieval.RecallQuery{Terms: retrievalDistinct(terms), Limit: 5 + i}, anything)
	}
	if r := recall(t, s, retrieval.RecallQuery{Limit: 10}); len(r.Hits) != 0 {
		t.Errorf("a query for nothing found %v", r.Hits)
	}
}

func retrievalDistinct(terms []string) []string {
	slices.Sort(terms)
	return slices.Compact(terms)
}

func testCosine(t *testing.T, s Store) {
	useModel(t, s)
	o := putCorpus(t, s, small)
	// Chunks without a vector are found by words only.
	bare := page("bare", "办法", "没有向量的一段")
	put(t, s, bare)
	o.add(bare)
	for i := range 20 {
		terms, vector := small.Question(i)
		for _, exact := range []bool{true, false} { // the collection is small: both are exact
			o.verify(t, s, retrieval.RecallQuery{Terms: terms, Vector: vector, Limit: 10, ExactVectors: exact}, anything)
		}
	}
	o.verify(t, s, retrieval.RecallQuery{Vector: o.chunks[3].Vector, Limit: 1}, anything)
}

// testCommonTerms needs more than retrieval.CommonAbove chunks; tiny ones.
func testCommonTerms(t *testing.T, s Store) {
	o := &oracle{}
	var entries []retrieval.Entry
	const perDocument = 500
	for n := 0; n <= retrieval.CommonAbove; n += perDocument {
		var paragraphs []string
		for i := n; i < n+perDocument; i++ {
			p := "常见 w" + fmt.Sprint(i%30) // one chunk in thirty: common, too
			if i%1000 == 0 {
				p += " 少见"
			}
			if i%2000 == 0 {
				p += " 常见"
			}
			paragraphs = append(paragraphs, p)
		}
		e := NewEntry(retrieval.Meta{Key: fmt.Sprint(n), Source: fmt.Sprint(n), Title: fmt.Sprint("t", n)}, paragraphs, nil)
		entries = append(entries, e)
		o.add(e)
	}
	put(t, s, entries...)
	for name, terms := range map[string][]string{
		"a rare term finds, common ones add": {"常见", "w5", "少见"},
		"none rare, the two rarest find":     {"常见", "w5", "w7"},
		"one common term finds alone":        {"常见"},
		"terms that no chunk holds":          {"没有", "常见", "w10"},
	} {
		t.Run(name, func(t *testing.T) {
			o.verify(t, s, retrieval.RecallQuery{Terms: terms, Limit: 1000}, anything)
		})
	}
}

func testIdentifiers(t *testing.T, s Store) {
	put(t, s, page("k1", "殡葬管理办法", "绩政〔2021〕7号中的规定：火化补贴", "别的内容，火化补贴火化补贴"))
	for i := range 30 {
		put(t, s, page(fmt.Sprint("filler", i), "通知", strings.Repeat("火化补贴", 3)+fmt.Sprint(i)))
	}
	terms := retrieval.Terms("绩政〔2021〕7号火化补贴")
	q := retrieval.RecallQuery{Terms: retrievalDistinct(terms), Limit: 1}
	q.Exact = slices.DeleteFunc(slices.Clone(q.Terms), func(t string) bool { return !retrieval.IsIdentifier(t) })
	if len(q.Exact) != 1 {
		t.Fatalf("identifiers %v", q.Exact)
	}
	exact := 0
	for _, h := range recall(t, s, q).Hits {
		if h.Exact {
			exact++
		}
	}
	if exact != 1 {
		t.Errorf("%d exact hits, want 1", exact)
	}
	// A title is found however much better others match by words.
	title := retrieval.TitleTerm("殡葬管理办法")
	r := recall(t, s, retrieval.RecallQuery{Terms: []string{"火化", "补贴", title}, Exact: []string{title}, Limit: 2})
	var found []string
	for id, h := range chunkIDs(t, s, r.Hits) {
		if h.Exact {
			found = append(found, id)
		}
	}
	if len(found) != 2 {
		t.Errorf("exact hits %v, want the two chunks of the title", found)
	}
}

func testFilters(t *testing.T, s Store) {
	useModel(t, s)
	o := putCorpus(t, s, small)
	one := o.docs[17].ID
	for name, test := range map[string]struct {
		filter retrieval.Filter
		pass   func(m retrieval.Meta) bool
	}{
		"one document":  {retrieval.Filter{Docs: []string{one}}, func(m retrieval.Meta) bool { return m.ID == one }},
		"unknown":       {retrieval.Filter{Docs: []string{"unknown"}}, func(retrieval.Meta) bool { return false }},
		"kinds":         {retrieval.Filter{Kinds: []retrieval.Kind{retrieval.KindFAQ, retrieval.KindNews}}, func(m retrieval.Meta) bool { return m.Kind == retrieval.KindFAQ || m.Kind == retrieval.KindNews }},
		"publisher":     {retrieval.Filter{Publishers: []string{"司法局"}}, func(m retrieval.Meta) bool { return m.Publisher == "司法局" }},
		"year":          {retrieval.Filter{Years: []string{"2019"}}, func(m retrieval.Meta) bool { return m.Published[:4] == "2019" }},
		"all together":  {retrieval.Filter{Years: []string{"2015", "2016"}, Kinds: []retrieval.Kind{retrieval.KindPolicy}, AnyForce: true}, func(m retrieval.Meta) bool { return m.Published[:4] <= "2016" && m.Kind == retrieval.KindPolicy }},
		"no such force": {retrieval.Filter{Validity: []retrieval.Validity{retrieval.ValidityRepealed}}, func(retrieval.Meta) bool { return false }},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range 5 {
				terms, vector := small.Question(i)
				o.verify(t, s, retrieval.RecallQuery{Terms: terms, Vector: vector, Limit: 3, Filter: test.filter},
					func(i int) bool { return test.pass(o.docs[i]) })
			}
		})
	}
}

func testForceByDefault(t *testing.T, s Store) {
	for _, v := range []retrieval.Validity{"", retrieval.ValidityInForce, retrieval.ValidityAmended,
		retrieval.ValidityUnmarked, retrieval.ValidityRepealed, retrieval.ValidityLapsed} {
		put(t, s, NewEntry(retrieval.Meta{Key: "k" + string(v), Title: "办法", Validity: v}, []string{"权责清单" + string(v)}, nil))
	}
	for name, test := range map[string]struct {
		filter retrieval.Filter
		want   int
	}{
		"default":   {retrieval.Filter{}, 4},
		"any force": {retrieval.Filter{AnyForce: true}, 6},
		"repealed":  {retrieval.Filter{Validity: []retrieval.Validity{retrieval.ValidityRepealed}}, 1},
	} {
		r := recall(t, s, retrieval.RecallQuery{Terms: []string{"权责"}, Limit: 10, Filter: test.filter})
		if len(r.Hits) != test.want || r.DF[0] != 6 || r.Chunks != 6 {
			t.Errorf("%s: %d hits, df %v of %d; want %d, 6 of 6", name, len(r.Hits), r.DF, r.Chunks, test.want)
		}
	}
}

// testBehindMany puts what a filter lets through behind many better chunks that
// it does not, by words and by identifier.
func testBehindMany(t *testing.T, s Store) {
	const repealed, inForce, limit = 200, 3, 2
	for i := range repealed + inForce {
		m := retrieval.Meta{Key: fmt.Sprint(i), Source: fmt.Sprint(i), Title: "殡葬办法", Validity: retrieval.ValidityRepealed}
		text := "权责清单"
		if i >= repealed {
			m.Validity = retrieval.ValidityInForce
			text += strings.Repeat("别的内容", 1+i-repealed) // the longer, the lower its score
		}
		put(t, s, NewEntry(m, []string{text}, nil))
	}
	title := retrieval.TitleTerm("殡葬办法")
	for name, q := range map[string]retrieval.RecallQuery{
		"words":      {Terms: []string{"权责"}},
		"identifier": {Terms: []string{title}, Exact: []string{title}},
	} {
		q.Limit = limit
		r := recall(t, s, q)
		if len(r.Hits) != limit || r.DF[0] != repealed+inForce {
			t.Errorf("%s: %d hits, df %v; want %d, %d", name, len(r.Hits), r.DF, limit, repealed+inForce)
		}
		var keys []string
		passages, err := s.Passages(t.Context(), []int64{r.Hits[0].Row, r.Hits[1].Row})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range passages {
			keys = append(keys, p.Doc.Key)
		}
		slices.Sort(keys)
		if want := []string{fmt.Sprint(repealed), fmt.Sprint(repealed + 1)}; !slices.Equal(keys, want) {
			t.Errorf("%s: found %v, want %v", name, keys, want)
		}
	}
}

// testReadersDuringPut puts versions of one document while readers check that
// every answer is of one moment: all chunks of one version, never of two.
func testReadersDuringPut(t *testing.T, s Store) {
	const versions, readers = 30, 3
	version := func(n int) retrieval.Entry {
		return page("k", "办法", fmt.Sprintf("共同 甲%d", n), fmt.Sprintf("共同 乙%d", n))
	}
	put(t, s, version(0))
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				r, err := s.Recall(context.Background(), retrieval.RecallQuery{Terms: []string{"共同"}, Limit: 10})
				if err != nil {
					t.Errorf("recall: %v", err)
					return
				}
				if len(r.Hits) != 2 || r.DF[0] != 2 || r.Chunks != 2 {
					t.Errorf("recall of a moment between: %+v", r)
				}
			}
		})
	}
	for n := 1; n <= versions; n++ {
		put(t, s, version(n))
	}
	close(done)
	wg.Wait()
}

func testCancelled(t *testing.T, s Store) {
	put(t, s, page("k", "办法", "权责清单"))
	before := stats(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range map[string]error{
		"Put":      s.Put(ctx, page("other", "办法", "一段")),
		"UseModel": s.UseModel(ctx, testModelName, testDim),
		"Recall":   second(s.Recall(ctx, retrieval.RecallQuery{Terms: []string{"权责"}, Limit: 1})),
		"Passages": second(s.Passages(ctx, []int64{1})),
		"Document": second(s.Document(ctx, "x")),
		"Head":     second(s.Head(ctx, "k")),
		"Stats":    second(s.Stats(ctx)),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v, want context.Canceled", name, err)
		}
	}
	if after := stats(t, s); after != before {
		t.Errorf("statistics %+v, want %+v", after, before)
	}
}

func second[T any](_ T, err error) error { return err }

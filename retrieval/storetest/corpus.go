package storetest

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"strings"

	"zhiwen/retrieval"
)

// Corpus makes documents for tests and benchmarks: Chinese-looking text whose
// words follow Zipf's law, and vectors in clusters, about as near to each
// other as those of real texts (a random vector is near to none). The same
// Corpus gives the same documents.
type Corpus struct {
	Seed       uint64
	Documents  int
	Chunks     int // of a document
	ChunkRunes int // of a chunk, about
	Dim        int // of the vectors; 0: none
}

const (
	corpusWords    = 30_000
	corpusClusters = 500
	corpusHan      = 3_000 // characters in use, from U+4E00
	// clusterShare is the cosine between a vector and its cluster's centre.
	clusterShare = 0.8
)

var (
	corpusKinds      = []retrieval.Kind{retrieval.KindPolicy, retrieval.KindGuide, retrieval.KindNews, retrieval.KindFAQ}
	corpusPublishers = []string{"县政府办公室", "司法局", "民政局", "教育体育局", "财政局"}
)

// All gives the documents in order.
func (c Corpus) All() iter.Seq[retrieval.Entry] {
	return func(yield func(retrieval.Entry) bool) {
		g := c.generator()
		for i := range c.Documents {
			if !yield(g.entry(i)) {
				return
			}
		}
	}
}

// Question gives the terms and the vector of the i-th question: words and the
// neighbourhood of one place in the corpus.
func (c Corpus) Question(i int) ([]string, []float32) {
	g := c.generator()
	g.rand = rand.New(rand.NewPCG(c.Seed+1, uint64(i)))
	var b strings.Builder
	for range 8 {
		b.WriteString(g.word())
	}
	var terms []string
	for _, t := range retrieval.CountTerms(retrieval.Terms(b.String())) {
		terms = append(terms, t.Term)
	}
	return terms, g.vector()
}

type generator struct {
	Corpus
	rand    *rand.Rand
	words   []string
	centres [][]float32
}

func (c Corpus) generator() *generator {
	r := rand.New(rand.NewPCG(c.Seed, 0))
	g := &generator{Corpus: c, rand: r, words: make([]string, corpusWords)}
	for i := range g.words {
		g.words[i] = string([]rune{0x4E00 + rune(r.IntN(corpusHan)), 0x4E00 + rune(r.IntN(corpusHan))})
	}
	if c.Dim > 0 {
		for range corpusClusters {
			g.centres = append(g.centres, g.direction())
		}
	}
	return g
}

// word follows Zipf's law with an exponent near 1, as words do.
func (g *generator) word() string {
	u := g.rand.Float64()
	return g.words[int(math.Pow(corpusWords, u))-1]
}

func (g *generator) direction() []float32 {
	v := make([]float32, g.Dim)
	for i := range v {
		v[i] = float32(g.rand.NormFloat64())
	}
	return unit(v)
}

func (g *generator) vector() []float32 {
	if g.Dim == 0 {
		return nil
	}
	centre, v := g.centres[g.rand.IntN(corpusClusters)], g.direction()
	rest := float32(math.Sqrt(1 - clusterShare*clusterShare))
	for i := range v {
		v[i] = clusterShare*centre[i] + rest*v[i]
	}
	return unit(v)
}

func unit(v []float32) []float32 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	for i := range v {
		v[i] = float32(float64(v[i]) / math.Sqrt(sum))
	}
	return v
}

func (g *generator) entry(n int) retrieval.Entry {
	m := retrieval.Meta{
		Key:       fmt.Sprintf("https://example.gov.cn/%d/%d.html", g.Seed, n),
		Title:     g.word() + g.word() + "办法",
		DocNo:     fmt.Sprintf("绩政〔%d〕%d号", 2015+n%10, n+1),
		Publisher: corpusPublishers[n%len(corpusPublishers)],
		Kind:      corpusKinds[n%len(corpusKinds)],
		Published: fmt.Sprintf("%d-%02d-%02d 09:00", 2015+n%10, 1+n%12, 1+n%28),
		Validity:  retrieval.ValidityInForce,
	}
	m.Source = m.Key
	paragraphs := make([]string, g.Chunks)
	for i := range paragraphs {
		paragraphs[i] = g.paragraph(i)
	}
	var vectors [][]float32
	for range paragraphs {
		vectors = append(vectors, g.vector())
	}
	return NewEntry(m, paragraphs, vectors)
}

func (g *generator) paragraph(i int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "第%d条 ", i+1)
	for n := 0; n < g.ChunkRunes; n += 2 {
		b.WriteString(g.word())
		if g.rand.IntN(8) == 0 {
			b.WriteString("，")
		}
	}
	return b.String() + "。"
}

// NewEntry makes a document of paragraphs, each a section and a chunk of its
// own, as ingest would. Vectors may be shorter than paragraphs or nil.
func NewEntry(m retrieval.Meta, paragraphs []string, vectors [][]float32) retrieval.Entry {
	text := strings.Join(paragraphs, "\n")
	m.ID = retrieval.NewDocID(m, text)
	d := retrieval.Document{Meta: m, Text: text, BytesSHA256: "sha of " + m.ID, Parser: "storetest 1", Quality: 0.9}
	e := retrieval.Entry{}
	start := 0
	for i, p := range paragraphs {
		end := start + len(p)
		label := fmt.Sprintf("第%d条", i+1)
		d.Sections = append(d.Sections, retrieval.Section{
			Parent: -1, Level: retrieval.LevelArticle, Label: label, Start: start, Body: start, End: end,
		})
		terms := append(retrieval.Terms(p), retrieval.Terms(m.Title)...)
		terms = append(terms, retrieval.TitleTerm(m.Title))
		if t := retrieval.DocNoTerm(m.DocNo); t != "" {
			terms = append(terms, t)
		}
		c := retrieval.IndexedChunk{
			Chunk: retrieval.Chunk{
				ID: retrieval.NewChunkID(m.ID, i), Ordinal: i, Clause: label, Path: m.Title, Start: start, End: end, Text: p,
			},
			Terms: retrieval.CountTerms(terms), Length: len(terms),
		}
		if i < len(vectors) {
			c.Vector = vectors[i]
		}
		e.Chunks = append(e.Chunks, c)
		start = end + len("\n")
	}
	e.Document = d
	return e
}

package retrieval

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestBM25(t *testing.T) {
	if got, want := IDF(100, 3), math.Log(1+97.5/3.5); math.Abs(got-want) > 1e-12 {
		t.Errorf("IDF = %v, want %v", got, want)
	}
	if got := IDF(10, 10); got <= 0 {
		t.Errorf("a term in every chunk weighs %v, want more than 0", got)
	}
	// A chunk of average length that holds the term once scores its idf.
	if got := BM25(3, 1, 50, 50); math.Abs(got-3) > 1e-12 {
		t.Errorf("BM25 = %v, want 3", got)
	}
	if a, b := BM25(3, 1000, 50, 50), (BM25K1+1)*3; a > b || a < .99*b {
		t.Errorf("many occurrences score %v, want nearly %v", a, b)
	}
	if BM25(3, 1, 100, 50) >= BM25(3, 1, 50, 50) {
		t.Error("a longer chunk does not score less")
	}
}

func TestSplitCommon(t *testing.T) {
	const large = 2 * CommonAbove // terms in more than 400 chunks are common
	for _, test := range []struct {
		name            string
		terms           []string
		df              []int
		n               int
		finding, adding []string
	}{
		{"small collection", []string{"a", "b"}, []int{9000, 1}, CommonAbove, []string{"a", "b"}, nil},
		{"large collection", []string{"a", "b", "c"}, []int{401, 400, 0}, large, []string{"b"}, []string{"a"}},
		{"none rare", []string{"a", "b", "c"}, []int{900, 500, 600}, large, []string{"b", "c"}, []string{"a"}},
		{"ties by the term", []string{"c", "b", "a"}, []int{500, 500, 500}, large, []string{"b", "a"}, []string{"c"}},
		{"one common", []string{"a", "x"}, []int{900, 0}, large, []string{"a"}, nil},
		{"unknown only", []string{"x", "y"}, []int{0, 0}, large, nil, nil},
		{"nothing", nil, nil, 0, nil, nil},
	} {
		finding, adding := SplitCommon(test.terms, test.df, test.n)
		if !slices.Equal(finding, test.finding) || !slices.Equal(adding, test.adding) {
			t.Errorf("%s: %v and %v, want %v and %v", test.name, finding, adding, test.finding, test.adding)
		}
	}
}

// Every known term is on one side, whatever the numbers; if any is known, one finds.
func TestSplitCommonKeepsTerms(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		var terms, known []string
		var df []int
		for i := range random.IntN(6) {
			term := string(rune('a' + i))
			terms, df = append(terms, term), append(df, random.IntN(3)*random.IntN(20_000))
			if df[i] > 0 {
				known = append(known, term)
			}
		}
		finding, adding := SplitCommon(terms, df, 20_000)
		all := slices.Concat(finding, adding)
		slices.Sort(all)
		if !slices.Equal(all, known) || len(known) > 0 && len(finding) == 0 {
			t.Fatalf("terms %v with df %v: %v and %v", terms, df, finding, adding)
		}
	}
}

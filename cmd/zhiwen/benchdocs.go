package main

import (
	"errors"
	"hash/fnv"
	"iter"
	"math/rand/v2"
	"strconv"
	"unicode"

	"zhiwen/ingest"
)

// repeated reads the documents of JSONL files round after round, until enough
// says so.
func repeated(paths []string, enough func() bool) iter.Seq2[ingest.RawDoc, error] {
	return func(yield func(ingest.RawDoc, error) bool) {
		for n := 1; !enough(); n++ {
			found := false
			for doc, err := range round(paths, n) {
				found = true
				if !yield(doc, err) || err != nil || enough() {
					return
				}
			}
			if !found {
				yield(ingest.RawDoc{}, errors.New("--docs holds no documents"))
				return
			}
		}
	}
}

// round reads the documents of all files once, under keys of their own. In the
// first round they are as they stand, later a tenth of their terms is exchanged.
func round(paths []string, n int) iter.Seq2[ingest.RawDoc, error] {
	return func(yield func(ingest.RawDoc, error) bool) {
		var donor string
		for i, path := range paths {
			for doc, err := range rawDocs([]string{path}) {
				doc.Key = strconv.Itoa(i) + "/" + doc.Key + "#" + strconv.Itoa(n)
				if own := doc.Text; n > 1 {
					doc.Text = exchanged(own, donor, doc.Key)
					donor = own
				}
				if !yield(doc, err) || err != nil {
					return
				}
			}
		}
	}
}

// exchangeEvery is the mean distance, in characters, of the pairs that
// exchanged replaces. Each changes three of the text's bigrams.
const exchangeEvery = 30

// exchanged puts pairs of Han characters of donor in the place of pairs of
// text, so that a tenth of its terms becomes other terms that texts really
// have. The same key gives the same text.
func exchanged(text, donor, key string) string {
	h := fnv.New64a()
	h.Write([]byte(key))
	random := rand.New(rand.NewPCG(h.Sum64(), 0))
	from, to := []rune(donor), []rune(text)
	if len(from) < 2 {
		return text
	}
	for i := random.IntN(2 * exchangeEvery); i+1 < len(to); i += 2 + random.IntN(2*exchangeEvery-3) {
		j := random.IntN(len(from) - 1)
		if isHanPair(to[i:]) && isHanPair(from[j:]) {
			copy(to[i:], from[j:j+2])
		}
	}
	return string(to)
}

func isHanPair(r []rune) bool { return unicode.Is(unicode.Han, r[0]) && unicode.Is(unicode.Han, r[1]) }

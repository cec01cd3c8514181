package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhiwen/retrieval"
)

// testHolders: the holders of a term are the chunks whose terms say so, of all
// current versions; where there are too many, only about how many.
func testHolders(t *testing.T, s Store) {
	var entries []retrieval.Entry
	for i := range 60 {
		paragraphs := make([]string, 50)
		for k := range paragraphs {
			paragraphs[k] = fmt.Sprintf("常见的话 w%d", (i*50+k)%700)
		}
		entries = append(entries, page(fmt.Sprint(i), "", paragraphs...))
	}
	entries[3].Document.Validity = retrieval.ValidityRepealed
	put(t, s, entries...)
	want := map[string][]string{} // term to chunks
	for _, e := range entries {
		for _, c := range e.Chunks {
			for _, count := range c.Terms {
				want[count.Term] = append(want[count.Term], c.ID)
			}
		}
	}
	const most = 100
	terms := []string{"w7", "常见", "没有", "w699", strings.Repeat("长", 600)}
	check := func() {
		t.Helper()
		found, err := s.Holders(t.Context(), terms, most)
		if err != nil || len(found) != len(terms) {
			t.Fatalf("%d results, %v", len(found), err)
		}
		for i, h := range found {
			switch n := len(want[terms[i]]); {
			case n > most:
				if h.Rows != nil || h.About <= most || h.About > 4*n {
					t.Errorf("%q, held by %d chunks: about %d and %d rows", terms[i], n, h.About, len(h.Rows))
				}
			case h.About != n || !slices.Equal(chunkIDsOf(t, s, h.Rows), sorted(want[terms[i]])) || !slices.IsSorted(h.Rows):
				t.Errorf("%q: about %d, rows %v, want %d", terms[i], h.About, h.Rows, n)
			}
		}
	}
	check()
	// A version that leaves the index holds nothing any more.
	put(t, s, page("0", "", "别的话"))
	for term, ids := range want {
		want[term] = slices.DeleteFunc(ids, func(id string) bool { return strings.HasPrefix(id, entries[0].Document.ID) })
	}
	check()
	if found, err := s.Holders(t.Context(), nil, most); err != nil || len(found) != 0 {
		t.Errorf("holders of nothing: %v, %v", found, err)
	}
}

func sorted(ids []string) []string { return slices.Sorted(slices.Values(ids)) }

func chunkIDsOf(t *testing.T, s Store, rows []int64) []string {
	t.Helper()
	passages, err := s.Passages(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, len(passages))
	for i, p := range passages {
		ids[i] = p.Chunk.ID
	}
	return sorted(ids)
}

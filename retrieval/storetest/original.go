package storetest

import (
	"bytes"
	"slices"
	"testing"

	"zhiwen/retrieval"
)

// testOriginal: the file of a version comes back byte by byte, however long,
// and another version's does not stand in for it.
func testOriginal(t *testing.T, s Store) {
	_, err := s.Original(t.Context(), "no such id")
	wantError(t, "Original of nothing", err, retrieval.ErrNotFound)

	plain, first, second := page("plain", "办法", "甲乙"), page("k", "办法", "甲乙"), page("k", "办法", "丙丁")
	first.Original = bytes.Repeat([]byte{0, 1, 2, 3, 0xFF, 7, '\n'}, 500_000) // 3.5 MB
	first.Document.Pages, first.Document.Recognised = []int{0, 0}, []int{2}
	second.Original = []byte("%PDF-2")
	put(t, s, plain, first)
	put(t, s, second)
	for _, e := range []retrieval.Entry{first, second} {
		b, err := s.Original(t.Context(), e.Document.ID)
		if err != nil || !bytes.Equal(b, e.Original) {
			t.Errorf("file of %d bytes, %v; want %d", len(b), err, len(e.Original))
		}
		d, err := s.Document(t.Context(), e.Document.ID)
		if err != nil || !d.Pictured || !slices.Equal(d.Recognised, e.Document.Recognised) {
			t.Errorf("document: pictured %v, recognised %v, %v", d.Pictured, d.Recognised, err)
		}
	}
	_, err = s.Original(t.Context(), plain.Document.ID)
	wantError(t, "Original of a version without a file", err, retrieval.ErrNotFound)

	// Changed back, with another file of the same text.
	first.Original, first.Document.Recognised = []byte("%PDF-3"), nil
	put(t, s, first)
	d, err := s.Document(t.Context(), first.Document.ID)
	b, fileErr := s.Original(t.Context(), first.Document.ID)
	if err != nil || fileErr != nil || string(b) != "%PDF-3" || !d.Pictured || d.Recognised != nil {
		t.Errorf("after it came back: %q, %v, %v, %v, %v", b, fileErr, d.Pictured, d.Recognised, err)
	}

	bad := page("bad", "办法", "戊己")
	bad.Document.Pages, bad.Document.Recognised = []int{0}, []int{1}
	if err := s.Put(t.Context(), bad); err == nil {
		t.Error("recognised text without its file was stored")
	}
}

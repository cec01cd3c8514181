package ingest

import (
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// sharedPath finds a file of ../shared beside the repository.
func sharedPath(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skip("../shared is not here: " + name)
	}
	return path
}

// built makes a document of a text as it is given and checks what always holds.
func built(t testing.TB, title, text string) retrieval.Document {
	t.Helper()
	doc := retrieval.Document{Meta: retrieval.Meta{ID: "doc", Title: title}, Text: text, Sections: Sections(text, Marks{})}
	checkDocument(t, doc, Marks{})
	return doc
}

// checkDocument checks the invariants of sections and chunks.
func checkDocument(t testing.TB, doc retrieval.Document, marks Marks) []retrieval.Chunk {
	t.Helper()
	checkSections(t, doc)
	chunks := Chunks(&doc, marks)
	checkChunks(t, doc, marks, chunks)
	return chunks
}

func checkSections(t testing.TB, doc retrieval.Document) {
	t.Helper()
	for i, s := range doc.Sections {
		if s.Start > s.Body || s.Body > s.End || s.End > len(doc.Text) {
			t.Fatalf("section %d: start %d, body %d, end %d of %d", i, s.Start, s.Body, s.End, len(doc.Text))
		}
		if !utf8.ValidString(doc.Text[s.Start:s.Body]) && utf8.ValidString(doc.Text) {
			t.Fatalf("section %d cuts a character", i)
		}
		if i > 0 && s.Start < doc.Sections[i-1].Start {
			t.Fatalf("section %d starts at %d, before the one before it", i, s.Start)
		}
		switch {
		case s.Parent >= i:
			t.Fatalf("section %d has parent %d", i, s.Parent)
		case s.Parent >= 0:
			if p := doc.Sections[s.Parent]; s.Start < p.Start || s.End > p.End {
				t.Fatalf("section %d [%d,%d) is outside its parent [%d,%d)", i, s.Start, s.End, p.Start, p.End)
			}
		}
	}
}

func checkChunks(t testing.TB, doc retrieval.Document, marks Marks, chunks []retrieval.Chunk) {
	t.Helper()
	covered := 0
	for i, c := range chunks {
		if c.Start < covered || c.End <= c.Start || c.Text != doc.Text[c.Start:c.End] {
			t.Fatalf("chunk %d [%d,%d) after %d is not its text", i, c.Start, c.End, covered)
		}
		if !isBlank(doc.Text[covered:c.Start]) {
			t.Fatalf("text before chunk %d lies in no chunk: %q", i, doc.Text[covered:c.Start])
		}
		if c.Ordinal != i || c.ID != retrieval.NewChunkID(doc.ID, i) {
			t.Fatalf("chunk %d is numbered %d, %s", i, c.Ordinal, c.ID)
		}
		if n := utf8.RuneCountInString(c.Text); n > 2*maxChunk {
			t.Fatalf("chunk %d has %d characters", i, n)
		}
		covered = c.End
	}
	if !isBlank(doc.Text[covered:]) {
		t.Fatalf("text at the end lies in no chunk: %q", doc.Text[covered:])
	}
	for _, g := range guarded(doc.Text, marks.Rows) {
		for i, c := range chunks {
			if c.Start > g.Start && c.Start < g.End || c.End > g.Start && c.End < g.End && !isBlank(doc.Text[c.End:g.End]) {
				if crossesSection(doc, g) {
					continue
				}
				t.Fatalf("chunk %d cuts %q", i, doc.Text[g.Start:g.End])
			}
		}
	}
}

// crossesSection holds for a bracket that a heading's mark stands in; the
// heading tree decides before brackets do.
func crossesSection(doc retrieval.Document, g Span) bool {
	for _, s := range doc.Sections {
		if s.Start > g.Start && s.Start < g.End {
			return true
		}
	}
	return false
}

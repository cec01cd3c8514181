package retrieval

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// NewDocID derives a version's ID from its key, its metadata and its text, so
// that ingesting the same thing twice names the same version. 16 hex digits.
func NewDocID(m Meta, text string) string {
	h := sha256.New()
	for _, field := range []string{
		m.Key, m.URL, m.Title, m.DocNo, m.IndexNo, m.Publisher, string(m.Kind), m.Published,
		m.Written, m.Effective, m.Expires, string(m.Validity), text,
	} {
		fmt.Fprintf(h, "%d:%s", len(field), field)
	}
	if m.Parent != "" {
		fmt.Fprintf(h, "parent:%s", m.Parent)
	}
	if m.ReplacedBy != "" {
		fmt.Fprintf(h, "replaced_by:%s", m.ReplacedBy)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// NewChunkID names the chunk at an ordinal of a document version.
func NewChunkID(docID string, ordinal int) string {
	return fmt.Sprintf("%s-%d", docID, ordinal)
}

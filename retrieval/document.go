// Package retrieval holds the vocabulary of the collection (documents,
// sections, chunks, passages), the cutting of text into terms, and the hybrid
// search over an index. It imports nothing else of this module: stores and
// embedders live in packages below it and are chosen by cmd/zhiwen.
//
// All offsets in this package are bytes of UTF-8 unless a name says runes.
package retrieval

import (
	"errors"
	"slices"
	"sort"
	"strings"
	"time"
)

// Sentinel errors of the stores. A store wraps them with what it was doing.
var (
	// ErrNotFound: the store holds no such document, session or version.
	ErrNotFound = errors.New("not found")
	// ErrGone: the document was withdrawn or erased and may not be shown.
	ErrGone = errors.New("withdrawn")
	// ErrSchema: the store was written by a newer or older schema.
	ErrSchema = errors.New("schema version differs")
	// ErrModel: the store's vectors were made by another embedding model.
	ErrModel = errors.New("embedding model differs")
)

// Kind is the genre of a document as government sites name it.
type Kind string

// Kinds of documents.
const (
	KindPolicy    Kind = "文件"
	KindReading   Kind = "解读"
	KindGuide     Kind = "办事指南"
	KindFAQ       Kind = "问答"
	KindReport    Kind = "报告"
	KindNotice    Kind = "公示"
	KindNews      Kind = "动态"
	KindUndefined Kind = ""
)

// Validity says whether a document is in force.
type Validity string

// Values of Validity, as printed on government sites.
const (
	ValidityInForce  Validity = "有效"
	ValidityAmended  Validity = "已修改"
	ValidityRepealed Validity = "废止"
	ValidityLapsed   Validity = "失效"
	ValidityUnmarked Validity = "未标注"
)

// State says what a stored version is to the collection.
type State string

// States of a stored version.
const (
	StateCurrent    State = "current"
	StateSuperseded State = "superseded"
	StateWithdrawn  State = "withdrawn"
	StateErased     State = "erased"
	StateQuarantine State = "quarantined"
)

// Meta is what is known of a document version besides its text.
//
// Dates are strings as precise as the source gave them: "2006-01-02" or
// "2006-01-02 15:04" in Asia/Shanghai; empty means unknown.
type Meta struct {
	// ID names this one version and derives from its content (see NewDocID).
	ID string `json:"doc_id"`
	// Key is the same for all versions: 索引号, canonical URL or file path.
	Key string `json:"key"`
	// URL is the original page; empty for a file from disk.
	URL string `json:"url,omitempty"`
	// Source is where the bytes were read: a URL or a path.
	Source         string   `json:"source"`
	Title          string   `json:"title"`
	DocNo          string   `json:"doc_no,omitempty"`   // 文号
	IndexNo        string   `json:"index_no,omitempty"` // 索引号
	Publisher      string   `json:"publisher,omitempty"`
	Kind           Kind     `json:"kind,omitempty"`
	Column         string   `json:"column,omitempty"` // path of the site's column
	Published      string   `json:"published,omitempty"`
	Written        string   `json:"written,omitempty"` // 成文日期
	Effective      string   `json:"effective,omitempty"`
	Expires        string   `json:"expires,omitempty"`
	Validity       Validity `json:"validity,omitempty"`
	ValiditySource string   `json:"validity_source,omitempty"`
	// ReplacedBy is what took its place, as the source names it: a title, a 文号
	// or a key.
	ReplacedBy string `json:"replaced_by,omitempty"`
	Parent     string `json:"parent,omitempty"` // key of the page it is attached to
	State      State  `json:"state"`
	Version    int    `json:"version"` // 1, 2, … under one Key
}

// Hidden says why the public may not see a version: ErrGone for what was
// withdrawn or erased, ErrNotFound for what has never been released.
func (m Meta) Hidden() error {
	switch m.State {
	case StateWithdrawn, StateErased:
		return ErrGone
	case StateQuarantine:
		return ErrNotFound
	}
	return nil
}

// PublishedDay is the date of publication without the time of day.
func (m Meta) PublishedDay() string {
	day, _, _ := strings.Cut(m.Published, " ")
	return day
}

// Document is one version of a page or file. Its text is immutable.
type Document struct {
	Meta
	Text        string
	Sections    []Section
	Pages       []int // offset where each page begins; empty where the source has none
	Recognised  []int // pages, from 1, whose text was read from their picture (OCR)
	Pictured    bool  // the store keeps the file, so that its pages can be shown
	BytesSHA256 string
	Parser      string  // name and version of what read the bytes
	Quality     float64 // 0 to 1
	Fetched     time.Time
}

// PageAt is the number of the page, from 1, that the byte at offset stands on;
// 0 where the source has no pages.
func (d *Document) PageAt(offset int) int {
	if len(d.Pages) == 0 {
		return 0
	}
	after := sort.SearchInts(d.Pages, offset+1)
	return max(after, 1)
}

// IsRecognised reports whether any of the text from start to end was read
// from a picture, and so may be wrong.
func (d *Document) IsRecognised(start, end int) bool {
	for page := d.PageAt(start); page > 0 && page <= d.PageAt(max(start, end-1)); page++ {
		if d.IsRecognisedPage(page) {
			return true
		}
	}
	return false
}

// IsRecognisedPage reports whether a page's text was read from its picture.
func (d *Document) IsRecognisedPage(page int) bool { return slices.Contains(d.Recognised, page) }

// Chunk is the unit of search: one 条, or the lowest heading with its body.
// Text == Document.Text[Start:End] always holds.
type Chunk struct {
	ID      string // derives from the document's ID and the ordinal
	Ordinal int
	Clause  string // clause path at Start, "" above the first heading
	Path    string // heading path, for the embedding and the terms only
	Start   int
	End     int
	Text    string
}

// Passage is a chunk as search returns it, with the scores that found it.
type Passage struct {
	Row    int64 // the store's number for the chunk
	Doc    Meta
	Chunk  Chunk
	Score  float64 // fused, what the order rests on
	BM25   float64 // over the ideal score of the question, 0 to 1
	Cosine float64 // 0 when there is no vector
	Exact  bool    // holds an identifier of the question whole
}

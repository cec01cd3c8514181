// Package bot turns one question into one answer: understand, search, choose
// the evidence, answer, verify. It knows no store, no model runtime and no
// transport; those are handed to it.
//
// Law of the house: nothing is shown as a quotation that is not a substring of
// a stored text, and no figure, name, date or 文号 is shown that does not
// stand in a cited passage or in its document's metadata.
package bot

// Status says how a turn ended. Every turn has exactly one.
type Status string

// Statuses of a turn.
const (
	StatusAnswered   Status = "answered"
	StatusPartial    Status = "partial"
	StatusFAQ        Status = "faq"
	StatusClarify    Status = "clarify"
	StatusNoAnswer   Status = "no_answer"
	StatusOutOfScope Status = "out_of_scope"
	StatusPersonal   Status = "personal"
	StatusEmergency  Status = "emergency"
	StatusHandoff    Status = "handoff"
	StatusBlocked    Status = "blocked"
	StatusLimited    Status = "limited"
	StatusError      Status = "error"
)

// Mode says where the words of an answer come from.
type Mode string

// Modes of an answer.
const (
	ModeExcerpt   Mode = "excerpt"   // 原文摘录, not labelled as AI
	ModeGenerated Mode = "generated" // labelled AI生成
	ModeFAQ       Mode = "faq"       // a curated answer
	ModeFixed     Mode = "fixed"     // a fixed sentence of ours
)

// Answer is the outcome of a turn; its JSON is the contract of `zhiwen ask`
// and of POST /api/v1/ask.
type Answer struct {
	Status Status `json:"status"`
	Mode   Mode   `json:"mode"`
	ID     string `json:"answer_id"`
	Label  string `json:"label"`  // 原文摘录, AI生成, …: shown beside the text
	Text   string `json:"answer"` // what the visitor reads
	// Understood is the question as it was searched for, where that is not as
	// it was typed.
	Understood string     `json:"understood,omitempty"`
	Highlight  string     `json:"highlight"` // shortest run of the quoted words that answers
	Citations  []Citation `json:"citations"`
	// Notices are the sentences of Text about how new and how valid its sources
	// are, for a page that sets them apart.
	Notices []Notice `json:"notices,omitempty"`
	// Nearest are documents that may help where there is no answer.
	Nearest []Link `json:"nearest,omitempty"`
	// Suggestions are questions that may be asked next.
	Suggestions []string `json:"suggestions,omitempty"`
	Handoff     *Handoff `json:"handoff,omitempty"`
	// Of the elder profile: the answer one step at a time, the first being in
	// Text; the whole of it where Text is less; telephone numbers that the
	// quotations hold.
	Steps  []string `json:"steps,omitempty"`
	More   string   `json:"more,omitempty"`
	Phones []string `json:"phones,omitempty"`
	Hant   *Hant    `json:"hant,omitempty"` // of an answer with citations in Traditional characters
	TookMS int64    `json:"took_ms"`
	// Metadata marks generated text for programs; nil for all other text.
	Metadata *Metadata `json:"metadata,omitempty"`
	// Generated says how a model was asked; nil if none was.
	Generated *Generated `json:"-"`

	// Confidence is the score that the refusal gate compared with its
	// threshold; 0 where a question was routed before search.
	Confidence float64 `json:"-"`
}

// Citation is a verbatim quotation and where it stands. Offsets are bytes of
// the stored text: Quote == Document.Text[Start:End]. Where the answer is a
// document's metadata, nothing is quoted and both are 0.
type Citation struct {
	N         int    `json:"n"` // from 1, as [n] in the answer
	DocID     string `json:"doc_id"`
	Title     string `json:"title"`
	DocNo     string `json:"doc_no"`
	Publisher string `json:"publisher"`
	Published string `json:"published"`
	Validity  string `json:"validity"`
	Clause    string `json:"clause"`
	Quote     string `json:"quote"`
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Page      int    `json:"page"`
	URL       string `json:"url"`        // /doc/{doc_id}#s{start}-{end}
	SourceURL string `json:"source_url"` // the original page
	PageURL   string `json:"page_url"`   // a picture of the page; empty where there is none
	// Recognised: a program read the words in a picture (OCR). They are shown
	// with PageURL only, and never as the original's.
	Recognised bool   `json:"recognised,omitempty"`
	Effective  string `json:"effective,omitempty"`   // 施行日期
	Expires    string `json:"expires,omitempty"`     // 有效期至
	ReplacedBy string `json:"replaced_by,omitempty"` // what took its place, as the source names it
	Older      bool   `json:"older,omitempty"`       // named as an older source, not quoted in the text
	Hant       *Hant  `json:"hant,omitempty"`
}

// Notice is a sentence about the sources of an answer.
type Notice struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// Kinds of notices.
const (
	NoticeDated    = "dated"    // when the leading source was published
	NoticeAsOf     = "as_of"    // which source was in force in the year asked for
	NoticeOlder    = "older"    // names older sources
	NoticeNewer    = "newer"    // names newer sources than the one asked for
	NoticeComing   = "coming"   // is, or names, what takes effect later
	NoticeStale    = "stale"    // the source may be out of date
	NoticeConflict = "conflict" // sources in force disagree
	NoticeOutdated = "outdated" // marked 废止 or 失效, or replaced
	NoticeEnded    = "ended"    // its own period has passed
	NoticeAmended  = "amended"  // marked 已修改
	NoticeDraft    = "draft"    // put up for comment
)

// Link leads to a document without quoting it.
type Link struct {
	DocID     string `json:"doc_id"`
	Title     string `json:"title"`
	Publisher string `json:"publisher"`
	Published string `json:"published"`
	URL       string `json:"url"` // /doc/{doc_id}
	Hant      *Hant  `json:"hant,omitempty"`
}

// Handoff is the way to a person, configured and never evidence. The office
// that is responsible stands first where one is known.
type Handoff struct {
	Text  string `json:"text"`
	Phone string `json:"phone"` // the hotline, which always answers

	// Of the office, from the directory; empty where none is known.
	Department      string `json:"department,omitempty"`
	DepartmentPhone string `json:"department_phone,omitempty"`
	Hours           string `json:"hours,omitempty"`    // as it is shown
	OpenNow         *bool  `json:"open_now,omitempty"` // nil where the hours do not tell
	Note            string `json:"note,omitempty"`     // a sentence on whether it is open
	Address         string `json:"address,omitempty"`
	CheckedOn       string `json:"checked_on,omitempty"` // 2006-01-02
	// VerifyFirst: nobody has checked the number for a year; call Phone first.
	VerifyFirst bool `json:"verify_first,omitempty"`
}

// Metadata is the implicit label of generated text, GB 45438-2025 Annex E.
type Metadata struct {
	AIGC AIGC `json:"AIGC"`
}

// AIGC has strings of printable ASCII only.
type AIGC struct {
	Label             string `json:"Label"` // 1: is generated
	ContentProducer   string `json:"ContentProducer"`
	ProduceID         string `json:"ProduceID"`
	ReservedCode1     string `json:"ReservedCode1"`
	ContentPropagator string `json:"ContentPropagator"`
	PropagateID       string `json:"PropagateID"`
	ReservedCode2     string `json:"ReservedCode2"`
}

// newMetadata marks what was generated here and is first passed on here.
func newMetadata(producer, answerID string) *Metadata {
	return &Metadata{AIGC{Label: "1", ContentProducer: producer, ProduceID: answerID, ContentPropagator: producer, PropagateID: answerID}}
}

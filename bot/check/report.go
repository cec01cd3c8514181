package check

import "zhiwen/retrieval"

// Verdict says what the collection says of a sentence.
type Verdict string

// Verdicts. Verbatim: the folded sentence is a contiguous part of one stored
// text in force.
const (
	Verbatim       Verdict = "verbatim"
	Altered        Verdict = "altered"
	NotFound       Verdict = "not_found"
	Superseded     Verdict = "superseded"
	ReferenceWrong Verdict = "reference_wrong"
)

// Reason tells why a verdict was given, so that a reader can act on it.
type Reason string

// Reasons beside Altered: what differs, the gravest first.
const (
	ReasonFigure      Reason = "figure"
	ReasonDate        Reason = "date"
	ReasonNegation    Reason = "negation" // 不, 未, 无 …
	ReasonModal       Reason = "modal"    // 应当, 可以, 必须 …
	ReasonUnit        Reason = "unit"
	ReasonClause      Reason = "clause" // the number of a 条, 款 or 项
	ReasonQuotation   Reason = "quotation"
	ReasonWording     Reason = "wording"
	ReasonPunctuation Reason = "punctuation"
	ReasonSameValue   Reason = "same_value" // 90% and 百分之九十
)

// Reasons beside the other verdicts.
const (
	// ReasonDocumentMissing: the sentence cites a document that the collection
	// does not hold.
	ReasonDocumentMissing Reason = "document_missing"
	// ReasonOtherPeriod: the nearest passage speaks of another year.
	ReasonOtherPeriod Reason = "other_period"
	// ReasonReferenceHolds: the sentence is the draft's own, and the clause
	// that it cites says so.
	ReasonReferenceHolds Reason = "reference_holds"
	// ReasonReferenceOpen: the cited clause is there; whether it says so is
	// for a person to judge.
	ReasonReferenceOpen Reason = "reference_open"
	// ReasonNoClause: the document has no such clause.
	ReasonNoClause Reason = "no_such_clause"
	// ReasonOtherClause: another clause of the document says this.
	ReasonOtherClause Reason = "other_clause"
	// ReasonParts: the sentence is the draft's own, parts of it were found.
	ReasonParts Reason = "parts"
	// ReasonTitle: it is the title of a document.
	ReasonTitle Reason = "title"
	// ReasonCut: the source's sentence begins before or goes on after it.
	ReasonCut Reason = "cut"
	// ReasonElsewhere: the sentences around it come from another document,
	// which says it otherwise there.
	ReasonElsewhere Reason = "elsewhere"
	// ReasonOrder: the sentences beside it stand in another order in the source.
	ReasonOrder Reason = "order"
	// ReasonOldVersion and ReasonNotInForce say why a text is superseded.
	ReasonOldVersion Reason = "old_version"
	ReasonNotInForce Reason = "not_in_force"
)

// Report is what a check found. Offsets are bytes of the draft.
type Report struct {
	// Period is the year that the draft speaks of, "" if it is not known.
	Period   string    `json:"period,omitempty"`
	Segments []Segment `json:"segments"`
	Findings []Finding `json:"findings"`
	Missing  []Missing `json:"missing"`
}

// Segment is one sentence of the draft: it ends at 。！？； or a line break.
type Segment struct {
	Text    string  `json:"text"`
	Start   int     `json:"start"`
	End     int     `json:"end"`
	Verdict Verdict `json:"verdict"`
	Reason  Reason  `json:"reason,omitempty"`
	Matches []Match `json:"matches"`
	// Parts are quotations and clauses of a sentence that is the draft's own,
	// and the titles and numbers of documents that it names.
	Parts []Part `json:"parts,omitempty"`
}

// PartKind says what a part of a sentence is.
type PartKind string

// Kinds of parts.
const (
	PartQuotation PartKind = "quotation"
	PartClause    PartKind = "clause"
	PartTitle     PartKind = "title"
	PartDocNo     PartKind = "doc_no"
)

// Part is a part of a sentence with a verdict of its own.
type Part struct {
	Kind    PartKind `json:"kind"`
	Text    string   `json:"text"`
	Start   int      `json:"start"`
	End     int      `json:"end"`
	Verdict Verdict  `json:"verdict"`
	Reason  Reason   `json:"reason,omitempty"`
	Matches []Match  `json:"matches"`
}

// Role says what a match is to its sentence.
type Role string

// Roles of matches.
const (
	RoleSource   Role = "source"   // says it, or nearly
	RoleInForce  Role = "in_force" // what holds in place of a superseded text
	RoleCited    Role = "cited"    // what the cited clause says
	RolePrevious Role = "previous" // what was said for another period
)

// Match is a passage of a stored text. Quote is the text from Start to End.
// Diff leads from the quote to the draft: equal and insert are the draft's
// text, delete is the quote's.
type Match struct {
	DocID     string             `json:"doc_id"`
	Title     string             `json:"title"`
	DocNo     string             `json:"doc_no,omitempty"`
	Publisher string             `json:"publisher,omitempty"`
	Published string             `json:"published,omitempty"`
	Validity  retrieval.Validity `json:"validity,omitempty"`
	Clause    string             `json:"clause"`
	Quote     string             `json:"quote"`
	Start     int                `json:"start"`
	End       int                `json:"end"`
	Page      int                `json:"page,omitempty"`
	URL       string             `json:"url,omitempty"`
	Diff      []Op               `json:"diff"`
	Score     float64            `json:"score"` // 1: the same but for type
	Role      Role               `json:"role"`
	Period    string             `json:"period,omitempty"` // year that the document speaks of
	Material  bool               `json:"material,omitempty"`
	// Recognised text was read from a picture and may be wrong.
	Recognised bool `json:"recognised,omitempty"`
}

// OpKind is what becomes of a run of text.
type OpKind string

// Kinds of operations.
const (
	Equal  OpKind = "equal"
	Insert OpKind = "insert"
	Delete OpKind = "delete"
)

// Op is one run of a diff.
type Op struct {
	Op   OpKind `json:"op"`
	Text string `json:"text"`
}

// Missing is a document that the draft cites and the collection does not hold.
type Missing struct {
	Title    string `json:"title"` // a title without its marks, or a 文号
	Segments []int  `json:"segments"`
}

// FindingKind says what was looked at inside the draft.
type FindingKind string

// Kinds of findings.
const (
	FindingSum       FindingKind = "sum"
	FindingPercent   FindingKind = "percent"
	FindingConflict  FindingKind = "conflict"
	FindingSameValue FindingKind = "same_value"
	FindingOrder     FindingKind = "order"
)

// FindingState says how a finding came out.
type FindingState string

// States of findings.
const (
	Holds     FindingState = "holds"
	Differs   FindingState = "differs"
	Truncated FindingState = "truncated" // right but cut off, not rounded
)

// Finding is something about the draft alone.
type Finding struct {
	Kind  FindingKind  `json:"kind"`
	State FindingState `json:"state"`
	// Text says it in one Chinese sentence.
	Text  string `json:"text"`
	Spans []Span `json:"spans"`
}

// Span is a place in the draft.
type Span struct {
	Text  string `json:"text"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

package ingest

import "math"

// Status says what became of one document.
type Status string

// Statuses of a document.
const (
	StatusAdded       Status = "added"
	StatusUpdated     Status = "updated"
	StatusUnchanged   Status = "unchanged"
	StatusRemoved     Status = "removed"
	StatusSkipped     Status = "skipped"
	StatusQuarantined Status = "quarantined"
	StatusFailed      Status = "failed"
)

// Report is the line of one document. Its JSON is a contract.
type Report struct {
	Source   string   `json:"source"`
	DocID    string   `json:"doc_id"`
	Title    string   `json:"title"`
	Status   Status   `json:"status"`
	Chunks   int      `json:"chunks"`
	Chars    int      `json:"chars"`
	Quality  float64  `json:"quality"`
	Coverage float64  `json:"coverage"`
	Warnings []string `json:"warnings"` // never nil
	Error    string   `json:"error"`    // why it failed or was skipped
}

// Summary is the outcome of a run. Its JSON is a contract.
type Summary struct {
	Documents int     `json:"documents"`
	Chunks    int     `json:"chunks"`
	Failed    int     `json:"failed"`
	Seconds   float64 `json:"seconds"`
}

func (s *Summary) count(r Report) {
	if r.Status == "" { // it is not decided yet
		return
	}
	s.Documents++
	s.Chunks += r.Chunks
	if r.Status == StatusFailed {
		s.Failed++
	}
}

// add sums up two runs.
func (s *Summary) add(t Summary) {
	s.Documents, s.Chunks, s.Failed, s.Seconds = s.Documents+t.Documents, s.Chunks+t.Chunks, s.Failed+t.Failed, s.Seconds+t.Seconds
}

// Progress is how far a run is.
type Progress struct {
	Documents int // done
	Total     int // 0 when it is not known
	Chunks    int // embedded
}

func roundTo(x float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(x*scale) / scale
}

package retrieval

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Act is what somebody did to the collection, as the audit keeps it.
type Act struct {
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`   // an account, or the user of the command line
	Action  string    `json:"action"`  // withdraw, erase, release, mark
	Subject string    `json:"subject"` // a document's key or version ID
	Reason  string    `json:"reason"`
	Before  string    `json:"before"` // JSON, or a single word; never text of a document
	After   string    `json:"after"`
}

// Record is an act in its place in the audit, which is only added to.
type Record struct {
	Seq int64 `json:"seq"` // from 1, without a gap
	Act
	Hash string `json:"hash"` // see Act.Chain
}

// Chain gives the hash of an act that follows the record with the hash
// previous (empty for the first): SHA-256 in hex over both, so that no record
// can be changed or taken out without all later ones showing it.
func (a Act) Chain(previous string) string {
	a.At = a.At.UTC().Truncate(time.Microsecond) // as precise as every store keeps it
	content, err := json.Marshal(a)
	if err != nil {
		panic(fmt.Sprintf("retrieval: an act of strings cannot be encoded: %v", err)) // it always can
	}
	sum := sha256.Sum256(append([]byte(previous), content...))
	return hex.EncodeToString(sum[:])
}

// VerifyAudit reads records in order and says which is the first that is not
// as it was written.
func VerifyAudit(records []Record) error {
	previous := ""
	for i, r := range records {
		switch {
		case r.Seq != int64(i)+1:
			return fmt.Errorf("audit: record %d follows record %d: one is missing", r.Seq, i)
		case r.Hash != r.Chain(previous):
			return fmt.Errorf("audit: record %d (%s of %s at %s) was changed after it was written", r.Seq, r.Action, r.Subject, r.At.Format(time.RFC3339))
		}
		previous = r.Hash
	}
	return nil
}

// AuditTable gives records as rows of a file, the first of which names the
// columns.
func AuditTable(records []Record) [][]string {
	rows := [][]string{{"seq", "at", "actor", "action", "subject", "reason", "before", "after", "hash"}}
	for _, r := range records {
		rows = append(rows, []string{strconv.FormatInt(r.Seq, 10), r.At.Format(time.RFC3339), r.Actor, r.Action, r.Subject, r.Reason, r.Before, r.After, r.Hash})
	}
	return rows
}

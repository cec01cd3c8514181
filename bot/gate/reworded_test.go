package gate

import (
	_ "embed"
	"os"
	"testing"

	"zhiwen/bot/tables"
)

//go:embed testdata/reworded.txt
var rewordedTable string

// TestReworded measures how many faithful rewordings the gate stops.
func TestReworded(t *testing.T) {
	page, err := os.ReadFile("../../samples/docs/old-age-allowance.txt")
	if err != nil {
		t.Fatal(err)
	}
	sentences := tables.Lines(rewordedTable)
	stopped := 0
	for _, sentence := range sentences {
		for _, s := range runOn([]Source{{N: 1, Text: string(page)}}, sentence+"[1]\n").Judged() {
			if s.Reason != Passed {
				stopped++
				t.Logf("stopped for %s: %s", s.Reason, s.Text)
			}
		}
	}
	t.Logf("%d of %d faithful rewordings are stopped", stopped, len(sentences))
	if stopped > mostStopped {
		t.Errorf("%d of %d are stopped, more than the %d when it was last measured", stopped, len(sentences), mostStopped)
	}
}

// mostStopped is how many were stopped when they were last measured. The gate
// may not get worse.
const mostStopped = 2

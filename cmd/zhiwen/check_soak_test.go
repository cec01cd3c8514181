//go:build soak

package main

import "testing"

// TestSoakCheck measures 文稿核对 over the laws, ordinances and reports of
// ../shared/eval: 2,000 planted alterations, untouched sentences, references to
// laws that are not held and to wrong clauses, and reports against the ones of
// the year before.
func TestSoakCheck(t *testing.T) {
	measureCheck(t, checkPlan{every: 1, alterations: 2000, references: 200, yearBefore: 200})
}

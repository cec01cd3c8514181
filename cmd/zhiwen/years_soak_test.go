//go:build soak

package main

import "testing"

// TestSoakYearsAmongOthers is TestYearsAmongOthers by meaning, too.
func TestSoakYearsAmongOthers(t *testing.T) {
	groups := readYearGroups(t)
	askYears(t, yearBot(t, groups, newerPages(t), true), groups, 100)
}

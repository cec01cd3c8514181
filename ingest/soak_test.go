//go:build soak

package ingest

import "testing"

// TestSoakLawArticles compares every law.
func TestSoakLawArticles(t *testing.T) { checkLawArticles(t, 1) }

// TestSoakRoundTrip converts every Word file.
func TestSoakRoundTrip(t *testing.T) { checkRoundTrip(t, wordSamples(t)) }

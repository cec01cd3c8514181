package retrieval

import "regexp"

var figure = regexp.MustCompile(`\d+(?:[.,]\d+)*%?`)

// Figures gives the figures of a text, folded, in order and with repetitions:
// whatever an answer shows of them must stand in its sources.
func Figures(text string) []string { return figure.FindAllString(FoldString(text), -1) }

// Package tables reads the plain files of words that lie beside it and beside
// the packages that use them: one entry a line, # before a comment.
package tables

import "strings"

// Lines gives the lines of a table without comments and white space around them.
func Lines(table string) []string {
	var lines []string
	for line := range strings.Lines(table) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

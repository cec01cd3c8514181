// Package samples carries the sample collection inside the program: short
// pages in our own words, which `zhiwen demo` ingests, and the questions of
// golden.jsonl, by which their ranking and answers are measured. It imports
// nothing of ours.
package samples

import "embed"

// FS holds the folder docs and golden.jsonl. It is read-only.
//
//go:embed docs golden.jsonl
var FS embed.FS

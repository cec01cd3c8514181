package gate

import (
	"os"
	"slices"
	"testing"
	"time"

	"zhiwen/bot/tables"
)

// quoted is more than an answer quotes of one passage, in runes.
const quoted = 400

// BenchmarkSentence is what the gate adds to a sentence of the stream: with and
// without the mark that says where to look.
func BenchmarkSentence(b *testing.B) {
	var sources []Source
	for i, name := range []string{"old-age-allowance.txt", "social-security-card.md", "rule-of-law-2023.html", "real-estate.md"} {
		page, err := os.ReadFile("../../samples/docs/" + name)
		if err != nil {
			b.Fatal(err)
		}
		text := []rune(string(page))
		sources = append(sources, Source{N: i + 1, Text: string(text[:min(quoted, len(text))])})
	}
	sentences := tables.Lines(rewordedTable)
	for name, mark := range map[string]string{"cited": "[1]", "uncited": ""} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				g := New(Config{Sources: sources})
				began := time.Now()
				g.Write(sentences[i%len(sentences)] + mark + "\n")
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}

package bot

import (
	"fmt"
	"strings"

	"zhiwen/retrieval"
)

// verify holds an answer to the law of the house before anybody sees it:
// every quotation is the stored text at its offsets, and every figure stands
// in a quotation, in the metadata of a document that is shown, in the
// question, or in a fixed sentence.
func verify(a Answer, docs map[string]*retrieval.Document, q Question, phone string) error {
	for _, c := range a.Citations {
		doc := docs[c.DocID]
		if doc == nil {
			return fmt.Errorf("citation %d: document %s was not loaded", c.N, c.DocID)
		}
		if c.Quote == "" && c.Start == 0 && c.End == 0 {
			continue // the document's metadata are cited, and none of its words
		}
		if c.Start < 0 || c.End > len(doc.Text) || c.Start >= c.End || doc.Text[c.Start:c.End] != c.Quote {
			return fmt.Errorf("citation %d: the quotation is not the text of %s at %d-%d", c.N, c.DocID, c.Start, c.End)
		}
	}
	if figure := Unsupported(a, q.Typed, phone, FixedFigures(q)); figure != "" {
		return fmt.Errorf("the figure %q stands in no cited passage", figure)
	}
	return nil
}

// emergencyFigures are the national numbers in fixed sentences.
const emergencyFigures = "110 119 120 122 12338 12356 12388"

// FixedFigures are the figures that fixed sentences may show without a source:
// the emergency numbers, the year that a word like 去年 stands for, and those of the
// question as it was understood, which repeats the visitor's earlier words.
func FixedFigures(q Question) string {
	var b strings.Builder
	b.WriteString(emergencyFigures + " " + q.Text)
	for _, y := range q.Years {
		fmt.Fprintf(&b, " %d ", y.Number)
	}
	return b.String()
}

// Unsupported returns the first figure of an answer's text that stands neither
// in a quotation nor in the metadata of a document shown nor in allowed, and is
// no whole number, address or time of its Handoff; "" if there is none.
func Unsupported(a Answer, allowed ...string) string {
	var b strings.Builder
	b.WriteString(strings.Join(allowed, "\n"))
	for _, c := range a.Citations {
		b.WriteString("\n" + c.Quote + "\n" + c.Title + "\n" + c.DocNo + "\n" + c.Published + "\n" + c.Clause + "\n" + c.Publisher + "\n" + c.Effective + "\n" + c.Expires + "\n" + c.ReplacedBy)
	}
	for _, l := range a.Nearest {
		b.WriteString("\n" + l.Title + "\n" + l.Published)
	}
	supported := map[string]bool{}
	for _, f := range retrieval.Figures(b.String()) {
		supported[f] = true
	}
	text := withoutMarks(a.Text)
	for _, whole := range a.Handoff.configured() {
		if whole != "" {
			text = strings.ReplaceAll(text, whole, " ")
		}
	}
	for _, f := range retrieval.Figures(text) {
		if !supported[f] {
			return f
		}
	}
	return ""
}

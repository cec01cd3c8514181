package bot

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"zhiwen/retrieval"
)

// Chosen is a part of a document that a visitor has chosen from a list, so that
// nothing has to be searched for.
type Chosen struct {
	DocID string `json:"doc"`
	At    int    `json:"at"` // byte of the document's text where the section begins
}

// chosenRunes is the most of a section that is quoted; the rest is a tap away.
const chosenRunes = 600

// chosen quotes the section that was chosen. A document that is not there any
// more, or has become another one, is no answer.
func (b *Bot) chosen(ctx context.Context, c Chosen) (Examination, error) {
	doc, err := b.Documents.Document(ctx, c.DocID)
	if err == nil && doc.State != "" && doc.State != retrieval.StateCurrent && doc.State != retrieval.StateSuperseded {
		err = retrieval.ErrGone // not released to the public
	}
	var e Examination
	switch {
	case errors.Is(err, retrieval.ErrNotFound) || errors.Is(err, retrieval.ErrGone):
		e.Said = b.refusal(b.say.NoSection(), nil)
	case err != nil:
		return Examination{}, err
	default:
		e.Said = b.sectionAt(&doc, c.At)
	}
	e.Open = e.Said
	return e, nil
}

func (b *Bot) sectionAt(doc *retrieval.Document, at int) Answer {
	for _, s := range doc.Sections {
		if s.Start != at {
			continue
		}
		start, end := trimmed(doc.Text, max(s.Body, s.Start), s.End)
		if start >= end { // a heading that says all
			start, end = trimmed(doc.Text, s.Start, s.End)
		}
		if start >= end {
			break
		}
		if text := doc.Text[start:end]; utf8.RuneCountInString(text) > chosenRunes {
			start, end = trimmed(doc.Text, start, start+len(within(text, chosenRunes)))
		}
		w := Window{Start: start, End: end, Text: doc.Text[start:end], Highlight: retrieval.Span{Start: start, End: end}}
		a := b.excerpt(Question{}, []evidence{{w, doc}})
		if err := verify(a, map[string]*retrieval.Document{doc.ID: doc}, Question{}, b.Phone); err != nil {
			break
		}
		a.Highlight = ""
		return a
	}
	return b.refusal(b.say.NoSection(), nil)
}

// trimmed leaves out white space at both ends of text[start:end].
func trimmed(text string, start, end int) (int, int) {
	end = start + len(strings.TrimRight(text[start:end], " \t\r\n\u00a0\u3000"))
	return end - len(strings.TrimLeft(text[start:end], " \t\r\n\u00a0\u3000")), end
}

package bot

import (
	"strings"

	"zhiwen/retrieval"
)

// listCover is the share of the question that a heading must hold for its
// parts to be the answer.
const listCover = 0.45

// listed finds the section whose heading is what a 哪些 question asks for and
// gives its parts as windows: the heading line of each.
func listed(q Question, w weights, p retrieval.Passage, doc *retrieval.Document) []Window {
	if q.Want != WantList {
		return nil
	}
	best, bestCover := -1, listCover
	title := termSet(doc.Title)
	for i, s := range doc.Sections {
		if len(children(doc, i)) < 2 {
			continue
		}
		if c := headingCover(q, w, doc.Text[s.Start:s.Body], doc.Title, title); c > bestCover {
			best, bestCover = i, c
		}
	}
	if best < 0 {
		return nil
	}
	var parts []Window
	for _, child := range children(doc, best) {
		s := doc.Sections[child]
		end := s.Body
		if s.Heading == "" {
			end = s.End // a numbered paragraph without a heading is an item whole
		}
		end = s.Start + len(strings.TrimRight(doc.Text[s.Start:end], " \t\r\n\u00a0\u3000"))
		parts = append(parts, Window{
			Passage: p, Start: s.Start, End: end, Text: doc.Text[s.Start:end],
			Highlight: retrieval.Span{Start: s.Start, End: end},
		})
	}
	return parts
}

// headingCover is how much a heading holds of what the question says beyond the
// document's title; a heading of plans for the very year holds all of a
// question for plans, however it is worded.
func headingCover(q Question, w weights, heading, title string, titleTerms map[string]bool) float64 {
	plans := plansPattern.MatchString(heading)
	if q.Plans && !plans {
		return 0
	}
	if len(q.Years) > 0 {
		if q.Plans && holdsYear(heading, q.Years[0].Number) {
			return 1
		}
		if !holdsYear(heading, q.Years[0].Number) && !holdsYear(title, q.Years[0].Number) {
			return 0
		}
	}
	beyond := map[string]bool{}
	for t := range w.terms {
		beyond[t] = !titleTerms[t]
	}
	return w.only(beyond).cover(termSet(heading))
}

func children(doc *retrieval.Document, parent int) []int {
	var found []int
	for i, s := range doc.Sections {
		if s.Parent == parent {
			found = append(found, i)
		}
	}
	return found
}

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
	title := termSet(doc.Title)
	best, bestCover := -1, 0.0
	for i, s := range doc.Sections {
		heading := doc.Text[s.Start:s.Body]
		if len(q.Years) > 0 && !holdsYear(heading, q.Years[0].Number) && !holdsYear(doc.Title, q.Years[0].Number) {
			continue
		}
		terms := termSet(heading)
		for t := range title {
			terms[t] = true
		}
		if len(children(doc, i)) < 2 || q.Plans && !plansPattern.MatchString(heading) {
			continue
		}
		if c := w.cover(terms); c > bestCover {
			best, bestCover = i, c
		}
	}
	if best < 0 || bestCover < listCover {
		return nil
	}
	var parts []Window
	for _, child := range children(doc, best) {
		s := doc.Sections[child]
		end := s.Start + len(strings.TrimRight(doc.Text[s.Start:s.Body], " \t\r\n\u00a0\u3000"))
		parts = append(parts, Window{
			Passage: p, Start: s.Start, End: end, Text: doc.Text[s.Start:end],
			Highlight: retrieval.Span{Start: s.Start, End: end},
		})
	}
	return parts
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

// Package guide understands 办事指南: what their sections are about, which cases
// they tell apart, and which of their lines answer a question. It gives places in
// a stored text and never words of its own.
package guide

import (
	"regexp"
	"slices"
	"strings"

	"zhiwen/retrieval"
)

// counted is said of a material: how many are wanted, and of what.
var counted = regexp.MustCompile(`原件|复印件|\d+[份张]`)

// Guide is a 办事指南 by its sections.
type Guide struct {
	Doc      *retrieval.Document
	Title    Title
	Sections []Section
}

// Section is what a guide says of one aspect.
type Section struct {
	Aspect  Aspect
	Heading string // without its label and mark
	Lines   []Line // that hold for every case
	Parts   []Part // one a case
}

// Part is what a section says of one case.
type Part struct {
	Heading string
	Cases   map[Case]bool // that the heading names
	Lines   []Line
}

// Line is a run of the document's text; offsets are bytes.
type Line struct {
	Start, End int
	Text       string // folded
}

// Read divides a document into the sections of a guide; ok is false where it has
// none of the aspects of one.
func Read(doc *retrieval.Document) (g Guide, ok bool) {
	g = Guide{Doc: doc, Title: titleOf(doc.Title)}
	read := 0
	for i, s := range doc.Sections {
		if s.Start < read {
			continue
		}
		heading := g.heading(i)
		aspect := aspectOf(heading)
		if aspect == Other && !isLeaf(doc, i) {
			continue // its own parts may be sections
		}
		ok = ok || aspect != Other
		g.add(g.section(i, aspect, heading))
		read = s.End
	}
	return g, ok
}

// isLeaf reports whether no part of a section is about an aspect.
func isLeaf(doc *retrieval.Document, i int) bool {
	for j := i + 1; j < len(doc.Sections) && doc.Sections[j].Start < doc.Sections[i].End; j++ {
		if aspectOf(headingOf(doc, j)) != Other {
			return false
		}
	}
	return true
}

// heading is the heading of a section as far as it names something: of
// 收费标准：不收费 the first half.
func (g *Guide) heading(i int) string { return headingOf(g.Doc, i) }

func headingOf(doc *retrieval.Document, i int) string {
	line, at := headLine(doc, i)
	if at >= 0 {
		line = line[:at]
	}
	heading := strings.TrimSpace(strings.TrimPrefix(line, doc.Sections[i].Label))
	const longest = 14 * len("字") // a longer line is a sentence
	if len(heading) > longest {
		return ""
	}
	return retrieval.FoldString(heading)
}

// headLine is the first line of a section, and where its heading ends in it; -1
// at the line's end.
func headLine(doc *retrieval.Document, i int) (line string, end int) {
	s := doc.Sections[i]
	line, _, _ = strings.Cut(doc.Text[s.Start:s.End], "\n")
	label := len(s.Label)
	if !strings.HasPrefix(line, s.Label) {
		label = 0
	}
	if end = strings.IndexAny(line[label:], "：:。（("); end >= 0 {
		end += label
	}
	return line, end
}

// section reads the section i of the document.
func (g *Guide) section(i int, aspect Aspect, heading string) Section {
	s := Section{Aspect: aspect, Heading: heading}
	at := g.bodyOf(i)
	for _, j := range g.children(i) {
		if !g.isCase(j, aspect) {
			continue
		}
		child := g.Doc.Sections[j]
		s.Lines = append(s.Lines, g.lines(at, child.Start)...)
		name := g.heading(j)
		s.Parts = append(s.Parts, Part{Heading: name, Cases: named(name), Lines: g.lines(g.bodyOf(j), child.End)})
		at = child.End
	}
	s.Lines = append(s.Lines, g.lines(at, g.Doc.Sections[i].End)...)
	for up := g.Doc.Sections[i].Parent; up >= 0; up = g.Doc.Sections[up].Parent {
		if name := g.heading(up); len(named(name)) > 0 && len(s.Parts) == 0 {
			return Section{Aspect: aspect, Heading: heading, Parts: []Part{{Heading: name, Cases: named(name), Lines: s.Lines}}}
		}
	}
	return s
}

// add puts a section with the one of the same aspect, if there is one.
func (g *Guide) add(s Section) {
	for i := range g.Sections {
		if had := &g.Sections[i]; had.Aspect == s.Aspect && s.Aspect != Other {
			had.Lines = append(had.Lines, s.Lines...)
			had.Parts = append(had.Parts, s.Parts...)
			return
		}
	}
	g.Sections = append(g.Sections, s)
}

// bodyOf is where a section says something: below its heading, or after the
// colon on the same line.
func (g *Guide) bodyOf(i int) int {
	s := g.Doc.Sections[i]
	line, at := headLine(g.Doc, i)
	if at >= 0 && strings.HasPrefix(line[at:], "：") && at+len("：") < len(strings.TrimRight(line, " \r")) && s.Start+at <= s.Body {
		return s.Start + at + len("：")
	}
	return s.Body
}

func (g *Guide) children(parent int) []int {
	var found []int
	for i, s := range g.Doc.Sections {
		if s.Parent == parent {
			found = append(found, i)
		}
	}
	return found
}

// isCase reports whether a part of a section is one of its cases, and not a line
// of a list or a step.
func (g *Guide) isCase(i int, aspect Aspect) bool {
	s := g.Doc.Sections[i]
	heading := g.heading(i)
	if heading == "" || strings.TrimSpace(g.Doc.Text[g.bodyOf(i):s.End]) == "" {
		return false
	}
	switch {
	case len(g.children(i)) > 0:
		return true
	case aspect == Process:
		return false
	case aspect == Materials:
		line, _ := headLine(g.Doc, i)
		return line != strings.TrimSpace(g.Doc.Text[s.Start:s.End]) && !counted.MatchString(line)
	}
	return len(named(heading)) > 0
}

// lines gives the lines of a run of the text.
func (g *Guide) lines(start, end int) []Line {
	var found []Line
	at := start
	for line := range strings.Lines(g.Doc.Text[start:end]) {
		trimmed := strings.TrimSpace(line)
		if trimmed != "" {
			from := at + strings.Index(line, trimmed)
			found = append(found, g.line(from, from+len(trimmed)))
		}
		at += len(line)
	}
	return found
}

func (g *Guide) line(start, end int) Line {
	return Line{Start: start, End: end, Text: retrieval.FoldString(g.Doc.Text[start:end])}
}

// sentences divides a line at its full stops.
func (g *Guide) sentences(l Line) []Line {
	return g.divide(l, func(r rune) bool { return r == '。' })
}

// divide cuts a line after the marks that cut knows.
func (g *Guide) divide(l Line, cut func(rune) bool) []Line {
	var found []Line
	at := l.Start
	text := g.Doc.Text
	for i, r := range text[l.Start:l.End] {
		if end := l.Start + i + len(string(r)); cut(r) || end == l.End {
			if piece := strings.TrimSpace(text[at:end]); piece != "" {
				from := at + strings.Index(text[at:end], piece)
				found = append(found, g.line(from, from+len(piece)))
			}
			at = end
		}
	}
	return found
}

// all gives every line of a section.
func (s Section) all() []Line {
	found := slices.Clone(s.Lines)
	for _, p := range s.Parts {
		found = append(found, p.Lines...)
	}
	slices.SortFunc(found, func(a, b Line) int { return a.Start - b.Start })
	return found
}

// section finds the section of an aspect.
func (g *Guide) sectionOf(a Aspect) (Section, bool) {
	for _, s := range g.Sections {
		if s.Aspect == a && a != Other {
			return s, true
		}
	}
	return Section{}, false
}

// Cases are those that the guide's title and parts name.
func (g *Guide) Cases() map[Case]bool {
	cases := named(retrieval.FoldString(g.Doc.Title))
	for _, s := range g.Sections {
		for _, p := range s.Parts {
			for c := range p.Cases {
				cases[c] = true
			}
		}
	}
	return cases
}

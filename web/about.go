package web

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Section is a part of /about in the county's own words.
type Section struct {
	Heading    string
	Paragraphs []Paragraph
}

// Paragraph is one, or a list.
type Paragraph struct {
	Text  string
	Items []string // of a list; Text is empty then
}

// maxAbout bounds the county's text, in runes.
const maxAbout = 20_000

// ParseAbout reads the county's own text for /about: "## " begins a section,
// "- " an item of a list, an empty line ends a paragraph. There is no other
// markup: what looks like some is shown as it is written.
func ParseAbout(text string) ([]Section, error) {
	if n := utf8.RuneCountInString(text); n > maxAbout {
		return nil, fmt.Errorf("it has %d characters; at most %d are shown", n, maxAbout)
	}
	var sections []Section
	open := false // a paragraph or list that the next line goes on with
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		n++
		line = strings.TrimSpace(line)
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			sections, open = append(sections, Section{Heading: strings.TrimSpace(heading)}), false
			continue
		}
		if line == "" {
			open = false
			continue
		}
		if len(sections) == 0 {
			return nil, fmt.Errorf("line %d stands before the first section; begin with a line like ## 您的隐私", n)
		}
		last := &sections[len(sections)-1]
		item, isItem := strings.CutPrefix(line, "- ")
		switch at := len(last.Paragraphs) - 1; {
		case isItem && open && last.Paragraphs[at].Text == "":
			last.Paragraphs[at].Items = append(last.Paragraphs[at].Items, item)
		case isItem:
			last.Paragraphs = append(last.Paragraphs, Paragraph{Items: []string{item}})
		case open && last.Paragraphs[at].Text != "":
			last.Paragraphs[at].Text += line
		default:
			last.Paragraphs = append(last.Paragraphs, Paragraph{Text: line})
		}
		open = true
	}
	for _, s := range sections {
		if s.Heading == "" || len(s.Paragraphs) == 0 {
			return nil, fmt.Errorf("the section %q has no heading or no text", s.Heading)
		}
	}
	return sections, nil
}

// aboutView is /about: our sections, and the county's in their place or beside
// them.
type aboutView struct {
	layout
	Own []Section
}

// Section gives the county's section of a heading, if it has one.
func (v aboutView) Section(heading string) []Section {
	for _, s := range v.Own {
		if s.Heading == heading {
			return []Section{s}
		}
	}
	return nil
}

// ourHeadings are the sections that a county's may take the place of.
var ourHeadings = map[string]bool{"回答从哪里来": true, "怎样标识": true, "您的隐私": true, "投诉与建议": true}

// Further are the county's sections that take no place of ours.
func (v aboutView) Further() []Section {
	var further []Section
	for _, s := range v.Own {
		if !ourHeadings[s.Heading] {
			further = append(further, s)
		}
	}
	return further
}

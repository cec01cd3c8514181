package guide

import (
	"regexp"
	"slices"
	"strings"
)

// materials answers what has to be handed in: the list of the case asked for,
// whole; what a circumstance adds to it; or one line.
func (g *Guide) materials(a Ask) (r []Reply, cases []string, ok bool) {
	s, found := g.sectionOf(Materials)
	if !found {
		return nil, nil, false
	}
	terms := g.Title.terms(a.full, a.wordings)
	parts, clear := s.Parts, len(s.Parts) == 0
	if len(s.Parts) > 0 {
		parts, clear = chooseParts(s.Parts, a, g.Title.terms(a.rest, a.other()))
		if !clear && len(parts) == 0 {
			parts = s.Parts
		}
	}
	if a.Single {
		if one := g.oneMaterial(s, parts, terms); one != nil {
			return one, nil, true
		}
	}
	if a.Besides && !(clear && len(parts) == 1 && parts[0].Cases[ByAgent]) {
		if more := g.added(s, parts, a, terms); more != nil {
			return more, nil, true
		}
	}
	switch {
	case !clear:
		return nil, headings(parts), true
	case len(s.all()) == 0:
		return nil, nil, false
	}
	return g.replies(s, parts), nil, true
}

// nameEnd is where the name of a material ends.
var nameEnd = regexp.MustCompile(`\(|原件|复印件|各?\d+[份张]`)

// oneMaterial gives the lines of the material that a question names; nil where
// it names none, or one of several cases.
func (g *Guide) oneMaterial(s Section, parts []Part, terms map[string]bool) []Reply {
	var best []Reply
	most := 0
	consider := func(part string, lines []Line) {
		for _, l := range lines {
			name := l.Text
			if at := nameEnd.FindStringIndex(name); at != nil && at[0] > len("1. ") {
				name = name[:at[0]]
			}
			n := held(name, terms)
			r := Reply{Guide: g, Heading: s.Heading, Case: part, Lines: []Line{l}, Best: l}
			switch {
			case n > most:
				most, best = n, []Reply{r}
			case n == most && n > 0:
				best = append(best, r)
			}
		}
	}
	consider("", s.Lines)
	for _, p := range parts {
		consider(p.Heading, p.Lines)
	}
	for _, r := range best[min(1, len(best)):] {
		if r.Case != best[0].Case && withoutNumber(r.Lines[0].Text) != withoutNumber(best[0].Lines[0].Text) {
			return nil
		}
	}
	if len(best) > 1 && best[0].Case != best[1].Case {
		return best[:1]
	}
	return best
}

func withoutNumber(line string) string { return strings.TrimLeft(line, "0123456789.、 ()") }

// onCondition marks a line that is wanted in a circumstance only.
var onCondition = regexp.MustCompile(`才[要用需]|的[,，]|另|为.*的`)

// added gives the lines for what a question says beyond its case.
func (g *Guide) added(s Section, parts []Part, a Ask, terms map[string]bool) []Reply {
	var best []Reply
	most := 0
	consider := func(part Part, lines []Line) {
		for _, l := range lines {
			if !onCondition.MatchString(l.Text) {
				continue
			}
			n := 0
			for t := range terms {
				if strings.Contains(l.Text, t) && !strings.Contains(part.Heading, t) {
					n++
				}
			}
			for c := range named(l.Text) {
				if a.Cases[c] && !part.Cases[c] {
					n += 2
				}
			}
			r := Reply{Guide: g, Heading: s.Heading, Case: part.Heading, Lines: []Line{l}, Best: l}
			switch {
			case n > most:
				most, best = n, []Reply{r}
			case n == most && n > 0:
				best = append(best, r)
			}
		}
	}
	consider(Part{}, s.Lines)
	for _, p := range parts {
		consider(p, p.Lines)
	}
	if len(best) > 1 && slices.ContainsFunc(best, func(r Reply) bool { return r.Case != best[0].Case }) {
		return nil
	}
	return best
}

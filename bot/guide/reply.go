package guide

import (
	"math"
	"regexp"
	"slices"
	"strings"
)

// Reply is what a guide says to one aspect of a question.
type Reply struct {
	Guide   *Guide
	Heading string // of the section
	Case    string // heading of the part, "" where it holds for every case
	Lines   []Line // in the order of the text
	Best    Line   // what answers most exactly
}

// Reply finds what answers an aspect. cases are given in its place where the
// guide tells several apart and the question names none; ok is false where the
// guide does not say it.
func (g *Guide) Reply(a Ask, aspect Aspect) (r []Reply, cases []string, ok bool) {
	switch aspect {
	case Materials:
		return g.materials(a)
	case Agency:
		return g.agency()
	case Other:
		return g.fact(a)
	}
	s, found := g.sectionOf(aspect)
	if other, better := g.elsewhere(a, aspect, s); better {
		return []Reply{other}, nil, true
	}
	if !found {
		return nil, nil, false
	}
	if len(s.Parts) > 0 {
		parts, clear := chooseParts(s.Parts, a, g.Title.terms(a.rest, a.other()))
		switch {
		case clear:
			return g.replies(s, parts), nil, true
		case aspect == Process && len(s.Parts) > 1:
			return nil, headings(s.Parts), true
		}
		return []Reply{g.reply(s, "", s.all(), a)}, nil, true
	}
	lines := s.Lines
	if clipped[aspect] {
		lines = g.clip(lines, a)
	}
	if len(lines) == 0 {
		return nil, nil, false
	}
	return []Reply{g.reply(s, "", lines, a)}, nil, true
}

// clipped are the aspects whose sentences are for one case each: 首次不收费；补领
// 每证40元.
var clipped = map[Aspect]bool{Time: true, Fee: true, "online": true, Validity: true, Benefit: true, Conditions: true}

func (g *Guide) reply(s Section, part string, lines []Line, a Ask) Reply {
	r := Reply{Guide: g, Heading: s.Heading, Case: part, Lines: lines, Best: Line{lines[0].Start, lines[len(lines)-1].End, ""}}
	terms := g.Title.terms(a.full, a.wordings)
	most := 0
	for _, l := range lines {
		for _, piece := range g.divide(l, func(r rune) bool { return strings.ContainsRune("。；;", r) }) {
			if n := held(piece.Text, terms); n > most {
				most, r.Best = n, piece
			}
		}
	}
	return r
}

// replies gives parts of a section with the lines that hold for all of them.
func (g *Guide) replies(s Section, parts []Part) []Reply {
	var found []Reply
	if len(s.Lines) > 0 {
		found = append(found, Reply{Guide: g, Heading: s.Heading, Lines: s.Lines, Best: whole(s.Lines)})
	}
	for _, p := range parts {
		found = append(found, Reply{Guide: g, Heading: s.Heading, Case: p.Heading, Lines: p.Lines, Best: whole(p.Lines)})
	}
	return found
}

func whole(lines []Line) Line { return Line{lines[0].Start, lines[len(lines)-1].End, ""} }

func headings(parts []Part) []string {
	var names []string
	for _, p := range parts {
		names = append(names, p.Heading)
	}
	return names
}

// Weights of what makes a part the one that a question is about.
const (
	saidWeight    = 2.0 // its heading names what the question says
	impliedWeight = 1.0 // or what that is most often dealt with as
	lineWeight    = 0.5 // one of its lines does
	wordWeight    = 0.5 // its heading holds a word of the question
)

// chooseParts picks the parts of the case that a question names; clear is false
// where it names none of several.
func chooseParts(parts []Part, a Ask, terms map[string]bool) (chosen []Part, clear bool) {
	var byAgent, others []Part
	for _, p := range parts {
		switch {
		case len(p.Lines) == 0, a.Cases[ByAgent] && p.Cases[InPerson]:
		case p.Cases[ByAgent]:
			byAgent = append(byAgent, p)
		default:
			others = append(others, p)
		}
	}
	best := bestParts(others, a, terms)
	switch {
	case a.Cases[ByAgent] && len(byAgent) > 0:
		if len(best) == 1 && !a.Besides && inAddition(byAgent[0]) {
			return append(best, byAgent...), true
		}
		return byAgent, true
	case len(best) == 1:
		return best, true
	case len(others) == 1 && len(byAgent) == 0:
		return others, true
	}
	return best, false
}

var addition = regexp.MustCompile(`另|除.*外|还[应需要]`)

// inAddition reports whether a part says what is wanted besides.
func inAddition(p Part) bool {
	return slices.ContainsFunc(p.Lines, func(l Line) bool { return addition.MatchString(l.Text) })
}

// bestParts gives the parts that answer most to the question, none if nothing
// tells one from another.
func bestParts(parts []Part, a Ask, terms map[string]bool) []Part {
	var best []Part
	most := 0.0
	for _, p := range parts {
		score := wordWeight * float64(held(p.Heading, terms))
		for c := range a.Cases {
			switch {
			case p.Cases[c]:
				score += saidWeight
			case slices.ContainsFunc(p.Lines, func(l Line) bool { return named(l.Text)[c] }):
				score += lineWeight
			}
		}
		for c := range a.Implied {
			if p.Cases[c] {
				score += impliedWeight
			}
		}
		switch {
		case score > most:
			most, best = score, []Part{p}
		case score == most && score > 0:
			best = append(best, p)
		}
	}
	return best
}

// held counts the terms that a text holds.
func held(text string, terms map[string]bool) int {
	n := 0
	for t := range terms {
		if strings.Contains(text, t) {
			n++
		}
	}
	return n
}

// clip keeps the clauses of the case that a question names, and the sentences
// that name no case; every line where no clause is of that case.
func (g *Guide) clip(lines []Line, a Ask) []Line {
	var kept []Line
	found := false
	for _, l := range lines {
		for _, sentence := range g.sentences(l) {
			if len(named(sentence.Text)) == 0 {
				kept = append(kept, sentence)
				continue
			}
			clauses := g.ofCase(sentence, a, "；;")
			found = found || len(clauses) > 0
			kept = append(kept, clauses...)
		}
	}
	if !found {
		return lines
	}
	return kept
}

// ofCase gives the clauses of a sentence that name a case of the question; those
// that name others, too, are divided further.
func (g *Guide) ofCase(l Line, a Ask, marks string) []Line {
	var found []Line
	for _, clause := range g.divide(l, func(r rune) bool { return strings.ContainsRune(marks, r) }) {
		cases := named(clause.Text)
		hits, others := 0, 0
		for c := range cases {
			switch {
			case c == UnderAge || c == InPerson:
			case a.Cases[c] || a.Implied[c]:
				hits++
			default:
				others++
			}
		}
		switch {
		case hits == 0:
		case others > 0 && marks == "；;":
			if parts := g.ofCase(clause, a, "，,"); len(parts) > 0 {
				found = append(found, parts...)
			}
		default:
			found = append(found, clause)
		}
	}
	return found
}

// forms are what the answer to an aspect must hold.
var forms = map[Aspect]*regexp.Regexp{
	Time:     regexp.MustCompile(`[\d一二三四五六七八九十两半]+个?(?:工作日|小时|分钟|天|日|周|月|年)|当场|当天|即时|立即`),
	Validity: regexp.MustCompile(`有效期[^。;满]{0,4}[\d一二三四五六七八九十]|(?:长期|终身|永久)有效`),
	Fee:      regexp.MustCompile(`\d万?元|不收|免[费收交缴]|承担|负担`),
	Benefit:  regexp.MustCompile(`(?:领取|发放|发给|最长|补贴|补助|奖励|标准)[^。；;]*\d|\d[^。；;]*(?:领取|发放|发给|补贴|补助|奖励)`),
}

// elsewhere finds a sentence outside the section of an aspect that speaks of
// what the question names and the section does not: 公示 within the steps, for
// how many days it takes.
func (g *Guide) elsewhere(a Ask, aspect Aspect, own Section) (Reply, bool) {
	form := forms[aspect]
	if form == nil && aspect != Process {
		return Reply{}, false
	}
	terms := g.Title.terms(a.rest, a.other())
	said := own.all()
	for t := range terms {
		if slices.ContainsFunc(said, func(l Line) bool { return strings.Contains(l.Text, t) }) {
			delete(terms, t)
		}
	}
	has := func(l Line) bool { return form == nil || form.MatchString(l.Text) }
	if best, ok := g.sentence(terms, has, 1); ok {
		return best, true
	}
	if len(said) > 0 || aspect == Time || aspect == Fee || form == nil {
		return Reply{}, false
	}
	return g.anySentence(has)
}

// sentence finds the sentence outside the materials that holds most of some
// terms, at least that many.
func (g *Guide) sentence(terms map[string]bool, has func(Line) bool, least int) (Reply, bool) {
	if len(terms) == 0 {
		return Reply{}, false
	}
	count, all := map[string]int{}, 0
	for _, s := range g.Sections {
		for _, l := range s.all() {
			all++
			for t := range terms {
				if strings.Contains(l.Text, t) {
					count[t]++
				}
			}
		}
	}
	best, most := Reply{}, 0.0
	for _, s := range g.Sections {
		if s.Aspect == Materials {
			continue
		}
		for _, l := range s.all() {
			for _, sentence := range g.sentences(l) {
				score, n := 0.0, 0
				for t := range terms {
					if strings.Contains(sentence.Text, t) {
						score += math.Log(1 + float64(all)/float64(count[t]))
						n++
					}
				}
				if n >= least && score > most && has(sentence) {
					most, best = score, Reply{Guide: g, Heading: s.Heading, Lines: []Line{sentence}, Best: sentence}
				}
			}
		}
	}
	return best, most > 0
}

// anySentence finds the first sentence of a form outside the materials.
func (g *Guide) anySentence(has func(Line) bool) (Reply, bool) {
	for _, s := range g.Sections {
		if s.Aspect == Materials || s.Aspect == Time || s.Aspect == Fee {
			continue
		}
		for _, l := range s.all() {
			for _, sentence := range g.sentences(l) {
				if has(sentence) {
					return Reply{Guide: g, Heading: s.Heading, Lines: []Line{sentence}, Best: sentence}, true
				}
			}
		}
	}
	return Reply{}, false
}

// factTerms is how many pairs of characters a sentence must share with a
// question that asks for no aspect.
const factTerms = 2

// fact answers a question for no aspect by one sentence.
func (g *Guide) fact(a Ask) ([]Reply, []string, bool) {
	best, ok := g.sentence(g.Title.terms(a.rest, a.other()), func(Line) bool { return true }, factTerms)
	return []Reply{best}, nil, ok
}

var mayOrNot = regexp.MustCompile(`不能|不得|不可|不予|可以|应当|须|必须`)

// agency answers whether somebody else may come.
func (g *Guide) agency() ([]Reply, []string, bool) {
	var spoken []Reply
	for _, s := range g.Sections {
		for _, p := range s.Parts {
			if p.Cases[ByAgent] && s.Aspect == Materials {
				spoken = append(spoken, Reply{Guide: g, Heading: s.Heading, Case: p.Heading, Lines: p.Lines, Best: whole(p.Lines)})
			}
		}
		for _, l := range s.all() {
			for _, sentence := range g.sentences(l) {
				if !named(sentence.Text)[ByAgent] {
					continue
				}
				r := Reply{Guide: g, Heading: s.Heading, Lines: []Line{sentence}, Best: sentence}
				if s.Aspect != Materials && mayOrNot.MatchString(sentence.Text) {
					return []Reply{r}, nil, true
				}
				spoken = append(spoken, r)
			}
		}
	}
	return spoken[:min(1, len(spoken))], nil, len(spoken) > 0
}

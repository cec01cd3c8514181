package check

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"zhiwen/retrieval"
)

var (
	yearPattern   = regexp.MustCompile(`((?:19|20)\d{2})(?:年|年度|-|/|\.\d)`)
	periodicTitle = regexp.MustCompile(`报告|公报|总结|年报|要点|统计|计划|情况|预算|决算`)
	historyOfLaw  = regexp.MustCompile(`^\(`)
	headingOfYear = regexp.MustCompile(`^[一二三四五六七八九十]+、.{0,12}?((?:19|20)\d{2})年`)
)

// maxPeriodLines of a text are searched for the heading that names its year.
const maxPeriodLines = 400

// yearsIn gives the years that a text names.
func yearsIn(tight string) []string {
	var years []string
	for _, m := range yearPattern.FindAllStringSubmatchIndex(tight, -1) {
		if m[0] > 0 && isDigit(tight[m[0]-1]) {
			continue
		}
		if y := tight[m[2]:m[3]]; !slices.Contains(years, y) {
			years = append(years, y)
		}
	}
	return years
}

// period is the year that a text speaks of, as its title, its first heading
// that names one and the first of its sentences that does have it: a report of
// 2025 looks back on 2024.
type period struct{ title, heading, first string }

func (p period) String() string { return cmp.Or(p.title, p.heading, p.first) }

// differs reports whether two texts speak of different years, as far as both
// say so in the same way.
func (p period) differs(other period) bool {
	switch {
	case p.title != "" && other.title != "":
		return p.title != other.title
	case p.heading != "" && other.heading != "":
		return p.heading != other.heading
	}
	return p.first != "" && other.first != "" && p.first != other.first
}

// draftPeriod reads the year that a draft speaks of: from its title, or its
// first line if that is one, and from its text.
func draftPeriod(title, text string) period {
	p := bodyPeriod(text)
	p.title = titleYear(title)
	lines := 0
	for line := range strings.Lines(text) {
		if p.title != "" || lines > 5 {
			break
		}
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		lines++
		if periodicTitle.MatchString(line) && !strings.ContainsAny(line, "。；，,") && len(line) <= 200 {
			p.title = titleYear(line)
		}
	}
	return p
}

// textPeriod is the year that a stored report speaks of; other texts have none.
func textPeriod(m retrieval.Meta, text string) period {
	if !periodicTitle.MatchString(m.Title) && m.Kind != retrieval.KindReport || isLaw(m.Title) {
		return period{}
	}
	p := bodyPeriod(text)
	p.title = titleYear(m.Title)
	return p
}

func titleYear(title string) string {
	years := yearsIn(retrieval.FoldTight(title).Text)
	if len(years) == 0 {
		return ""
	}
	return years[0]
}

// bodyPeriod is what the text itself says of its year.
func bodyPeriod(text string) period {
	var p period
	lines := 0
	for line := range strings.Lines(text) {
		if lines++; lines > maxPeriodLines || p.heading != "" {
			break
		}
		tight := retrieval.FoldTight(line).Text
		if m := headingOfYear.FindStringSubmatch(tight); m != nil {
			p.heading = m[1]
		}
		if years := yearsIn(tight); p.first == "" && len(years) > 0 && !historyOfLaw.MatchString(tight) {
			p.first = years[0]
		}
	}
	return p
}

// otherPeriod reports whether the passage nearest to a sentence speaks of
// another year than the sentence does.
func (k *checking) otherPeriod(s *Segment, n *nearest) bool {
	if n.score < nearScore {
		return false
	}
	of := n.text.period()
	if !k.period.differs(of) {
		return false
	}
	looksBackOn := cmp.Or(of.heading, of.title, of.first)
	return !slices.Contains(yearsIn(retrieval.FoldTight(s.Text).Text), looksBackOn)
}

// period is that of a stored text, read once.
func (t *stored) period() period {
	if t.of == nil {
		of := textPeriod(t.Meta, t.Text)
		t.of = &of
	}
	return *t.of
}

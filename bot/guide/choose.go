package guide

import (
	"maps"
	"slices"
	"strings"

	"zhiwen/retrieval"
)

// TitleOf reads the title of a document as that of a guide.
func TitleOf(title string) Title { return titleOf(title) }

// SameMatter reports whether two guides are versions of one: they have the same
// matter, and their titles name the same cases.
func (g Guide) SameMatter(other Guide) bool {
	return g.Title.Core == other.Title.Core && maps.Equal(g.titleCases(), other.titleCases())
}

func (g Guide) titleCases() map[Case]bool { return named(retrieval.FoldString(g.Doc.Title)) }

// OfCase keeps the guides that deal with the case of a question; all, where it
// says none or no guide tells them apart.
func OfCase(guides []Guide, a Ask) []Guide {
	var best []Guide
	most := 0
	for _, g := range guides {
		score := 0
		for c := range g.Cases() {
			switch {
			case c == UnderAge || c == InPerson:
			case c == ByAgent: // what any guide may say of it tells less
				if a.Cases[c] && g.titleCases()[c] {
					score++
				}
			case a.Cases[c]:
				score += 2
			case a.Implied[c]:
				score++
			}
		}
		switch {
		case score > most:
			most, best = score, []Guide{g}
		case score == most:
			best = append(best, g)
		}
	}
	slices.SortStableFunc(best, func(x, y Guide) int { return len(y.first()) - len(x.first()) })
	return best
}

// first is there for what is done first in life.
func (g Guide) first() string {
	if g.titleCases()["首次"] {
		return "首次"
	}
	return ""
}

// Named is what tells a guide from others of its matter: 首次申领, 补办、换领. It
// is the whole title where nothing does.
func (g Guide) Named() string {
	title := strings.Join(strings.FieldsFunc(g.Title.said, func(r rune) bool { return r == ' ' }), "、")
	for core := range strings.FieldsSeq(g.Title.Core) {
		title = strings.Replace(title, core, "", 1)
	}
	if title = strings.Trim(title, "、"); title != "" {
		return title
	}
	return g.Doc.Title
}

// SameReply reports whether guides say the same.
func SameReply(x, y []Reply) bool {
	return slices.EqualFunc(x, y, func(r, s Reply) bool { return r.text() == s.text() })
}

// text is the folded text of a reply.
func (r Reply) text() string {
	var lines []string
	for _, l := range r.Lines {
		lines = append(lines, l.Text)
	}
	return strings.Join(lines, "\n")
}

// Holds reports whether any line of the replies is of a form.
func Holds(replies []Reply, form func(string) bool) bool {
	return slices.ContainsFunc(replies, func(r Reply) bool { return form(r.text()) })
}

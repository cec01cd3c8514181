package bot

import (
	"regexp"
	"slices"
	"strings"

	"zhiwen/retrieval"
)

// Two sources in force may say different things: the province's standard and
// the county's, or two offices. Which of them holds for a visitor is not for us
// to say; both are shown, with who says it.

// sameStatement is the share of pairs of characters that two statements must have in
// common to be about the same thing.
const sameStatement = 0.5

// sayAlike reports whether the words that answer in two windows are nearly the
// same but for their figures.
func sayAlike(a, b Window) bool {
	return likeness(answering(a), answering(b)) >= sameStatement
}

// contradicts reports whether a window of a document of another series speaks
// of what the best one does and says something else. News and interpretations
// do not contradict what they are about.
func contradicts(d retrieval.Meta, win Window, best lead) bool {
	secondary := func(k retrieval.Kind) bool { return k == retrieval.KindNews || k == retrieval.KindReading }
	return sayAlike(win, best.Window) && disagree(highlighted(win), highlighted(best.Window)) &&
		(!secondary(d.Kind) || secondary(best.doc.Kind))
}

// answering is the sentence that the highlight of a window stands in.
func answering(w Window) string {
	for _, s := range retrieval.Sentences(w.Text) {
		if w.Start+s.End >= w.Highlight.End {
			return w.Text[s.Start:s.End]
		}
	}
	return w.Text
}

var maskedFigure = regexp.MustCompile(`\d[\d.,:]*`)

// likeness is the share of pairs of characters that two texts have in common
// (Dice), figures apart.
func likeness(a, b string) float64 {
	pairs := func(text string) map[string]bool {
		return termSet(maskedFigure.ReplaceAllString(retrieval.FoldString(text), " "))
	}
	in, of := pairs(a), pairs(b)
	if len(in)+len(of) == 0 {
		return 0
	}
	common := 0
	for t := range in {
		if of[t] {
			common++
		}
	}
	return 2 * float64(common) / float64(len(in)+len(of))
}

// measured is a figure with its unit; hours and telephone numbers are their own.
var measured = regexp.MustCompile(`(\d{3,4}-\d{7,8})|(\d{1,2}:\d{2})|(\d+(?:[.,]\d+)*|[一二三四五六七八九十百千两半]+)\s?(万|亿)?(个?工作日|个月|周岁|%|平方米|平方公里|[元件项次人名家处场种类条天岁年月日户只张辆小])`)

// figuresIn gives the figures of a text by unit.
func figuresIn(text string) map[string][]string {
	figures := map[string][]string{}
	for _, m := range measured.FindAllStringSubmatch(retrieval.FoldString(text), -1) {
		switch {
		case m[1] != "":
			figures["phone"] = append(figures["phone"], m[1])
		case m[2] != "":
			figures["hour"] = append(figures["hour"], m[2])
		default:
			figures[m[5]] = append(figures[m[5]], m[3]+m[4])
		}
	}
	return figures
}

// disagree reports whether two texts give figures of one unit and have none
// of them in common.
func disagree(a, b string) bool {
	in, of := figuresIn(a), figuresIn(b)
	for unit, figures := range in {
		others := of[unit]
		if len(others) > 0 && !slices.ContainsFunc(figures, func(f string) bool { return slices.Contains(others, f) }) {
			return true
		}
	}
	return false
}

// measures reports whether what is asked for has figures that can differ.
func measures(want Want) bool {
	return want == WantFigure || want == WantTime || want == WantContact
}

// opposed reports whether a source says something else than the chosen one at
// the time asked for, and neither is simply the older of a series.
func opposed(q Question, m moment, chosen, c candidate) bool {
	if !measures(q.Want) || chosen.failed != premiseHolds || c.failed != premiseHolds {
		return false
	}
	if standingOf(c.doc.Meta, m.on, m.today) != inForce || standingOf(chosen.doc.Meta, m.on, m.today) != inForce {
		return false
	}
	if sameSeries(chosen.doc.Meta, c.doc.Meta) && byDate(chosen.doc.Meta, c.doc.Meta) != 0 {
		return false
	}
	return disagree(highlighted(chosen.Window), highlighted(c.Window))
}

func highlighted(w Window) string {
	return w.Text[w.Highlight.Start-w.Start : w.Highlight.End-w.Start]
}

// tellOpposed shows what other sources in force say beside what an answer
// quotes, each under its publisher, level and date.
func (b *Bot) tellOpposed(a *Answer, lead lead, others []further) {
	var opposing []further
	for _, f := range others {
		if f.relation == isOpposed {
			opposing = append(opposing, f)
		}
	}
	if len(opposing) == 0 {
		return
	}
	var text strings.Builder
	says := b.say.Disagree(shownDate(lead.doc.Meta))
	text.WriteString(says + "\n" + b.sourceLine(lead.doc.Meta) + "\n" + a.Text)
	for _, f := range opposing {
		c := f.cite(len(a.Citations) + 1)
		a.Citations = append(a.Citations, c)
		text.WriteString("\n" + b.sourceLine(f.doc.Meta) + "\n" + quoted(c))
	}
	a.Text = text.String()
	a.Notices = append(a.Notices, Notice{NoticeConflict, says})
}

// sourceLine says who published a document, at what level and when.
func (b *Bot) sourceLine(d retrieval.Meta) string {
	l, _ := seat(d)
	return b.say.Source(d.Title, d.Publisher, l.String(), shownDate(d))
}

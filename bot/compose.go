package bot

import (
	"fmt"
	"strconv"
	"strings"

	"zhiwen/retrieval"
)

// Labels shown beside an answer.
const (
	labelExcerpt    = "原文摘录"
	labelRecognised = "图像识别的文字，请以原件为准"
	labelFixed      = "系统提示"
	labelOffice     = "部门通讯录"
	labelMetadata   = "文件信息"
)

// excerpt puts the chosen windows into an answer: every word of it is either a
// fixed sentence of ours or copied from a stored text.
func (b *Bot) excerpt(q Question, chosen []evidence) Answer {
	a := Answer{Status: StatusAnswered, Mode: ModeExcerpt, ID: newAnswerID(), Label: labelExcerpt}
	var lines []string
	for i, e := range chosen {
		c := e.cite(i + 1)
		a.Citations = append(a.Citations, c)
		if c.Recognised {
			a.Label = labelRecognised
		}
		lines = append(lines, quoted(c))
	}
	first := chosen[0]
	a.Highlight = first.doc.Text[first.Window.Highlight.Start:first.Window.Highlight.End]

	var before []string
	for _, n := range b.warnings(q, first.doc.Meta) {
		a.Notices = append(a.Notices, n)
		before = append(before, n.Text)
	}
	goals, nameless := goalsOnly(q, windowsOf(chosen)), namelessOnly(q, first.Window)
	switch {
	case len(goals) > 0:
		a.Status = StatusPartial
		before = append(before, b.say.GoalOnly(goals))
	case len(nameless) > 0:
		a.Status = StatusPartial
		before = append(before, b.say.NotNamed(nameless))
	case isPlan(first):
		before = append(before, b.say.Planned())
	case len(chosen) > 1 && q.Want == WantList:
		before = append(before, b.say.Listed())
	}
	if n := cutList(q, first); n > len(chosen) {
		lines = append(lines, b.say.ListCut(hanNumber(n)))
	}
	a.Text = strings.Join(append(before, lines...), "\n")
	return a
}

// quoted are the words of a citation with its mark.
func quoted(c Citation) string { return c.Quote + "[" + strconv.Itoa(c.N) + "]" }

// isPlan reports whether a window stands under a heading of plans.
func isPlan(e evidence) bool {
	for i := e.doc.SectionAt(e.Start); i >= 0; i = e.doc.Sections[i].Parent {
		if plansPattern.MatchString(e.doc.Sections[i].Heading) {
			return true
		}
	}
	return false
}

func windowsOf(chosen []evidence) []Window {
	ws := make([]Window, len(chosen))
	for i, e := range chosen {
		ws[i] = e.Window
	}
	return ws
}

// cite makes the n-th citation of an answer.
func (e evidence) cite(n int) Citation {
	d := e.doc
	c := Citation{
		N: n, DocID: d.ID, Title: d.Title, DocNo: d.DocNo, Publisher: d.Publisher,
		Published: d.Published, Validity: string(d.Validity), Clause: d.ClauseAt(e.Window.Highlight.Start),
		Quote: d.Text[e.Start:e.End], Start: e.Start, End: e.End, Page: d.PageAt(e.Start),
		URL:       fmt.Sprintf("/doc/%s#s%d-%d", d.ID, e.Start, e.End),
		SourceURL: d.URL, Effective: d.Effective, Expires: d.Expires, ReplacedBy: d.ReplacedBy,
		Recognised: d.IsRecognised(e.Start, e.End),
	}
	if d.Pictured && c.Page > 0 {
		c.PageURL = fmt.Sprintf("/doc/%s/page/%d?start=%d&end=%d#passage", d.ID, c.Page, e.Start, e.End)
	}
	return c
}

// refusal says that there is no answer, with the nearest documents; turnTo adds
// the way to a person.
func (b *Bot) refusal(sentence string, near []retrieval.Passage) Answer {
	a := b.fixed(StatusNoAnswer, sentence)
	const nearest = 3
	seen := map[string]bool{}
	for _, p := range near {
		if len(a.Nearest) == nearest {
			break
		}
		if seen[p.Doc.ID] || p.Doc.Title == "" {
			continue
		}
		seen[p.Doc.ID] = true
		a.Nearest = append(a.Nearest, Link{
			DocID: p.Doc.ID, Title: p.Doc.Title, Publisher: p.Doc.Publisher, Published: p.Doc.Published, URL: "/doc/" + p.Doc.ID,
		})
	}
	if len(a.Nearest) > 0 {
		a.Text += b.say.Nearest()
		for _, l := range a.Nearest {
			a.Text += "\n《" + l.Title + "》"
		}
	}
	return a
}

// routed is what is said on a route, with the nearest documents where they may
// help.
func (b *Bot) routed(r route, near []retrieval.Passage) Answer {
	if r.status != StatusHandoff {
		near = nil
	}
	a := b.refusal(b.say.Routed(r.sentence, b.Phone), near)
	a.Status = r.status
	return a
}

// fixed is an answer of one fixed sentence.
func (b *Bot) fixed(status Status, text string) Answer {
	return Answer{
		Status: status, Mode: ModeFixed, ID: newAnswerID(), Label: labelFixed, Text: text,
		Citations: []Citation{},
		Handoff:   &Handoff{Text: textHandoff, Phone: b.Phone},
	}
}

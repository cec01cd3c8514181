package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhiwen/retrieval"
)

// A question about the present is led by the newest source in force. Newer
// counts only among sources of the same matter: a newer page about another one
// answers nothing.

// relation is what a further source is to the leading one.
type relation int

const (
	isOlder   relation = iota // an earlier document of its series
	isNewer                   // a later one, where the leading one does not hold any more
	isComing                  // one that is not in force yet
	isOpposed                 // one in force that says something else
)

// further is a source beside the leading one.
type further struct {
	evidence
	relation
}

// Shares of the leading window's worth that another must have to answer the
// same question.
const (
	seriesScore = 0.6  // where the documents are of one series
	otherScore  = 0.85 // where they are not
	sameCover   = 0.97 // of the question's words, where they are not
)

// mostFurther is how many further sources an answer names.
const mostFurther = 3

// newestPassages is how many passages a second search brings in.
const newestPassages = 10

// lookForYears searches once more among the documents of the years that the
// best passages leave out: in a series of many years the one that is asked for
// may stand behind all others.
func (b *Bot) lookForYears(ctx context.Context, m meaning, r *retrieval.Result) error {
	years := yearsLeftOut(m.Question, r.Passages)
	if len(years) == 0 || len(m.filter.Docs)+len(m.filter.Years) > 0 {
		return nil
	}
	filter := m.When.filter(m.filter)
	filter.Years = years
	more, err := b.Search.Search(ctx, retrieval.Query{
		Text: m.Text, Vector: r.Vector, Words: m.Core, Also: m.Also, Filter: filter, Limit: newestPassages,
	})
	if err != nil {
		return fmt.Errorf("search again for documents of %v: %w", years, err)
	}
	known := map[int64]bool{}
	for _, p := range r.Passages {
		known[p.Row] = true
	}
	for _, p := range more.Passages {
		if !known[p.Row] {
			r.Passages = append(r.Passages, p)
		}
	}
	return nil
}

// yearsLeftOut are the years of publication after those of the first passages,
// for a question about the present; about a year those around it, where none
// of the passages is of it.
func yearsLeftOut(q Question, passages []retrieval.Passage) []string {
	const first = 3
	today, err := strconv.Atoi(q.When.today[:4])
	if err != nil || len(passages) == 0 {
		return nil
	}
	var years []string
	span := func(from, to int) {
		for y := from; y <= to && len(years) < 20; y++ {
			years = append(years, strconv.Itoa(y))
		}
	}
	published := func(p retrieval.Passage) int {
		y, _ := strconv.Atoi(p.Doc.Published[:min(4, len(p.Doc.Published))])
		return y
	}
	if q.When.present {
		if !asksCurrent(q) {
			return nil
		}
		newest := 0
		for _, p := range passages[:min(first, len(passages))] {
			newest = max(newest, published(p))
		}
		if newest > 0 {
			span(newest+1, today)
		}
		return years
	}
	if len(q.Years) == 0 {
		return nil
	}
	asked := q.Years[0].Number
	if !slices.ContainsFunc(passages, func(p retrieval.Passage) bool { return published(p) == asked }) {
		span(asked-1, min(asked+1, today))
	}
	return years
}

// newest gives the evidence that leads: that of the document which says what
// holds at the time asked for, among those that speak of the same matter as the
// best window. The further sources are those to name beside it.
//
// The best window bears out the question's year where one does. Where that is of
// another matter than the window that answers best but for the year, a document
// of its series that was published in that year goes before.
func (b *Bot) newest(ctx context.Context, shelf *shelf, q Question, w weights, r retrieval.Result, ws []Window, best lead) (lead, []further, error) {
	if top, ok, err := b.ofItsYear(ctx, shelf, q, w, r, ws, best); err != nil || ok {
		return top, nil, err
	}
	asksYear := best.failed == premiseYear
	if best.doc == nil || best.failed != premiseHolds && !asksYear {
		return best, nil, nil
	}
	same, err := b.sameMatter(ctx, shelf, q, w, r, ws, best)
	if err != nil || len(same) == 1 {
		return best, nil, err
	}
	order := sorted(q, same)
	chosen := order[0]
	if q.When.past && len(q.Years) == 0 && len(order) > 1 {
		chosen = lastBefore(q.When, order)
	}
	if asksYear && q.Years[0].Relative == "" && chosen.failed == premiseYear && !q.When.appliesTo(chosen, order) {
		return best, nil, nil
	}
	lead := best
	lead.evidence, lead.failed, lead.missing = chosen.evidence, chosen.failed, chosen.missing
	lead.applies = asksYear && chosen.failed == premiseYear && q.Years[0].Relative == ""
	if lead.applies {
		lead.failed = premiseHolds
	}
	return lead, furtherTo(q, chosen, order), nil
}

// ofItsYear finds the document of the year that a question names in the series of
// the best window, where the window that bears the year out is of another matter.
func (b *Bot) ofItsYear(ctx context.Context, shelf *shelf, q Question, w weights, r retrieval.Result, ws []Window, best lead) (lead, bool, error) {
	if best.doc == nil || len(q.Years) == 0 || q.Years[0].Relative != "" || ws[0].Passage.Doc.ID == best.doc.ID || sameSeries(ws[0].Passage.Doc, best.doc.Meta) {
		return lead{}, false, nil
	}
	doc, err := shelf.get(ctx, ws[0].Passage.Doc.ID)
	if errors.Is(err, retrieval.ErrGone) || errors.Is(err, retrieval.ErrNotFound) {
		return lead{}, false, nil
	}
	if err != nil {
		return lead{}, false, fmt.Errorf("load document %s: %w", ws[0].Passage.Doc.ID, err)
	}
	failed, missing := premiseOf(q, ws[0], *doc)
	if failed != premiseYear {
		return lead{}, false, nil
	}
	same, err := b.sameMatter(ctx, shelf, q, w, r, ws, lead{evidence: evidence{ws[0], doc}, failed: failed, missing: missing})
	if err != nil {
		return lead{}, false, err
	}
	for _, c := range sorted(q, same) {
		if c.failed == premiseHolds && c.series {
			return lead{evidence: c.evidence}, true, nil
		}
	}
	return lead{}, false, nil
}

// surest are the signals of the leading window, or those of the one that was found
// best where both are of one series: that there is an answer is then as sure.
func surest(q Question, r retrieval.Result, w weights, ws []Window, found, lead lead) Signals {
	signals := signalsOf(q, r, w, ws, lead.Window, lead.failed == premiseHolds)
	if found.doc.ID == lead.doc.ID || !sameSeries(found.doc.Meta, lead.doc.Meta) {
		return signals
	}
	if other := signalsOf(q, r, w, ws, found.Window, lead.failed == premiseHolds); other.Confidence() > signals.Confidence() {
		return other
	}
	return signals
}

// candidate is a window of a document that speaks of the same matter.
type candidate struct {
	evidence
	failed  premise
	missing string
	series  bool // of the leading document's series
}

// sameMatter gives the best window, and the best one of each other document
// that answers the same question about the same matter.
func (b *Bot) sameMatter(ctx context.Context, shelf *shelf, q Question, w weights, r retrieval.Result, ws []Window, best lead) ([]candidate, error) {
	found := []candidate{{best.evidence, best.failed, best.missing, true}}
	if best.failed == premiseYear && publishedIn(q, best.doc.Meta) {
		found[0].failed, found[0].missing = premiseHolds, ""
	}
	taken := map[string]bool{best.doc.ID: true}
	held := cmp.Or(w.coverOf(best.Passage), 1)
	for _, win := range windowsOfAll(q, w, r, ws) {
		p := win.Passage
		if taken[p.Doc.ID] || otherPlace(p.Doc, best.doc.Meta) {
			continue
		}
		series := sameSeries(p.Doc, best.doc.Meta)
		switch {
		case needsForm(q.Want) && hasForm(q, best.Text) && !hasForm(q, win.Text):
			continue
		case series && win.Score < seriesScore*best.Score:
			continue
		case !series && (!measures(q.Want) || win.Score < otherScore*best.Score || w.coverOf(p) < sameCover*held || !contradicts(p.Doc, win, best)):
			continue
		}
		doc, err := shelf.get(ctx, p.Doc.ID)
		if errors.Is(err, retrieval.ErrGone) || errors.Is(err, retrieval.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("load document %s: %w", p.Doc.ID, err)
		}
		failed, missing := premiseOf(q, win, *doc)
		if failed != premiseHolds && failed != premiseYear {
			continue
		}
		if series && publishedIn(q, doc.Meta) {
			failed, missing = premiseHolds, ""
		}
		taken[p.Doc.ID] = true
		found = append(found, candidate{evidence{win, doc}, failed, missing, series})
	}
	return found, nil
}

// windowsOfAll are the windows that were chosen, best first, and then the best
// one of each passage that has none.
func windowsOfAll(q Question, w weights, r retrieval.Result, ws []Window) []Window {
	all := slices.Clone(ws)
	has := map[int64]bool{}
	for _, win := range ws {
		has[win.Passage.Row] = true
	}
	var more []Window
	for _, p := range r.Passages {
		if win, ok := bestWindow(q, w, p); ok && !has[p.Row] {
			more = append(more, win)
		}
	}
	slices.SortStableFunc(more, func(a, b Window) int { return cmp.Compare(b.Score, a.Score) })
	return append(all, more...)
}

// publishedIn reports whether a document of a series was published in the year
// that a question names. That makes it the one of that year, whatever years its
// text speaks of, unless its title says which it is: a report of 2022 is published
// in 2023.
func publishedIn(q Question, d retrieval.Meta) bool {
	return len(q.Years) > 0 && q.Years[0].Relative == "" && strings.HasPrefix(d.Published, strconv.Itoa(q.Years[0].Number)) &&
		len(yearsIn(retrieval.FoldString(d.Title))) == 0
}

// titledYear is 0 for a document whose title names the year that a question does,
// else 1.
func titledYear(q Question, d retrieval.Meta) int {
	if len(q.Years) > 0 && slices.Contains(yearsIn(retrieval.FoldString(d.Title)), q.Years[0].Number) {
		return 0
	}
	return 1
}

// coverOf is the share of the question that a passage holds, with its title
// and headings.
func (w weights) coverOf(p retrieval.Passage) float64 {
	return w.cover(termSet(p.Doc.Title + "\n" + p.Chunk.Path + "\n" + p.Chunk.Text))
}

// sorted puts candidates in the order in which they answer for a time: those
// that bear out the question's year, those whose title names it first, then those
// in force, then the newest. One without a date stays where it is found.
func sorted(q Question, same []candidate) []candidate {
	m, order := q.When, slices.Clone(same)
	slices.SortStableFunc(order, func(a, b candidate) int {
		return cmp.Or(
			cmp.Compare(a.failed, b.failed),
			cmp.Compare(titledYear(q, a.doc.Meta), titledYear(q, b.doc.Meta)),
			cmp.Compare(standingOf(a.doc.Meta, m.on, m.today), standingOf(b.doc.Meta, m.on, m.today)),
			byDate(b.doc.Meta, a.doc.Meta),
		)
	})
	return order
}

func byDate(a, b retrieval.Meta) int {
	dateA, dateB := dateOf(a), dateOf(b)
	if dateA == "" || dateB == "" {
		return 0
	}
	return cmp.Compare(dateA, dateB)
}

// lastBefore is what held before the first of the order: the newest of those
// that no longer do.
func lastBefore(m moment, order []candidate) candidate {
	rest := slices.Clone(order)
	slices.SortStableFunc(rest, func(a, b candidate) int { return byDate(b.doc.Meta, a.doc.Meta) })
	current := order[0]
	for _, c := range rest {
		over := standingOf(c.doc.Meta, m.today, m.today)
		if c.doc.ID != current.doc.ID && over != drafted && over != coming &&
			(standingOf(current.doc.Meta, m.today, m.today) == inForce || byDate(c.doc.Meta, current.doc.Meta) < 0) {
			return c
		}
	}
	return current
}

// appliesTo reports whether a document that does not speak of the year asked
// for was in force then: where the question asks for that, or the document says
// so by its dates.
func (m moment) appliesTo(c candidate, order []candidate) bool {
	d := c.doc.Meta
	date := dateOf(d)
	if standingOf(d, m.on, m.today) != inForce || date == "" || date > m.on {
		return false
	}
	if m.force {
		return true
	}
	followed := slices.ContainsFunc(order, func(o candidate) bool { return o.series && dateOf(o.doc.Meta) > m.on })
	return d.Effective != "" && (d.Expires != "" || d.ReplacedBy != "" || followed)
}

// furtherTo gives the sources to name beside the chosen one.
func furtherTo(q Question, chosen candidate, order []candidate) []further {
	var list []further
	add := func(c candidate, r relation) {
		if len(list) < mostFurther {
			list = append(list, further{c.evidence, r})
		}
	}
	m := q.When
	over := standingOf(chosen.doc.Meta, m.today, m.today) >= ended
	for _, c := range order {
		if c.doc.ID == chosen.doc.ID {
			continue
		}
		series := sameSeries(c.doc.Meta, chosen.doc.Meta)
		switch s := standingOf(c.doc.Meta, m.on, m.today); {
		case opposed(q, m, chosen, c):
			add(c, isOpposed)
		case series && (m.past || over) && standingOf(c.doc.Meta, m.today, m.today) == inForce && byDate(c.doc.Meta, chosen.doc.Meta) > 0:
			add(c, isNewer)
		case len(q.Years) > 0 && q.Years[0].Relative == "":
		case s == coming && c.doc.Effective > m.today:
			add(c, isComing)
		case s != drafted && s != coming && series && byDate(c.doc.Meta, chosen.doc.Meta) < 0:
			add(c, isOlder)
		}
	}
	return list
}

// currentWords ask for hours and days, in whatever form of question.
var currentWords = regexp.MustCompile(`周末|星期|礼拜|双休|节假日|上班|下班|开门|关门|营业|开放|闭馆|标准|补贴|津贴|工资|门票|租金|额度|[费价钱罚]|几[块毛只]`)

// asksCurrent reports whether a question is about what changes from year to
// year: an amount, a time, an address, a telephone number, who holds an office.
func asksCurrent(q Question) bool {
	if !q.When.present {
		return false
	}
	switch q.Want {
	case WantFigure, WantTime, WantPlace, WantContact, WantName:
		return true
	}
	return currentWords.MatchString(q.Folded)
}

// tellAge says how new the leading source of an answer is, and names the
// further ones.
func (b *Bot) tellAge(a *Answer, q Question, lead lead, others []further) {
	first := lead.doc.Meta
	var before []Notice
	switch date := shownDate(first); {
	case lead.applies:
		before = append(before, Notice{NoticeAsOf, b.say.Applied(q.Years[0].Number, date)})
	case slices.ContainsFunc(others, func(f further) bool { return f.relation == isOpposed }):
		// The sentence that they disagree has the date.
	case date != "" && (asksCurrent(q) || len(others) > 0 && q.When.present):
		newest := slices.ContainsFunc(others, func(f further) bool { return f.relation == isOlder })
		before = append(before, Notice{NoticeDated, b.say.Dated(first.PublishedDay(), first.Effective, first.Written, newest)})
	}
	b.tellOpposed(a, lead, others)
	for _, n := range slices.Backward(before) {
		a.Text = n.Text + "\n" + a.Text
	}
	after := b.tellOthers(a, others)
	if n, stale := b.stale(q, first); stale {
		after = append(after, n)
	}
	for _, n := range after {
		a.Text += "\n" + n.Text
	}
	a.Notices = slices.Concat(before, a.Notices, after)
}

// shownDate is the date that the metadata of a document gives, "" if none.
func shownDate(d retrieval.Meta) string {
	return cmp.Or(d.PublishedDay(), d.Effective, d.Written)
}

// tellOthers cites the older and the coming documents, so that they can be
// opened, and names them.
func (b *Bot) tellOthers(a *Answer, others []further) []Notice {
	var notices []Notice
	for _, r := range []struct {
		relation
		kind string
		say  func(list string) string
	}{{isNewer, NoticeNewer, b.say.Newer}, {isOlder, NoticeOlder, b.say.Older}, {isComing, NoticeComing, b.say.Coming}} {
		list := ""
		for _, f := range others {
			if f.relation != r.relation {
				continue
			}
			c := f.cite(len(a.Citations) + 1)
			c.Older = r.relation == isOlder
			a.Citations = append(a.Citations, c)
			date := shownDate(f.doc.Meta)
			if r.relation == isComing {
				date = f.doc.Effective
			}
			list += b.say.NamedSource(f.doc.Title, date, r.relation == isComing, c.N, list != "")
		}
		if list != "" {
			notices = append(notices, Notice{r.kind, r.say(list)})
		}
	}
	return notices
}

// stale warns of a source that is older than what is asked for should be.
func (b *Bot) stale(q Question, d retrieval.Meta) (Notice, bool) {
	months := b.StaleMonths
	if q.Want == WantContact {
		months = b.StalePhoneMonths
	}
	if !asksCurrent(q) || !olderThan(dateOf(d), q.When.today, months) {
		return Notice{}, false
	}
	phone := ""
	if q.Want == WantContact {
		phone = b.Phone
	}
	return Notice{NoticeStale, b.say.Stale(phone)}, true
}

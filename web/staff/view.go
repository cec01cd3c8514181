package staff

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhiwen/bot/check"
	"zhiwen/retrieval"
)

// opView is a run of a diff as it is shown: in colour and in words.
type opView struct {
	Kind check.OpKind
	Word string // 增加 or 删除; "" for what is equal
	Text string
}

func opViews(diff []check.Op) []opView {
	views := make([]opView, len(diff))
	for i, op := range diff {
		views[i] = opView{Kind: op.Op, Text: op.Text}
		switch op.Op {
		case check.Insert:
			views[i].Word = "增加"
		case check.Delete:
			views[i].Word = "删除"
		}
	}
	return views
}

func changes(diff []check.Op) bool {
	return slices.ContainsFunc(diff, func(op check.Op) bool { return op.Op != check.Equal })
}

// matchView is a passage beside the draft.
type matchView struct {
	check.Match
	RoleName string
	Facts    string // 文号, publisher, date, validity
	Ops      []opView
}

func matchViews(matches []check.Match) []matchView {
	views := make([]matchView, len(matches))
	for i, m := range matches {
		v := matchView{Match: m, RoleName: m.Role.Name()}
		day, _, _ := strings.Cut(m.Published, " ")
		facts := []string{m.DocNo, m.Publisher, day}
		if m.Validity != "" && m.Validity != retrieval.ValidityUnmarked {
			facts = append(facts, string(m.Validity))
		}
		if m.Page > 0 {
			facts = append(facts, "第"+strconv.Itoa(m.Page)+"页")
		}
		if m.Recognised {
			facts = append(facts, "图像识别的文字，请以原件为准")
		}
		v.Facts = strings.Join(slices.DeleteFunc(facts, func(f string) bool { return f == "" }), " · ")
		if m.Material {
			v.RoleName = "对照材料"
		}
		if changes(m.Diff) {
			v.Ops = opViews(m.Diff)
		}
		views[i] = v
	}
	return views
}

// partView is a part of a sentence with its own verdict.
type partView struct {
	check.Part
	VerdictName, ReasonName string
	Matches                 []matchView
}

// card is a sentence that needs a look.
type card struct {
	check.Segment
	N         int // of the segment
	Rank      int // 1 is the worst
	Order     int // 1 is the first of the draft
	Class     string
	Verdict   string
	Reason    string
	Matches   []matchView
	Parts     []partView
	Note      check.Note
	HasNote   bool
	NoteWords string
	Ops       []opView // of the sentence, where one passage is compared with it
	grave     int
}

// shownCard is a card with what its form needs.
type shownCard struct {
	*card
	CheckID, CSRF string
}

func cardOf(v resultView, c *card) shownCard { return shownCard{c, v.Check.ID, v.CSRF} }

// piece is a run of a line of the draft: text between sentences, or one.
type piece struct {
	Text  string
	N     int // of the segment, -1 for none
	Class string
	Card  bool
	Order int // of the card
	Ops   []opView
}

// resultView is a check as it is shown and exported.
type resultView struct {
	layout
	Check    check.Saved
	Cards    []*card // in the order asked for
	Lines    [][]piece
	Findings []findingView
	Missing  []check.Missing
	Counts   []count
	Worst    bool // first
	Owner    bool
	KeepFor  string
}

type findingView struct {
	check.Finding
	Class     string
	StateName string
}

type count struct {
	Name, Class string
	N           int
}

// classes are the names of verdicts in the style sheet.
var classes = map[check.Verdict]string{
	check.Verbatim: "verbatim", check.Altered: "altered", check.NotFound: "not-found",
	check.Superseded: "superseded", check.ReferenceWrong: "reference-wrong",
}

// gravest orders what needs a look, the worst first.
var gravest = []check.Reason{
	check.ReasonOtherClause, check.ReasonNoClause, check.ReasonFigure, check.ReasonDate, check.ReasonNegation, check.ReasonModal,
	check.ReasonUnit, check.ReasonClause, check.ReasonQuotation, check.ReasonOldVersion, check.ReasonNotInForce, check.ReasonWording,
	check.ReasonElsewhere, check.ReasonOrder, check.ReasonCut, check.ReasonPunctuation, check.ReasonSameValue,
	check.ReasonOtherPeriod, check.ReasonReferenceOpen, check.ReasonDocumentMissing, check.ReasonParts, "", check.ReasonReferenceHolds,
}

// needsLook reports whether a sentence gets a card.
func needsLook(s check.Segment) bool {
	return s.Verdict != check.Verbatim || s.Reason != "" && s.Reason != check.ReasonTitle
}

func (s *Server) view(r *http.Request, c check.Saved, v visit) resultView {
	view := newResultView(c, r.FormValue("order") != "text")
	view.layout, view.Owner, view.KeepFor = s.layout(r, "核对结果"), c.Owner == v.name, s.keepFor()
	return view
}

func newResultView(c check.Saved, worst bool) resultView {
	view := resultView{Check: c, Worst: worst, Missing: c.Report.Missing}
	numbers := map[check.Verdict]int{}
	cards := map[int]*card{}
	for n, s := range c.Report.Segments {
		numbers[s.Verdict]++
		if needsLook(s) {
			cards[n] = newCard(n, s, c.Notes)
			view.Cards = append(view.Cards, cards[n])
			cards[n].Order = len(view.Cards)
		}
	}
	byGravity := func(a, b *card) int { return cmp.Or(cmp.Compare(a.grave, b.grave), cmp.Compare(a.N, b.N)) }
	ranked := slices.SortedFunc(slices.Values(view.Cards), byGravity)
	for i, card := range ranked {
		card.Rank = i + 1
	}
	if worst {
		view.Cards = ranked
	}
	for _, v := range []check.Verdict{check.Verbatim, check.Altered, check.ReferenceWrong, check.Superseded, check.NotFound} {
		view.Counts = append(view.Counts, count{v.Name(), classes[v], numbers[v]})
	}
	for _, f := range c.Report.Findings {
		view.Findings = append(view.Findings, newFindingView(f))
	}
	view.Lines = lines(c.Draft, c.Report.Segments, cards)
	return view
}

func newCard(n int, s check.Segment, notes map[int]check.Note) *card {
	c := &card{
		Segment: s, N: n, Class: classes[s.Verdict], Verdict: s.Verdict.Name(), Reason: s.Reason.Name(), Matches: matchViews(s.Matches),
		grave: slices.Index(gravest, s.Reason),
	}
	for _, p := range s.Parts {
		c.Parts = append(c.Parts, partView{p, p.Verdict.Name(), p.Reason.Name(), matchViews(p.Matches)})
		if p.Verdict == check.Altered {
			c.grave = min(c.grave, slices.Index(gravest, p.Reason))
		}
	}
	if s.Verdict == check.Altered && len(s.Matches) > 0 && changes(s.Matches[0].Diff) && said(s.Matches[0].Diff) == s.Text {
		c.Ops, c.Matches[0].Ops = c.Matches[0].Ops, nil // shown once, in the sentence
	}
	if c.Note, c.HasNote = notes[n]; c.HasNote {
		c.NoteWords = noteWords(c.Note)
	}
	return c
}

// said is the draft's side of a diff.
func said(diff []check.Op) string {
	var b strings.Builder
	for _, op := range diff {
		if op.Op != check.Delete {
			b.WriteString(op.Text)
		}
	}
	return b.String()
}

func noteWords(n check.Note) string {
	switch n.Decision {
	case check.Accepted:
		return "已采纳，将按原文修改"
	case check.Ignored:
		return "已忽略：" + n.Why
	}
	return ""
}

func newFindingView(f check.Finding) findingView {
	v := findingView{Finding: f, Class: "holds", StateName: "相符"}
	switch {
	case f.State == check.Differs:
		v.Class, v.StateName = "differs", "不符"
	case f.State == check.Truncated:
		v.StateName = "截尾"
	case f.Kind == check.FindingSameValue:
		v.StateName = "同值"
	}
	return v
}

// lines cuts a draft into lines of pieces; blank ones are left out.
func lines(draft string, segments []check.Segment, cards map[int]*card) [][]piece {
	var all [][]piece
	n, at := 0, 0
	for line := range strings.Lines(draft) {
		end := at + len(line)
		var pieces []piece
		for ; n < len(segments) && segments[n].Start < end; n++ {
			s := segments[n]
			if gap := draft[at:s.Start]; gap != "" {
				pieces = append(pieces, piece{Text: gap, N: -1})
			}
			p := piece{Text: s.Text, N: n, Class: classes[s.Verdict]}
			if c := cards[n]; c != nil {
				p.Card, p.Order, p.Ops = true, c.Order, c.Ops
			}
			pieces = append(pieces, p)
			at = s.End
		}
		if at < end {
			if rest := strings.TrimSuffix(draft[at:end], "\n"); strings.TrimSpace(rest) != "" {
				pieces = append(pieces, piece{Text: rest, N: -1})
			}
			at = end
		}
		if pieces != nil {
			all = append(all, pieces)
		}
	}
	return all
}

func (s *Server) resultPage(w http.ResponseWriter, r *http.Request, v visit) {
	if c, ok := s.load(w, r, v); ok {
		s.render(w, r, http.StatusOK, "result.html", s.view(r, c, v))
	}
}

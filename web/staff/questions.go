package staff

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/accounts"
	"zhiwen/bot/asked"
	"zhiwen/bot/records"
	"zhiwen/retrieval"
)

const (
	noteKind = "question"
	// trendDays are drawn beside a group, statDays counted unless asked
	// otherwise.
	trendDays = 14
	statDays  = 30
	// shownTurns of a group are listed.
	shownTurns = 200
	// rerunMost wordings of a group are asked again.
	rerunMost = 20
)

// questionNote is what staff say of a group of questions.
type questionNote struct {
	State string    `json:"state"` // see noteStates; "" : open
	By    string    `json:"by"`
	At    time.Time `json:"at"`
	Text  string    `json:"text,omitempty"`
	FAQ   string    `json:"faq,omitempty"` // the answer that was written for it
	// Rerun is how its questions ended when they were asked again, Docs the
	// versions that they were answered from.
	Rerun   []rerunLine `json:"rerun,omitempty"`
	RerunAt time.Time   `json:"rerun_at,omitzero"`
	Docs    []string    `json:"docs,omitempty"`
}

type rerunLine struct {
	Question string     `json:"question"`
	Before   bot.Status `json:"before"`
	After    bot.Status `json:"after"`
	Answer   string     `json:"answer"`
}

var noteStates = []struct{ State, Name string }{
	{"", "待处理"}, {"document", "缺文件"}, {"answered", "已写问答"}, {"done", "已解决"}, {"ignored", "不处理"},
}

func noteState(state string) string {
	for _, known := range noteStates {
		if known.State == state {
			return known.Name
		}
	}
	return state
}

var statusNames = map[bot.Status]string{
	bot.StatusAnswered: "已回答", bot.StatusPartial: "部分回答", bot.StatusFAQ: "人工问答", bot.StatusClarify: "追问", bot.StatusNoAnswer: "没有答案",
	bot.StatusOutOfScope: "范围之外", bot.StatusPersonal: "涉及个人", bot.StatusEmergency: "紧急", bot.StatusHandoff: "转人工",
	bot.StatusBlocked: "拦截", bot.StatusLimited: "限流", bot.StatusError: "出错",
}

var needs = []struct {
	Need asked.Need
	Name string
}{
	{asked.NeedAny, "全部待改进"}, {asked.NeedAnswer, "没有答案"}, {asked.NeedBetter, "差评"}, {asked.NeedClarity, "追问"}, {needReopened, "失去答案"}, {asked.NeedNothing, "所有提问"},
}

// standingRow is a group in the list.
type standingRow struct {
	asked.Standing
	StateName string
	Chart     bars
}

type questionsView struct {
	layout
	Rows  []standingRow
	Needs []struct {
		Need asked.Need
		Name string
		Here bool
	}
	Need   asked.Need
	Days   int
	Page   pager
	Period asked.Period
}

func (s *Server) questionsPage(w http.ResponseWriter, r *http.Request, _ visit) {
	view := questionsView{layout: s.layout(r, "待改进问题"), Need: asked.Need(r.FormValue("need")), Days: daysAsked(r)}
	for _, n := range needs {
		view.Needs = append(view.Needs, struct {
			Need asked.Need
			Name string
			Here bool
		}{n.Need, n.Name, n.Need == view.Need})
	}
	view.Period = asked.Last(view.Days, s.cfg.Now())
	n := pageNumber(r)
	var standings []asked.Standing
	var err error
	if view.Need == needReopened {
		standings, err = s.reopenedStandings(r.Context())
	} else {
		standings, err = s.cfg.Questions.Standings(r.Context(), view.Period, view.Need, pageLength+1, (n-1)*pageLength)
	}
	if err == nil {
		more := len(standings) > pageLength
		view.Rows, err = s.standingRows(r.Context(), standings[:min(pageLength, len(standings))])
		found := n * pageLength
		if more {
			found++
		}
		view.Page = newPager(r, n, found)
	}
	if err != nil {
		s.failed(w, r, "list questions", err)
		return
	}
	s.render(w, r, http.StatusOK, "questions.html", view)
}

func daysAsked(r *http.Request) int {
	days, err := strconv.Atoi(r.FormValue("days"))
	if err != nil || days < 1 || days > 400 {
		return statDays
	}
	return days
}

// standingRows adds trends and what staff have said.
func (s *Server) standingRows(ctx context.Context, standings []asked.Standing) ([]standingRow, error) {
	ids := make([]int64, len(standings))
	for i, g := range standings {
		ids[i] = g.ID
	}
	trend := asked.Last(trendDays, s.cfg.Now())
	days, err := s.cfg.Questions.GroupDays(ctx, trend, ids)
	if err != nil {
		return nil, err
	}
	notes, err := s.cfg.Records.Records(ctx, noteKind)
	if err != nil {
		return nil, err
	}
	states := map[string]string{}
	for _, r := range notes {
		var n questionNote
		if err := r.Into(&n); err != nil {
			return nil, err
		}
		states[r.ID] = n.State
	}
	rows := make([]standingRow, len(standings))
	for i, g := range standings {
		for _, day := range trend.Days() {
			g.Trend = append(g.Trend, days[g.ID][day])
		}
		rows[i] = standingRow{g, noteState(states[strconv.FormatInt(g.ID, 10)]), sparkline(g.Trend)}
	}
	return rows, nil
}

// wording is one way in which a group's question was asked.
type wording struct {
	Question string
	Times    int
	Status   bot.Status // of the last time
	Name     string
	AnswerID string
	Last     time.Time
}

// dislike is a bad mark with what the visitor said.
type dislike struct {
	asked.Asked
	Why string
}

type questionView struct {
	layout
	Group    asked.Group
	Wordings []wording
	Dislikes []dislike
	Note     questionNote
	NoteName string
	States   []struct{ State, Name string }
	MayWrite bool
	MayNote  bool
	Rerun    []rerunRow
}

type rerunRow struct {
	rerunLine
	BeforeName, AfterName string
	Fixed                 bool
}

func (s *Server) groupOf(r *http.Request) (asked.Group, []asked.Asked, questionNote, records.Record, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return asked.Group{}, nil, questionNote{}, records.Record{}, retrieval.ErrNotFound
	}
	group, turns, err := s.cfg.Questions.GroupTurns(r.Context(), id, shownTurns)
	if err != nil {
		return group, nil, questionNote{}, records.Record{}, err
	}
	note, record, err := s.loadNote(r.Context(), strconv.FormatInt(id, 10))
	return group, turns, note, record, err
}

func (s *Server) loadNote(ctx context.Context, id string) (questionNote, records.Record, error) {
	var note questionNote
	record, err := records.Load(ctx, s.cfg.Records, noteKind, id, &note)
	if errors.Is(err, retrieval.ErrNotFound) {
		record, err = records.Record{Kind: noteKind, ID: id}, nil
	}
	return note, record, err
}

func (s *Server) questionPage(w http.ResponseWriter, r *http.Request, v visit) {
	group, turns, note, _, err := s.groupOf(r)
	if err != nil {
		s.failed(w, r, "read a group of questions", err)
		return
	}
	view := questionView{
		layout: s.layout(r, group.Question), Group: group, Wordings: wordings(turns), Note: note, NoteName: noteState(note.State), States: noteStates,
		MayWrite: v.is(accounts.Editor), MayNote: v.is(content...),
	}
	for _, t := range turns {
		if t.Disliked {
			view.Dislikes = append(view.Dislikes, dislike{t, strings.Join(append(slices.Clone(t.Reasons), t.Text), "　")})
		}
	}
	for _, line := range note.Rerun {
		fixed := !isAnswered(line.Before) && isAnswered(line.After)
		view.Rerun = append(view.Rerun, rerunRow{line, statusNames[line.Before], statusNames[line.After], fixed})
	}
	s.render(w, r, http.StatusOK, "question.html", view)
}

func isAnswered(s bot.Status) bool {
	return s == bot.StatusAnswered || s == bot.StatusPartial || s == bot.StatusFAQ
}

// wordings counts the ways in which a question was asked, the most used first.
func wordings(turns []asked.Asked) []wording {
	var all []wording
	for _, t := range turns { // the latest first
		if t.Question == "" {
			continue
		}
		at := slices.IndexFunc(all, func(w wording) bool { return w.Question == t.Question })
		if at < 0 {
			all = append(all, wording{t.Question, 0, t.Status, statusNames[t.Status], t.AnswerID, t.At})
			at = len(all) - 1
		}
		all[at].Times++
	}
	slices.SortStableFunc(all, func(a, b wording) int { return b.Times - a.Times })
	return all
}

// rerun asks the questions of a group again.
func (s *Server) rerun(w http.ResponseWriter, r *http.Request, v visit) {
	group, turns, _, _, err := s.groupOf(r)
	if err != nil {
		s.failed(w, r, "read a group of questions", err)
		return
	}
	list := wordings(turns)
	list = list[:min(rerunMost, len(list))]
	id := strconv.FormatInt(group.ID, 10)
	job, err := s.beginJob(r.Context(), "重新提问："+group.Question, v.name, len(list), func(ctx context.Context, progress func(done, all int)) ([]JobLine, error) {
		done, docs, err := s.askAgain(ctx, list, func(i int) { progress(i, len(list)) })
		if err != nil {
			return nil, err
		}
		var lines []JobLine
		for _, l := range done {
			lines = append(lines, JobLine{Name: l.Question, Outcome: statusNames[l.After], Bad: !isAnswered(l.After), Text: l.Answer, Link: "/staff/questions/" + id})
		}
		return lines, s.changeNote(ctx, id, func(n *questionNote) { n.Rerun, n.RerunAt, n.Docs = done, s.cfg.Now().UTC(), docs })
	})
	if err != nil {
		s.failed(w, r, "ask again", err)
		return
	}
	http.Redirect(w, r, "/staff/jobs/"+job.ID, http.StatusSeeOther)
}

// askAgain asks questions again and says what they were answered from.
func (s *Server) askAgain(ctx context.Context, list []wording, progress func(done int)) (done []rerunLine, docs []string, err error) {
	for i, asked := range list {
		e, err := s.cfg.Examiner.Examine(ctx, bot.Request{Question: asked.Question}, 0)
		if err != nil {
			return nil, nil, err
		}
		done = append(done, rerunLine{asked.Question, asked.Status, e.Said.Status, e.Said.Text})
		for _, c := range e.Said.Citations {
			if !slices.Contains(docs, c.DocID) {
				docs = append(docs, c.DocID)
			}
		}
		progress(i + 1)
	}
	return done, docs, nil
}

// changeNote changes what is said of a group, again if somebody else did so
// meanwhile.
func (s *Server) changeNote(ctx context.Context, id string, change func(*questionNote), acts ...retrieval.Act) error {
	for {
		note, record, err := s.loadNote(ctx, id)
		if err != nil {
			return err
		}
		change(&note)
		record.Updated = s.cfg.Now()
		if err = records.Save(ctx, s.cfg.Records, record, note, acts...); !errors.Is(err, records.ErrChanged) {
			return err
		}
	}
}

func (s *Server) noteQuestion(w http.ResponseWriter, r *http.Request, v visit) {
	group, _, note, _, err := s.groupOf(r)
	if err != nil {
		s.failed(w, r, "read a group of questions", err)
		return
	}
	state := r.PostFormValue("state")
	if noteState(state) == state && state != "" {
		s.message(w, r, http.StatusBadRequest, "没有这种状态。")
		return
	}
	id := strconv.FormatInt(group.ID, 10)
	act := retrieval.Act{At: s.cfg.Now(), Actor: v.name, Action: "note question", Subject: "question group " + id, Before: note.State, After: state}
	err = s.changeNote(r.Context(), id, func(n *questionNote) {
		n.State, n.By, n.At, n.Text = state, v.name, s.cfg.Now().UTC(), strings.TrimSpace(r.PostFormValue("text"))
	}, act)
	if err != nil {
		s.failed(w, r, "note a question", err)
		return
	}
	http.Redirect(w, r, fmt.Sprintf("/staff/questions/%d", group.ID), http.StatusSeeOther)
}

// linkQuestion notes that an answer was written for a group.
func (s *Server) linkQuestion(ctx context.Context, id, by, answer string) error {
	return s.changeNote(ctx, id, func(n *questionNote) { n.State, n.FAQ, n.By, n.At = "answered", answer, by, s.cfg.Now().UTC() })
}

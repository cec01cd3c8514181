package staff

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhiwen/bot/accounts"
	"zhiwen/bot/faq"
	"zhiwen/bot/review"
	"zhiwen/retrieval"
)

var answerStates = map[faq.State]string{faq.StateDraft: "草稿", faq.StatePublished: "已发布", faq.StateWithdrawn: "已撤回"}

// answerRow is a curated answer in the list.
type answerRow struct {
	faq.Listed
	StateName string
	Due       bool // the last day comes within a month
	Waiting   string
}

type answersView struct {
	layout
	Rows    []answerRow
	Query   string
	MayEdit bool
	MayEnd  bool
	Report  []faq.Imported
	Problem string
}

func (s *Server) answersPage(w http.ResponseWriter, r *http.Request, v visit) {
	s.listAnswers(w, r, v, http.StatusOK, answersView{})
}

func (s *Server) listAnswers(w http.ResponseWriter, r *http.Request, v visit, status int, view answersView) {
	listed, err := s.cfg.FAQ.List(r.Context())
	var pending []review.Change
	if err == nil {
		pending, err = s.changes.List(r.Context(), review.Pending)
	}
	if err != nil {
		s.failed(w, r, "list curated answers", err)
		return
	}
	waiting := map[string]string{}
	for _, c := range pending {
		if c.Kind == review.KindFAQ {
			waiting[c.Subject] = c.ID
		}
	}
	view.layout, view.Query = s.layout(r, "问答库"), strings.TrimSpace(r.FormValue("q"))
	view.MayEdit, view.MayEnd = v.is(accounts.Editor), v.is(content...)
	month := s.cfg.Now().AddDate(0, 1, 0).Format("2006-01-02")
	for _, l := range listed {
		if view.Query != "" && !strings.Contains(strings.Join(append(l.Forms(), l.Answer, l.Owner), "\n"), view.Query) {
			continue
		}
		view.Rows = append(view.Rows, answerRow{l, answerStates[l.State], l.ValidUntil != "" && l.ValidUntil < month, waiting[l.ID]})
	}
	slices.SortStableFunc(view.Rows, func(a, b answerRow) int { // what is stale needs somebody
		return strings.Compare(fmt.Sprint(a.Stale == ""), fmt.Sprint(b.Stale == ""))
	})
	s.render(w, r, status, "answers.html", view)
}

// candidate is a passage that may be cited.
type candidate struct {
	Value  string // doc_id:start-end
	Title  string
	Clause string
	Quote  string
}

type answerView struct {
	layout
	Entry      faq.Entry
	New        bool
	Problems   []string
	Find       string
	Candidates []candidate
	Group      string // the ID of the questions that it is written for
}

// answerPage edits a curated answer, or begins one for a group of questions.
func (s *Server) answerPage(w http.ResponseWriter, r *http.Request, _ visit) {
	view := answerView{New: true, Group: r.FormValue("group"), Entry: faq.Entry{Question: r.FormValue("question")}}
	if id := r.FormValue("id"); id != "" {
		entries, err := s.cfg.FAQ.Export(r.Context())
		if err != nil {
			s.failed(w, r, "read a curated answer", err)
			return
		}
		at := slices.IndexFunc(entries, func(e faq.Entry) bool { return e.ID == id })
		if at < 0 {
			s.noPage(w, r)
			return
		}
		view.Entry, view.New = entries[at], false
	}
	if id, err := strconv.ParseInt(view.Group, 10, 64); err == nil && view.New {
		group, turns, err := s.cfg.Questions.GroupTurns(r.Context(), id, shownTurns)
		if err != nil {
			s.failed(w, r, "read a group of questions", err)
			return
		}
		view.Entry.Question = group.Question
		for _, t := range turns {
			if t.Question != "" && t.Question != group.Question && !slices.Contains(view.Entry.Variants, t.Question) && len(view.Entry.Variants) < 10 {
				view.Entry.Variants = append(view.Entry.Variants, t.Question)
			}
		}
	}
	view.Find = view.Entry.Question
	s.answerForm(w, r, http.StatusOK, view)
}

// answerForm shows the form, with passages that may be cited.
func (s *Server) answerForm(w http.ResponseWriter, r *http.Request, status int, view answerView) {
	view.layout = s.layout(r, "编写问答")
	if view.Find != "" {
		found, err := s.cfg.Searcher.Search(r.Context(), retrieval.Query{Text: view.Find, Limit: 6})
		if err != nil {
			s.failed(w, r, "look for passages", err)
			return
		}
		for _, p := range found.Passages {
			view.Candidates = append(view.Candidates, candidate{fmt.Sprintf("%s:%d-%d", p.Doc.ID, p.Chunk.Start, p.Chunk.End), p.Doc.Title, p.Chunk.Clause, p.Chunk.Text})
		}
	}
	s.render(w, r, status, "answer.html", view)
}

// proposeAnswer takes the form: look for passages, cite one, or hand it in.
func (s *Server) proposeAnswer(w http.ResponseWriter, r *http.Request, v visit) {
	view := answerView{Entry: answerOf(r), New: r.PostFormValue("id") == "", Find: strings.TrimSpace(r.PostFormValue("find")), Group: r.PostFormValue("group")}
	if at := r.PostFormValue("drop"); at != "" {
		if n, err := strconv.Atoi(at); err == nil && n >= 0 && n < len(view.Entry.Citations) {
			view.Entry.Citations = slices.Delete(view.Entry.Citations, n, n+1)
		}
		s.answerForm(w, r, http.StatusOK, view)
		return
	}
	if place := r.PostFormValue("cite"); place != "" {
		c, err := s.cited(r.Context(), place)
		if err != nil {
			s.failed(w, r, "cite a passage", err)
			return
		}
		view.Entry.Citations = append(view.Entry.Citations, c)
		s.answerForm(w, r, http.StatusOK, view)
		return
	}
	if r.PostFormValue("look") != "" {
		s.answerForm(w, r, http.StatusOK, view)
		return
	}
	e := view.Entry
	if e.ID == "" && e.Question != "" {
		e.ID = faq.NewID(e.Question)
	}
	e, problems, err := s.checkedAnswer(r.Context(), e)
	if err != nil {
		s.failed(w, r, "check a curated answer", err)
		return
	}
	if len(problems) > 0 {
		view.Problems = problemSentences(problems)
		s.answerForm(w, r, http.StatusBadRequest, view)
		return
	}
	c, err := s.newChange(r.Context(), v.name, review.KindFAQ, e.ID, e.Question, e)
	if err == nil && view.Group != "" {
		err = s.linkQuestion(r.Context(), view.Group, v.name, e.ID)
	}
	if err != nil {
		s.failed(w, r, "propose a curated answer", err)
		return
	}
	http.Redirect(w, r, "/staff/changes/"+c.ID, http.StatusSeeOther)
}

func (s *Server) checkedAnswer(ctx context.Context, e faq.Entry) (faq.Entry, []faq.Problem, error) {
	checker, err := faq.NewChecker(ctx, s.cfg.FAQ.Docs, s.cfg.FAQ.Phone)
	if err != nil {
		return e, nil, err
	}
	return checker.Check(ctx, e)
}

// answerOf reads an entry from the form.
func answerOf(r *http.Request) faq.Entry {
	lines := func(name string) []string {
		list := []string{}
		for line := range strings.Lines(r.PostFormValue(name)) {
			if line = strings.TrimSpace(line); line != "" && !slices.Contains(list, line) {
				list = append(list, line)
			}
		}
		return list
	}
	e := faq.Entry{
		ID: r.PostFormValue("id"), Question: strings.TrimSpace(r.PostFormValue("question")), Variants: lines("variants"), Negatives: lines("negatives"),
		Answer: strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("answer"), "\r\n", "\n")), Owner: strings.TrimSpace(r.PostFormValue("owner")),
		ValidUntil: r.PostFormValue("valid_until"), Citations: []faq.Citation{}, State: faq.StateDraft,
	}
	quotes := r.PostForm["quote"]
	for i, source := range r.PostForm["source"] {
		if i < len(quotes) && (strings.TrimSpace(source) != "" || strings.TrimSpace(quotes[i]) != "") {
			e.Citations = append(e.Citations, faq.Citation{Source: strings.TrimSpace(source), Quote: strings.TrimSpace(strings.ReplaceAll(quotes[i], "\r\n", "\n"))})
		}
	}
	return e
}

// cited makes a citation of a place, doc_id:start-end.
func (s *Server) cited(ctx context.Context, place string) (faq.Citation, error) {
	id, span, _ := strings.Cut(place, ":")
	from, to, _ := strings.Cut(span, "-")
	start, errStart := strconv.Atoi(from)
	end, errEnd := strconv.Atoi(to)
	doc, err := s.cfg.Library.Version(ctx, id)
	if err != nil {
		return faq.Citation{}, err
	}
	if errStart != nil || errEnd != nil || start < 0 || end > len(doc.Text) || start >= end {
		return faq.Citation{}, review.Problem("引用的位置不对，请重新查找。")
	}
	return faq.Citation{Source: doc.ID, DocID: doc.ID, Quote: strings.TrimSpace(doc.Text[start:end]), Start: start, End: end}, nil
}

// problemWords are the fields of an answer as staff know them.
var problemWords = map[string]string{"question": "问题", "answer": "回答", "citations": "依据", "valid_until": "有效期至"}

func problemSentences(problems []faq.Problem) []string {
	sentences := make([]string, len(problems))
	for i, p := range problems {
		sentences[i] = "“" + problemWords[p.Field] + "”：" + Chinese(p.Text)
	}
	return sentences
}

func answerProblems(problems []faq.Problem) string {
	return strings.Join(problemSentences(problems), "；")
}

func (s *Server) withdrawAnswer(w http.ResponseWriter, r *http.Request, v visit) {
	id := r.PostFormValue("id")
	err := s.cfg.FAQ.Withdraw(r.Context(), id)
	if err == nil {
		err = s.cfg.Audit.AddActs(r.Context(), retrieval.Act{At: s.cfg.Now(), Actor: v.name, Action: "withdraw faq", Subject: id, Before: "published", After: "withdrawn"})
	}
	if err != nil {
		s.failed(w, r, "withdraw a curated answer", err)
		return
	}
	http.Redirect(w, r, "/staff/faq", http.StatusSeeOther)
}

// importAnswers proposes the rows of a file, each as a change of its own.
func (s *Server) importAnswers(w http.ResponseWriter, r *http.Request, v visit) {
	file, err := uploadedFile(r, "file")
	var rows []faq.Row
	if err == nil {
		rows, err = faq.Read(file)
	}
	if err != nil {
		s.listAnswers(w, r, v, http.StatusBadRequest, answersView{Problem: "文件没有导入：" + Chinese(err.Error())})
		return
	}
	view := answersView{}
	for _, row := range rows {
		report := faq.Imported{Line: row.Line, ID: row.Entry.ID, Question: row.Entry.Question, Status: faq.Failed}
		if row.Err != nil {
			report.Error = Chinese(row.Err.Error())
			view.Report = append(view.Report, report)
			continue
		}
		e, problems, err := s.checkedAnswer(r.Context(), row.Entry)
		switch {
		case err != nil:
			s.failed(w, r, "check a curated answer", err)
			return
		case len(problems) > 0:
			report.Error = answerProblems(problems)
		default:
			_, err = s.newChange(r.Context(), v.name, review.KindFAQ, e.ID, e.Question, e)
			var p review.Problem
			switch {
			case errors.As(err, &p):
				report.Error = string(p)
			case err != nil:
				s.failed(w, r, "propose a curated answer", err)
				return
			default:
				report.Status = faq.Added
			}
		}
		view.Report = append(view.Report, report)
	}
	s.listAnswers(w, r, v, http.StatusOK, view)
}

func (s *Server) exportAnswers(w http.ResponseWriter, r *http.Request, _ visit) {
	entries, err := s.cfg.FAQ.Export(r.Context())
	var b bytes.Buffer
	if err == nil {
		err = faq.Write(&b, entries, true)
	}
	if err != nil {
		s.failed(w, r, "export curated answers", err)
		return
	}
	attachment(w, "问答库.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b.Bytes())
}

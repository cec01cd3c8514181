package staff

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhiwen/bot"
	"zhiwen/retrieval"
)

// probeDepth is how many passages the page ranks.
const probeDepth = 20

// maxProbe bounds a question, in runes, as for visitors.
const maxProbe = 500

type probePassage struct {
	Rank               int
	Title, Clause      string
	DocID              string
	Text               string
	Words, Near, Fused string
	WordRank, NearRank int // 0: the leg did not find it
	Exact              bool
}

type probeWindow struct {
	Title, Text              string
	Before, Highlight, After string
	Score, Cover, Relevance  string
}

type probeView struct {
	layout
	Question  string
	Asked     bool
	Said      bot.Answer
	Status    string
	Terms     []probeTerm
	Also      []probeTerm
	Passages  []probePassage
	Windows   []probeWindow
	Signals   [][2]string
	Steps     [][2]string
	ByWords   bool
	Problem   string
	Confident string
}

type probeTerm struct {
	Term   string
	DF     int
	Weight string
}

// probePage shows why a question finds what it finds.
func (s *Server) probePage(w http.ResponseWriter, r *http.Request, _ visit) {
	view := probeView{layout: s.layout(r, "检索测试"), Question: strings.TrimSpace(r.FormValue("q"))}
	if view.Question == "" {
		s.render(w, r, http.StatusOK, "probe.html", view)
		return
	}
	if utf8.RuneCountInString(view.Question) > maxProbe {
		view.Problem = fmt.Sprintf("问题最多%d个字。", maxProbe)
		s.render(w, r, http.StatusBadRequest, "probe.html", view)
		return
	}
	e, err := s.cfg.Examiner.Examine(r.Context(), bot.Request{Question: view.Question}, probeDepth)
	if err != nil {
		s.failed(w, r, "examine a question", err)
		return
	}
	found, err := s.cfg.Searcher.Search(r.Context(), retrieval.Query{Text: e.Question.Text, Words: e.Question.Core, Also: e.Question.Also, Limit: probeDepth})
	if err != nil {
		s.failed(w, r, "search", err)
		return
	}
	view.Asked, view.Said, view.Status, view.ByWords = true, e.Said, statusNames[e.Said.Status], found.ByWords
	view.Confident = fmt.Sprintf("%.3f", e.Said.Confidence)
	view.Terms, view.Also = probeTerms(found.Terms), probeTerms(found.Also)
	view.Passages = probePassages(found.Passages)
	view.Windows = probeWindows(e.Windows)
	view.Steps, view.Signals = meaningOf(e.Question), signalsOf(e)
	s.render(w, r, http.StatusOK, "probe.html", view)
}

func probeTerms(weights []retrieval.TermWeight) []probeTerm {
	terms := make([]probeTerm, len(weights))
	for i, t := range weights {
		terms[i] = probeTerm{t.Term, t.DF, fmt.Sprintf("%.2f", t.IDF)}
	}
	return terms
}

// probePassages gives each passage its place in both legs.
func probePassages(passages []retrieval.Passage) []probePassage {
	rank := func(score func(retrieval.Passage) float64) map[int64]int {
		order := slices.Clone(passages)
		slices.SortStableFunc(order, func(a, b retrieval.Passage) int {
			switch {
			case score(a) > score(b):
				return -1
			case score(a) < score(b):
				return 1
			}
			return 0
		})
		ranks := map[int64]int{}
		for i, p := range order {
			if score(p) > 0 {
				ranks[p.Row] = i + 1
			}
		}
		return ranks
	}
	words, near := rank(func(p retrieval.Passage) float64 { return p.BM25 }), rank(func(p retrieval.Passage) float64 { return p.Cosine })
	rows := make([]probePassage, len(passages))
	for i, p := range passages {
		rows[i] = probePassage{
			i + 1, p.Doc.Title, p.Chunk.Clause, p.Doc.ID, p.Chunk.Text, fmt.Sprintf("%.3f", p.BM25), fmt.Sprintf("%.3f", p.Cosine), fmt.Sprintf("%.4f", p.Score),
			words[p.Row], near[p.Row], p.Exact,
		}
	}
	return rows
}

// shownWindows are the best of those that were weighed.
const shownWindows = 8

func probeWindows(windows []bot.Window) []probeWindow {
	var rows []probeWindow
	for _, win := range windows[:min(shownWindows, len(windows))] {
		row := probeWindow{Title: win.Passage.Doc.Title, Text: win.Text, Before: win.Text, Score: fmt.Sprintf("%.3f", win.Score), Cover: fmt.Sprintf("%.3f", win.Cover)}
		if from, to := win.Highlight.Start-win.Start, win.Highlight.End-win.Start; from >= 0 && to > from && to <= len(win.Text) {
			row.Before, row.Highlight, row.After = win.Text[:from], win.Text[from:to], win.Text[to:]
		}
		if win.Reading != nil {
			row.Relevance = fmt.Sprintf("%.2f", win.Reading.Relevance)
		}
		rows = append(rows, row)
	}
	return rows
}

// meaningOf is how a question was understood, step by step.
func meaningOf(q bot.Question) [][2]string {
	var steps [][2]string
	add := func(name, value string) {
		if value != "" {
			steps = append(steps, [2]string{name, value})
		}
	}
	add("输入", q.Typed)
	if q.Text != q.Typed {
		add("纠正为", q.Text)
	}
	add("去掉问法后", q.Core)
	add("官方用词", strings.Join(q.Also, "、"))
	if len(q.Parts) > 1 {
		add("几个问题", strings.Join(q.Parts, "｜"))
	}
	var years, places []string
	for _, y := range q.Years {
		years = append(years, strconv.Itoa(y.Number))
	}
	for _, p := range q.Places {
		places = append(places, p.Name)
	}
	add("年份", strings.Join(years, "、"))
	add("地点", strings.Join(places, "、"))
	add("文号", strings.Join(q.DocNos, "、"))
	add("文件名", strings.Join(q.Titles, "、"))
	return steps
}

// signalsOf are what the gate decided by.
func signalsOf(e bot.Examination) [][2]string {
	g := e.Signals
	yes := func(b bool) string {
		if b {
			return "是"
		}
		return "否"
	}
	number := func(f float64) string { return fmt.Sprintf("%.3f", f) }
	return [][2]string{
		{"问题的词有多少在依据里", number(g.Cover)}, {"问题的字有多少在依据里", number(g.Letters)}, {"词语得分", number(g.BM25)}, {"语义相近", number(g.Cosine)},
		{"阅读模型的判断", number(g.Relevance)}, {"有所问的形式（数字、日期、电话）", yes(g.Form)}, {"小标题正是所问", yes(g.Listed)},
		{"办事指南对应", yes(g.Guided)}, {"问题的前提成立", yes(g.Premise)},
	}
}

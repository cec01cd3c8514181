package check

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Words whose change turns a rule into another one.
var (
	negations = []string{"不", "未", "无", "非", "没有", "禁止", "严禁", "勿", "免", "除外", "否"}
	modals    = []string{"应当", "可以", "必须", "应", "须", "可", "得", "需", "能够", "有权", "鼓励", "支持"}
	units     = []string{"万", "亿", "千", "百", "元", "件", "项", "人", "次", "家", "个", "户", "亩", "吨", "米", "公里", "平方米", "小时", "分钟", "日", "天", "周", "月", "年", "%", "份", "条", "篇", "场", "起", "处", "名", "人次", "万元", "亿元", "工作日", "平方公里", "公顷", "千克", "倍"}
)

// graveness orders the reasons of alterations: what a reader must see first.
var graveness = []Reason{
	ReasonFigure, ReasonDate, ReasonNegation, ReasonModal, ReasonUnit, ReasonClause, ReasonWording, ReasonPunctuation, ReasonSameValue,
}

// change is one place where sentence and text differ.
type change struct {
	deleted, inserted step // empty runs where nothing was left out or added
}

// changes joins the runs of an alignment that belong together.
func (a *alignment) changes() []change {
	var all []change
	open := false
	for _, s := range a.steps {
		if s.kind == Equal {
			open = false
			continue
		}
		if !open {
			all, open = append(all, change{}), true
		}
		c := &all[len(all)-1]
		if s.kind == Delete {
			c.deleted = s
		} else {
			c.inserted = s
		}
	}
	return all
}

// changeReason names the gravest of the changes.
func changeReason(a alignment, sentence, text *wording) Reason {
	best := len(graveness)
	for _, c := range a.changes() {
		best = min(best, slices.Index(graveness, kindOf(c, sentence, text)))
	}
	if best == len(graveness) {
		return ReasonPunctuation // nothing but marks at the ends
	}
	return graveness[best]
}

func kindOf(c change, sentence, text *wording) Reason {
	deleted, inserted := tokensOf(text, c.deleted), tokensOf(sentence, c.inserted)
	was, is := join(deleted), join(inserted)
	isUnit := func(s string) bool { return s == "" || slices.Contains(units, s) }
	if isUnit(was) && isUnit(is) && (afterFigure(text, c.deleted) || afterFigure(sentence, c.inserted)) {
		return ReasonUnit
	}
	if hasFigure(deleted) || hasFigure(inserted) {
		switch {
		case sameValue(aroundText(text, c.deleted), aroundText(sentence, c.inserted)) || sameValue(was, is):
			return ReasonSameValue
		case nextTo(text, c.deleted, "条款项章节", "第(") || nextTo(sentence, c.inserted, "条款项章节", "第("):
			return ReasonClause
		case nextTo(text, c.deleted, "年月日", "") || nextTo(sentence, c.inserted, "年月日", ""):
			return ReasonDate
		}
		return ReasonFigure
	}
	switch {
	case onlyMarks(deleted) && onlyMarks(inserted):
		return ReasonPunctuation
	case holdsWord(was, negations) != holdsWord(is, negations):
		return ReasonNegation
	case modalOf(was) != modalOf(is):
		return ReasonModal
	}
	return ReasonWording
}

func tokensOf(w *wording, s step) []token { return w.tokens[s.from:s.to] }

func join(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.text)
	}
	return b.String()
}

func hasFigure(tokens []token) bool { return slices.ContainsFunc(tokens, token.isFigure) }

func onlyMarks(tokens []token) bool {
	return !slices.ContainsFunc(tokens, func(t token) bool { return !t.isMark() })
}

func holdsWord(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// modalOf is the modal word of a short change: within a longer one it is one
// word of many.
func modalOf(s string) string {
	if utf8.RuneCountInString(s) > 4 {
		return ""
	}
	for _, m := range modals {
		if strings.Contains(s, m) {
			return m
		}
	}
	return ""
}

// nextTo reports whether the token after a run is one of after, and the one
// before it of before where that is given.
func nextTo(w *wording, s step, after, before string) bool {
	if s.to <= s.from || s.to >= len(w.tokens) || !strings.Contains(after, w.tokens[s.to].text) {
		return false
	}
	return before == "" || s.from > 0 && strings.Contains(before, w.tokens[s.from-1].text)
}

func afterFigure(w *wording, s step) bool {
	return s.to > s.from && s.from > 0 && w.tokens[s.from-1].isFigure()
}

// aroundText is a run with what belongs to its figure on either side: 百分之
// before, 万 and % after it.
func aroundText(w *wording, s step) string {
	from, to := s.from, s.to
	for from > 0 && s.from-from < 3 && strings.Contains("百分之万亿千分", w.tokens[from-1].text) {
		from--
	}
	for to < len(w.tokens) && to-s.to < 2 && strings.Contains("万亿千百%", w.tokens[to].text) {
		to++
	}
	return join(w.tokens[from:to])
}

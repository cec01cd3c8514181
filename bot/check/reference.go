package check

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"zhiwen/retrieval"
)

// reference is a clause that a sentence cites by the name of its document.
type reference struct {
	title    string // as the draft has it
	articles []int  // 第X条
	// rest is what the sentence says beside the reference, "" if nothing.
	rest string
}

var (
	titlePattern = regexp.MustCompile(`《((?:[^《》]|《[^《》]*》){2,100})》`)
	refPattern   = regexp.MustCompile(`《((?:[^《》]|《[^《》]*》){2,100})》(?:\([^()]{1,40}\))?(?:的)?((?:第[〇零一二三四五六七八九十百千两\d]{1,9}条(?:第[〇零一二三四五六七八九十\d]{1,4}款)?(?:第\(?[〇零一二三四五六七八九十\d]{1,4}\)?项)?(?:[、,和及与]|以及)?)+)`)
	articlePat   = regexp.MustCompile(`第([〇零一二三四五六七八九十百千两\d]{1,9})条`)
	docNoPattern = regexp.MustCompile(`\p{Han}{1,14}[〔\[【(](?:19|20)\d{2}[〕\]】)]第?\d{1,5}号`)
	// leadIn is what stands before a reference, leadOut between it and what
	// the clause says.
	leadIn  = regexp.MustCompile(`^(?:\(?[一二三四五六七八九十\d]{1,3}[\)、.．])?(?:根据|依据|按照|依照|遵照|参照|对照|违反(?:了)?|适用|援引)?$`)
	leadOut = regexp.MustCompile(`^(?:的?规定|的?要求|之规定|的?明确|载明|指出|:|,|"|明确规定|规定如下)+`)
)

// references reads the clauses that a sentence cites.
func references(s Segment) []reference {
	folded := retrieval.FoldTight(s.Text)
	tight := folded.Text
	var refs []reference
	for _, m := range refPattern.FindAllStringSubmatchIndex(tight, -1) {
		r := reference{title: tight[m[2]:m[3]]}
		for _, a := range articlePat.FindAllStringSubmatch(tight[m[4]:m[5]], -1) {
			if n := retrieval.ParseNumeral(a[1]); n > 0 {
				r.articles = append(r.articles, n)
			}
		}
		from, to := m[1]+len(leadOut.FindString(tight[m[1]:])), len(tight)
		if to-from < len(tight[:m[0]]) && !leadIn.MatchString(tight[:m[0]]) {
			from, to = 0, m[0] // 违反……的，依照《…》第…条处罚
		}
		if from < to {
			start, end := folded.Original(from, to)
			r.rest = strings.Trim(s.Text[start:end], "，、。；：“”（） ,;:\"()")
		}
		if len(r.articles) > 0 {
			refs = append(refs, r)
		}
	}
	return refs
}

// named looks up the documents that a sentence names, and gives those parts
// that the collection does not hold a verdict of their own.
func (k *checking) named(s *Segment, refs []reference) []Part {
	var parts []Part
	note := func(kind PartKind, name string, start, end int) {
		p := Part{Kind: kind, Text: s.Text[start:end], Start: s.Start + start, End: s.Start + end, Verdict: NotFound,
			Reason: ReasonDocumentMissing, Matches: []Match{}}
		parts = append(parts, p)
		k.miss(name)
	}
	folded := retrieval.FoldTight(s.Text)
	for _, m := range titlePattern.FindAllStringSubmatchIndex(folded.Text, -1) {
		if title := folded.Text[m[2]:m[3]]; looksLikeDocument(title, folded.Text[:m[0]], refs) && !k.holdsTitle(title) {
			start, end := folded.Original(m[0], m[1])
			from, to := folded.Original(m[2], m[3])
			note(PartTitle, s.Text[from:to], start, end)
		}
	}
	for _, m := range docNoPattern.FindAllStringIndex(folded.Text, -1) {
		if !k.titles.byDocNo[retrieval.DocNoTerm(folded.Text[m[0]:m[1]])] {
			start, end := folded.Original(m[0], m[1])
			note(PartDocNo, s.Text[start:end], start, end)
		}
	}
	return parts
}

var documentTitle = regexp.MustCompile(`(?:法|条例|规定|办法|细则|规则|章程|规程|决定|意见|通知|方案|规划|计划|纲要|标准|公告|通告|通报|批复|函|令|决议|报告|解释|目录|清单|制度|指南|指引|要点)(?:\([^()]*\))?$`)

// workOfArt is what stands before the title of a play or a song.
var workOfArt = regexp.MustCompile(`(?:剧|电影|影片|片|mv|歌曲|曲|歌|书|书籍|栏目|节目|作品|小品|画册|杂志|报)$`)

// looksLikeDocument tells titles of official texts from those of plays, books
// and papers: only these can be missing from a collection.
func looksLikeDocument(title, before string, refs []reference) bool {
	if slices.ContainsFunc(refs, func(r reference) bool { return r.title == title }) {
		return true
	}
	return documentTitle.MatchString(title) && !workOfArt.MatchString(before)
}

// asTitle describes the document whose title a line is.
func (k *checking) asTitle(w *wording) (Match, bool) {
	for _, m := range k.titles.titled(w.original) {
		if retrieval.FoldTight(m.Title).Text == w.folded.Text {
			return Match{DocID: m.ID, Title: m.Title, DocNo: m.DocNo, Publisher: m.Publisher, Published: m.Published, Validity: m.Validity,
				URL: "/doc/" + m.ID, Role: RoleSource}, true
		}
	}
	return Match{}, false
}

func (k *checking) holdsTitle(title string) bool {
	key := titleKey(title)
	if len(k.titles.byTitle[key]) > 0 {
		return true
	}
	return k.materials != nil && k.materials.Collection.(*shelf).titled(key) != ""
}

// miss notes that the segment being judged names a document that is not held.
func (k *checking) miss(name string) {
	key := titleKey(name)
	m := k.missing[key]
	if m == nil {
		m = &Missing{Title: name, Segments: []int{}}
		k.missing[key] = m
		k.inMissing = append(k.inMissing, key)
	}
	if !slices.Contains(m.Segments, k.at) {
		m.Segments = append(m.Segments, k.at)
	}
}

func (k *checking) missingList() []Missing {
	list := []Missing{}
	for _, key := range k.inMissing {
		list = append(list, *k.missing[key])
	}
	return list
}

func (k *checking) citesMissing(s *Segment) bool {
	return slices.ContainsFunc(s.Parts, func(p Part) bool { return p.Reason == ReasonDocumentMissing })
}

// reference judges a sentence by the clause that it cites. It is done when
// that decides the verdict.
func (k *checking) reference(ctx context.Context, s *Segment, refs []reference, near *nearest) (done bool, err error) {
	for _, r := range refs {
		texts, err := k.cited(ctx, r.title)
		if err != nil {
			return false, err
		}
		if len(texts) == 0 {
			// A text of another name that is like it proves nothing, unless it
			// cites the same clause.
			if !near.cites(r) {
				s.Verdict, s.Reason = NotFound, ReasonDocumentMissing
				return true, nil
			}
			continue
		}
		if !texts[0].hasArticles() {
			continue
		}
		if done := k.judgeReference(s, r, texts, near); done {
			return true, nil
		}
	}
	return false, nil
}

// cited gives the texts of a title: the one in force first, then others of the
// same title, which may be its earlier editions.
func (k *checking) cited(ctx context.Context, title string) ([]*stored, error) {
	var texts []*stored
	if k.materials != nil {
		if id := k.materials.Collection.(*shelf).titled(titleKey(title)); id != "" {
			t, err := k.materials.text(ctx, id)
			if err != nil {
				return nil, err
			}
			texts = append(texts, t)
		}
	}
	const most = 4 // editions
	metas := k.titles.titled(title)
	for _, m := range metas[:min(most, len(metas))] {
		t, err := k.stored.text(ctx, m.ID)
		if err != nil {
			return nil, err
		}
		if t != nil {
			texts = append(texts, t)
		}
	}
	return texts, nil
}

// How much a clause must say of what a sentence claims that it says.
const (
	// saysScore is the least nearness of a clause that says so,
	saysScore = 0.6
	// saysMore by how much another clause must be nearer for the reference to
	// be wrong.
	saysMore = 0.15
	// nearlyWhole is the nearness of a stored sentence that is this one.
	nearlyWhole = 0.8
	// restTokens is the least length of a claim that can be judged.
	restTokens = 6
)

// judgeReference decides what the cited clause is to the sentence. Where the
// cited clause says so in any edition of the document, the reference is right.
func (k *checking) judgeReference(s *Segment, r reference, texts []*stored, near *nearest) (done bool) {
	var cited, elsewhere *nearest
	var clause Match
	found := false
	rest := newWording(r.rest)
	for _, t := range texts {
		for _, number := range r.articles {
			a, ok := t.article(number)
			if !ok {
				continue
			}
			if !found {
				found = true
				clause = k.passage(t, a.Start, trimEnd(t.Text, a.Start, a.End), RoleCited)
			}
			lo, hi := t.tokenRange(a.Start, a.End)
			if n := fitIn(rest, t, lo, hi); n != nil && (cited == nil || n.score > cited.score) {
				cited = n
			}
		}
	}
	if !found {
		t := texts[0]
		s.Verdict, s.Reason = ReferenceWrong, ReasonNoClause
		if n := k.within(rest, t); n != nil && n.score >= saysScore {
			s.Matches = append(s.Matches, k.match(rest, n, RoleSource))
		} else {
			s.Matches = append(s.Matches, k.passage(t, 0, 0, RoleCited))
		}
		return true
	}
	if len(rest.tokens) < restTokens {
		if near != nil && near.score >= alteredScore {
			return false
		}
		s.Verdict, s.Reason = NotFound, ReasonReferenceOpen
		s.Matches = append(s.Matches, clause)
		return true
	}
	elsewhere = k.within(rest, texts[0])
	says := 0.0
	if cited != nil {
		says = cited.score
	}
	switch {
	case elsewhere != nil && elsewhere.score >= saysScore && elsewhere.score > says+saysMore:
		s.Verdict, s.Reason = ReferenceWrong, ReasonOtherClause
		s.Matches = append(s.Matches, clause, k.match(rest, elsewhere, RoleSource))
		return true
	case near.cites(r) && near.score >= nearlyWhole:
		return false // a stored text says the whole sentence, nearly
	case cited != nil && says >= saysScore:
		s.Verdict, s.Reason = NotFound, ReasonReferenceHolds
		m := k.match(rest, cited, RoleCited)
		if m.Score < 0.98 {
			s.Verdict, s.Reason = Altered, changeReason(cited.alignment, rest, cited.text.wording)
			m.Role = RoleSource
		}
		s.Matches = append(s.Matches, m)
		return true
	case near != nil && near.score >= nearlyWhole:
		return false
	}
	s.Verdict, s.Reason = NotFound, ReasonReferenceOpen
	s.Matches = append(s.Matches, clause)
	return true
}

// cites reports whether the passage cites the same clause of the same document.
func (n *nearest) cites(r reference) bool {
	if n == nil {
		return false
	}
	same := func(article int) bool { return slices.Contains(r.articles, article) }
	return slices.ContainsFunc(references(Segment{Text: n.text.source(n.from, n.to)}), func(o reference) bool {
		return o.title == r.title && slices.ContainsFunc(o.articles, same)
	})
}

// fitIn aligns what a sentence says with a part of a text.
func fitIn(w *wording, t *stored, lo, hi int) *nearest {
	if len(w.tokens) == 0 || lo >= hi || len(w.tokens)*(hi-lo) > alignCells || len(w.tokens) > alignTokens {
		return nil
	}
	return &nearest{t, align(w, t.wording, lo, hi)}
}

func trimEnd(text string, start, end int) int {
	return start + len(strings.TrimRight(text[start:end], " \t\r\n\u3000"))
}
